"""A cache of bytes on disk. Whatever goes wrong with it, the work is done anew, not broken.

An entry is a file `a/abcd….smr` named by the SHA-256 of its key. It carries a checksum over
key and data, so an entry that is damaged, cut short or under a wrong name is a miss, and the
next `put` mends it. So is one that its reader refuses, and every key has the format of its data:
what another version kept is never taken for ours. Its time of modification is when it was last
used, to the hour.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, TypeVar

from smr_audio.errors import BuildError, UsageError
from smr_audio.storage import cache_folder, paths
from smr_audio.storage.cache_folder import Trimmed
from smr_audio.storage.locks import try_lock

MAX_VARIABLE: Final = "SMR_AUDIO_CACHE_MAX"
DEFAULT_MAX_BYTES: Final = 2_000_000_000
_SIZE: Final = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,9}))? ?(?:([kmgt])(i?))?b?", re.IGNORECASE)
_EXAMPLES: Final = "write one such as 500MB, 2GB, 1GiB or 0"


def parse_size(text: str) -> int:
    """Bytes of `500MB`, `1.5 GiB` or `4096`; MB is 10^6, MiB 2^20. Raises UsageError."""
    size = _read(text)
    if size is None:
        raise UsageError(f"'{text}' is no size; {_EXAMPLES}")
    return size


def default_max_bytes() -> int | None:
    """What SMR_AUDIO_CACHE_MAX says, or else 2 GB; None if it says `off`. Raises UsageError."""
    named = os.environ.get(MAX_VARIABLE)
    if not named:
        return DEFAULT_MAX_BYTES
    if named.strip().lower() == "off":
        return None
    size = _read(named)
    if size is None:
        raise UsageError(
            f"{MAX_VARIABLE} is '{named}', which is no size; {_EXAMPLES}, or off for no limit"
        )
    return size


def _read(text: str) -> int | None:
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    whole, fraction, prefix, binary = found.groups()
    if fraction and not prefix:
        return None  # half a byte: a unit was forgotten
    unit: int = (1024 if binary else 1000) ** (" kmgt".index(prefix.lower()) if prefix else 0)
    part = int(fraction) * unit // 10 ** len(fraction) if fraction else 0
    return int(whole) * unit + part


Key: TypeAlias = Mapping[str, object]
T = TypeVar("T")

CACHE_VARIABLE: Final = paths.CACHE_VARIABLE
MAX_ENTRY_BYTES: Final = 100_000_000  # far more than the longest sentence
_MAGIC: Final = b"smrcache1\n"
_HEAD_BYTES: Final = len(_MAGIC) + hashlib.sha256().digest_size
_TOUCH_S: Final = 3600  # fine enough to tell builds apart, and no write for a warm one
_TRIES: Final = 10
_LOCK: Final = "making.smr-audio"
_PATIENCE_S: Final = 120.0
_POLL_S: Final = 0.02
# A pipe in an entry's place would keep a plain `open` waiting for ever.
_READ: Final = os.O_RDONLY | (
    getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
_canonical: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
).encode


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
        `max_bytes` is what `keep_in_bounds` allows, None for any number; it comes from
        SMR_AUDIO_CACHE_MAX, and UsageError is raised if that is no size.
        """
        self.root = root
        self.max_bytes = default_max_bytes()
        self.trouble: str | None = None
        self._on_trouble = on_trouble
        self._put_bytes = 0
        self._swept = False

    def get(self, key: Key) -> bytes | None:
        """The data kept under this key, or None. Never raises OSError."""
        digest = key_digest(key)
        path = self._path(digest)
        try:
            file = os.open(path, _READ)
            try:
                found = os.fstat(file)
                whole = _HEAD_BYTES <= found.st_size <= MAX_ENTRY_BYTES
                if not whole or not stat.S_ISREG(found.st_mode):
                    return None
                head = os.read(file, _HEAD_BYTES)
                data = os.read(file, found.st_size - _HEAD_BYTES)
            finally:
                os.close(file)
        except OSError:
            return None
        if head != _head(data, digest=digest):
            return None
        if abs(time.time() - found.st_mtime) > _TOUCH_S:
            _note_use(Path(path))
        return data

    def read(self, key: Key, reader: Callable[[bytes], T]) -> T | None:
        """What `reader` makes of the data under this key; None if there is none.

        A reader raises ValueError for data that is not what the key stands for: that is a miss.
        """
        data = self.get(key)
        if data is None:
            return None
        try:
            return reader(data)
        except ValueError:
            return None

    def put(self, key: Key, data: bytes) -> bool:
        """Keep the data under this key; False if that cannot be done. Never raises OSError."""
        digest = key_digest(key)
        entry = _head(data, digest=digest) + data
        if len(entry) > MAX_ENTRY_BYTES:
            return False
        if not self._swept:  # once: a killed process left at most what this one makes anew
            self._swept = True
            cache_folder.sweep_unheld(self.root)
        try:
            self._write(Path(self._path(digest)), entry)
        except OSError as error:
            if self.trouble is None and self._on_trouble:
                self._on_trouble(self._trouble_of(error))
            self.trouble = self._trouble_of(error)
            return False
        self._put_bytes += len(entry)
        return True

    def info(self) -> CacheInfo:
        """Count what is there. An absent or unreadable folder holds nothing."""
        entries = cache_folder.contents(self.root).entries
        return CacheInfo(self.root, len(entries), sum(entry.bytes for entry in entries))

    def clear(self) -> int:
        """Delete every entry and stale temporary file, nothing else; how many entries went.

        Safe beside readers and writers: they see a whole entry or none. Raises BuildError if
        an entry cannot be deleted.
        """
        found = cache_folder.contents(self.root)
        gone, failure = cache_folder.delete(found.entries)
        cache_folder.sweep(found.temporary)
        cache_folder.remove_folders(self.root)
        if failure:
            raise self._cannot("clear all of", failure)
        return gone

    def trim(self, max_bytes: int) -> Trimmed:
        """Delete the least recently used entries until at most `max_bytes` are left.

        As safe as `clear`. Raises BuildError if an entry that should go cannot be deleted.
        """
        found = cache_folder.contents(self.root)
        cache_folder.sweep(found.temporary)
        trimmed, failure = cache_folder.shrink(found.entries, max_bytes=max_bytes)
        if failure:
            raise self._cannot("trim", failure)
        return trimmed

    def keep_in_bounds(self) -> None:
        """If more than `max_bytes` are kept, trim to nine tenths. For the end of a build.

        Looks through the folder only if this object has put something, and then once an hour
        for all processes, or if it was more than a fiftieth of what is allowed. Never raises
        OSError; what cannot be deleted stays.
        """
        if not self._put_bytes:
            return
        much = self.max_bytes is not None and self._put_bytes > self.max_bytes // 50
        if not much and cache_folder.scanned_lately(self.root):
            return
        self._put_bytes = 0
        cache_folder.note_scan(self.root)
        found = cache_folder.contents(self.root)
        cache_folder.sweep(found.temporary)
        kept_bytes = sum(entry.bytes for entry in found.entries)
        if self.max_bytes is not None and kept_bytes > self.max_bytes:
            cache_folder.shrink(found.entries, max_bytes=self.max_bytes * 9 // 10)

    @contextlib.contextmanager
    def alone(self, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Make what is missing while no other process does, so that nothing is made twice.

        Who waits longer than two minutes, or cannot lock, goes on all the same: it costs work
        and nothing else. What is missing has to be looked up again inside. `on_wait` is called
        before waiting.
        """
        with contextlib.ExitStack() as stack:
            file: BinaryIO | None = None
            with contextlib.suppress(OSError):
                self.root.mkdir(parents=True, exist_ok=True)
                file = (self.root / _LOCK).open("ab")
                stack.callback(_close, file)
            end_s = time.monotonic() + _PATIENCE_S
            if file is not None and not try_lock(file):
                on_wait()
                while not try_lock(file) and time.monotonic() < end_s:
                    time.sleep(_POLL_S)
            yield

    def _path(self, digest: str) -> str:
        return f"{self.root}{os.sep}{digest[:1]}{os.sep}{digest}.smr"

    def _write(self, path: Path, entry: bytes) -> None:
        for _ in range(0 if self.trouble else _TRIES - 1):
            try:
                return cache_folder.write_whole(path, entry)
            except (FileNotFoundError, FileExistsError, PermissionError):
                # A `clear` took the folder away just now, or Windows has the entry open.
                continue
        return cache_folder.write_whole(path, entry)

    def _trouble_of(self, error: OSError) -> str:
        reason = error.strerror or str(error)
        return (
            f"the cache at {self.root} cannot be written: {reason}; "
            f"set {CACHE_VARIABLE} to a folder that can"
        )

    def _cannot(self, what: str, error: OSError) -> BuildError:
        reason = error.strerror or str(error)
        return BuildError(f"cannot {what} {self.root}: {reason}; delete it by hand")


def key_digest(key: Key) -> str:
    """SHA-256 of a key in canonical JSON, in hex. Raises TypeError or ValueError if it has none.

    Neither the order of the members nor list against tuple makes a difference.
    """
    return hashlib.sha256(_canonical(key).encode("ascii")).hexdigest()


def default_cache_root() -> Path:
    """The folder that SMR_AUDIO_CACHE names, or else the platform's place for caches."""
    return paths.default_cache_root()


def _head(data: bytes, *, digest: str) -> bytes:
    checksum = hashlib.sha256(digest.encode("ascii"))
    checksum.update(data)
    return _MAGIC + checksum.digest()


def _close(lock: BinaryIO) -> None:
    """Let go of a lock, which nothing was written to: a disk that fails at that loses nothing."""
    with contextlib.suppress(OSError):
        lock.close()


def _note_use(path: Path) -> None:
    with contextlib.suppress(OSError):
        if not path.parent.is_symlink():  # then it would be no file of this cache
            os.utime(path)
