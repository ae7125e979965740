"""Do a thing again whenever a content file is saved: `--watch`."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from smr_audio.cli.main import printable
from smr_audio.cli.output import say
from smr_audio.errors import SmrAudioError
from smr_audio.install_hints import require
from smr_audio.library.library import is_path
from smr_audio.library.search import shipped_content
from smr_audio.storage.paths import is_folder

_SUFFIXES: Final = (".yaml", ".yml", ".wav", ".flac", ".ogg", ".mp3")
_STEP_MS: Final = 20
_DEBOUNCE_MS: Final = 100
"""Several writes within this time are one change: editors save in steps."""


def folders_of(target: str | None, content: Iterable[Path]) -> list[Path]:
    """The folders in which a session's content may change: its file's, `--content`, and ours."""
    found = [*content, shipped_content()]
    if target is not None and is_path(target):
        folder = Path(target).parent
        found.append(folder.parent if folder.name in ("techniques", "routines") else folder)
    return [folder for folder in dict.fromkeys(each.resolve() for each in found) if is_folder(folder)]


def watched(once: Callable[[], Iterable[Path]], folders: list[Path]) -> None:
    """Do `once`, and again after each change in the folders, until interrupted.

    `once` returns the files it wrote, which do not count as changes. Errors of content are printed.
    Raises MissingError if nothing here can watch files.
    """
    require("watch", "--watch")
    from watchfiles import watch

    written = _tried(once)
    say(f"Watching {', '.join(printable(folder) for folder in folders)}; Ctrl-C ends it")
    for changes in watch(*folders, debounce=_DEBOUNCE_MS, step=_STEP_MS):
        changed = sorted(_of_content((Path(path) for _, path in changes), written))
        if changed:
            say(f"{printable(changed[0].name)} changed")
            written = _tried(once) or written


def _of_content(paths: Iterable[Path], written: set[Path]) -> Iterator[Path]:
    for path in paths:
        hidden = path.name.startswith((".", "~"))
        if path.suffix.lower() in _SUFFIXES and not hidden and path.resolve() not in written:
            yield path


def _tried(once: Callable[[], Iterable[Path]]) -> set[Path]:
    started = time.monotonic()
    try:
        written = {path.resolve() for path in once()}
    except SmrAudioError as error:
        for line in str(error).splitlines():
            say(f"Error: {printable(line)}")
        return set()
    say(f"Done in {time.monotonic() - started:.2f} s")
    return written
