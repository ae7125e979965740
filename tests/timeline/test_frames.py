"""Lines begin on MP3 frames, each takes as long anywhere, and what has its own time keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import pytest

from smr_audio import units
from smr_audio.errors import Location
from smr_audio.library.library import Library
from smr_audio.options.choices import Talk
from smr_audio.options.holds import parse_hold
from smr_audio.session.compile import compile_session
from smr_audio.session.script import Gate, Part, Say, Script
from smr_audio.timeline.lengths import CUE_GAP_TICKS, Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import GateEvent, HoldEvent
from tests.conftest import CUE_TICKS, wishes_of
from tests.timeline.speech import made_up

HERE = Location("made-up.yaml", 1, 1)
LIBRARY = Library()


def say(text: str, *, then_ticks: int) -> Say:
    return Say(text, (text,), "setup", then_ticks, HERE)


def script(*items: object) -> Script:
    part = Part("Part", None, None, 62)
    return Script("made-up", "Made up", "en", (part, *items), (), (), ())  # type: ignore[arg-type]


@pytest.mark.parametrize("then_ticks", [0, 1, 2, 3, 50])
def test_a_line_begins_on_the_first_frame_after_the_quiet_of_the_line_before(
    then_ticks: int,
) -> None:
    lines = [say(str(number), then_ticks=then_ticks) for number in range(200)]
    lengths = Lengths({line.text: 100 + int(line.text) % 3 for line in lines}, CUE_TICKS)
    soonest = 62
    for event in schedule(script(*lines), lengths).speech:
        assert event.start_tick % units.TICKS_PER_FRAME == 0
        assert 0 <= event.start_tick - soonest < units.TICKS_PER_FRAME
        soonest = event.end_tick + max(then_ticks, CUE_GAP_TICKS)


@pytest.mark.parametrize("ticks", range(90, 99))
def test_a_gate_begins_on_the_first_frame_after_the_line_before_it(ticks: int) -> None:
    line = say("Pause me now.", then_ticks=0)
    lengths = Lengths({line.text: ticks}, CUE_TICKS)
    timeline = schedule(script(line, Gate(100)), lengths)
    (gate,) = (event for event in timeline.events if isinstance(event, GateEvent))
    assert gate.start_tick == units.whole_frames(timeline.speech[0].end_tick + CUE_GAP_TICKS)
    assert gate.end_tick - gate.start_tick == 100


@pytest.mark.parametrize(("hold", "talk"), [("29", "learn"), ("30", "follow"), ("31", "minimal")])
def test_a_chapter_is_the_same_to_the_tick_wherever_it_stands(hold: str, talk: Talk) -> None:
    routine = LIBRARY.load("post-run")
    wishes = wishes_of(holds=(parse_hold(hold),), talk=talk, sets=2, rest_ticks=1000)
    chapters: dict[str, set[tuple[tuple[object, ...], ...]]] = {}
    for steps in (*permutations(routine.steps), routine.steps[1:]):
        made = compile_session(replace(routine, steps=steps), wishes, library=LIBRARY).script
        timeline = schedule(made, made_up(made))
        for chapter in timeline.chapters:
            if chapter.technique:
                start, end = chapter.start_tick, chapter.end_tick
                inside = tuple((type(e), e.start_tick - start, e.end_tick - start)
                               for e in timeline.events if start <= e.start_tick < end)  # fmt: skip
                chapters.setdefault(chapter.title, set()).add(((end - start,), *inside))
    assert len(chapters) == 6
    assert [len(found) for found in chapters.values()] == [1] * 6


@pytest.mark.parametrize("hold", ["29", "30", "31", "44"])
def test_lines_are_on_frames_and_holds_exact_whatever_the_hold(
    compiled: Callable[..., Script], hold: str
) -> None:
    made = compiled("hamstrings", holds=(parse_hold(hold),), sets=2)
    lengths = Lengths({text: 90 + 7 * len(text) for text in made.sentences()}, CUE_TICKS)
    timeline = schedule(made, lengths)
    for event in timeline.speech:
        if event.role not in ("go", "call"):
            assert event.start_tick % units.TICKS_PER_FRAME == 0, event.text
    holds = [event for event in timeline.events if isinstance(event, HoldEvent)]
    assert {event.end_tick - event.start_tick for event in holds} == {int(hold) * 125}
