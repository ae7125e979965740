"""A cache of bytes on disk. Whatever goes wrong with it, the work is done anew, not broken.

An entry is a file `ab/abcd….smr` named by the SHA-256 of its key. It carries a checksum over
key and data, so an entry that is damaged, cut short or under a wrong name is a miss, and the
next `put` mends it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from smr_audio.errors import BuildError, UsageError

Key: TypeAlias = Mapping[str, object]

MAX_ENTRY_BYTES: Final = 100_000_000  # far more than the longest sentence
CACHE_VARIABLE: Final = "SMR_AUDIO_CACHE"
_MAGIC: Final = b"smrcache1\n"
_DIGEST_BYTES: Final = 32
_SHARD = re.compile(r"[0-9a-f]{2}")
_ENTRY = re.compile(r"[0-9a-f]{64}\.smr")
_TEMPORARY = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{16}\.tmp")
_STALE_S: Final = 3600
_TOUCH_S: Final = 24 * 3600  # fine enough to tell what was not used for weeks


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """Where a cache is and what it holds; `bytes` are those of its files."""

    path: Path
    entries: int
    bytes: int


class Cache:
    """Bytes under keys. A key is a mapping that JSON can hold, of everything that shapes them."""

    def __init__(self, root: Path, *, on_trouble: Callable[[str], None] | None = None) -> None:
        """Use the folder `root`, which is made when first needed.

        `trouble` is None, or why an entry could not be kept; `on_trouble` hears of it once.
        """
        self.root = root
        self.trouble: str | None = None
        self._on_trouble = on_trouble
        self._swept = False

    def get(self, key: Key) -> bytes | None:
        """The data kept under this key, or None. Never raises OSError."""
        digest = key_digest(key)
        path = self._path(digest)
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_ENTRY_BYTES:
                return None  # not of ours: a pipe would never end
            entry = path.read_bytes()
        except OSError:
            return None
        age_s = time.time() - found.st_mtime
        data = _opened(entry, digest=digest)
        if data is not None and age_s > _TOUCH_S:
            with contextlib.suppress(OSError):
                os.utime(path)
        return data

    def put(self, key: Key, data: bytes) -> bool:
        """Keep the data under this key; False if that cannot be done. Never raises OSError."""
        digest = key_digest(key)
        try:
            if not self._swept:
                self._swept = True
                self._sweep()
            self._write(self._path(digest), _sealed(data, digest=digest))
        except OSError as error:
            if self.trouble is None and self._on_trouble:
                self._on_trouble(self._trouble_of(error))
            self.trouble = self._trouble_of(error)
            return False
        return True

    def info(self) -> CacheInfo:
        """Count what is there. An absent or unreadable folder holds nothing."""
        entries = total = 0
        for item in self._files(_ENTRY):
            with contextlib.suppress(OSError):
                total += item.stat(follow_symlinks=False).st_size
                entries += 1
        return CacheInfo(path=self.root, entries=entries, bytes=total)

    def clear(self) -> int:
        """Delete every entry and stale temporary file, nothing else; how many entries went.

        Safe beside readers and writers: they see a whole entry or none. Raises BuildError if
        an entry cannot be deleted.
        """
        gone = 0
        failure: OSError | None = None
        for item in self._files(_ENTRY):
            problem = _unlinked(Path(item.path))
            gone += problem is None
            if problem and not isinstance(problem, FileNotFoundError):
                failure = problem
        self._sweep()
        for shard in self._shards():
            with contextlib.suppress(OSError):  # not empty: something of someone else's
                shard.rmdir()
        if failure:
            reason = failure.strerror or str(failure)
            raise BuildError(f"cannot clear all of {self.root}: {reason}; delete it by hand")
        return gone

    def _path(self, digest: str) -> Path:
        return self.root / digest[:2] / f"{digest}.smr"

    def _write(self, path: Path, entry: bytes) -> None:
        temporary = path.with_name(f"{path.stem}.{secrets.token_hex(8)}.tmp")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            try:
                temporary.write_bytes(entry)
            except FileNotFoundError:  # a `clear` took the empty folder away
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(entry)
            os.replace(temporary, path)  # noqa: PTH105  (the name this call is known by)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise

    def _sweep(self) -> None:
        """Remove temporary files that a killed process left, but none in use."""
        for item in self._files(_TEMPORARY):
            with contextlib.suppress(OSError):
                if time.time() - item.stat(follow_symlinks=False).st_mtime > _STALE_S:
                    Path(item.path).unlink()

    def _shards(self) -> Iterator[Path]:
        with contextlib.suppress(OSError), os.scandir(self.root) as items:
            for item in items:
                if _SHARD.fullmatch(item.name) and item.is_dir(follow_symlinks=False):
                    yield Path(item.path)

    def _files(self, name: re.Pattern[str]) -> Iterator[os.DirEntry[str]]:
        for shard in self._shards():
            with contextlib.suppress(OSError), os.scandir(shard) as items:
                for item in items:
                    ours = name.fullmatch(item.name) and item.name.startswith(shard.name)
                    if ours and item.is_file(follow_symlinks=False):
                        yield item

    def _trouble_of(self, error: OSError) -> str:
        reason = error.strerror or str(error)
        return (
            f"the cache at {self.root} cannot be written: {reason}; "
            f"set {CACHE_VARIABLE} to a folder that can"
        )


def key_digest(key: Key) -> str:
    """SHA-256 of a key in canonical JSON, in hex. Raises TypeError or ValueError if it has none.

    Neither the order of the members nor list against tuple makes a difference.
    """
    text = json.dumps(
        key, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def default_cache_root() -> Path:
    """The folder that SMR_AUDIO_CACHE names, or else the platform's place for caches."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        try:
            return Path(named).expanduser()
        except RuntimeError as error:
            raise UsageError(f"{CACHE_VARIABLE} is '{named}': {error}; name a folder") from None
    import platformdirs  # noqa: PLC0415  (tests and those who name a folder need none)

    return Path(platformdirs.user_cache_dir("smr-audio", appauthor=False))


def _unlinked(path: Path) -> OSError | None:
    try:
        path.unlink()
    except OSError as error:
        return error
    return None


def _sealed(data: bytes, *, digest: str) -> bytes:
    return _MAGIC + _checksum(data, digest=digest) + data


def _opened(entry: bytes, *, digest: str) -> bytes | None:
    head = len(_MAGIC) + _DIGEST_BYTES
    data = entry[head:]
    if entry[: len(_MAGIC)] != _MAGIC:
        return None
    return data if entry[len(_MAGIC) : head] == _checksum(data, digest=digest) else None


def _checksum(data: bytes, *, digest: str) -> bytes:
    return hashlib.sha256(digest.encode("ascii") + data).digest()
