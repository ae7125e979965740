"""Lay a session out as a strip of time: what is heard, where its milliseconds say.

A chapter is a heading with its row or rows below it, so titles have the whole width and meet
nothing. From top to bottom a row has a lane of cues, one of holds and pauses, one of speech, and
the minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from smr_audio import units
from smr_audio.timeline.timeline import (
    Chapter,
    CueEvent,
    GateEvent,
    HoldEvent,
    SpeechEvent,
    Timeline,
)
from smr_audio.views.protocol import PlanView
from smr_audio.views.strip.header import header
from smr_audio.views.strip.holds import gate, hold
from smr_audio.views.strip.rows import MARGIN, MINUTE_MS, Row, pieces, row_at, rows
from smr_audio.views.strip.shapes import (
    CUE,
    GRID,
    INK,
    MUTED,
    PAPER,
    ROW,
    SPEECH,
    WIDTH,
    Box,
    Picture,
    Shape,
    TextShape,
)
from smr_audio.views.text import cleaned, fitted, width_px

STRIP_TOP: Final = 6
STRIP_HEIGHT: Final = 34
WORK_TOP: Final = 8
SPEECH_TOP, SPEECH_HEIGHT = 30, 7
CUE_WIDTH: Final = 1.6
CUE_HEIGHT, TICK_HEIGHT = 7, 3
MINUTE_BASELINE: Final = 51
SMALL, HEADING_SIZE = 11, 12


def lay_out(plan: PlanView) -> Picture:
    """The picture of a plan."""
    return strip(plan.script.title, plan.timeline)


def strip(title: str, timeline: Timeline) -> Picture:
    """The picture of a timeline under a title."""
    length = units.clock(round(units.ms_of_ticks(timeline.end_tick) / 1000))
    top, shapes = header(title, timeline)
    found = rows(timeline, y=top)
    height = (found[-1].bottom if found else top) + MARGIN / 2
    drawn = [
        Box("paper", 0, 0, WIDTH, height, PAPER),
        *shapes,
        *(shape for row in found for shape in _row(row)),
        *_events(timeline, found),
    ]
    label = f"{cleaned(title)}, {length}: the session as a strip of time"
    return Picture(height, label, tuple(drawn))


def _row(row: Row) -> Iterator[Shape]:
    if row.chapter is not None:
        yield from _heading(row.chapter, row.y)
    if row.end_ms > row.start_ms:
        width = row.width(row.end_ms - row.start_ms)
        yield Box("row", MARGIN, row.top + STRIP_TOP, width, STRIP_HEIGHT, ROW)
        yield from _minutes(row)


def _heading(chapter: Chapter, y: float) -> Iterator[Shape]:
    at = units.clock(chapter.start_tick // units.TICKS_PER_SECOND)
    time_px = width_px(at, HEADING_SIZE, bold=True)
    yield TextShape("time", MARGIN, y + 20, at, HEADING_SIZE, INK, time_px, bold=True)
    x = MARGIN + time_px + 5
    room = WIDTH - MARGIN - x
    if title := fitted(chapter.title, room, size=HEADING_SIZE):
        yield TextShape("chapter", x, y + 20, title, HEADING_SIZE, INK, room)


def _minutes(row: Row) -> Iterator[Shape]:
    """A line at each whole minute, and its time beside it where there is room.

    None where a chapter begins on the minute: its heading says so.
    """
    free = float(MARGIN)
    for ms in range(-(-row.start_ms // MINUTE_MS) * MINUTE_MS, row.end_ms, MINUTE_MS):
        if row.chapter is not None and ms == row.start_ms:
            continue
        x, text = row.x(ms), units.clock(ms // 1000)
        yield Box("minute", x, row.top + STRIP_TOP, 0.8, MINUTE_BASELINE - STRIP_TOP, GRID)
        width = width_px(text, SMALL)
        for start in (x + 4, x - 3 - width):
            if free <= start and start + width <= WIDTH - MARGIN:
                y = row.top + MINUTE_BASELINE
                yield TextShape("minute", start, y, text, SMALL, MUTED, width)
                free = start + width + 4
                break


def _events(timeline: Timeline, rows: Sequence[Row]) -> Iterator[Shape]:
    many = any(event.set > 1 for event in timeline.holds)
    for event in timeline.events:
        start_ms, end_ms = units.ms_of_ticks(event.start_tick), units.ms_of_ticks(event.end_tick)
        if isinstance(event, CueEvent):
            yield _cue(event, row_at(rows, start_ms), start_ms)
            continue
        spans = [
            (row.x(begin), row.width(end - begin), row.top)
            for row, begin, end in pieces(rows, start_ms, end_ms)
        ]
        if isinstance(event, SpeechEvent):
            for x, width, y in spans:
                yield Box("speech", x, y + SPEECH_TOP, width, SPEECH_HEIGHT, SPEECH)
            continue
        places = [(x, y + WORK_TOP, width) for x, width, y in spans]
        if isinstance(event, HoldEvent):
            yield from hold(event, places, with_set=many)
        elif isinstance(event, GateEvent):
            yield from gate(event, places)


def _cue(event: CueEvent, row: Row, ms: int) -> Shape:
    """A mark that begins where the cue does: ticks of the metronome are many, and shorter."""
    kind, height = ("tick", TICK_HEIGHT) if event.cue == "tick" else ("cue", CUE_HEIGHT)
    return Box(kind, row.x(ms), row.top + CUE_HEIGHT - height, CUE_WIDTH, height, CUE)
