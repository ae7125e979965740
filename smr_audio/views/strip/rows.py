"""Break a session into rows: each chapter begins one, and none is longer than the row's time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from smr_audio import units
from smr_audio.timeline.timeline import Chapter, Timeline
from smr_audio.views.strip.shapes import WIDTH

MARGIN: Final = 12
STRIP: Final = WIDTH - 2 * MARGIN
HEADING: Final = 26
ROW_HEIGHT: Final = 56
MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of the session, `[start_ms, end_ms)`, with its top at y; `row_ms` fill a row.

    `chapter` is the one that begins here.
    """

    start_ms: int
    end_ms: int
    row_ms: int
    y: float
    chapter: Chapter | None

    def x(self, ms: int) -> float:
        """Where a time of this row lies."""
        return MARGIN + (ms - self.start_ms) * STRIP / self.row_ms

    def width(self, ms: int) -> float:
        """How wide so much time is."""
        return ms * STRIP / self.row_ms

    @property
    def top(self) -> float:
        """Where the strip's part of the row begins, below a heading."""
        return self.y + (HEADING if self.chapter is not None else 0)

    @property
    def bottom(self) -> float:
        """Where the next row begins. A chapter of no length is a heading only."""
        return self.top + (ROW_HEIGHT if self.end_ms > self.start_ms else 0)


def row_ms(duration_ms: int) -> int:
    """The time a row has: a minute in short sessions, two in most, five beyond two hours."""
    minutes = duration_ms / MINUTE_MS
    return MINUTE_MS * (1 if minutes <= 4 else 2 if minutes <= 120 else 5)


def rows(timeline: Timeline, *, y: float) -> tuple[Row, ...]:
    """All rows of a session, from y downwards."""
    span = row_ms(units.ms_of_ticks(timeline.end_tick))
    found = []
    for chapter in timeline.chapters:
        begun: Chapter | None = chapter
        for start_ms, end_ms in _stretches(chapter, span):
            row = Row(start_ms, end_ms, span, y, begun)
            found.append(row)
            y, begun = row.bottom, None
    return tuple(found)


def _stretches(chapter: Chapter, span: int) -> Iterator[tuple[int, int]]:
    start_ms, end_ms = units.ms_of_ticks(chapter.start_tick), units.ms_of_ticks(chapter.end_tick)
    yield start_ms, min(start_ms + span, end_ms)
    for at in range(start_ms + span, end_ms, span):
        yield at, min(at + span, end_ms)


def pieces(rows: Sequence[Row], start_ms: int, end_ms: int) -> Iterator[tuple[Row, int, int]]:
    """The parts of a stretch of time, each in its row; what crosses a row's end goes on below."""
    first = bisect_right(rows, start_ms, key=lambda row: row.start_ms) - 1
    for row in rows[max(first, 0) :]:
        if row.start_ms >= end_ms:
            return
        begin, end = max(start_ms, row.start_ms), min(end_ms, row.end_ms)
        if begin < end:
            yield row, begin, end


def row_at(rows: Sequence[Row], ms: int) -> Row:
    """The row that a moment is in; the last one at the very end."""
    return rows[max(bisect_right(rows, ms, key=lambda row: row.start_ms) - 1, 0)]
