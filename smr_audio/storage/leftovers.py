"""Temporary folders that the next run removes if their process was killed.

A folder is locked as long as it is in use, and the system releases the lock however its process
ends. So a folder that nobody locks is stale. Process numbers are used again, and mean nothing in
another container.
"""

import contextlib
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from smr_audio.errors import BuildError, reason_of
from smr_audio.storage.locks import try_lock
from smr_audio.storage.signals import held_back

_OURS: Final = re.compile(r"\.smr-audio-[0-9a-f]{8}\.tmp")
_PLACES: Final = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108  (looked at, not written to)
_TRIES: Final = 5
_STALE_S: Final = 7 * 86_400  # on Windows, where folders cannot be locked


def temporary_place() -> Path:
    """The system's folder for temporary files. Raises FileNotFoundError if there is none.

    `tempfile.gettempdir` writes a file into each candidate, and a kill would leave it there.
    """
    if sys.platform == "win32":
        from tempfile import gettempdir

        return Path(gettempdir())
    if found := getattr(sys.modules.get("tempfile"), "tempdir", None):
        return Path(os.fsdecode(found))  # found before, or set by the program that imports us
    named = filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP")))
    wanted = [*map(Path, (*named, *_PLACES)), Path.cwd()]
    for place in wanted:
        if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
            return place.absolute()
    raise FileNotFoundError(f"no temporary folder can be written: {', '.join(map(str, wanted))}")


def without_room(doing: str, error: OSError) -> BuildError:
    """The error that something cannot be done in the system's temporary folder."""
    return BuildError(
        f"cannot {doing} in {temporary_place()}: {reason_of(error)}; "
        "set TMPDIR to a folder with room that can be written"
    )


def sweep(place: Path) -> None:
    """Remove the temporary folders that killed processes left in a folder. Never raises."""
    with contextlib.suppress(OSError), os.scandir(place) as items:
        for item in items:
            if _OURS.fullmatch(item.name) and item.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    _remove_if_stale(item.path)


sweep_once: Final = cache(sweep)
"""The same once for each folder: a batch writes a hundred thousand files into one."""


@contextmanager
def private_folder(place: Path | None = None) -> Iterator[Path]:
    """A temporary folder in `place`, or in the system's; removed at the end. Raises OSError."""
    where = temporary_place() if place is None else place
    sweep_once(where)
    with ExitStack() as stack:
        # A signal between making a folder and noting that it must go would leave it behind.
        with held_back("SIGINT", "SIGTERM", "SIGHUP"):
            path = _locked_folder(where, stack)
        yield path


def _locked_folder(where: Path, stack: ExitStack) -> Path:
    """A new folder, locked; `stack` removes and unlocks it."""
    for _ in range(_TRIES):
        path = where / f".smr-audio-{os.urandom(4).hex()}.tmp"
        # Before it is made, and twice: a signal that another thread took is held back by nothing,
        # and may come between any two steps or interrupt the first removal.
        for _ in range(2):
            stack.callback(shutil.rmtree, path, ignore_errors=True)
        path.mkdir(0o700)
        if sys.platform != "win32":
            try:
                handle = os.open(path, os.O_RDONLY)
            except FileNotFoundError:  # another process removed it as stale
                continue
            except OSError:  # too many open files: `rmtree` could not remove it
                path.rmdir()
                raise
            stack.callback(os.close, handle)
        if sys.platform == "win32" or (try_lock(handle) and os.fstat(handle).st_nlink):
            return path
    raise FileNotFoundError(f"{path} vanished")


def _remove_if_stale(path: str) -> None:
    if sys.platform == "win32":
        if time.time() - Path(path).stat().st_mtime > _STALE_S:
            shutil.rmtree(path, ignore_errors=True)
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if os.fstat(handle).st_uid == os.geteuid() and try_lock(handle, without_locks=False):
            shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(handle)
