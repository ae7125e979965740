"""A cache of bytes on disk. A fault of the cache costs time and never a build.

An entry is a file `a/abcd….smr` named by the SHA-256 of its key. It has a checksum over key and
data, so an entry that is damaged, cut short or misnamed is a miss, as is one that its reader
rejects; the next `put` replaces it. Its modification time is that of its last use, to the hour.
"""

import contextlib
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, TypeVar

from smr_audio.errors import BuildError, UsageError, reason_of
from smr_audio.records import dataclass
from smr_audio.storage.atomic import private_folder, sweep, try_lock
from smr_audio.storage.paths import CACHE_VARIABLE

MAX_VARIABLE: Final = "SMR_AUDIO_CACHE_MAX"
DEFAULT_MAX_BYTES: Final = 2_000_000_000
_SIZE: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?(?:([kmgt])(i?))?b?", re.IGNORECASE)
_EXAMPLES: Final = "write one such as 500MB, 2GB, 1GiB or 0"

Key: TypeAlias = Mapping[str, object]
T = TypeVar("T")

_NAME: Final = re.compile(r"[0-9a-f]{64}\.smr")
_MAGIC: Final = b"smrcache1\n"
_HEAD_BYTES: Final = len(_MAGIC) + hashlib.sha256().digest_size
_TOUCH_S: Final = 3600  # fine enough to tell builds apart, and no write for a warm one
_LOCK: Final = "making.smr-audio"
_PATIENCE_S: Final = 120.0
_POLL_S: Final = 0.02
_canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


def parse_size(text: str) -> int:
    """Bytes of `500MB`, `1.5 GiB` or `4096`; MB is 10^6, MiB 2^20. Raises UsageError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None or ("." in found[1] and not found[2]):  # half a byte: the unit is missing
        raise UsageError(f"'{text}' is no size; {_EXAMPLES}")
    number, prefix, binary = found.groups()
    power = " kmgt".index(prefix.lower()) if prefix else 0
    return int(Fraction(number) * (1024 if binary else 1000) ** power)


def default_max_bytes() -> int | None:
    """What SMR_AUDIO_CACHE_MAX says, or else 2 GB; None if it says `off`. Raises UsageError."""
    named = os.environ.get(MAX_VARIABLE)
    if not named:
        return DEFAULT_MAX_BYTES
    if named.strip().lower() == "off":
        return None
    try:
        return parse_size(named)
    except UsageError:
        raise UsageError(f"{MAX_VARIABLE} is '{named}', which is no size; {_EXAMPLES}, or off for no limit") from None


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """Where a cache is and what it holds; `bytes` are those of its files."""

    path: Path
    entries: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What was removed from a cache, and what is left; `freed` and `bytes` are those of files."""

    removed: int
    freed: int
    entries: int
    bytes: int


