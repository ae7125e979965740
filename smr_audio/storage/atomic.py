"""Write a file whole or not at all: into a temporary folder beside it, then in place at once."""

import contextlib
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePath
from typing import Final

from smr_audio.errors import BuildError, reason_of
from smr_audio.storage.leftovers import private_folder, sweep_once, temporary_place
from smr_audio.storage.paths import is_reserved

_FICLONE: Final = 0x40049409  # of Linux


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
