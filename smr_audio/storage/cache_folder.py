"""The files of a cache: write, find and delete them, and leave alone what is not the cache's.

Other processes may do the same at the same time: a file that vanished is gone, and that is all.
Links are never followed out of the folder, and what has another name than the cache gives is
neither counted nor deleted.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from smr_audio.storage import leftovers

_SHARD: Final = re.compile(r"[0-9a-f]{1,2}")  # two in caches of older versions
_NAME: Final = re.compile(r"[0-9a-f]{64}\.(?:smr|([0-9a-f]{16}\.tmp))")
_STAMP: Final = "scanned.smr-audio"
_STALE_S: Final = 3600
_STAMP_FLAGS: Final = (
    os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
)


class File(NamedTuple):
    """A file of the cache: when it was last used or written, its size in bytes, its path."""

    used_s: float
    bytes: int
    path: str


class Contents(NamedTuple):
    """The files of a cache: entries, and temporary ones that somebody writes or left."""

    entries: list[File]
    temporary: list[File]


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What went from a cache, and what is left; `freed` and `bytes` are those of files."""

    removed: int
    freed: int
    entries: int
    bytes: int


def contents(root: Path) -> Contents:
    """Everything in the folder that is the cache's. An unreadable folder holds nothing."""
    found = Contents([], [])
    # What is being written lies in the folder itself, where few files are to be looked through.
    for item in _listed(os.fspath(root)):
        with contextlib.suppress(OSError):
            status = item.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode) and _is_temporary(item.name):
                found.temporary.append(File(status.st_mtime, status.st_size, item.path))
    for shard in _shards(root):
        for item in _listed(shard.path):
            named = _NAME.fullmatch(item.name)
            if not named or not item.name.startswith(shard.name):
                continue
            with contextlib.suppress(OSError):
                status = item.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    files = found.temporary if named[1] else found.entries
                    files.append(File(status.st_mtime, status.st_size, item.path))
    return found


def write_whole(path: Path, data: bytes) -> None:
    """Write a file of the cache, so that others see all of it or nothing. Raises OSError."""
    folder = path.parent
    if folder.is_symlink():
        raise NotADirectoryError(f"{folder} is a link")
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder.parent / f"{path.stem}.{os.urandom(8).hex()}.tmp"
    handle = None
    try:
        handle = leftovers.new_file(temporary)
        temporary.write_bytes(data)
        os.replace(temporary, path)  # noqa: PTH105  (the name this call is known by)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    finally:
        if handle is not None:
            os.close(handle)


def delete(files: Iterable[File]) -> tuple[int, OSError | None]:
    """Delete files; how many went, and the last reason why one could not."""
    gone, failure = 0, None
    for file in files:
        problem = _unlinked(file.path)
        gone += problem is None
        if problem and not isinstance(problem, FileNotFoundError):
            failure = problem
    return gone, failure


def shrink(entries: list[File], *, max_bytes: int) -> tuple[Trimmed, OSError | None]:
    """Delete the least recently used until at most `max_bytes` are left.

    Nothing younger goes in place of what cannot be deleted; the last reason is handed back.
    """
    left = sum(entry.bytes for entry in entries)
    failure = None
    removed = freed = vanished = stuck_bytes = 0
    # What was used in the future was so by a wrong clock, and would else stay for ever.
    future_s = time.time() + _STALE_S
    for entry in sorted(entries, key=lambda e: (e.used_s if e.used_s < future_s else 0.0, e.path)):
        if left <= max_bytes:
            break
        left -= entry.bytes
        problem = _unlinked(entry.path)
        if problem is None:
            removed += 1
            freed += entry.bytes
        elif isinstance(problem, FileNotFoundError):
            vanished += 1
        else:
            stuck_bytes += entry.bytes
            failure = problem
    count = len(entries) - removed - vanished
    return Trimmed(removed, freed, count, left + stuck_bytes), failure


def sweep(temporary: Iterable[File]) -> None:
    """Delete temporary files that a killed process left, but none in use."""
    now_s = time.time()
    delete(file for file in temporary if now_s - file.used_s > _STALE_S)


def sweep_unheld(root: Path) -> None:
    """Delete what killed processes were writing. Quick, since no shard is looked through."""
    leftovers.remove_files(i.path for i in _listed(os.fspath(root)) if _is_temporary(i.name))


def _is_temporary(name: str) -> bool:
    named = _NAME.fullmatch(name)
    return named is not None and named[1] is not None


def remove_folders(root: Path) -> None:
    """Delete the note of the last scan and those folders that are empty now."""
    with contextlib.suppress(OSError):
        if stat.S_ISREG(root.joinpath(_STAMP).lstat().st_mode):
            root.joinpath(_STAMP).unlink()
    for shard in _shards(root):
        with contextlib.suppress(OSError):  # not empty: something of someone else's
            Path(shard.path).rmdir()


def scanned_lately(root: Path) -> bool:
    """Whether some process noted within the last hour that it looked through the folder."""
    try:
        return abs(time.time() - root.joinpath(_STAMP).lstat().st_mtime) < _STALE_S
    except OSError:
        return False


def note_scan(root: Path) -> None:
    """Note that the folder is being looked through, for other processes and later ones."""
    with contextlib.suppress(OSError):
        stamp = os.open(root / _STAMP, _STAMP_FLAGS, 0o666)
        try:
            os.write(stamp, b"smr-audio looked through this folder when it wrote this.\n")
        finally:
            os.close(stamp)


def _shards(root: Path) -> list[os.DirEntry[str]]:
    return [
        item
        for item in _listed(os.fspath(root))
        if _SHARD.fullmatch(item.name) and _is_folder(item)
    ]


def _is_folder(item: os.DirEntry[str]) -> bool:
    with contextlib.suppress(OSError):
        return item.is_dir(follow_symlinks=False)
    return False


def _listed(folder: str) -> list[os.DirEntry[str]]:
    """All at once: what is deleted while a folder is read may hide what comes after it."""
    with contextlib.suppress(OSError), os.scandir(folder) as items:
        return list(items)
    return []


def _unlinked(path: str) -> OSError | None:
    try:
        Path(path).unlink()
    except OSError as error:
        return error
    return None
