"""What became of many jobs: a result a row, and the report of the whole run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from smr_audio.errors import BuildError
from smr_audio.records import asdict, dataclass, replace

BATCH_FORMAT: Final = "smr-audio/batch-1"

Status: TypeAlias = Literal["built", "unchanged", "failed"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a row.

    `path` is where its file is, or would be; `place` is that of the row. `error` says what failed,
    and `exit_status` of which kind it is, as the command line's are: 0 for what did not fail.
    """

    row: int
    name: str
    path: Path
    status: Status
    error: str | None = None
    exit_status: int = 0
    bytes: int = 0
    duration_ms: int = 0
    warnings: tuple[str, ...] = ()
    place: str = ""

    def failed(self, error: str, exit_status: int = BuildError.exit_status) -> JobResult:
        error = f"{self.place}: {error}" if self.place else error
        return replace(self, error=error, exit_status=exit_status)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "path": str(self.path), "warnings": list(self.warnings)}


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of every row, in their order; `path` is where the same stands as JSON.

    `warnings` are of the table as a whole.
    """

    results: tuple[JobResult, ...]
    path: Path
    elapsed_s: float
    warnings: tuple[str, ...] = ()

    def count(self, status: Status) -> int:
        return sum(result.status == status for result in self.results)

    @property
    def failed(self) -> tuple[JobResult, ...]:
        return tuple(result for result in self.results if result.status == "failed")

    @property
    def built_per_second(self) -> float:
        return self.count("built") / self.elapsed_s if self.elapsed_s else 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "format": BATCH_FORMAT,
            "summary": {
                "rows": len(self.results),
                **{status: self.count(status) for status in STATUSES},
                "elapsed_s": round(self.elapsed_s, 3),
                "built_per_second": round(self.built_per_second, 1),
            },
            "warnings": list(self.warnings),
            "rows": [result.as_json() for result in self.results],
        }
