"""Everything is drawn where its milliseconds say, inside the picture, legible, and apart."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smr_audio.timeline.timeline import Chapter, CueEvent, Event, GateEvent, HoldEvent, Side, SpeechEvent, Timeline
from smr_audio.views.shapes import WIDTH, Box, Picture, Teeth, TextShape
from smr_audio.views.strip import PAPER, ROW, strip
from smr_audio.views.text import width_px
from tests.drawing.made_up import WORDS, contrast, timelines, titles
from tests.timeline.test_invariants import sessions

LEFT_PX, STRIP_PX, MINUTE = 12, 336, 60_000
LONG = Timeline(
    tuple(HoldEvent(at * 125, at * 125 + 3750, "t", "left", 1) for at in range(0, 43_000, 40)),
    tuple(Chapter(at * 125, at * 125 + 75_000, "Chapter", None) for at in range(0, 43_200, 600)),
    43_200 * 125,
)


def spans(timeline: Timeline) -> list[tuple[int, int]]:
    """Start and end of each row, in ms: told anew, not asked of what is tested."""
    return [
        (start, min(start + row_ms(timeline), chapter.end_tick * 8))
        for chapter in timeline.chapters
        for start in range(chapter.start_tick * 8, chapter.end_tick * 8, row_ms(timeline))
    ]


def row_ms(timeline: Timeline) -> int:
    return MINUTE * (1 if timeline.end_tick <= 30_000 else 2 if timeline.end_tick <= 900_000 else 5)


def kind_of(event: Event) -> str:
    if isinstance(event, HoldEvent):
        return f"hold {event.side or 'both'}"
    if isinstance(event, CueEvent):
        return "tick" if event.cue == "tick" else "cue"
    return "speech" if isinstance(event, SpeechEvent) else "gate"


def expected(timeline: Timeline) -> Counter[tuple[str, int, int, int]]:
    """What must be drawn: kind, row, and from which ms to which."""
    found: Counter[tuple[str, int, int, int]] = Counter()
    rows = spans(timeline)
    for event in timeline.events:
        start, end = event.start_tick * 8, event.end_tick * 8
        for number, (row_start, row_end) in enumerate(rows):
            if isinstance(event, CueEvent):
                if row_start <= start < row_end:
                    found[kind_of(event), number, start, start] += 1
            elif max(start, row_start) < min(end, row_end):
                piece = max(start, row_start), min(end, row_end)
                found[(kind_of(event), number, *piece)] += 1
    return found


def drawn(picture: Picture, timeline: Timeline) -> Counter[tuple[str, int, int, int]]:
    """The same, read back from the places of the boxes."""
    rows, times, scale = boxes(picture, "row"), spans(timeline), row_ms(timeline) / STRIP_PX
    assert len(rows) == len(times)
    found: Counter[tuple[str, int, int, int]] = Counter()
    legend = rows[0].y - 6
    for box in picture.shapes:
        if not isinstance(box, Box) or box.kind in ("row", "minute", "paper", "key"):
            continue
        if box.y < legend:
            continue
        # A row's lanes begin 6 px above its strip.
        number = max(n for n, row in enumerate(rows) if row.y - 6.01 <= box.y)
        start = times[number][0] + (box.x - LEFT_PX) * scale
        end = start if box.kind in ("cue", "tick") else start + box.width * scale
        found[box.kind, number, round(start), round(end)] += 1
    return found


def boxes(picture: Picture, kind: str) -> list[Box]:
    return [s for s in picture.shapes if isinstance(s, Box) and s.kind == kind]


def texts(picture: Picture) -> list[TextShape]:
    return [shape for shape in picture.shapes if isinstance(shape, TextShape)]


def area(text: TextShape) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text."""
    width = width_px(text.text, text.size, bold=text.bold)
    return text.x, text.y - 0.8 * text.size, text.x + width, text.y + 0.25 * text.size


def check_layout(picture: Picture) -> None:
    for shape in picture.shapes:
        if isinstance(shape, TextShape):
            left, top, right, bottom = area(shape)
            assert right <= shape.x + shape.room + 0.01
            assert shape.size >= 11
        else:
            left, top = shape.x, shape.y
            right, bottom = shape.x + shape.width, shape.y + shape.height
        assert left >= 0, shape
        assert top >= 0, shape
        assert right <= WIDTH + 0.01, shape
        assert bottom <= picture.height + 0.01, shape
    areas = sorted(((area(text), text) for text in texts(picture)), key=lambda pair: pair[0][1])
    for number, ((left, _, right, bottom), text) in enumerate(areas):
        for (other_left, other_top, other_right, _), other in areas[number + 1 :]:
            if other_top >= bottom:
                break
            assert right <= other_left or other_right <= left, (text, other)


of_sessions = sessions().map(lambda session: (session.timeline, session.script.title))


@settings(max_examples=60)
@given(st.tuples(timelines(), titles) | of_sessions)
@example((LONG, "Twelve hours"))
@pytest.mark.slow
def test_any_timeline_or_session_lies_where_its_times_say_inside_and_apart(given: tuple[Timeline, str]) -> None:
    timeline, title = given
    picture = strip(title, timeline, WORDS)
    assert drawn(picture, timeline) == expected(timeline)
    check_layout(picture)


