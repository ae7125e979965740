"""The library's three verbs: load, plan, build. `import smr_audio` gives them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from smr_audio.library.catalog import Library
from smr_audio.library.models import Routine
from smr_audio.library.preferences import Preferences
from smr_audio.sound.cache import Cache, default_cache_root
from smr_audio.studio.build import BuildReport, build_file
from smr_audio.studio.plan import Plan, draft
from smr_audio.studio.progress import Progress, silent_progress


def load(target: str | Path, *, content: Iterable[str | Path] = ()) -> Routine:
    """The routine of an id or a YAML file's path; a technique stands as a routine of one.

    `content` are folders of one's own, searched first. Raises UsageError for what is not
    there, ContentError for what does not check.
    """
    return Library(content).load(target)


def plan(
    target: str | Path,
    preferences: Preferences | None = None,
    *,
    content: Iterable[str | Path] = (),
    cache: Cache | None = None,
    progress: Progress = silent_progress,
) -> Plan:
    """What a session says and when. Speaks what is not cached yet.

    Raises UsageError, ContentError, MissingError or BuildError, each with what to do.
    """
    library = Library(content)
    session = draft(library.load(target), preferences or Preferences(), library=library)
    return session.plan(cache=cache or Cache(default_cache_root()), progress=progress)


def build(
    target: str | Path,
    output: str | Path,
    preferences: Preferences | None = None,
    *,
    content: Iterable[str | Path] = (),
    cache: Cache | None = None,
    progress: Progress = silent_progress,
) -> BuildReport:
    """Build a session's MP3 at `output`; an old file stays until the new one is whole.

    Raises UsageError, ContentError, MissingError or BuildError, each with what to do.
    """
    library = Library(content)
    return build_file(
        library.load(target),
        Path(output),
        options=preferences or Preferences(),
        library=library,
        cache=cache or Cache(default_cache_root()),
        progress=progress,
    )
