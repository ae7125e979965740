"""What verifying a file found: a row for each check, with what is wrong and where."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from smr_audio import units
from smr_audio.errors import BuildError
from smr_audio.mp3.id3 import one_line
from smr_audio.progress import Progress
from smr_audio.records import asdict, dataclass
from smr_audio.verification.manifest import Manifest

VERIFY_FORMAT: Final = "smr-audio/verify-1"
_MOST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, and its time in the file if it has one."""

    text: str
    at_ms: float | None = None

    def __str__(self) -> str:
        return self.text if self.at_ms is None else f"{clock_ms(self.at_ms)} {self.text}"


@dataclass(frozen=True, slots=True)
class Check:
    """One promise, and whether the file keeps it.

    It does if there are no findings. A `warning` is worth knowing and makes no file a bad one:
    `ok` is true all the same.
    """

    name: str
    promised: str
    found: str
    findings: Sequence[Finding] = ()
    warning: bool = False

    @property
    def ok(self) -> bool:
        return self.warning or not self.findings

    def as_json(self) -> dict[str, Any]:
        findings = [
            {"at_ms": None if one.at_ms is None else round(one.at_ms, 3), "text": one.text} for one in self.findings
        ]
        return {**asdict(self), "ok": self.ok, "findings": findings}


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of verifying a file: the manifest it was compared with, and every check."""

    path: Path
    manifest: Manifest
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.ok)

    def as_json(self) -> dict[str, Any]:
        manifest = self.manifest
        return {
            "path": str(self.path),
            "ok": self.ok,
            "error": None,
            "routine": manifest.routine,
            "title": manifest.title,
            "voice": manifest.voice,
            "track": manifest.track or None,
            "duration_ms": units.ms_of_ticks(manifest.end_tick),
            "checks": [check.as_json() for check in self.checks],
        }


def clock_ms(at_ms: float) -> str:
    """A place in a file for people: `2:03.412`, or `1:02:03.412` from an hour on."""
    seconds, ms = divmod(round(at_ms), 1000)
    return f"{units.clock(seconds)}.{ms:03}"


def ms_of_samples(samples: float) -> float:
    return samples * 1000 / units.SAMPLE_RATE


def fit(text: str) -> str:
    """A text as a finding names it: one line of at most 60 characters."""
    return one_line(text, chars=60)


def require_verified(path: Path, *, shown: Path, progress: Progress) -> None:
    """Raise BuildError with what is wrong unless a file is as its manifest says.

    `shown` is the name that the file will have.
    """
    from smr_audio.verification.verify import verify_file  # imports numpy

    result = verify_file(path, shown=shown, progress=progress)
    if result.ok:
        return
    faults = [f"{one.name}: {what}" for one in result.failed for what in one.findings or (one.found,)]
    lines = [f"{shown} was not written, since it is not as planned:", *faults[:_MOST_SHOWN]]
    if len(faults) > _MOST_SHOWN:
        lines.append(f"and {len(faults) - _MOST_SHOWN} more")
    raise BuildError("\n  ".join(lines))
