"""What holds for every session, whatever is asked for and however long the voice takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from smr_audio import units
from smr_audio.library.library import Library
from smr_audio.library.models import Routine
from smr_audio.options.choices import CALLS, COUNTDOWNS
from smr_audio.options.preferences import Preferences
from smr_audio.session.compile import compile_session
from smr_audio.session.script import Hold, Rest, Script
from smr_audio.timeline.lengths import CUE_GAP_TICKS, Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import CueEvent, HoldEvent, SpeechEvent, Timeline
from tests.timeline.made_up import routines, wishes

LIBRARY = Library()
IDS = (*LIBRARY.routine_ids(), *LIBRARY.technique_ids())
PROTECTED = ("nerve", "boundary", "stop")
COUNTS = ("Three.", "Two.", "One.")


# Made once: a strategy that is made in a draw is looked through again for each example.
SIDE = st.none() | st.sampled_from(["left", "right"])
SIDES = st.sampled_from([None, "both", "left", "right"])
SETS = st.none() | st.integers(1, 4)
RESTS = st.none() | st.integers(0, 60 * 125)
PACES = st.sampled_from([None, "relaxed", "normal", "quick"])
TALKS = st.sampled_from([None, "full", "brief", "minimal"])
METRONOMES = st.sampled_from([None, False, True])
WAYS = st.sampled_from([None, *COUNTDOWNS])
SOME_CALLS = st.lists(st.sampled_from(CALLS), min_size=1, unique=True).map(tuple)
WANTED = st.sampled_from([(), ("all",), ("none",)]) | SOME_CALLS
SLOWEST = st.sampled_from([30, 250, 600, 2500])
SEEDS = st.randoms(use_true_random=False)
SHIPPED = st.sampled_from(IDS)
MADE_UP = routines(LIBRARY)


@st.composite
def preferences(draw: st.DrawFn, names: tuple[str, ...]) -> Preferences:
    sides = draw(SIDES)
    extra: Any = draw(SIDE) if sides in (None, "both") else None
    return Preferences(
        holds=tuple(draw(wishes(names))),
        sets=draw(SETS),
        rest_ticks=draw(RESTS),
        sides=sides,
        first=draw(SIDE),
        extra=extra,
        pace=draw(PACES),
        talk=draw(TALKS),
        metronome=draw(METRONOMES),
        countdown=draw(WAYS),
        calls=draw(WANTED),
    )


@dataclass(frozen=True)
class Session:
    """A scheduled session; only what was asked for is shown when a test fails."""

    routine: Routine
    library: Library = field(repr=False)
    options: Preferences
    script: Script = field(repr=False)
    lengths: Lengths = field(repr=False)
    timeline: Timeline = field(repr=False)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    if draw(st.booleans()):
        routine, library = LIBRARY.load(draw(SHIPPED)), LIBRARY
    else:
        routine, library = draw(MADE_UP)
    options = draw(preferences(tuple(step.technique for step in routine.steps)))
    script = compile_session(routine, options, library=library).script
    slowest = draw(SLOWEST)
    seed = draw(SEEDS)
    sentences = {text: seed.randint(1, slowest) for text in script.sentences()}
    cues = {
        "start": seed.randint(1, 60), "halfway": seed.randint(1, 60),
        "countdown": seed.randint(1, 60), "end": seed.randint(1, 120),
        "switch": seed.randint(1, 120), "finish": seed.randint(1, 150),
        "tick": seed.randint(1, 18),
    }  # fmt: skip
    lengths = Lengths(sentences, cues)  # type: ignore[arg-type]
    return Session(routine, library, options, script, lengths, schedule(script, lengths))


INVARIANTS: list[Callable[[Session], None]] = []


def invariant(check: Callable[[Session], None]) -> Callable[[Session], None]:
    """Have a check made of every session: a session costs more than all checks of it."""
    INVARIANTS.append(check)
    return check


@settings(max_examples=100)
@given(sessions())
def test_every_session_keeps_every_invariant(session: Session) -> None:
    for check in INVARIANTS:
        check(session)


def _sounds(timeline: Timeline) -> list[SpeechEvent | CueEvent]:
    return [e for e in timeline.events if isinstance(e, SpeechEvent | CueEvent)]


def _inside(timeline: Timeline, hold: HoldEvent) -> list[SpeechEvent | CueEvent]:
    return [e for e in _sounds(timeline) if hold.start_tick <= e.start_tick < hold.end_tick]


@invariant
def no_two_sounds_overlap_and_cues_stand_clear_of_speech(session: Session) -> None:
    timeline = session.timeline
    sounds = _sounds(timeline)
    for first, second in pairwise(sounds):
        mixed = isinstance(first, CueEvent) != isinstance(second, CueEvent)
        assert first.end_tick + (CUE_GAP_TICKS if mixed else 0) <= second.start_tick


@invariant
def holds_are_exact_and_marked_by_their_cues(session: Session) -> None:
    script, timeline = session.script, session.timeline
    asked = [item for item in script.items if isinstance(item, Hold)]
    assert [(h.end_tick - h.start_tick, h.technique, h.side, h.set) for h in timeline.holds] == [
        (h.ticks, h.technique, h.side, h.set) for h in asked
    ]
    starts = {e.start_tick for e in timeline.cues if e.cue == "start"}
    ends = {e.start_tick for e in timeline.cues if e.cue == "end"}
    assert starts == {h.start_tick for h in timeline.holds}
    assert ends == {h.end_tick for h in timeline.holds}


@invariant
def speech_in_a_hold_ends_in_it_and_calls_are_on_time(session: Session) -> None:
    timeline = session.timeline
    for hold in timeline.holds:
        length = hold.end_tick - hold.start_tick
        for event in _inside(timeline, hold):
            assert event.end_tick <= hold.end_tick
            if isinstance(event, SpeechEvent):
                assert event.role in ("go", "coach", "call")
                if event.text in COUNTS and session.options.countdown == "voice":
                    left = 3 - COUNTS.index(event.text)
                    assert event.start_tick == hold.end_tick - left * 125
                if event.text == "Ten seconds.":
                    assert event.start_tick == hold.end_tick - 1250
                if event.text == "One minute left.":
                    # Exact, or where the tap for halfway stands, right after that.
                    tap = hold.start_tick + length // 2
                    late = event.start_tick - (hold.end_tick - 7500)
                    assert late == 0 or 0 < event.start_tick - tap < 125
                if event.role == "coach":
                    assert event.start_tick >= hold.start_tick + 375
                    assert event.end_tick <= hold.start_tick + length // 2


@invariant
def the_last_three_seconds_are_counted_by_a_tone_or_a_word_each(session: Session) -> None:
    timeline, countdown = session.timeline, session.options.countdown
    for hold in timeline.holds:
        inside = _inside(timeline, hold)
        tones = [e.start_tick for e in inside if isinstance(e, CueEvent) and e.cue == "countdown"]
        calls = [e for e in inside if isinstance(e, SpeechEvent) and e.role == "call"]
        words = [call for call in calls if call.text in COUNTS]
        seconds = [hold.end_tick - left * 125 for left in (3, 2, 1)]
        if hold.end_tick - hold.start_tick < 1000:
            assert not tones
            assert not words
        elif countdown == "voice":
            assert sorted([*tones, *(word.start_tick for word in words)]) == seconds
        else:
            assert tones == seconds
            for word, at in zip(words, seconds, strict=False):  # from three on, without a gap
                assert word.end_tick + CUE_GAP_TICKS == at
            if countdown != "both":
                assert not words


@invariant
def only_the_calls_that_are_wanted_are_said(session: Session) -> None:
    options = session.options
    wanted = options.calls or (("none",) if options.talk == "minimal" else ("all",))
    said = {event.text for event in session.timeline.speech if event.role in ("call", "go")}
    names = {"Begin.": "begin", "Halfway.": "halfway", "One minute left.": "one-minute",
             "Ten seconds.": "ten-seconds"}  # fmt: skip
    for text, name in names.items():
        if wanted != ("all",) and name not in wanted:
            assert text not in said


@invariant
def ticks_are_on_their_beats_and_keep_away_from_every_other_sound(session: Session) -> None:
    timeline = session.timeline
    asked = [item for item in session.script.items if isinstance(item, Hold)]
    ticks = {event.start_tick for event in timeline.cues if event.cue == "tick"}
    length = session.lengths.cues["tick"]
    others = [(e.start_tick, e.end_tick) for e in _sounds(timeline)
              if not (isinstance(e, CueEvent) and e.cue == "tick")]  # fmt: skip
    wanted = set()
    for hold, item in zip(timeline.holds, asked, strict=True):
        pace = session.library.technique(hold.technique).pace
        assert item.beats_per_minute == (pace if session.options.metronome else None)
        for number in range(1, 300 * 60):
            if item.beats_per_minute is None:
                break
            at = hold.start_tick + units.round_half_up(
                Fraction(7500 * number, item.beats_per_minute)
            )
            if at >= hold.end_tick:
                break
            if all(at + length + 32 <= start or end + 32 <= at for start, end in others):
                wanted.add(at)
    assert ticks == wanted


@invariant
def lines_in_a_hold_are_two_seconds_apart_and_not_too_many(session: Session) -> None:
    timeline = session.timeline
    for hold in timeline.holds:
        speech = [e for e in _inside(timeline, hold) if isinstance(e, SpeechEvent)]
        for first, second in pairwise(speech):
            if "coach" in (first.role, second.role):
                assert first.end_tick + 250 <= second.start_tick
        coach = [e for e in speech if e.role == "coach"]
        assert len(coach) <= 1 + (hold.end_tick - hold.start_tick) // (30 * 125)
        assert len({e.text for e in coach}) == len(coach)


@invariant
def every_protected_line_is_heard_by_the_first_hold_of_its_technique(session: Session) -> None:
    timeline = session.timeline
    for name in {hold.technique for hold in timeline.holds}:
        technique = session.library.technique(name)
        first = next(hold for hold in timeline.holds if hold.technique == name)
        chapter = next(c for c in timeline.chapters if c.technique == name and c.side == first.side)
        heard = {
            e.text for e in timeline.speech if chapter.start_tick <= e.start_tick < first.end_tick
        }
        for key in PROTECTED:
            if key in technique.coaching:
                assert technique.coaching[key].text.get("en") in heard


@invariant
def rest_is_never_shorter_than_asked(session: Session) -> None:
    script, timeline = session.script, session.timeline
    done = 0
    for item in script.items:
        if isinstance(item, Hold):
            done += 1
        elif isinstance(item, Rest):
            before, after = timeline.holds[done - 1 : done + 1]
            assert after.start_tick >= before.end_tick + item.ticks


@invariant
def a_rest_with_room_for_its_lines_is_exact(session: Session) -> None:
    script, timeline, lengths = session.script, session.timeline, session.lengths
    if max(lengths.sentences.values()) > 30 or session.options.pace == "relaxed":
        return
    done = 0
    for item in script.items:
        if isinstance(item, Hold):
            done += 1
        elif isinstance(item, Rest) and item.ticks >= 20 * 125:
            before, after = timeline.holds[done - 1 : done + 1]
            assert after.start_tick == before.end_tick + item.ticks


@invariant
def chapters_cover_the_session_in_whole_frames(session: Session) -> None:
    timeline = session.timeline
    starts = [chapter.start_tick for chapter in timeline.chapters]
    ends = [chapter.end_tick for chapter in timeline.chapters]
    assert starts == [0, *ends[:-1]]
    assert ends[-1] == timeline.end_tick
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert timeline.end_tick % units.TICKS_PER_FRAME == 0
    assert max(event.end_tick for event in timeline.events) <= timeline.end_tick


@invariant
def the_length_that_is_announced_is_the_length(session: Session) -> None:
    length, timeline = session.script.length, session.timeline
    slowest = max(session.lengths.sentences.values())
    if length is None or slowest > 300:  # no voice is as slow as that
        return
    told = length.lines[units.about_s(units.ms_of_ticks(timeline.end_tick))]
    known = {line.text for line in length.lines.values()}
    assert [event.text for event in timeline.speech if event.text in known] == [told.text]


@invariant
def the_whole_is_as_long_whatever_is_announced(session: Session) -> None:
    length = session.script.length
    if length is None:
        return
    ruler = session.lengths.of(length.ruler)
    sentences = {**session.lengths.sentences, **dict.fromkeys(length.sentences(), 1)}
    shorter = schedule(session.script, Lengths(sentences, session.lengths.cues))
    fits = all(session.lengths.of(line) <= ruler for line in length.lines.values())
    assert (shorter.end_tick == session.timeline.end_tick) or not fits


@invariant
def same_script_and_lengths_give_the_same_timeline(session: Session) -> None:
    assert schedule(session.script, session.lengths) == session.timeline
