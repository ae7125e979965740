"""The lowest versions that pyproject.toml declares are enough for everything a person does."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

from tests.installed import PYPROJECT, ROOT
from tests.tables import tables

PROJECT = PYPROJECT["project"]
DECLARED = [*PROJECT["dependencies"], *(text for extra in PROJECT["optional-dependencies"].values() for text in extra)]
NEWEST = (3, 12)  # the lowest numpy has no wheel for a newer Python

Run = Callable[..., str]


def pinned(text: str) -> str:
    """A requirement at its lowest version."""
    wanted = Requirement(text)
    [least] = [each for each in wanted.specifier if each.operator == ">="]
    marker = f"; {wanted.marker}" if wanted.marker else ""
    return f"{wanted.name}=={least.version}{marker}"


@pytest.fixture(scope="session")
def lowest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with this project and the lowest versions of what it needs."""
    if sys.version_info[:2] > NEWEST:
        pytest.skip("the lowest versions are older than this Python")
    folder = tmp_path_factory.mktemp("lowest")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wheel = ["build", "--no-isolation", "--wheel", "--outdir", folder, ROOT]
    subprocess.run([sys.executable, "-m", *wheel], check=True, capture_output=True)
    least = folder / "lowest.txt"
    least.write_text("\n".join(map(pinned, DECLARED)))
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "-r", least, *folder.glob("*.whl")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode and "CI" not in os.environ and "onnection" in done.stderr:
        pytest.skip("no package registry can be reached")
    assert done.returncode == 0, done.stderr
    return python


@pytest.fixture(scope="session")
def run(lowest: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command in that environment, in one folder, with a cache and a profile of its own."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "jobs.csv").write_text("routine,name,hold\nhamstrings-basic,Ann,10\n")
    own = {"SMR_AUDIO_CACHE": str(folder / "cache"), "SMR_AUDIO_PROFILE": str(folder / "p.yaml")}
    environment = {**os.environ, **own, "SMR_AUDIO_VOICE": "pyttsx3"}

    def run_it(*words: str) -> str:
        done = subprocess.run(
            [lowest, "-m", "smr_audio", *words],
            cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_it


@pytest.mark.parametrize("text", DECLARED)
def test_every_dependency_declares_its_lowest_version(text: str) -> None:
    assert Requirement(pinned(text)).name == Requirement(text).name


@pytest.mark.slow
def test_the_lowest_versions_are_those_installed(lowest: Path) -> None:
    listed = subprocess.check_output([lowest, "-m", "pip", "list", "--format", "json"], text=True)
    versions = {each["name"].lower(): each["version"] for each in json.loads(listed)}
    for text in map(pinned, DECLARED):
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate(dict(default_environment())):
            [least] = wanted.specifier
            assert least.contains(versions[wanted.name.lower()]), text


@pytest.mark.slow
@pytest.mark.parametrize("command", tables(__file__)["commands"])
def test_a_command_works_with_the_lowest_versions(run: Run, command: str) -> None:
    run(*command.split())


@pytest.mark.slow
def test_the_page_is_served_with_the_lowest_versions(lowest: Path, tmp_path: Path) -> None:
    command = [lowest, "-m", "smr_audio", "serve", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen([*command, "--no-profile", "--json"], cwd=tmp_path,
                          stdout=subprocess.PIPE, text=True) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            with urllib.request.urlopen(url, timeout=60) as page:
                assert b"<title>" in page.read()
            with urllib.request.urlopen(f"{url}api/library", timeout=60) as answer:
                assert json.load(answer)
        finally:
            process.terminate()
