"""What verifying a file says: a row for each check, and what was found where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from smr_audio import units
from smr_audio.verification.manifest import Manifest

VERIFY_FORMAT: Final = "smr-audio/verify-1"


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

    A `warning` is worth knowing and makes no file a bad one: `ok` is true all the same.
    """

    name: str
    promised: str
    found: str
    ok: bool
    findings: tuple[Finding, ...] = ()
    warning: bool = False

    def as_json(self) -> dict[str, Any]:
        """The check as `verify --json` prints it."""
        return {
            "name": self.name,
            "promised": self.promised,
            "found": self.found,
            "ok": self.ok,
            "warning": self.warning,
            "findings": [
                {"at_ms": None if one.at_ms is None else round(one.at_ms, 3), "text": one.text}
                for one in self.findings
            ],
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of verifying a file: the record it was held against, and every check."""

    path: Path
    record: Manifest
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether the file is all that it should be."""
        return all(check.ok for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that found something."""
        return tuple(check for check in self.checks if not check.ok)

    def as_json(self) -> dict[str, Any]:
        """One file's part of what `verify --json` prints."""
        record = self.record
        return {
            "path": str(self.path),
            "ok": self.ok,
            "error": None,
            "routine": record.routine,
            "title": record.title,
            "voice": record.voice,
            "track": record.track or None,
            "duration_ms": units.ms_of_ticks(record.end_tick),
            "checks": [check.as_json() for check in self.checks],
        }


def check_of(
    name: str, *, promised: str, found: str, findings: list[Finding], ok: bool = True
) -> Check:
    """A check that is passed if nothing was found and `ok` says so."""
    return Check(name, promised, found, ok and not findings, tuple(findings))


def clock_ms(at_ms: float) -> str:
    """A place in a file for people: `2:03.412`, or `1:02:03.412` from an hour on."""
    seconds, ms = divmod(round(at_ms), 1000)
    return f"{units.clock(seconds)}.{ms:03}"


def ms_of_samples(samples: float) -> float:
    """Milliseconds in so many samples at 48 kHz."""
    return samples * 1000 / units.SAMPLE_RATE
