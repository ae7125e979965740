"""What a folder of built files holds and what each was built from, so that no row is built twice.

A line a file, added when the file is whole: `{"file", "key", "bytes", "mtime_ms", …}`. A kill
leaves at most a torn last line. Lines that cannot be read are ignored.
"""

import contextlib
import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from smr_audio.errors import BuildError, reason_of
from smr_audio.records import asdict, dataclass
from smr_audio.storage.locks import try_lock

LEDGER: Final = ".batch.jsonl"
_MTIME_SLACK_MS: Final = 2000  # FAT counts in two seconds


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A file that was built, and the key of all it was built from."""

    file: str
    key: str
    bytes: int
    mtime_ms: int
    duration_ms: int = 0
    warnings: tuple[str, ...] = ()


class Ledger:
    """The entries of a folder, by file."""

    def __init__(self, folder: Path, file: BinaryIO) -> None:
        self._folder = folder
        self._file = file
        self._entries = {entry.file: entry for entry in _read(file)}

    def unchanged(self, file: str, key: str) -> LedgerEntry | None:
        """The entry of a file that is there and was built from just this."""
        entry = self._entries.get(file)
        if entry is None or entry.key != key:
            return None
        try:
            found = (self._folder / file).lstat()
        except OSError:
            return None
        late_ms = abs(found.st_mtime_ns // 1_000_000 - entry.mtime_ms)
        same = stat.S_ISREG(found.st_mode) and found.st_size == entry.bytes
        return entry if same and late_ms <= _MTIME_SLACK_MS else None

    def add(self, file: str, key: str, *, duration_ms: int, warnings: tuple[str, ...]) -> None:
        """Add a file that was built just now. A full disk is no reason to stop."""
        with contextlib.suppress(OSError):
            found = (self._folder / file).stat()
            mtime_ms = found.st_mtime_ns // 1_000_000
            entry = LedgerEntry(file, key, found.st_size, mtime_ms, duration_ms, warnings)
            line = json.dumps(asdict(entry), separators=(",", ":")).encode() + b"\n"
            self._file.write(line)
            self._file.flush()

    def forget(self) -> None:
        """Empty it, so that all is built again."""
        self._entries.clear()
        self._file.truncate(0)


@contextmanager
def open_ledger(folder: Path) -> Iterator[Ledger]:
    """The ledger of a folder, which is made if need be, for one run at a time.

    Raises BuildError if the folder cannot be written or another run uses it.
    """
    path = folder / LEDGER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("ab+")
    except OSError as error:
        message = f"cannot write {path}: {reason_of(error)}; choose another folder with -o"
        raise BuildError(message) from error
    with file:
        if not try_lock(file):
            raise BuildError(f"another batch writes to {folder}; wait for it to end")
        yield Ledger(folder, file)


def _read(file: BinaryIO) -> Iterator[LedgerEntry]:
    file.seek(0)
    data = file.read()
    if data and not data.endswith(b"\n"):  # the last run was killed while it wrote
        file.write(b"\n")
    for line in data.splitlines():
        with contextlib.suppress(ValueError, TypeError, LookupError, RecursionError):
            entry = json.loads(line)
            read = LedgerEntry(**{**entry, "warnings": tuple(map(str, entry["warnings"]))})
            numbers = (read.bytes, read.mtime_ms, read.duration_ms)
            if type(read.file) is str and all(type(one) is int for one in numbers):
                yield read
