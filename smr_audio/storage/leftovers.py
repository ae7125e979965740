"""Locks, and temporary folders that the next run removes if their process was killed.

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
from typing import BinaryIO, Final

from smr_audio.errors import BuildError, reason_of
from smr_audio.storage.signals import held_back

_OURS: Final = re.compile(r"\.smr-audio-[0-9a-f]{8}\.tmp")
_PLACES: Final = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108  (looked at, not written to)
_TRIES: Final = 5
_STALE_S: Final = 7 * 86_400  # on Windows, where folders cannot be locked
_LOCKED_BYTE: Final = 1 << 40  # past every line: Windows lets no other process read a locked one

if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def folder_lock(folder: Path, *, within_s: float) -> Iterator[bool]:
        """Windows locks no folders: the last one to write wins there."""
        yield True

    def try_lock(file: BinaryIO) -> bool:
        """Lock until the file is closed; False if another process has locked it."""
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    @contextmanager
    def folder_lock(folder: Path, *, within_s: float) -> Iterator[bool]:
        """Lock an existing folder; False if another process has locked it."""
        handle = os.open(folder, os.O_RDONLY)
        end_s = time.monotonic() + within_s
        try:
            while not (locked := try_lock(handle)) and time.monotonic() < end_s:
                time.sleep(0.01)
            yield locked
        finally:
            os.close(handle)

    def try_lock(file: BinaryIO | int, *, without_locks: bool = True) -> bool:
        """Lock until the file is closed; False if another process has locked it.

        `without_locks` is the answer on a file system, such as a network's, that has none.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return without_locks
        return True


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
