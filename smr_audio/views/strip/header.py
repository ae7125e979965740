"""The head of the picture: title, length, and what the signs mean, if they occur."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.timeline.timeline import GateEvent, Side, Timeline
from smr_audio.views.strip.holds import NAMES, Place, block, frame
from smr_audio.views.strip.rows import MARGIN, MINUTE_MS, row_ms
from smr_audio.views.strip.shapes import CUE, INK, MUTED, SPEECH, WIDTH, Box, Shape, TextShape
from smr_audio.views.text import broken, width_px

Key: TypeAlias = tuple[str, float, Callable[[Place], Iterable[Shape]]]
"""A meaning, how wide its sign is, and what draws that at a place."""

_TITLE, _TEXT, _KEY = 16, 12, 11
_LINE: Final = 20
_KEYS: Final = 24
_SWATCH: Final = 18
_SIDES: Final[tuple[Side | None, ...]] = ("left", "right", None)


def header(title: str, timeline: Timeline) -> tuple[float, list[Shape]]:
    """Where the head ends, and its shapes."""
    room = WIDTH - 2 * MARGIN
    shapes: list[Shape] = []
    y = 6.0
    for line in broken(title, room, size=_TITLE, bold=True):
        y += _LINE
        shapes.append(TextShape("title", MARGIN, y, line, _TITLE, INK, room, bold=True))
    y += _LINE
    shapes.append(TextShape("length", MARGIN, y, _length(timeline), _TEXT, MUTED, room))
    y += 10
    for keys in (list(_holds(timeline)), list(_others(timeline))):
        if keys:
            shapes += _legend(keys, y)
            y += _KEYS
    return y, shapes


def _length(timeline: Timeline) -> str:
    length_ms = units.ms_of_ticks(timeline.end_tick)
    holds = timeline.holds
    held = sum(hold.end_tick - hold.start_tick for hold in holds) // units.TICKS_PER_SECOND
    number = "1 hold" if len(holds) == 1 else f"{len(holds)} holds"
    row = f"full row {row_ms(length_ms) // MINUTE_MS} min"
    return f"{units.clock(round(length_ms / 1000))} · {number}, {units.clock(held)} in all · {row}"


def _holds(timeline: Timeline) -> Iterator[Key]:
    found = {hold.side for hold in timeline.holds}
    for side in _SIDES:
        if side in found:
            yield f"hold, {NAMES[side].lower()}", _SWATCH, partial(block, side=side)


def _others(timeline: Timeline) -> Iterator[Key]:
    if timeline.speech:
        yield "speech", _SWATCH, partial(_bar, y=6, height=7, fill=SPEECH)
    if timeline.cues:
        yield "cue", 1.6, partial(_bar, y=5, height=9, fill=CUE)
    if any(isinstance(event, GateEvent) for event in timeline.events):
        yield "pause to set up", _SWATCH, lambda place: [frame(place)]


def _bar(place: Place, *, y: float, height: float, fill: str) -> Iterator[Shape]:
    yield Box("key", place[0], place[1] + y, place[2], height, fill)


def _legend(keys: Iterable[Key], y: float) -> Iterator[Shape]:
    """Signs as they are drawn in rows, each with its meaning."""
    x = float(MARGIN)
    for text, sign_width, sign in keys:
        yield from sign((x, y, sign_width))
        x += sign_width + 5
        width = width_px(text, _KEY)
        yield TextShape("key", x, y + 14, text, _KEY, INK, width)
        x += width + 14
