"""What holds for every session, whatever is asked for and however long the voice takes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise, takewhile
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from smr_audio import Preferences, TalkChoice, units
from smr_audio.library.library import Library
from smr_audio.library.technique import PROTECTED_COACHING
from smr_audio.normalize.cardinals import in_words
from smr_audio.options.choices import AUTO_TALK, CALLS, COUNTDOWNS, SAFETIES, TALKS, Talk
from smr_audio.options.kinds import Bells, counted
from smr_audio.session.compile import compile_session
from smr_audio.session.script import Coaching, Hold, Item, Rest, Say, Script
from smr_audio.timeline.lengths import CUE_GAP_TICKS, GIVING_WAY, Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import CueEvent, HoldEvent, RestSpan, SpeechEvent, Timeline
from smr_audio.units import TICK
from tests.timeline.made_up import routines, wishes
from tests.timeline.speech import said_before

LIBRARY = Library()
IDS = (*LIBRARY.routine_ids(), *LIBRARY.technique_ids())
NUMBERS = tuple(f"{in_words(n, 'en').capitalize()}." for n in range(1, 11))


# Made once: a strategy that is made in a draw is looked through again for each example.
SIDE = st.none() | st.sampled_from(["left", "right"])
SIDES = st.sampled_from([None, "both", "left", "right"])
SETS = st.none() | st.integers(1, 4)
RESTS = st.none() | st.integers(0, 60 * 125).map(TICK.__mul__)
PACES = st.sampled_from([None, "relaxed", "normal", "quick"])
LEVELS = st.sampled_from([*TALKS, AUTO_TALK])
CHECKS = st.sampled_from([None, *SAFETIES])
METRONOMES = st.sampled_from([None, False, True])
WAYS = st.sampled_from([None, *COUNTDOWNS, "10", "voice 5"])
PREPARES = st.none() | st.integers(0, 15 * 125).map(TICK.__mul__)
BELLS = st.none() | st.sampled_from([Bells((7,), True), Bells((20, 50)), Bells((60,), True)])
SOME_CALLS = st.lists(st.sampled_from(CALLS), min_size=1, unique=True).map(tuple)
WANTED = st.sampled_from([(), ("all",), ("none",)]) | SOME_CALLS
SLOWEST = st.sampled_from([30, 250, 600, 2500])
SEEDS = st.randoms(use_true_random=False)
SHIPPED = st.sampled_from(IDS)
MADE_UP = routines(LIBRARY)


@cache
def talk_choices(names: tuple[str, ...]) -> st.SearchStrategy[list[TalkChoice]]:
    """Levels of talk, for all techniques or for one."""
    return st.lists(st.builds(TalkChoice, LEVELS, st.none() | st.sampled_from(names)), max_size=2)


@st.composite
def preferences(draw: st.DrawFn, names: tuple[str, ...]) -> Preferences:
    sides = draw(SIDES)
    extra: Any = draw(SIDE) if sides in (None, "both") else None
    return Preferences(
        holds=tuple(draw(wishes(names))), sets=draw(SETS), rest=draw(RESTS), switch=draw(RESTS),
        rest_between=draw(RESTS), sides=sides,
        first=draw(SIDE), extra=extra, pace=draw(PACES), talk=tuple(draw(talk_choices(names))),
        safety=draw(CHECKS), metronome=draw(METRONOMES), countdown=draw(WAYS), calls=draw(WANTED),
        prepare=draw(PREPARES), bell=draw(BELLS),
    )  # fmt: skip


@dataclass(frozen=True)
class Session:
    """A scheduled session; only what was asked for is shown when a test fails.

    `levels` are those of talk, by technique.
    """

    steps: tuple[str, ...]
    options: Preferences
    library: Library
    levels: Mapping[str, Talk]
    script: Script
    lengths: Lengths
    timeline: Timeline

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What Hypothesis shows."""
        printer.text(f"{self.steps} with {self.options}")

    def blocks(self) -> list[tuple[Coaching, list[HoldEvent]]]:
        """The coaching of each technique in turn, and its holds."""
        asked = [item for item in self.script.items if isinstance(item, Hold)]
        return [
            (coaching, [hold for hold, item in zip(self.timeline.holds, asked, strict=True)
                        if item.block == block])
            for block, coaching in enumerate(self.script.coaching)
        ]  # fmt: skip


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    if draw(st.booleans()):
        routine, library = LIBRARY.load(draw(SHIPPED)), LIBRARY
    else:
        routine, library = draw(MADE_UP)
    steps = tuple(step.technique for step in routine.steps)
    options = draw(preferences(steps))
    done = compile_session(routine, options, library=library)
    script = done.script
    slowest = draw(SLOWEST)
    seed = draw(SEEDS)
    sentences = {text: seed.randint(1, slowest) for text in script.sentences()}
    cues = {
        "start": seed.randint(1, 60), "halfway": seed.randint(1, 60),
        "countdown": seed.randint(1, 60), "end": seed.randint(1, 120),
        "switch": seed.randint(1, 120), "finish": seed.randint(1, 150),
        "tick": seed.randint(1, 18), "prepare": seed.randint(1, 60), "bell": seed.randint(1, 200),
    }  # fmt: skip
    lengths = Lengths(sentences, cues)  # type: ignore[arg-type]
    timeline = schedule(script, lengths)
    return Session(steps, options, library, done.talk.techniques, script, lengths, timeline)


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
    inside = {each for hold in timeline.holds for each in _inside(timeline, hold)}
    for first, second in pairwise(_sounds(timeline)):
        mixed = isinstance(first, CueEvent) != isinstance(second, CueEvent)
        clear = mixed or first not in inside or second not in inside
        assert first.end_tick + (CUE_GAP_TICKS if clear else 0) <= second.start_tick


