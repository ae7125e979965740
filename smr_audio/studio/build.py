"""Write a session's MP3, whole or not at all, and report what was made."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smr_audio.studio.plan import Plan
from smr_audio.studio.session import Session


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that was written."""

    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built, and from what."""

    files: tuple[OutputFile, ...]
    plan: Plan
    loudness_lufs: float
    true_peak_dbtp: float
    islands_encoded: int
    islands_cached: int
    elapsed_s: float

    @classmethod
    def of(cls, files: Iterable[OutputFile], session: Session, *, elapsed_s: float) -> BuildReport:
        """The report of a session that was written to these files."""
        return cls(
            files=tuple(files),
            plan=session.plan,
            loudness_lufs=session.loudness_lufs,
            true_peak_dbtp=session.true_peak_dbtp,
            islands_encoded=session.islands_encoded,
            islands_cached=session.islands_cached,
            elapsed_s=elapsed_s,
        )

    def as_json(self) -> dict[str, Any]:
        """The report as `build --json` prints it. A level of silence is null."""
        return {
            "files": [
                {"path": str(file.path), "bytes": file.bytes, "sha256": file.sha256}
                for file in self.files
            ],
            "duration_ms": self.plan.duration_ms,
            "plan": self.plan.as_json(),
            "loudness_lufs": _level(self.loudness_lufs),
            "true_peak_dbtp": _level(self.true_peak_dbtp),
            "clips": {"spoken": self.plan.clips.spoken, "cached": self.plan.clips.cached},
            "islands": {"encoded": self.islands_encoded, "cached": self.islands_cached},
            "elapsed_s": round(self.elapsed_s, 3),
        }


def write_chunks(temporary: Path, chunks: Iterable[bytes], *, shown: Path) -> OutputFile:
    """Write a file piece by piece; `shown` is the name it will have."""
    digest = hashlib.sha256()
    size = 0
    with temporary.open("wb", buffering=0) as file:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            left = memoryview(chunk)
            while left:  # an unbuffered write may take less than it is given
                left = left[file.write(left) :]
    return OutputFile(shown, size, digest.hexdigest())


def _level(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None
