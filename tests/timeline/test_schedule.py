"""Where things begin: on frames; which length is announced, what a rest has room for, the end."""

from dataclasses import replace
from itertools import permutations

import pytest

from smr_audio import parse_hold, units
from smr_audio.errors import Location
from smr_audio.library.library import Library
from smr_audio.options.choices import Talk
from smr_audio.session.compile import compile_session
from smr_audio.session.script import Calls, Coaching, Gate, Hold, Item, Part, Pause, Rest, Say, SayLength, Script
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import CueEvent, GateEvent, Timeline
from tests.conftest import CUE_TICKS, wishes_of
from tests.timeline.speech import made_up

HERE = Location("made-up.yaml", 1, 1)
LENGTHS = {
    "Ruler.": 200, "Five.": 180, "Six.": 120, "Seven.": 200, "Rest.": 99, "Again.": 99, "End.": 98,
}  # fmt: skip
KNOWN = Lengths(LENGTHS, CUE_TICKS)
FRAME = 3
MINUTE, HALF = 60 * 125, 30 * 125
END_CUE = CUE_TICKS["end"]


def say(text: str, then_ticks: int = 0) -> Say:
    return Say(text, (text,), "setup", then_ticks, HERE)


def laid(*items: Item, lengths: Lengths = KNOWN) -> Timeline:
    first = () if isinstance(items[0], Part) else (Part("Part", None, None, 0),)
    script = Script("x", "X", "en", (*first, *items), (Coaching((), 0, "learn"),), (), ())
    return schedule(script, lengths)


def said(timeline: Timeline) -> list[str]:
    return [event.text for event in timeline.speech]


# ---- frames ----


@pytest.mark.parametrize("then", [0, 1, 2, 3, 50])
def test_each_begins_on_the_first_frame_after_the_quiet_of_the_line_before(then: int) -> None:
    takes = {str(number): 100 + number % 3 for number in range(200)}
    lines = (say(text, then) for text in takes)
    timeline = laid(Pause(62), *lines, Gate(100), lengths=Lengths(takes, CUE_TICKS))
    soonest = 62
    for event in timeline.events:
        assert event.start_tick % FRAME == 0
        assert 0 <= event.start_tick - soonest < FRAME
        soonest = event.end_tick + max(then, 32)
    assert timeline.events[-1] == GateEvent(event.start_tick, event.start_tick + 100)


@pytest.mark.parametrize(("seconds", "talk"), [("29", "learn"), ("30", "follow"), ("31", "minimal")])
def test_a_chapter_is_the_same_to_the_tick_wherever_it_stands(seconds: str, talk: Talk) -> None:
    routine = Library().load("post-run")
    wishes = wishes_of(holds=(parse_hold(seconds),), talk=talk, sets=2, rest=8)
    chapters: dict[str, set[tuple[tuple[object, ...], ...]]] = {}
    for steps in (*permutations(routine.steps), routine.steps[1:]):
        made = compile_session(replace(routine, steps=steps), wishes, library=Library()).script
        timeline = schedule(made, made_up(made))
        for chapter in timeline.chapters:
            if chapter.technique:
                start, end = chapter.start_tick, chapter.end_tick
                inside = tuple((type(e), e.start_tick - start, e.end_tick - start)
                               for e in timeline.events if start <= e.start_tick < end)  # fmt: skip
                chapters.setdefault(chapter.title, set()).add(((end - start,), *inside))
    assert len(chapters) == 6
    assert [len(found) for found in chapters.values()] == [1] * 6


# ---- which length is announced ----

ANNOUNCED = SayLength({300: say("Five."), 360: say("Six."), 420: say("Seven.", 9)}, say("Ruler.", 83))
FREE = units.whole_frames(LENGTHS["Ruler."] + 83)


@pytest.mark.parametrize(("end", "announced"), [
    (3 * MINUTE, "Five."),  # shorter than any line says: the nearest
    (5 * MINUTE + HALF - FRAME, "Five."),
    (5 * MINUTE + HALF, "Six."),  # exactly half goes up
    (6 * MINUTE + HALF - FRAME, "Six."),
    (6 * MINUTE + HALF, "Seven."),
    (9 * MINUTE, "Seven."),
])  # fmt: skip
def test_the_nearest_length_is_announced_in_the_time_that_the_ruler_takes(end: int, announced: str) -> None:
    timeline = laid(ANNOUNCED, Pause(end - FREE))
    assert (said(timeline), timeline.end_tick) == ([announced], units.whole_frames(end))


@pytest.mark.parametrize(("takes", "more"), [
    (222, 0),  # up to 20 ticks more than the ruler, the 83 after it may be 63; and 2 to its frame
    (223, FRAME),
    (500, 279),
])  # fmt: skip
def test_an_announcement_that_takes_longer_takes_from_the_silence_after_it_and_then_more_time(
    takes: int, more: int
) -> None:
    length = 6 * MINUTE
    lengths = Lengths({**LENGTHS, "Six.": takes}, CUE_TICKS)
    ending = units.whole_frames(LENGTHS["End."] + 32)
    timeline = laid(ANNOUNCED, say("End."), Pause(length - FREE - ending), lengths=lengths)
    assert said(timeline) == ["Six.", "End."]
    six, end = timeline.speech
    assert six.end_tick - six.start_tick == takes
    assert end.start_tick == FREE + more
    assert timeline.end_tick == length + more


