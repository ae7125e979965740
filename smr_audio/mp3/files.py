"""Write a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smr_audio.errors import BuildError


@contextmanager
def atomic_output(path: Path, *, synced: bool = True) -> Iterator[Path]:
    """Give the path of an empty file beside `path`; put it in its place when all went well.

    Missing folders are made. An old file stays as it is until the end and hands on its
    permissions; a new one gets the usual. On any failure, an interrupt too, the new file is
    removed. `synced` waits until its bytes are on the disk, so that even a power cut leaves one
    of the two whole. Raises BuildError if the file cannot be written.
    """
    try:
        target = path.resolve() if path.is_symlink() else path
        mode = _mode_of(target)
        temporary = _beside(target)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a NUL in the name
        raise _cannot_write(path, error) from error
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
        raise _cannot_write(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _mode_of(target: Path) -> int | None:
    """The permissions of an old file; None if there is none. Refuses what is not a file."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise BuildError(f"cannot write {target}: it is a folder; name a file")
    if not stat.S_ISREG(status.st_mode):
        raise BuildError(f"cannot write {target}: it is no ordinary file; name another")
    return stat.S_IMODE(status.st_mode)


def _beside(target: Path) -> Path:
    """A new empty file in the folder of `target`, with a name that nobody can guess."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # Cut by bytes: a name of 60 pictures has 240.
    stem = os.fsencode(target.name)[:60].decode("utf-8", "ignore")
    temporary = target.with_name(f".{stem}.{secrets.token_hex(8)}.tmp")
    # Not mkstemp, whose files only their owner may read.
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return temporary


def flush_to_disk(path: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _cannot_write(path: Path, error: Exception) -> BuildError:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return BuildError(f"cannot write {path}: {reason}; choose another place")