def test_what_crosses_a_row_s_end_goes_on_at_the_next_one_s_begin() -> None:
    within = HoldEvent(90 * 125, 120 * 125, "t", "left", 1)  # to the end of its row
    picture = strip("T", Timeline((within,), (Chapter(0, 600 * 125, "C"),), 600 * 125), WORDS)
    assert len(boxes(picture, "hold left")) == 2  # the legend's, and it
    hold = HoldEvent(60 * 125, 200 * 125, "t", "right", 1)
    picture = strip("T", Timeline((hold,), (Chapter(0, 600 * 125, "C"),), 600 * 125), WORDS)
    first, second = boxes(picture, "hold right")[1:]
    assert (first.x, first.width) == (12 + 168, 168)
    assert (second.x, second.width) == (12, pytest.approx(80 * 336 / 120))
    assert second.y > first.y
    assert [t.text for t in texts(picture) if t.kind == "label"] == ["Right 140 s", "R"]


def test_sides_differ_by_more_than_colour() -> None:
    def edges(side: Side | None) -> tuple[list[str], list[float]]:
        hold = HoldEvent(0, 30 * 125, "t", side, 1)
        picture = strip("T", Timeline((hold,), (Chapter(0, 60 * 125, "C"),), 60 * 125), WORDS)
        (box,) = boxes(picture, f"hold {side or 'both'}")[1:]
        teeth = [s for s in picture.shapes if isinstance(s, Teeth) and s.y >= box.y]
        return [t.text for t in texts(picture) if t.kind == "label"], [t.y - box.y for t in teeth]

    assert edges("left") == (["Left 30 s"], [])
    assert edges("right") == (["Right 30 s"], [17])
    assert edges(None) == (["Both 30 s"], [17, 0])


def test_every_chapter_has_its_time_and_its_title() -> None:
    chapters = tuple(Chapter(n * 7500, (n + 1) * 7500, f"Part {n}, left") for n in range(70))
    picture = strip("T", Timeline((), chapters, 70 * 7500), WORDS)
    headings = [(t.kind, t.text) for t in texts(picture) if t.kind in ("time", "chapter")]
    assert headings[:2] == [("time", "0:00"), ("chapter", "Part 0, left")]
    assert headings[-2:] == [("time", "1:09:00"), ("chapter", "Part 69, left")]
    assert len(headings) == 140


def minute_marks(picture: Picture) -> Iterator[tuple[Box, str]]:
    """Each line with the time that is written beside it."""
    for line, text in pairwise(picture.shapes):
        if isinstance(line, Box) and line.kind == "minute" and isinstance(text, TextShape):
            yield line, text.text


@given(start_s=st.integers(0, 59))
def test_minutes_are_marked_where_they_are(start_s: int) -> None:
    cut = (60 + start_s) * 125
    chapters = (Chapter(0, cut, "A"), Chapter(cut, 600 * 125, "B"))
    timeline = Timeline((), chapters, 600 * 125)
    picture = strip("T", timeline, WORDS)
    rows, times = boxes(picture, "row"), spans(timeline)
    for line, text in minute_marks(picture):
        number = max(n for n, row in enumerate(rows) if row.y <= line.y)
        ms = times[number][0] + (line.x - 12) * 120_000 / 336
        assert round(ms) == int(text.split(":")[0]) * 60_000
    # Not the session's begin, nor a chapter's that begins on the minute: their headings say it.
    assert len(boxes(picture, "minute")) == 9 - (start_s == 0)


def under(picture: Picture, x: float, y: float, *, before: object) -> str:
    """The colour that a shape is drawn on."""
    colour = ""
    for shape in picture.shapes:
        if shape is before:
            break
        inside = (
            isinstance(shape, Box) and shape.x <= x < shape.x + shape.width and shape.y <= y < shape.y + shape.height
        )
        colour = shape.fill if inside and isinstance(shape, Box) else colour
    return colour


def test_text_and_signs_have_the_contrast_of_wcag_aa() -> None:
    holds = (
        HoldEvent(0, 3750, "t", "left", 1),
        HoldEvent(5000, 8750, "t", "right", 1),
        HoldEvent(10_000, 13_750, "t", None, 1),
    )
    others = (
        GateEvent(15_000, 18_000), CueEvent(18_000, 18_010, "start"),
        CueEvent(18_000, 18_010, "tick"), SpeechEvent(18_000, 19_000, "x", "go", ()),
    )  # fmt: skip
    chapters = (Chapter(0, 20_000, "C"),)
    picture = strip("T", Timeline((*holds, *others), chapters, 20_000), WORDS)
    seen = set()
    for shape in picture.shapes:
        if isinstance(shape, TextShape):
            assert contrast(shape.colour, under(picture, shape.x, shape.y, before=shape)) >= 4.5
        elif isinstance(shape, Teeth):
            assert contrast(shape.fill, under(picture, shape.x, shape.y, before=shape)) >= 3
        elif shape.kind not in ("paper", "row"):
            seen.add(shape.kind)
            beside = (ROW, PAPER)
            assert min(contrast(shape.stroke or shape.fill, colour) for colour in beside) >= 3, shape
    assert {"hold left", "hold right", "hold both", "gate", "cue", "tick", "speech"} <= seen
