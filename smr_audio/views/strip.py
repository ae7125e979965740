"""Lay a session out as a strip of time: what is heard, at the place of its milliseconds.

Below a header with title, length and key, each chapter is a heading with its rows, so titles have
the whole width and touch nothing. From top to bottom a row has a lane of cues, one of holds and
pauses, one of speech, and the minutes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.library.models import Page
from smr_audio.options.choices import Side
from smr_audio.records import dataclass
from smr_audio.timeline.timeline import Chapter, CueEvent, GateEvent, HoldEvent, SpeechEvent, Timeline
from smr_audio.views.shapes import WIDTH, Box, Picture, Shape, Teeth, TextShape
from smr_audio.views.text import broken, cleaned, fitted, width_px

PAPER: Final = "#ffffff"
ROW: Final = "#eef1f6"
INK: Final = "#1d2433"
MUTED: Final = "#4f5b70"
SPEECH: Final = "#5b6880"
CUE: Final = "#b0125b"
GRID: Final = "#7b879b"
LEFT: Final = "#0b6b73"
RIGHT: Final = "#b04a0c"
BOTH: Final = "#5f45a8"

STRIP_TOP: Final = 6
STRIP_HEIGHT: Final = 34
WORK_TOP: Final = 8
SPEECH_TOP, SPEECH_HEIGHT = 30, 7
CUE_WIDTH: Final = 1.6
CUE_HEIGHT, TICK_HEIGHT = 7, 3
MINUTE_BASELINE: Final = 51
SMALL, HEADING_SIZE = 11, 12


def strip(title: str, timeline: Timeline, words: Page) -> Picture:
    """A session as a picture, with words in its language."""
    length = units.clock(round(units.ms_of_ticks(timeline.end_tick) / 1000))
    top, shapes = header(title, timeline, words)
    found = rows(timeline, y=top)
    height = (found[-1].bottom if found else top) + MARGIN / 2
    drawn = [
        Box("paper", 0, 0, WIDTH, height, PAPER),
        *shapes,
        *chain.from_iterable(map(_row, found)),
        *_events(timeline, found, words),
    ]
    label = words("strip.label", title=cleaned(title), time=length)
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
    """A line at each whole minute, with its time if there is room.

    Left out where a chapter begins on the minute, since its heading has the time.
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


def _events(timeline: Timeline, found: Sequence[Row], words: Page) -> Iterator[Shape]:
    many = any(event.set > 1 for event in timeline.holds)
    for event in timeline.events:
        start_ms, end_ms = units.ms_of_ticks(event.start_tick), units.ms_of_ticks(event.end_tick)
        if isinstance(event, CueEvent):
            # Ticks of the metronome are many, and shorter.
            kind, height = ("tick", TICK_HEIGHT) if event.cue == "tick" else ("cue", CUE_HEIGHT)
            row = found[_number_at(found, start_ms)]
            yield Box(kind, row.x(start_ms), row.top + CUE_HEIGHT - height, CUE_WIDTH, height, CUE)
            continue
        spans = [(row.x(begin), row.width(end - begin), row.top) for row, begin, end in pieces(found, start_ms, end_ms)]
        if isinstance(event, SpeechEvent):
            for x, width, y in spans:
                yield Box("speech", x, y + SPEECH_TOP, width, SPEECH_HEIGHT, SPEECH)
            continue
        places = [(x, y + WORK_TOP, width) for x, width, y in spans]
        yield from _work(event, places, words, with_set=many)


# Rows: each chapter begins one, and none is longer than the row's time.

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
        return MARGIN + (ms - self.start_ms) * STRIP / self.row_ms

    def width(self, ms: int) -> float:
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
    span = row_ms(units.ms_of_ticks(timeline.end_tick))
    found = []
    for chapter in timeline.chapters:
        start_ms = units.ms_of_ticks(chapter.start_tick)
        end_ms = units.ms_of_ticks(chapter.end_tick)
        # A chapter of no length has a row all the same.
        for at in range(start_ms, max(end_ms, start_ms + 1), span):
            begun = chapter if at == start_ms else None
            found.append(Row(at, min(at + span, end_ms), span, y, begun))
            y = found[-1].bottom
    return tuple(found)


def pieces(rows: Sequence[Row], start_ms: int, end_ms: int) -> Iterator[tuple[Row, int, int]]:
    """The parts of a stretch of time, each in its row; what crosses a row's end goes on below."""
    for row in rows[_number_at(rows, start_ms) :]:
        if row.start_ms >= end_ms:
            return
        begin, end = max(start_ms, row.start_ms), min(end_ms, row.end_ms)
        if begin < end:
            yield row, begin, end


def _number_at(rows: Sequence[Row], ms: int) -> int:
    """The number of the row that a moment is in; of the last one at the very end."""
    return max(bisect_right(rows, ms, key=lambda row: row.start_ms) - 1, 0)


# Holds and pauses: sides differ in colour, in edge and in name.

Place: TypeAlias = tuple[float, float, float]
"""x, y and width of a piece."""

BLOCK_HEIGHT: Final = 20
TOOTH: Final = 3
LABEL_SIZE: Final = 11
_BASELINE: Final = 13
_PAD: Final = 4
COLOURS: Final[dict[Side | None, str]] = {"left": LEFT, "right": RIGHT, None: BOTH}


