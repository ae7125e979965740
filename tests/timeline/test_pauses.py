"""Pauses within a line move what follows in it by just as much, and no hold."""

from collections.abc import Iterable
from dataclasses import replace

from smr_audio import units
from smr_audio.errors import Location
from smr_audio.library.library import Library
from smr_audio.normalize.sentences import speakable
from smr_audio.session.script import Hold, Item, Part, Say, Script
from smr_audio.timeline.lengths import QUESTION_GAP_TICKS, SENTENCE_GAP_TICKS, Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import HoldEvent, Timeline
from smr_audio.units import whole_frames
from tests.conftest import CUE_TICKS, Compile
from tests.timeline.speech import made_up

HERE = Location("made-up.yaml", 1, 1)


def say(text: str, then_ticks: int = 0) -> Say:
    spoken = speakable(text, Library().lexicon("en"))
    then_ticks += spoken.tail_ticks
    return Say(spoken.text, spoken.sentences, "setup", then_ticks, HERE, spoken.quiet)


def timeline_of(*items: Item) -> Timeline:
    script = Script("x", "X", "en", (Part("Part", None, None, 63), *items), (), (), ())
    return schedule(script, Lengths(dict.fromkeys(script.sentences(), 99), CUE_TICKS))


def onsets(*items: Item) -> list[int]:
    return [at for event in timeline_of(*items).speech for at, _ in event.sentences]


def test_a_pause_takes_the_place_of_the_usual_gap() -> None:
    assert onsets(say("A. B.")) == [63, 162 + SENTENCE_GAP_TICKS]
    assert onsets(say("A. [pause 2s] B.")) == [63, whole_frames(162 + 250)]
    assert onsets(say("A. [pause 16ms] B.")) == [63, whole_frames(162 + 2)]


def test_there_is_time_to_answer_a_question() -> None:
    for text in ("A? B.", "(A?) B."):
        assert onsets(say(text)) == [63, whole_frames(162 + QUESTION_GAP_TICKS)]
    assert QUESTION_GAP_TICKS > SENTENCE_GAP_TICKS


def test_a_pause_at_the_start_or_end_of_a_line_is_kept() -> None:
    following = whole_frames(162 + 32)
    assert onsets(say("A."), say("B.")) == [63, following]
    assert onsets(say("A. [pause 3s]", 120), say("B.")) == [63, whole_frames(162 + 375 + 120)]
    assert onsets(say("A."), say("[pause 3s] B.")) == [63, following + 375]


def test_a_line_lasts_as_long_as_its_event_says() -> None:
    line = say("[pause] A. [pause 2s] B. C.")
    (event,) = timeline_of(line).speech
    second = whole_frames(whole_frames(125) + 99 + 250)
    third = whole_frames(second + 99 + SENTENCE_GAP_TICKS)
    assert event.end_tick - event.start_tick == third + 99
    assert event.sentences[-1][0] + 99 == event.end_tick
    assert line.quiet_ticks == 375


def _with_pause(line: Say) -> Say:
    return replace(line, quiet=(250,) * len(line.sentences))


def _with_pauses(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(_with_pause(item) if isinstance(item, Say) else item for item in items)


def test_pauses_in_all_lines_change_no_hold_and_the_length_stays_true(compiled: Compile) -> None:
    script = compiled("hamstrings")
    coaching = tuple(
        replace(
            one,
            lines=tuple(map(_with_pause, one.lines)),
            move=one.move and _with_pause(one.move),
            timed=tuple(replace(each, line=_with_pause(each.line)) for each in one.timed),
        )
        for one in script.coaching
    )
    paused = replace(script, items=_with_pauses(script.items), coaching=coaching)
    plain, slow = schedule(script, made_up(script)), schedule(paused, made_up(script))
    lengths = [
        [event.end_tick - event.start_tick for event in timeline.events
         if isinstance(event, HoldEvent)]
        for timeline in (plain, slow)
    ]  # fmt: skip
    assert lengths[0] == lengths[1] == [i.ticks for i in script.items if isinstance(i, Hold)]
    assert slow.end_tick > plain.end_tick
    assert script.length is not None
    announced = script.length.lines[units.about_s(units.ms_of_ticks(slow.end_tick))]
    assert announced.text in [event.text for event in slow.speech]
