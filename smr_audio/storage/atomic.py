"""Write a file whole or not at all, and clear away what those left who were killed.

A temporary file is `.NAME.TOKEN.smr-audio.tmp` beside its place, and locked while it is written.
Those of one token belong together, and are held by the first of them; the others have a number
of their own after it.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Final

from smr_audio.errors import BuildError
from smr_audio.storage import leftovers
from smr_audio.storage.paths import is_reserved

_STEM_BYTES: Final = 60
_TRIES: Final = 5
_HELD: Final = ".smr-audio.tmp"
_TEMPORARY: Final = re.compile(
    r"\.(.*)\.([0-9a-f]{16})(?:\.[0-9a-f]{8})?(\.smr-audio)?\.tmp", re.DOTALL
)


@contextmanager
def atomic_output(
    path: Path, *, synced: bool = True, part_of: Path | None = None, held: bool = True
) -> Iterator[Path]:
    """Give the path of an empty file beside `path`; put it in its place when all went well.

    Missing folders are made. An old file stays as it is until the end and hands on its
    permissions; a new one gets the usual. On any failure, an interrupt too, the new file is
    removed. `synced` waits until its bytes are on the disk, so that even a power cut leaves one
    of the two whole. What killed processes left in the folder goes before that. Raises BuildError
    if the file cannot be written.

    Of many files that come together each is `part_of` the temporary file that was made first and
    leaves last, so that one lock holds them all. Not `held`, nothing but `sweep_of` takes it away.
    """
    refuse_reserved(path)
    try:
        target = path.resolve() if path.is_symlink() else path
        mode = _mode_of(target)
        if synced:
            sweep(target.parent)
            leftovers.sweep_temporary()
        temporary, handle = _beside(target, part_of=part_of, held=held)
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
        if handle is not None:
            os.close(handle)


def sweep(folder: Path) -> None:
    """Remove the temporary files that killed processes left in a folder, and none in use."""
    # Twice: what holds a file was made before it, so a second look finds it if there is one.
    if found := _temporaries(folder):
        kept = {
            token
            for token, paths in _temporaries(folder).items()
            if any(leftovers.is_held(path) for path in paths)
        }
        leftovers.remove_files(
            path for token, paths in found.items() if token not in kept for path in paths
        )


def sweep_of(folder: Path, names: Iterable[str]) -> None:
    """Remove what killed runs left of these files, where no other run can be at work on them.

    What is held is in use by somebody who writes this one file alone, and stays.
    """
    stems = {_stem_of(name) for name in names}
    with contextlib.suppress(OSError), os.scandir(folder) as items:
        for item in items:
            named = _TEMPORARY.fullmatch(item.name)
            if not named or named[1] not in stems or not item.is_file(follow_symlinks=False):
                continue
            with contextlib.suppress(OSError):
                leftovers.remove_files([item.path]) if named[3] else Path(item.path).unlink()


def _temporaries(folder: Path) -> dict[str, list[str]]:
    """The paths of held temporary files, by token."""
    found: dict[str, list[str]] = {}
    with contextlib.suppress(OSError), os.scandir(folder) as items:
        for item in items:
            if item.name.endswith(_HELD) and (named := _TEMPORARY.fullmatch(item.name)):
                found.setdefault(named[2], []).append(item.path)
    return found


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
        raise BuildError(f"cannot write {target}: it is no ordinary file; name another")
    return stat.S_IMODE(status.st_mode)


def _beside(target: Path, *, part_of: Path | None, held: bool) -> tuple[Path, int | None]:
    """A new empty file in the folder of `target`, with a name that nobody can guess.

    And the handle that holds it, if it is not held by another or by nobody.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    whole = _TEMPORARY.fullmatch(part_of.name) if part_of is not None else None
    for left in reversed(range(_TRIES)):
        token = f"{whole[2]}.{secrets.token_hex(4)}" if whole else secrets.token_hex(8)
        name = f".{_stem_of(target.name)}.{token}{_HELD if held else '.tmp'}"
        temporary = target.with_name(name)
        try:
            handle = leftovers.new_file(temporary)
        except FileExistsError:  # swept at once, as it was not locked yet
            if not left:
                raise
            continue
        if handle is not None and (whole or not held):  # one lock is enough, and handles are few
            os.close(handle)
            handle = None
        return temporary, handle
    raise AssertionError  # the last try has returned or raised


def _stem_of(name: str) -> str:
    # Cut by bytes: a name of 60 pictures has 240.
    return os.fsencode(name)[:_STEM_BYTES].decode("utf-8", "ignore")


def flush_to_disk(path: Path) -> None:
    """Wait until a file's bytes are on the disk. Raises OSError that names the file."""
    with path.open("rb+") as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            # The system names none, and of many files the wrong one would be blamed.
            raise OSError(error.errno, error.strerror, str(path)) from error


def _cannot_write(path: Path, error: Exception) -> BuildError:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return BuildError(f"cannot write {path}: {reason}; choose another place")
