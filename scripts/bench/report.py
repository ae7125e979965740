"""What was measured, as JSON for the docs and as a table for people."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

FORMAT: Final = "smr-audio/bench-2"


@dataclass(slots=True)
class Figure:
    """A row with the values of every round, or why there are none."""

    part: str
    what: str
    of: str
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    why: str = ""

    def add(self, wall_s: float, cpu_s: float, peak_mb: float) -> None:
        self.wall_s.append(round(wall_s, 4))
        self.cpu_s.append(round(cpu_s, 4))
        self.peak_mb.append(round(peak_mb, 1))

    def last(self) -> str:
        said = self.why or f"{self.wall_s[-1]:.2f} s, CPU {self.cpu_s[-1]:.2f} s, {self.peak_mb[-1]:.0f} MB"
        return f"{self.part}: {self.what} {self.of}: {said}"


def as_json(figures: Sequence[Figure], **facts: Any) -> dict[str, Any]:
    return {"format": FORMAT, **facts, "figures": [asdict(figure) for figure in figures]}


def table(figures: Sequence[Figure]) -> Iterator[str]:
    yield f"{'':<40}{'of':<18}{'wall s':>8}{'least':>8}{'most':>8}{'CPU s':>8}{'MB':>6}"
    for figure in figures:
        row = f"{figure.what:<40}{figure.of:<18}"
        if figure.wall_s and not figure.why:
            times = (statistics.median(figure.wall_s), min(figure.wall_s), max(figure.wall_s))
            row += "".join(f"{time:>8.2f}" for time in (*times, statistics.median(figure.cpu_s)))
            row += f"{statistics.median(figure.peak_mb):>6.0f}"
        yield row + figure.why
