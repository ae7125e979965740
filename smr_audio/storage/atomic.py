"""Write a file whole or not at all: into a temporary folder beside it, then in place at once.

The next run removes such a folder if its process was killed. It is locked as long as it is in use,
and the system releases the lock however its process ends. So a folder that nobody locks is stale.
Process numbers are used again, and mean nothing in another container.
"""

import contextlib
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path, PurePath
from typing import BinaryIO, Final

from smr_audio.errors import BuildError, reason_of
from smr_audio.storage.paths import is_reserved
from smr_audio.storage.signals import held_back

_FICLONE: Final = 0x40049409  # of Linux
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


@contextmanager
def atomic_output(path: Path, *, synced: bool = True, part_of: Path | None = None) -> Iterator[Path]:
    """Give the path of an empty file on the same disk; move it to `path` when all went well.

    Missing folders are made. An old file stays as it is until the end and hands on its
    permissions. On any failure, an interrupt too, the new file is removed. `synced` waits until
    its bytes are on the disk, so that after a power cut one of the two is whole. Raises
    BuildError if the file cannot be written.

    Of many files that come together, each is `part_of` the temporary file that was made first and
    is put in place last. They share its folder, since open files are limited.
    """
    refuse_reserved(path)
    with ExitStack() as stack:
        try:
            target = path.resolve() if path.is_symlink() else path
            mode = _mode_of(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                sweep_once(temporary_place())
            folder = part_of.parent if part_of else stack.enter_context(private_folder(target.parent))
            temporary = folder / f"{os.urandom(8).hex()}.tmp"
            temporary.touch(exist_ok=False)
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a NUL in the name
            raise cannot_write(path, error) from error
        try:
            yield temporary
            if synced:
                flush_to_disk(temporary)
            if mode is not None:
                temporary.chmod(mode)
            os.replace(temporary, target)  # noqa: PTH105  (the name this call is known by)
        except OSError as error:
            # A full disk has no file name; an error about some other file is not ours to explain.
            if error.filename and str(error.filename) not in {str(temporary), str(target)}:
                raise
            raise cannot_write(path, error) from error


def share(source: Path, target: Path) -> None:
    """Put a file's bytes at `target`, whole or not at all, and on the same disk space if it can be.

    Raises BuildError as `atomic_output` does.
    """
    with atomic_output(target, synced=False) as temporary:
        if _cloned(source, temporary):
            return
        with contextlib.suppress(OSError):
            # The permissions of an old file are handed on, and a link has those of its source.
            if _mode_of(target) in (None, stat.S_IMODE(source.stat().st_mode)):
                temporary.unlink()
                temporary.hardlink_to(source)
                return
        shutil.copyfile(source, temporary)


def _cloned(source: Path, target: Path) -> bool:
    """Whether the disk could make the file a copy that shares its space until one is changed."""
    try:
        from fcntl import ioctl
    except ImportError:  # on Windows
        return False
    with contextlib.suppress(OSError), source.open("rb") as one, target.open("rb+") as other:
        return ioctl(other.fileno(), _FICLONE, one.fileno()) == 0
    return False


def refuse_reserved(path: PurePath, *, windows: bool = sys.platform == "win32") -> None:
    """Raise BuildError for a name that Windows takes for a device: it would swallow the file."""
    if windows and is_reserved(path.name):
        raise BuildError(f"cannot write {path}: Windows keeps this name; choose another")


def _mode_of(target: Path) -> int | None:
    """The permissions of an old file; None if there is none. Refuses what is not a file."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise BuildError(f"cannot write {target}: it is a folder; name a file")
    if not stat.S_ISREG(status.st_mode):
        raise BuildError(f"cannot write {target}: it is not an ordinary file; name another")
    return stat.S_IMODE(status.st_mode)


def flush_to_disk(path: Path) -> None:
    """Wait until a file's bytes are on the disk. Raises OSError that names the file."""
    with path.open("rb+") as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            # The system names none, and of many files the wrong one would be blamed.
            raise OSError(error.errno, error.strerror, str(path)) from error


def cannot_write(path: Path, error: Exception) -> BuildError:
    return BuildError(f"cannot write {path}: {reason_of(error)}; choose another place")
