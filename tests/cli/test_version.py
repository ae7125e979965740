"""The version, also of a checkout that is on the path and not installed."""

import importlib.metadata
from collections.abc import Iterator

import pytest

from smr_audio import installed as versions
from smr_audio.serve import network
from tests.cli.conftest import Run


@pytest.fixture
def uninstalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A checkout as `pip` knows none."""
    known = importlib.metadata.version

    def version(name: str) -> str:
        if name == "smr-audio":
            raise importlib.metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setattr(versions, "_names_in", lambda _: [])
    versions.version_of.cache_clear()
    yield
    versions.version_of.cache_clear()


def test_the_version_is_the_installed_one(run: Run) -> None:
    shown = run("--version")
    assert (shown.returncode, shown.stdout) == (
        0, f"smr-audio, version {importlib.metadata.version('smr-audio')}\n"
    )  # fmt: skip


@pytest.mark.usefixtures("uninstalled")
def test_a_checkout_that_is_not_installed_says_so_and_serves(run: Run) -> None:
    shown = run("--version")
    assert (shown.returncode, shown.stdout) == (0, "smr-audio, version unknown\n")
    with network.listen("127.0.0.1", 0) as taken:  # so that it ends when all else is ready
        port = taken.getsockname()[1]
        ended = run("serve", "--host", "127.0.0.1", "--port", str(port), "--no-profile")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"Error: port {port} is in use; add --port 0")
