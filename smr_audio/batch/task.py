"""A row to build, and what a worker does with it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from smr_audio.batch.report import JobResult
from smr_audio.errors import BuildError, ShortageError, SmrAudioError
from smr_audio.library.load import read_content
from smr_audio.library.models import Technique
from smr_audio.library.search import content_root
from smr_audio.options.preferences import Preferences
from smr_audio.storage.cache import Cache
from smr_audio.studio.studio import Studio
from smr_audio.version import this_version


@dataclass(frozen=True, slots=True)
class Task:
    """A row to build at `output`, with its result until it is built.

    `digest` is of the content as it is now, `key` of everything.
    """

    result: JobResult
    routine: str | Path
    preferences: Preferences
    output: Path
    digest: str
    key: str

    def failed(self, error: str, exit_status: int = BuildError.exit_status) -> JobResult:
        place = self.result.place and f"{self.result.place}: "
        return replace(self.result, error=place + error, exit_status=exit_status)


def build_task(task: Task, *, content: tuple[str, ...], cache: str, version: str) -> JobResult:
    """What became of a task of a version of smr-audio. Nothing that is wrong with it is raised.

    The paths of content and cache are absolute, since a worker may stand elsewhere.
    """
    if (mine := this_version()) != version:
        return task.failed(
            f"the worker has smr-audio {mine}, and this is {version}; make them equal"
        )
    try:
        studio = _studios.studio(content, cache, _added_by(task.routine), task.digest)
        routine = studio.session_of(task.routine, task.preferences)
        report = studio.build(routine, task.output, task.preferences, one_of_many=True)
    except SmrAudioError as error:
        return task.failed(str(error), error.exit_status)
    except Exception as error:  # noqa: BLE001  a bug in one row must not end the others
        fault = f"a fault in smr-audio: {type(error).__name__}: {error}; please report it"
        return task.failed(str(ShortageError.of(error, "stopped half-way") or fault))
    trouble = [studio.cache.trouble] if studio.cache.trouble else []
    return replace(
        task.result,
        status="built",
        bytes=report.files[0].bytes,
        duration_ms=report.plan.duration_ms,
        warnings=(
            *task.result.warnings,
            *(notice.text for notice in report.plan.warnings),
            *trouble,
        ),
    )


def _added_by(routine: str | Path) -> Path | None:
    """What loading a routine's file adds to a library: its folder, or a technique.

    Rows share a studio only if they add the same, so that a row sees no content of another one.
    """
    if isinstance(routine, str):
        return None
    alone = isinstance(read_content(routine), Technique)
    return routine if alone else content_root(routine.parent)


def _open_studio(content: tuple[str, ...], cache: str, added: Path | None, digest: str) -> Studio:
    """A new one when the content changed, since a studio keeps what it has read."""
    return Studio(content=content, cache=Cache(Path(cache)))


class _ThreadStudios(threading.local):
    """A thread's studios, since each is for one thread; the more a studio made, the faster."""

    def __init__(self) -> None:
        self.studio = lru_cache(maxsize=4)(_open_studio)


_studios: Final = _ThreadStudios()
