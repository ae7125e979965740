"""Small sites: two routines of one side, one with an odd title, and a shipped one; no voice."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from smr_audio import Cache, Preferences, Studio
from smr_audio.publish.listing import parse_base_url
from smr_audio.publish.site import SiteOptions, SiteReport, publish

ADDRESS = "https://example.org/gym/"
ODD = """\
kind: routine
id: {id}
title: '{title}'
about: "Press <gently> & slowly."
safety: short
steps:
  - {{technique: hamstring-ball-press, hold: {hold}, sides: left}}
"""

Publish = Callable[..., SiteReport]


def write_routine(content: Path, name: str, title: str = 'Odd <&" title', hold: int = 20) -> None:
    """Write a routine into a content folder."""
    (content / "routines").mkdir(parents=True, exist_ok=True)
    text = ODD.format(id=name, title=title, hold=hold)
    (content / "routines" / f"{name}.yaml").write_text(text, encoding="utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="session")
def warm_cache(common_cache: Path) -> Path:
    """A cache that all sites share, so that each sound is encoded once."""
    return common_cache


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test cuts the power, and a busy disk takes seconds to be waited for."""
    monkeypatch.setattr("smr_audio.publish.staging.flush_to_disk", lambda path: None)
    monkeypatch.setattr("smr_audio.storage.atomic.flush_to_disk", lambda path: None)


def odd_and_two(folder: Path) -> Path:
    """A content folder with two routines, `odd` and `two`."""
    write_routine(folder, "odd")
    write_routine(folder, "two", title="Second", hold=25)
    return folder


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return odd_and_two(tmp_path / "content")


def publisher(cache: Path, content: Path) -> Publish:
    """Publish `odd` and `two`, or the targets that are named, with or without an address."""

    def put_it(
        folder: Path,
        *targets: str,
        address: str | None = ADDRESS,
        options: Preferences = Preferences(voice="silent"),  # noqa: B008  it is frozen
        **site: object,
    ) -> SiteReport:
        base_url = None if address is None else parse_base_url(address)
        return publish(
            folder,
            targets or ("odd", "two"),
            options,
            studio=Studio(content=[content], cache=Cache(cache)),
            content=[content],
            site=SiteOptions(base_url=base_url, **site),  # type: ignore[arg-type]
        )

    return put_it


@pytest.fixture
def put(warm_cache: Path, content: Path) -> Publish:
    return publisher(warm_cache, content)


@pytest.fixture(scope="session")
def first_site(warm_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site that `put` makes of what `content` has, made once."""
    root = tmp_path_factory.mktemp("first")
    publisher(warm_cache, odd_and_two(root / "content"))(root / "public")
    return root / "public"


@pytest.fixture
def site(first_site: Path, tmp_path: Path) -> Path:
    """A copy of it, to publish to again."""
    return Path(shutil.copytree(first_site, tmp_path / "a"))


@pytest.fixture(scope="session")
def made(warm_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site to look at, not to change."""
    root = tmp_path_factory.mktemp("site")
    put = publisher(warm_cache, odd_and_two(root / "content"))
    put(root / "public", "two", "odd", "hamstrings", title='Gym <&"> club')
    return root / "public"
