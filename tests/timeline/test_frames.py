"""Lines begin on MP3 frames, nothing adds up, and what has a time of its own keeps it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smr_audio import units
from smr_audio.errors import Location
from smr_audio.options.holds import parse_hold
from smr_audio.session.script import Gate, Part, Say, Script
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import GateEvent, HoldEvent
from tests.conftest import CUE_TICKS

HERE = Location("made-up.yaml", 1, 1)


def say(text: str, *, then_ticks: int) -> Say:
    return Say(text, (text,), "setup", then_ticks, HERE)


def script(*items: object) -> Script:
    part = Part("Part", None, None, 62)
    return Script("made-up", "Made up", "en", (part, *items), (), (), ())  # type: ignore[arg-type]


@pytest.mark.parametrize("then_ticks", [0, 1, 2, 3, 50])
def test_lines_begin_on_frames_and_their_lateness_does_not_add_up(then_ticks: int) -> None:
    lines = [say(str(number), then_ticks=then_ticks) for number in range(200)]
    lengths = Lengths({line.text: 100 + int(line.text) % 3 for line in lines}, CUE_TICKS)
    ideal = 62
    late = []
    for event, line in zip(schedule(script(*lines), lengths).speech, lines, strict=True):
        assert event.start_tick % units.TICKS_PER_FRAME == 0
        late.append(event.start_tick - ideal)
        ideal += lengths.of(line) + then_ticks
    assert min(late) >= 0
    # Only where no silence is left to take it up does a line push the next.
    if then_ticks >= units.TICKS_PER_FRAME - 1:
        assert max(late) < units.TICKS_PER_FRAME


@pytest.mark.parametrize("ticks", range(90, 99))
def test_a_gate_begins_when_the_line_before_it_has_ended(ticks: int) -> None:
    line = say("Pause me now.", then_ticks=0)
    lengths = Lengths({line.text: ticks}, CUE_TICKS)
    timeline = schedule(script(line, Gate(100)), lengths)
    (gate,) = (event for event in timeline.events if isinstance(event, GateEvent))
    assert gate.start_tick >= timeline.speech[0].end_tick
    assert gate.end_tick - gate.start_tick == 100


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