@invariant
def whatever_stands_outside_a_hold_begins_on_a_frame(session: Session) -> None:
    timeline, holds = session.timeline, session.timeline.holds
    starts = [timeline.end_tick, *(chapter.start_tick for chapter in timeline.chapters)]
    for event in timeline.events:
        if not any(one.start_tick - 375 <= event.start_tick <= one.end_tick for one in holds):
            starts += [event.start_tick]
            starts += [at for at, _ in event.sentences] if isinstance(event, SpeechEvent) else []
    assert not any(start % units.TICKS_PER_FRAME for start in starts)


@invariant
def a_hold_begins_on_a_frame_or_just_after_its_rest(session: Session) -> None:
    rests = {item.ticks for item in session.script.items if isinstance(item, Rest)}
    for before, hold in pairwise(session.timeline.holds):
        rested = hold.start_tick - before.end_tick in rests
        assert rested or hold.start_tick % units.TICKS_PER_FRAME == 0


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
                assert event.role in ("go", "coach", "call", "say")
                if event.text in NUMBERS and "voice" in str(session.options.countdown):
                    left = 1 + NUMBERS.index(event.text)
                    assert event.start_tick == hold.end_tick - left * 125
                if event.text == "Ten seconds.":
                    assert event.start_tick == hold.end_tick - 1250
                if event.text == "One minute left.":
                    # Exact, or where the tap for halfway stands, right after that.
                    tap = hold.start_tick + length // 2
                    late = event.start_tick - (hold.end_tick - 7500)
                    assert late == 0 or 0 < event.start_tick - tap < 125