class Cache:
    """Bytes under keys. A key is a mapping that JSON can hold, of everything that shapes them."""

    def __init__(self, root: str | Path, *, on_trouble: Callable[[str], None] | None = None) -> None:
        """Use the folder `root`, which is made when first needed.

        `trouble` is None, or why an entry could not be kept; `on_trouble` is called with it once.
        `max_bytes` is what `keep_in_bounds` allows, None for any number; it comes from
        SMR_AUDIO_CACHE_MAX, and UsageError is raised if that is no size.
        """
        self.root = Path(root)
        self.max_bytes = default_max_bytes()
        self.trouble: str | None = None
        self._on_trouble = on_trouble
        self._put_bytes = 0
        self._look_after_bytes = 1

    def get(self, key: Key) -> bytes | None:
        """The data kept under this key, or None. Never raises OSError."""
        digest = key_digest(key)
        path = self._path(digest)
        try:
            with path.open("rb", buffering=0) as file:
                entry = file.read()
                used_s = os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        data = entry[_HEAD_BYTES:]
        if entry[:_HEAD_BYTES] != _head(data, digest=digest):
            return None
        if time.time() - used_s > _TOUCH_S:
            with contextlib.suppress(OSError):
                os.utime(path)
        return data

    def read(self, key: Key, reader: Callable[[bytes], T]) -> T | None:
        """What `reader` makes of the data under this key; None if it raises ValueError."""
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
        path = self._path(digest)
        self._put_bytes += _HEAD_BYTES + len(data)  # on a full disk too, so that room is made
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with private_folder(self.root) as folder:
                temporary = folder / path.name
                temporary.write_bytes(_head(data, digest=digest) + data)
                os.replace(temporary, path)  # noqa: PTH105  (the name this call is known by)
        except OSError as error:
            if isinstance(error.__context__, KeyboardInterrupt):  # `rmtree` closes twice what Ctrl-C interrupts
                raise KeyboardInterrupt from error
            trouble = (
                f"the cache at {self.root} cannot be written: {reason_of(error)}; "
                f"set {CACHE_VARIABLE} to a folder that can"
            )
            if self.trouble is None and self._on_trouble:
                self._on_trouble(trouble)
            self.trouble = trouble
            return False
        return True

    def info(self) -> CacheInfo:
        """Count what is there. An absent or unreadable folder holds nothing."""
        entries = self._entries()
        return CacheInfo(self.root, len(entries), sum(size for _, _, size in entries))

    def clear(self) -> int:
        """Delete every entry and nothing else; how many there were. As safe as `trim`."""
        return self.trim(0).removed

    def trim(self, max_bytes: int) -> Trimmed:
        """Delete the least recently used entries until at most `max_bytes` are left.

        Other processes see a whole entry or none. Raises BuildError if one cannot be deleted.
        """
        sweep(self.root)
        entries = sorted(self._entries())
        count, left_bytes = len(entries), sum(size for _, _, size in entries)
        removed = freed = 0
        failure: OSError | None = None
        for _, path, size in entries:
            if left_bytes <= max_bytes:
                break
            try:
                Path(path).unlink()
                removed += 1
                freed += size
            except FileNotFoundError:
                pass  # another process deleted it
            except OSError as error:
                failure = error
                continue
            count -= 1
            left_bytes -= size
        if failure:
            raise BuildError(f"cannot delete entries of {self.root}: {reason_of(failure)}; do it by hand")
        return Trimmed(removed, freed, count, left_bytes)

    def keep_in_bounds(self) -> None:
        """If more than `max_bytes` are kept, trim to nine tenths, at the end of a build.

        It looks only when a fiftieth of `max_bytes` was put since the last time. Never raises
        OSError.
        """
        if self.max_bytes is None or self._put_bytes < self._look_after_bytes:
            return
        self._put_bytes, self._look_after_bytes = 0, self.max_bytes // 50 + 1
        if self.info().bytes > self.max_bytes:
            with contextlib.suppress(BuildError):
                self.trim(self.max_bytes * 9 // 10)

    @contextlib.contextmanager
    def alone(self, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Make what is missing while no other process does, so that nothing is made twice.

        Look up again inside what is missing. A process that waits longer than two minutes, or
        cannot lock, continues, which only costs work. `on_wait` is called before waiting.
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

    def _path(self, digest: str) -> Path:
        return self.root / digest[:1] / f"{digest}.smr"

    def _entries(self) -> list[tuple[float, str, int]]:
        """Each entry's time of last use, path and size."""
        found = []
        for shard in "0123456789abcdef":
            with contextlib.suppress(OSError), os.scandir(self.root / shard) as items:
                for item in items:
                    if not _NAME.fullmatch(item.name):
                        continue
                    with contextlib.suppress(OSError):  # another process deleted it
                        if item.is_file(follow_symlinks=False):
                            status = item.stat()
                            found.append((status.st_mtime, item.path, status.st_size))
        return found


def key_digest(key: Key) -> str:
    """SHA-256 of a key in canonical JSON, in hex. Raises TypeError or ValueError if it has none."""
    return hashlib.sha256(_canonical(key).encode("ascii")).hexdigest()


def _head(data: bytes, *, digest: str) -> bytes:
    checksum = hashlib.sha256(digest.encode("ascii"))
    checksum.update(data)
    return _MAGIC + checksum.digest()


def _close(lock: BinaryIO) -> None:
    """Release a lock. Nothing was written to it, so a failing disk loses nothing."""
    with contextlib.suppress(OSError):
        lock.close()
