"""Shared fixtures: made-up lengths, a library; a cache and a profile that are never the user's."""

import gc
import os
import signal
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from smr_audio import Preferences, parse_talk
from smr_audio.library import load, yaml_reader
from smr_audio.library.library import Library
from smr_audio.options.choices import CueName
from smr_audio.session.compile import compile_session
from smr_audio.session.script import Script

# One fixed set of examples: a red run is red again. scripts/test.py takes no chances.
settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("fixed")

# A shell has what it starts behind it ignore Ctrl-C, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# As the command has them: OpenBLAS would start a thread per core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
gc.set_threshold(100_000)

# A natural voice takes a second to start, the system's a tenth. Tests that are about it name it.
os.environ["SMR_AUDIO_VOICE"] = "pyttsx3"

# Hundreds of libraries are made of the same files; what these say depends on their bytes alone.
yaml_reader.parse_yaml = lru_cache(maxsize=1000)(yaml_reader.parse_yaml)
load._content_of = lru_cache(maxsize=1000)(load._content_of)

CUE_TICKS: dict[CueName, int] = {
    "start": 38, "halfway": 40, "countdown": 19, "end": 75, "switch": 60, "finish": 100,
    "tick": 4, "prepare": 19, "bell": 75,
}  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that writes golden files anew instead of comparing."""
    parser.addoption("--update-goldens", action="store_true", help="write golden files anew")


class _ByFile(LoadFileScheduling):
    """A worker takes a file at a time, and those of the page together: they share a browser."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "tests/page" if file.startswith("tests/page/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile | None:
    """Spread the tests as `--dist loadfile` does, but for the page's."""
    return _ByFile(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_runtest_teardown() -> None:
    """Thaw what a command froze at its end: Hypothesis on Python 3.14 would not find its random numbers."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a cache of its own, so none reads or fills the user's."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("SMR_AUDIO_CACHE", str(cache))
    return cache


@pytest.fixture(autouse=True)
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a profile of its own, not there yet, so none reads or changes the user's."""
    profile = tmp_path / "settings" / "profile.yaml"
    monkeypatch.setenv("SMR_AUDIO_PROFILE", str(profile))
    return profile


@pytest.fixture(scope="session")
def common_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all workers, for tests that are not about caches: it only makes them faster."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "common cache"


@pytest.fixture
def warm(common_cache: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have whatever names no cache use the common one instead of the test's own."""
    monkeypatch.setenv("SMR_AUDIO_CACHE", str(common_cache))
    return common_cache


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped content, read once; a test of other files makes a library of its own."""
    return Library()


def wishes_of(**options: Any) -> Preferences:
    """Preferences from keywords, with the level of talk as a word."""
    if isinstance(talk := options.get("talk"), str):
        options["talk"] = (parse_talk(talk),)
    return Preferences(**options)


Compile = Callable[..., Script]


@pytest.fixture
def compiled(library: Library) -> Compile:
    """Compile a routine by id with preferences given as keywords; `talk` may be a level."""

    def compile_it(name: str, **options: object) -> Script:
        wishes = wishes_of(**options)
        return compile_session(library.load(name), wishes, library=library).script

    return compile_it
