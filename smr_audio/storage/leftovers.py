"""Tell what a killed process left behind from what a running one uses, and clear it away.

Whoever writes a temporary file or folder keeps a lock on it, which the system undoes when that
process dies, however it dies: what nobody locks is nobody's. A number of a process in the name
would lie where numbers are used again, and in containers that share a folder.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from smr_audio.storage.locks import lock_if_free, try_lock
from smr_audio.storage.signals import held_back

PREFIX: Final = "smr-audio-"
_FOLDER: Final = r"[a-z0-9_]{8}"  # what mkdtemp appends
_PLACES_OF: Final = ("TMPDIR", "TEMP", "TMP")
_PLACES: Final = ("/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108  (looked at, not written to)
_TRIES: Final = 5
_STALE_S: Final = 7 * 86_400  # where no lock tells: Windows lets nobody replace an open file
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def new_file(path: Path) -> int | None:
    """Make an empty file and a handle that keeps it from being swept, until it is closed.

    None where that cannot be had. Raises OSError, FileExistsError among them.
    """
    # Not mkstemp, whose files only their owner may read.
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    if sys.platform == "win32":
        os.close(handle)
        return None
    try:
        if try_lock(handle) and os.fstat(handle).st_nlink:
            return handle
        # Somebody took it for nobody's in the moment before it was locked.
        raise FileExistsError(f"{path} was taken")
    except BaseException:  # a polite kill may come here too
        os.close(handle)
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def remove_files(paths: Iterable[str]) -> None:
    """Remove those of these files that nobody holds."""
    for path in paths:
        with contextlib.suppress(OSError):
            _remove_file(path)


def is_held(path: str) -> bool:
    """Whether somebody holds this file, or might."""
    try:
        handle = os.open(path, os.O_RDONLY | _NO_FOLLOW)
    except OSError:
        return Path(path).exists()
    try:
        return not _is_nobodys(handle)
    finally:
        os.close(handle)


def temporary_place() -> str:
    """Where the system has temporary files. Raises FileNotFoundError if nowhere takes any.

    As `tempfile` looks for it, but that tries each with a file, which a kill may leave there.
    """
    if sys.platform == "win32":
        from tempfile import gettempdir

        return gettempdir()
    if (found := getattr(sys.modules.get("tempfile"), "tempdir", None)) is not None:
        return os.fsdecode(found)  # found before, or set by whoever uses us
    wanted = (*filter(None, map(os.environ.get, _PLACES_OF)), *_PLACES, str(Path.cwd()))
    for place in map(os.path.abspath, wanted):
        with contextlib.suppress(OSError):
            about = os.statvfs(place)
            takes = os.access(place, os.W_OK | os.X_OK) and not about.f_flag & os.ST_RDONLY
            has_room = about.f_bavail or not about.f_blocks  # 0 of 0 where a system does not say
            if Path(place).is_dir() and takes and has_room:
                return place
    raise FileNotFoundError(f"no temporary folder takes a file: {', '.join(wanted)}")


@cache
def sweep_temporary() -> None:
    """Remove the private folders that killed processes left, once a process. Never raises."""
    with contextlib.suppress(OSError):
        _sweep_folders(temporary_place(), PREFIX)


@contextmanager
def private_folder(*, prefix: str = PREFIX, place: Path | None = None) -> Iterator[Path]:
    """A temporary folder of our own; those that killed processes left beside it go.

    It is in `place`, or where the system has such. Raises OSError if it cannot be made.
    """
    folder: PrivateFolder | None = None
    try:
        folder = PrivateFolder(prefix=prefix, place=place)
        yield folder.path
    finally:
        if folder is not None:
            folder.close()


class PrivateFolder:
    """A temporary folder that stays until it is closed, or this process is gone."""

    def __init__(self, *, prefix: str = PREFIX, place: Path | None = None) -> None:
        """Make it. Raises OSError."""
        from tempfile import mkdtemp  # a warm build makes none

        where = temporary_place() if place is None else str(place)
        _sweep_folders(where, prefix)
        self.path = Path(where)
        self._handle: int | None = None
        made = locked = False
        try:
            # Else a polite kill could come when it is there and nobody knows of it yet.
            with held_back("SIGINT", "SIGTERM", "SIGHUP"):
                for _ in range(_TRIES):
                    self.path = Path(mkdtemp(prefix=prefix, dir=where))
                    made = True
                    if locked := self._is_locked():
                        break
        except BaseException:  # a polite kill, or no more files may be open
            if made:
                with contextlib.suppress(OSError):
                    self.path.rmdir()  # it is empty, and this needs no handle
                self.close()
            raise
        if not locked:
            raise FileNotFoundError(f"{self.path} vanished")

    def _is_locked(self) -> bool:
        """Lock it, unless it was swept before it was locked."""
        if sys.platform == "win32":
            return True
        with contextlib.suppress(FileNotFoundError):
            self._handle = os.open(self.path, os.O_RDONLY)
            if try_lock(self._handle) and os.fstat(self._handle).st_nlink:
                return True
            os.close(self._handle)
            self._handle = None
        return False

    def close(self) -> None:
        """Remove it and all in it. Safe to call twice."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _sweep_folders(where: str, prefix: str) -> None:
    ours = re.compile(rf"{re.escape(prefix)}(?:[a-z]+-)?{_FOLDER}")
    with contextlib.suppress(OSError), os.scandir(where) as items:
        for item in items:
            if ours.fullmatch(item.name) and item.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    _remove_folder(item.path)


def _remove_folder(path: str) -> None:
    if sys.platform == "win32":
        if time.time() - Path(path).stat().st_mtime > _STALE_S:
            shutil.rmtree(path, ignore_errors=True)
        return
    handle = os.open(path, os.O_RDONLY | _NO_FOLLOW)
    try:
        if os.fstat(handle).st_uid == os.geteuid() and lock_if_free(handle):
            shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(handle)


def _remove_file(path: str) -> None:
    handle = os.open(path, os.O_RDONLY | _NO_FOLLOW)
    try:
        nobodys = _is_nobodys(handle)
        # Locked still when it goes, so that nobody can have taken it up meanwhile.
        if nobodys and sys.platform != "win32":
            Path(path).unlink()
    finally:
        os.close(handle)
    if nobodys and sys.platform == "win32":
        Path(path).unlink()


def _is_nobodys(handle: int) -> bool:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        return False
    if sys.platform == "win32":
        return time.time() - status.st_mtime > _STALE_S
    return lock_if_free(handle)