def _name(side: Side | None, words: Page) -> str:
    return words(f"side.{side}").capitalize() if side else words("strip.both")


def _work(event: HoldEvent | GateEvent, places: Sequence[Place], words: Page, *, with_set: bool) -> Iterator[Shape]:
    """A hold or pause in its pieces. One says which it is, others of a hold only the side."""
    seconds = (event.end_tick - event.start_tick) // units.TICKS_PER_SECOND
    sign: Callable[[Place], Iterator[Shape]] = _frame
    labels = [words(f"strip.{form}", n=seconds) for form in ("gate", "gate_short", "pause")]
    if isinstance(event, GateEvent) and event.kind == "pause":
        labels = labels[1:]
    others, ink = list[str](), INK
    if isinstance(event, HoldEvent):
        name, sign, ink = _name(event.side, words), partial(_block, side=event.side), PAPER
        labels = [*(words("strip.hold", side=each, n=seconds) for each in (name, name[0])), name[0]]
        if with_set:
            labels.insert(0, words("strip.hold_set", side=name, set=event.set, n=seconds))
        others = labels[-1:]
    wide = [number for number, place in enumerate(places) if _fits(labels[0], place)]
    # The first piece that is wide enough for the label, or else the widest.
    speaker = wide[0] if wide else max(range(len(places)), key=lambda n: places[n][2], default=0)
    for number, place in enumerate(places):
        yield from sign(place)
        yield from _label(labels if number == speaker else others, place, ink)


def _block(place: Place, side: Side | None) -> Iterator[Shape]:
    """A piece of a hold. Right has teeth below, both have them above and below, left has none."""
    x, y, width = place
    yield Box(f"hold {side or 'both'}", x, y, width, BLOCK_HEIGHT, COLOURS[side])
    if side != "left":
        yield Teeth(x, y + BLOCK_HEIGHT - TOOTH, width, TOOTH, ROW)
    if side is None:
        yield Teeth(x, y, width, TOOTH, ROW)


def _frame(place: Place) -> Iterator[Shape]:
    """Silence for setting up."""
    x, y, width = place
    yield Box("gate", x, y, width, BLOCK_HEIGHT, PAPER, INK)


def _fits(label: str, place: Place) -> bool:
    return width_px(label, LABEL_SIZE) <= place[2] - 2 * _PAD


def _label(labels: Iterable[str], place: Place, colour: str) -> Iterator[Shape]:
    """The first of the labels that fits."""
    x, y, width = place
    for label in labels:
        if _fits(label, place):
            room = width - 2 * _PAD
            yield TextShape("label", x + _PAD, y + _BASELINE, label, LABEL_SIZE, colour, room)
            return


# The header, with a key for the signs that occur.

Key: TypeAlias = tuple[str, float, Callable[[Place], Iterable[Shape]]]
"""A meaning, how wide its sign is, and what draws that at a place."""

_TITLE, _TEXT, _KEY = 16, 12, 11
_LINE: Final = 20
_KEYS: Final = 24
_SWATCH: Final = 18


def header(title: str, timeline: Timeline, words: Page) -> tuple[float, list[Shape]]:
    """Where the head ends, and its shapes."""
    room = WIDTH - 2 * MARGIN
    shapes: list[Shape] = []
    y = 6.0
    for line in broken(title, room, size=_TITLE, bold=True):
        y += _LINE
        shapes.append(TextShape("title", MARGIN, y, line, _TITLE, INK, room, bold=True))
    y += _LINE
    length_ms = units.ms_of_ticks(timeline.end_tick)
    held = sum(hold.end_tick - hold.start_tick for hold in timeline.holds) // units.TICKS_PER_SECOND
    number, row = words("strip.holds", n=len(timeline.holds)), row_ms(length_ms) // MINUTE_MS
    time = units.clock(round(length_ms / 1000))
    length = words("strip.length", time=time, holds=number, held=units.clock(held), n=row)
    shapes.append(TextShape("length", MARGIN, y, length, _TEXT, MUTED, room))
    y += 10
    for keys in (list(_holds(timeline, words)), list(_others(timeline, words))):
        if keys:
            shapes += _legend(keys, y)
            y += _KEYS
    return y, shapes


def _holds(timeline: Timeline, words: Page) -> Iterator[Key]:
    found = {hold.side for hold in timeline.holds}
    for side in COLOURS:
        if side in found:
            name = _name(side, words).lower()
            yield words("strip.key_hold", side=name), _SWATCH, partial(_block, side=side)


def _others(timeline: Timeline, words: Page) -> Iterator[Key]:
    if timeline.speech:
        yield words("strip.speech"), _SWATCH, partial(_bar, y=6, height=7, fill=SPEECH)
    if timeline.cues:
        yield words("strip.cue"), 1.6, partial(_bar, y=5, height=9, fill=CUE)
    kinds = {event.kind for event in timeline.events if isinstance(event, GateEvent)}
    if kinds:
        key = "key_gate" if "gate" in kinds else "pause"
        yield words(f"strip.{key}").lower(), _SWATCH, _frame


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