@invariant
def the_last_seconds_are_counted_by_a_tone_or_a_word_each(session: Session) -> None:
    timeline = session.timeline
    how, most = counted(session.options.countdown or "beeps")
    prepared = min(3, session.options.prepare_ticks // 125)
    for hold in timeline.holds:
        length = hold.end_tick - hold.start_tick
        count = 0 if length < 1000 else min(most, length // 125 - 5)
        for cue, end, seconds in (("countdown", hold.end_tick, count),
                                  ("prepare", hold.start_tick, prepared)):  # fmt: skip
            times = [end - left * 125 for left in range(seconds, 0, -1)]
            first = times[0] if cue == "prepare" and times else hold.start_tick
            near = [e for e in _sounds(timeline) if first <= e.start_tick < end and seconds]
            tones = [e.start_tick for e in near if isinstance(e, CueEvent) and e.cue == cue]
            words = [e for e in near if isinstance(e, SpeechEvent) and e.text in NUMBERS]
            if how == "voice":
                assert sorted([*tones, *(word.start_tick for word in words)]) == times
                continue
            assert tones == times
            assert not words or (how, cue) == ("both", "countdown")
            for word, at in zip(words, times, strict=False):  # from the first on, without a gap
                assert word.end_tick + CUE_GAP_TICKS == at


@invariant
def the_time_to_get_ready_is_that_after_the_last_line(session: Session) -> None:
    if not (prepare := session.options.prepare_ticks):
        return
    rested = {rest.end_tick: item.exact for item, rest in _rests(session)}
    for hold in session.timeline.holds:
        lines = [e for e in said_before(session.timeline, hold) if e.text not in NUMBERS]
        counted_ticks = min(3, prepare // 125) * 125
        took = hold.start_tick - lines[-1].end_tick if lines else counted_ticks
        assert took >= counted_ticks
        if hold.start_tick not in rested:
            least = max(prepare, counted_ticks + CUE_GAP_TICKS)
            assert took < least + 2 * units.TICKS_PER_FRAME
            assert took >= least


@invariant
def bells_are_at_their_seconds_wherever_no_other_mark_is(session: Session) -> None:
    bells, cues = session.options.bell or Bells(()), session.lengths.cues
    _, most = counted(session.options.countdown or "beeps")
    for hold in session.timeline.holds:
        length = hold.end_tick - hold.start_tick
        marks = [e for e in _inside(session.timeline, hold) if isinstance(e, CueEvent)]
        heard = [e.start_tick - hold.start_tick for e in marks if e.cue == "bell"]
        wanted = [at * 125 for at in bells.within(length // 125)]
        counting = length - 125 * min(most, length // 125 - 5) if length >= 1000 else length
        assert set(heard) <= set(wanted)
        for at in wanted:
            free = cues["start"] + CUE_GAP_TICKS <= at
            if free and at + cues["bell"] + 700 <= counting:
                assert at in heard
        if length >= 25 * 125 and not any(abs(at - length // 2) < 300 for at in wanted):
            halves = [e.start_tick for e in marks if e.cue == "halfway"]
            assert halves == [hold.start_tick + length // 2] or length // 2 + 100 > counting


@invariant
def only_the_calls_that_are_wanted_are_said(session: Session) -> None:
    names = {"Begin.": "begin", "Halfway.": "halfway", "One minute left.": "one-minute",
             "Ten seconds.": "ten-seconds"}  # fmt: skip
    for hold in session.timeline.holds:
        usual = ("none",) if session.levels[hold.technique] == "minimal" else ("all",)
        wanted = session.options.calls or usual
        said = {e.text for e in _inside(session.timeline, hold) if isinstance(e, SpeechEvent)}
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
            at = hold.start_tick + units.round_half_up(Fraction(7500 * number, item.beats_per_minute))
            if at >= hold.end_tick:
                break
            if all(at + length + 32 <= start or end + 32 <= at for start, end in others):
                wanted.add(at)
    assert ticks == wanted


def _coached(session: Session) -> Iterator[tuple[int, Coaching, HoldEvent, list[SpeechEvent]]]:
    """Each hold with its number within its technique from 0, and its coaching as it is said."""
    for coaching, holds in session.blocks():
        for number, hold in enumerate(holds):
            speech = [e for e in _inside(session.timeline, hold) if isinstance(e, SpeechEvent)]
            yield number, coaching, hold, speech


@invariant
def coaching_in_turn_is_early_in_a_hold_and_never_too_much(session: Session) -> None:
    for number, coaching, hold, speech in _coached(session):
        length = hold.end_tick - hold.start_tick
        own = {one.line.text for one in coaching.timed}
        turns = [e for e in speech if e.role == "coach" and e.text not in own]
        level = session.levels[hold.technique]
        assert coaching.talk == level
        end = hold.start_tick + (length * 2 // 3 if level == "follow" else length // 2)
        assert all(hold.start_tick + 375 <= e.start_tick and e.end_tick <= end for e in turns)
        most = {
            "learn": 1 + length // 3750 + (coaching.move is not None and not number),
            "follow": max(1, length * 4 // 3750),
            "minimal": 0,
        }  # fmt: skip
        assert len(turns) <= most[level]
        assert len({e.text for e in turns}) == len(turns)
        if turns and level == "follow":
            assert sum(e.end_tick - e.start_tick for e in speech) <= length * 0.35


@invariant
def coaching_keeps_two_seconds_from_other_coaching_and_one_from_calls(session: Session) -> None:
    for _, coaching, _, speech in _coached(session):
        own = {one.line.text for one in coaching.timed}
        for first, second in pairwise(speech):
            coach = [e for e in (first, second) if e.role == "coach"]
            in_turn = [e for e in coach if e.text not in own]
            gap = 250 if len(coach) == 2 and in_turn else 125 if in_turn else 0
            gap = gap or (CUE_GAP_TICKS if coach else 0)
            assert first.end_tick + gap <= second.start_tick


@invariant
def what_a_technique_says_first_in_a_hold_is_what_to_do(session: Session) -> None:
    for number, coaching, hold, speech in _coached(session):
        own = {one.line.text for one in coaching.timed}
        turns = [e.text for e in speech if e.role == "coach" and e.text not in own]
        move = coaching.move
        if move is None or (session.levels[hold.technique] == "learn" and number):
            assert move is None or move.text not in turns
        elif move.text in turns:
            assert turns[0] == move.text


@invariant
def a_line_of_a_given_time_is_said_in_each_hold_with_room_and_no_sooner(session: Session) -> None:
    for number, coaching, hold, speech in _coached(session):
        length = hold.end_tick - hold.start_tick
        told = [e.text for e in said_before(session.timeline, hold) if e.role == "caution"]
        for one in coaching.timed:
            at = hold.start_tick + (length // 2 if one.at_ticks is None else one.at_ticks)
            found = [e for e in speech if e.text == one.line.text]
            assert len(found) <= (length >= 15 * 125)
            assert all(at <= e.start_tick and e.end_tick <= hold.end_tick for e in found)
            # A short hold has one form of the movement, so they take turns.
            turn = length < 15 * 125 and one.at_ticks is None and number % 2
            assert told.count(one.line.text) == (1 if turn else 0)


@invariant
def what_protects_is_said_once_before_or_in_the_first_hold(session: Session) -> None:
    for coaching, holds in session.blocks():
        for number, hold in enumerate(holds):
            told = [e.text for e in said_before(session.timeline, hold) if e.role == "caution"]
            inside = [e.text for e in _inside(session.timeline, hold)
                      if isinstance(e, SpeechEvent)]  # fmt: skip
            for line in coaching.lines[: coaching.protected]:
                if number:
                    assert line.text not in told
                else:
                    assert told.count(line.text) + inside.count(line.text) == 1


@invariant
def protected_lines_are_those_of_the_technique(session: Session) -> None:
    for coaching, holds in session.blocks():
        technique = session.library.technique(holds[0].technique)
        language = session.script.language
        written = [technique.coaching[key].text.get(language) for key in PROTECTED_COACHING
                   if key in technique.coaching]  # fmt: skip
        assert [line.text for line in coaching.lines[: coaching.protected]] == written


@invariant
def one_line_loads_the_tool_and_only_get_ready_comes_after_it(session: Session) -> None:
    short = {rest.end_tick for item, rest in _rests(session) if item.exact
             and item.between == "sets" and item.ticks < 8 * 125}  # fmt: skip
    for hold in session.timeline.holds:
        roles = [e.role for e in said_before(session.timeline, hold)]
        if "load" not in roles:
            assert hold.start_tick in short
            assert hold.set > 1
            continue
        assert roles.count("load") == 1
        assert set(roles[roles.index("load") + 1 :]) <= {"ready", "call"}


def _rests(session: Session) -> list[tuple[Rest, RestSpan]]:
    asked = [item for item in session.script.items if isinstance(item, Rest)]
    return list(zip(asked, session.timeline.rests, strict=True))


@invariant
def a_rest_is_from_a_hold_to_the_next_and_never_shorter_than_asked(session: Session) -> None:
    pairs = {(one.end_tick, two.start_tick) for one, two in pairwise(session.timeline.holds)}
    for item, rest in _rests(session):
        assert (rest.start_tick, rest.end_tick) in pairs
        assert (rest.between, rest.end_tick - rest.start_tick >= item.ticks) == (item.between, True)


@invariant
def a_rest_with_room_for_its_lines_is_exact(session: Session) -> None:
    if max(session.lengths.sentences.values()) > 30 or session.options.pace == "relaxed":
        return
    for item, rest in _rests(session):
        if item.ticks >= 20 * 125 and item.between == "sets":
            assert rest.end_tick - rest.start_tick == item.ticks


def _is_no_hold(item: Item) -> bool:
    return not isinstance(item, Hold)


@invariant
def lines_give_way_to_an_exact_rest_in_turn_and_no_more_than_need_be(session: Session) -> None:
    order, spoken = GIVING_WAY[:-1], session.timeline.speech
    for item, rest in _rests(session):
        items = list(session.script.items)
        place = next(at for at, one in enumerate(items) if one is item)
        near = (*takewhile(_is_no_hold, reversed(items[:place])),
                *takewhile(_is_no_hold, items[place:]))  # fmt: skip
        lines = [one for one in near if isinstance(one, Say)]
        texts = {e.text for e in spoken if rest.start_tick <= e.start_tick < rest.end_tick}
        out = [one for one in lines if one.sentences and one.text not in texts]
        kinds = {one.gives_way for one in out}
        assert not out or item.exact
        assert kinds <= set(GIVING_WAY)
        took = rest.end_tick - rest.start_tick
        if took > item.ticks and item.exact:
            assert not any(one.gives_way in order and one.text in texts for one in lines)
        last = max((order.index(kind) for kind in kinds if kind in order), default=0)
        for one in lines:
            if one.gives_way in order[:last]:
                assert one in out


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
    said = [event.text for event in timeline.speech if event.role == "title"]
    assert [text for text in said if text in known] == [told.text]


@invariant
def the_whole_is_as_long_whatever_is_announced(session: Session) -> None:
    length = session.script.length
    if length is None:
        return
    ruler = session.lengths.of(length.ruler)
    # The length of a hold may be told in the words for that of a session.
    others = {each for event in session.timeline.speech if event.role != "title"
              for _, each in event.sentences}  # fmt: skip
    told = length.sentences() - others
    sentences = {**session.lengths.sentences, **dict.fromkeys(told, 1)}
    shorter = schedule(session.script, Lengths(sentences, session.lengths.cues))
    fits = all(session.lengths.of(line) <= ruler for line in length.lines.values())
    assert (shorter.end_tick == session.timeline.end_tick) or not fits


@invariant
def same_script_and_lengths_give_the_same_timeline(session: Session) -> None:
    assert schedule(session.script, session.lengths) == session.timeline
