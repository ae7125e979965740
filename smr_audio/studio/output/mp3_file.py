"""Write a session's MP3, whole or not at all, and report what was made."""

import errno
import hashlib
import math
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from smr_audio.mp3.linker import Piece
from smr_audio.records import asdict, dataclass
from smr_audio.studio.plan import Plan
from smr_audio.studio.session import Session

_BUFFER_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that was written."""

    path: Path
    bytes: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "path": str(self.path)}


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built, and from what."""

    files: tuple[OutputFile, ...]
    session: Session
    elapsed_s: float

    @property
    def plan(self) -> Plan:
        return self.session.plan

    @property
    def loudness_lufs(self) -> float:
        return self.session.loudness_lufs

    @property
    def true_peak_dbtp(self) -> float:
        return self.session.true_peak_dbtp

    @property
    def islands_encoded(self) -> int:
        return self.session.product.encoded

    @property
    def islands_cached(self) -> int:
        return len(self.session.product.segments) - self.session.product.encoded

    def as_json(self) -> dict[str, Any]:
        """The report as `build --json` prints it. A level of silence is null."""
        return {
            "files": [file.as_json() for file in self.files],
            "duration_ms": self.plan.duration_ms,
            "plan": self.plan.as_json(),
            "loudness_lufs": _level(self.loudness_lufs),
            "true_peak_dbtp": _level(self.true_peak_dbtp),
            "clips": {"spoken": self.plan.clips.spoken, "cached": self.plan.clips.cached},
            "islands": {"encoded": self.islands_encoded, "cached": self.islands_cached},
            "elapsed_s": round(self.elapsed_s, 3),
        }


def write_file(
    temporary: Path, pieces: Iterable[Piece], *, size: int = 0, shown: Path, digested: bool = True
) -> OutputFile:
    """Write a file piece by piece, of `size` bytes if known; `shown` is the name it will have.

    Without `digested` its `sha256` is empty: a third of the time that a warm build takes.
    """
    digest, written = hashlib.sha256(), 0
    with temporary.open("wb", buffering=_BUFFER_BYTES) as file:
        _make_room(file.fileno(), size)
        for piece in pieces:
            if digested:
                digest.update(piece)
            written += file.write(piece)
    return OutputFile(shown, written, digest.hexdigest() if digested else "")


def _make_room(descriptor: int, size: int) -> None:
    """Take the space at once: a full disk is known before a byte is written, and it is faster."""
    if sys.platform == "linux" and size:
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise


def _level(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None
