"""Engines on a stand-in for pyttsx3, and a watch on processes and temporary folders."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smr_audio.voices.engine import Voice
from smr_audio.voices.system import SystemEngine

FAKE = Path(__file__).with_name("fake")
ONE = Voice("pyttsx3", "fake/one", "One", ("en-us",))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that this test's engines have theirs in, so nobody else's are seen."""
    folder = tmp_path / "temporary folder"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def workers(temporary: Path) -> Callable[[], list[int]]:
    """The live processes among this test's workers and their children."""
    return lambda: living(temporary)


def living(folder: Path) -> list[int]:
    """Processes, zombies apart, that have the folder in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if os.fsencode(folder) in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:  # ended meanwhile
                continue
    return found


def until_gone(folder: Path, within_s: float = 5) -> bool:
    """Wait for the folder to be empty and its processes to end."""
    return _until(lambda: not living(folder) and not list(folder.iterdir()), within_s)


def until_ended(folder: Path, within_s: float = 5) -> bool:
    """Wait for its processes to end: a child of a worker's is not ours to wait for."""
    return _until(lambda: not living(folder), within_s)


def _until(holds: Callable[[], bool], within_s: float) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def fake_env(tmp_path: Path) -> dict[str, str]:
    """The environment in which a worker finds the stand-in instead of pyttsx3."""
    state = tmp_path / "state"
    state.mkdir()
    return {"PYTHONPATH": str(FAKE), "FAKE_STATE": str(state)}


@pytest.fixture
def fake(temporary: Path, fake_env: dict[str, str]) -> Iterator[Callable[..., SystemEngine]]:
    """Make a system engine that speaks by the stand-in, closed when the test ends."""
    made: list[SystemEngine] = []

    def make(*, forks: bool, env: dict[str, str] | None = None, **options: float) -> SystemEngine:
        engine = SystemEngine(forks=forks, env={**fake_env, **(env or {})}, **options)  # type: ignore[arg-type]
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()
    assert until_gone(temporary), "a process or a file was left behind"


@pytest.fixture
def attempts(tmp_path: Path) -> Callable[[str], int]:
    """How often the stand-in was told to say a sentence."""
    return lambda text: len((tmp_path / "state" / text.replace(" ", "-")).read_text())
