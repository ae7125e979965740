"""What a worker does with a row: build it, and describe the result in plain data."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from smr_audio.errors import BuildError, ShortageError, SmrAudioError
from smr_audio.library.load import read_content
from smr_audio.library.models import Technique
from smr_audio.library.search import content_root
from smr_audio.options.preferences import Preferences
from smr_audio.storage.cache import Cache
from smr_audio.studio.studio import Studio
from smr_audio.version import this_version


@dataclass(frozen=True, slots=True)
class Settings:
    """What all rows share. Paths are absolute, since a worker may stand elsewhere."""

    content: tuple[str, ...]
    cache: str
    version: str


@dataclass(frozen=True, slots=True)
class Task:
    """A row to build; `row` counts from 1. `digest` is of the content as it is now."""

    row: int
    routine: str | Path
    preferences: Preferences
    output: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: a file, or an error with the exit status of its kind."""

    bytes: int = 0
    duration_ms: int = 0
    warnings: tuple[str, ...] = ()
    error: str | None = None
    exit_status: int = 0


def build_task(task: Task, *, settings: Settings) -> Outcome:
    """What became of a task. Nothing that is wrong with it is raised."""
    if (mine := this_version()) != settings.version:
        text = f"the worker has smr-audio {mine}, and this is {settings.version}; make them equal"
        return Outcome(error=text, exit_status=BuildError.exit_status)
    try:
        studio = _studios.studio(settings, _added_by(task.routine), task.digest)
        routine = studio.session_of(task.routine, task.preferences)
        report = studio.build(routine, task.output, task.preferences, one_of_many=True)
    except SmrAudioError as error:
        return Outcome(error=str(error), exit_status=error.exit_status)
    except Exception as error:  # noqa: BLE001  a bug in one row must not end the others
        fault = f"a fault in smr-audio: {type(error).__name__}: {error}; please report it"
        text = str(ShortageError.of(error, "stopped half-way") or fault)
        return Outcome(error=text, exit_status=BuildError.exit_status)
    trouble = [studio.cache.trouble] if studio.cache.trouble else []
    return Outcome(
        bytes=report.files[0].bytes,
        duration_ms=report.plan.duration_ms,
        warnings=(*(notice.text for notice in report.plan.warnings), *trouble),
    )


def _added_by(routine: str | Path) -> Path | None:
    """What loading a routine's file adds to a library: its folder, or a technique.

    Rows share a studio only if they add the same, so that a row sees no content of another one.
    """
    if isinstance(routine, str):
        return None
    alone = isinstance(read_content(routine), Technique)
    return routine if alone else content_root(routine.parent)


def _open_studio(settings: Settings, added: Path | None, digest: str) -> Studio:
    """A new one when the content changed, since a studio keeps what it has read."""
    return Studio(content=settings.content, cache=Cache(Path(settings.cache)))


class _ThreadStudios(threading.local):
    """A thread's studios, since each is for one thread; the more a studio made, the faster."""

    def __init__(self) -> None:
        self.studio = lru_cache(maxsize=4)(_open_studio)


_studios: Final = _ThreadStudios()