def test_an_announcement_that_makes_another_one_true_gives_way_to_it() -> None:
    """ "Six." would make it so long that it is seven, "Seven." alone so short that it is six."""
    lengths = Lengths({**LENGTHS, "Six.": 1000}, CUE_TICKS)
    timeline = laid(ANNOUNCED, Pause(6 * MINUTE + HALF - FREE - 300), lengths=lengths)
    assert said(timeline) == ["Seven."]
    assert timeline.end_tick >= 6 * MINUTE + HALF


# ---- where it ends ----


def test_the_quiet_after_the_last_sound_is_inside() -> None:
    timeline = laid(Pause(1), say("End."))
    (line,) = timeline.speech
    assert (line.start_tick, line.end_tick, timeline.end_tick) == (FRAME, 101, 135)
    timeline = laid(hold())
    assert (timeline.holds[0].end_tick + END_CUE, timeline.end_tick) == (1326, 1359)


def test_a_part_ends_where_the_next_begins() -> None:
    parts = (Part("One", None, None, 0), Pause(10), Part("Two", None, None, 0), Pause(20))
    chapters = laid(*parts).chapters
    assert [(one.title, one.start_tick, one.end_tick) for one in chapters] == [("One", 0, 12), ("Two", 12, 33)]


# ---- ticks ----


def test_a_tick_lasts_as_long_as_its_sound() -> None:
    ticks = [event for event in laid(hold(beats_per_minute=15)).cues if event.cue == "tick"]
    assert ticks == [CueEvent(500, 500 + CUE_TICKS["tick"], "tick")]


# ---- what a rest has room for ----


def hold(ticks: int = 1251, beats_per_minute: int | None = None) -> Hold:
    return Hold(ticks, "t", None, 1, 0, Calls(), beats_per_minute)


def rested(rest: Rest, *lead: Item) -> Timeline:
    """Two holds with a rest between them."""
    return laid(hold(), rest, *lead, hold())


@pytest.mark.parametrize(("least", "then_ticks", "lead"), [
    # On the frame after the end cue and the gap of 32: the line with its silence, in whole frames.
    (108 + 141, 40, ()),
    # Whatever is next keeps 32 ticks away, whatever the line asks for.
    (108 + 132, 0, ()),
    (108 + 132 + 132, 0, (say("Again.", 10),)),
    (108 + 132 + 150, 0, (say("Again.", 50),)),
])  # fmt: skip
def test_the_line_of_a_rest_is_said_if_it_fits_to_the_tick(least: int, then_ticks: int, lead: tuple[Item, ...]) -> None:
    line = say("Rest.", then_ticks)
    for ticks, fits in ((least, True), (least - 1, False), (least + 1, True), (least + 500, True)):
        timeline = rested(Rest(ticks, line), *lead)
        assert ("Rest." in said(timeline)) is fits
        first, second = timeline.holds
        assert second.start_tick - first.end_tick == ticks


END, GET_READY = say("End.", 60), replace(say("Again.", 60), role="ready")
NEXT, NAME = (replace(say(text, 60), gives_way=what)
              for text, what in (("Five.", "next"), ("Six.", "name")))  # fmt: skip
LEAST = END_CUE + 32 + 2 + 132 + 132  # with up to two ticks to the first frame


@pytest.mark.parametrize(("ticks", "heard"), [
    (LEAST + 213 + 153 + 120 + 3, ["End.", "Six.", "Five.", "Again."]),
    (LEAST + 213 + 153, ["End.", "Six.", "Five.", "Again."]),  # the silences give way first
    (LEAST + 213 + 153 - 4, ["End.", "Six.", "Again."]),
    (LEAST + 153, ["End.", "Six.", "Again."]),
    (LEAST + 153 - 4, ["End.", "Again."]),
    (LEAST, ["End.", "Again."]),
])  # fmt: skip
def test_silences_give_way_to_an_exact_rest_and_then_lines_in_turn(ticks: int, heard: list[str]) -> None:
    items = (END, Rest(ticks, None, exact=True), NAME, NEXT, GET_READY)
    timeline = laid(hold(), *items, hold())
    assert said(timeline) == heard
    (rest,) = timeline.rests
    assert (rest.end_tick - rest.start_tick, rest.between) == (ticks, "sets")
    assert (rest.start_tick, rest.end_tick) == (timeline.holds[0].end_tick, timeline.holds[1].start_tick)


def test_a_rest_is_longer_where_the_lines_after_it_need_it() -> None:
    timeline = rested(Rest(20, None), say("Again.", 10))
    first, second = timeline.holds
    # The end cue, 32 of quiet, the line on its frame, 32 more: the start cue keeps that distance.
    start = units.whole_frames(first.end_tick + END_CUE + 32)
    assert timeline.speech[0].start_tick == start
    assert second.start_tick == units.whole_frames(start + 99 + 32)
