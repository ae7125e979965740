"""The line that puts weight on the tool: where it stands, and how long weight is on before a hold.

All techniques and a sample of routines are heard at each level of talk, in each language and at each
pace, with the lengths of speech that are estimated where no voice has spoken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise, product

import pytest

from smr_audio.library.library import Library
from smr_audio.library.load import lines_of
from smr_audio.library.technique import Technique
from smr_audio.normalize.cardinals import in_words
from smr_audio.options.choices import PACES, TALKS, Pace, Side, Talk
from smr_audio.options.values import parse_hold
from smr_audio.session.compile import compile_session
from smr_audio.session.script import Script
from smr_audio.session.sections import LEAD_TICKS
from smr_audio.sound.tones import CUE_TICKS
from smr_audio.studio.clips import estimated_ticks
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import CueEvent, GateEvent, HoldEvent, SpeechEvent, Timeline
from smr_audio.voices.pace import guide_factor
from tests.conftest import wishes_of
from tests.sampling import sampled
from tests.timeline.speech import said_before

LIBRARY = Library()
TECHNIQUES = {name: LIBRARY.technique(name) for name in LIBRARY.technique_ids()}
NAMES = (*TECHNIQUES, *LIBRARY.routine_ids())
ROUTINES = {name: LIBRARY.load(name) for name in NAMES}
EACH = (*TECHNIQUES, *sampled(LIBRARY.routine_ids(), 5))
"""Every technique; the routines put them together."""

LANGUAGES = ("en", "zh")
MOST_WAIT_S = 10
MOST_SILENCE_S = 8
MOST_UNPARTED_S = 14
A_FRAME_S = 0.024
LONG_ACTS_S = (25, 20)
"""Shoes and socks off, and on again."""

MOST_WORDS = 16
WHILE_MOVING = ("setup", "switch", "load", "finish", "coach", "ease")
WARNINGS = {"en": ("tingl", "numb"), "zh": ("发麻", "发木")}


@dataclass(frozen=True)
class Heard:
    """A session as it is heard, and what was asked for."""

    talk: Talk
    what: str
    script: Script
    timeline: Timeline

    @cached_property
    def waits_s(self) -> dict[HoldEvent, float]:
        """By hold, seconds from the end of the line that loads to the start."""
        loads = {hold: next(e for e in said_before(self.timeline, hold) if e.role == "load")
                 for hold in self.timeline.holds}  # fmt: skip
        return {hold: (hold.start_tick - load.end_tick) / 125 for hold, load in loads.items()}


estimated = cache(estimated_ticks)


@cache
def heard(
    name: str, talk: Talk, language: str, pace: Pace = "normal", *, more: bool = False,
    hold: str = "",
) -> Heard:  # fmt: skip
    """A session; with `more`, two sets and the first side once more."""
    options: dict[str, object] = {"sets": 2, "extra": "left"} if more else {}
    if hold:
        options["holds"] = (parse_hold(hold),)
    wishes = wishes_of(talk=talk, language=language, pace=pace, **options)
    script = compile_session(ROUTINES[name], wishes, library=LIBRARY).script
    rate = guide_factor("silent", language)
    cues = CUE_TICKS["classic"]
    lengths = Lengths({one: estimated(one, rate) for one in script.sentences()}, cues)
    what = " ".join([talk, language, pace, hold, "more" if more else ""])
    return Heard(talk, what, script, schedule(script, lengths))


def all_heard(name: str, *paces: Pace) -> Iterator[Heard]:
    for talk, language, pace, more in product(TALKS, LANGUAGES, paces or PACES, (False, True)):
        yield heard(name, talk, language, pace, more=more)


@pytest.mark.parametrize("name", sampled(NAMES, 6))
def test_one_line_loads_the_tool_before_each_hold_and_nothing_explains_after_it(name: str) -> None:
    for session in all_heard(name):
        for hold in session.timeline.holds:
            roles = [event.role for event in said_before(session.timeline, hold)]
            assert roles.count("load") == 1, session.what
            after = roles[roles.index("load") + 1 :]
            assert after in ([], ["ready"]), session.what
            # Where it was set up or changed over, "get ready" comes last, or is that line itself.
            if {"setup", "switch"} & set(roles) and session.talk != "minimal":
                assert after == ["ready"], session.what


@pytest.mark.parametrize("name", EACH)
def test_weight_is_on_for_ten_seconds_at_most_before_the_start(name: str) -> None:
    for session in all_heard(name, "normal", "quick"):
        assert max(session.waits_s.values()) <= MOST_WAIT_S, session.what


@pytest.mark.parametrize("name", EACH)
def test_a_relaxed_pace_leaves_weight_on_no_longer(name: str) -> None:
    for talk, language, more in product(TALKS, LANGUAGES, (False, True)):
        normal, relaxed = (heard(name, talk, language, pace, more=more)
                           for pace in ("normal", "relaxed"))  # fmt: skip
        for one, other in zip(normal.timeline.holds, relaxed.timeline.holds, strict=True):
            assert relaxed.waits_s[other] <= normal.waits_s[one] + A_FRAME_S, relaxed.what


@pytest.mark.parametrize("name", EACH)
def test_both_sides_wait_as_long_within_three_seconds(name: str) -> None:
    for session in all_heard(name):
        waits: dict[tuple[str, int], dict[Side, float]] = {}
        for hold in session.timeline.holds:
            if hold.side:
                sides = waits.setdefault((hold.technique, hold.set), {})
                sides[hold.side] = session.waits_s[hold]
        for each in waits.values():
            assert max(each.values()) - min(each.values()) <= 3, session.what


@pytest.mark.parametrize("name", EACH)
def test_each_side_is_told_how_hard_before_or_as_the_tool_is_loaded(name: str) -> None:
    for session in all_heard(name, "normal"):
        if session.talk == "minimal":
            continue  # whoever hears as little has heard it in the check
        for chapter in session.timeline.chapters:
            holds = [hold for hold in session.timeline.holds
                     if chapter.start_tick <= hold.start_tick < chapter.end_tick]  # fmt: skip
            loads = [e for hold in holds[:1] for e in said_before(session.timeline, hold)
                     if e.role == "load"]  # fmt: skip
            if not loads or chapter.title.endswith(("again", "再来一次")):
                continue
            technique = TECHNIQUES[holds[0].technique]
            press = in_words(min(5, technique.cap), session.script.language)
            said = [e.text.lower() for e in session.timeline.speech
                    if chapter.start_tick <= e.start_tick <= loads[0].start_tick]  # fmt: skip
            assert any(press in text for text in said), (session.what, technique.id, chapter.side)


@pytest.mark.parametrize("name", EACH)
def test_the_line_that_loads_is_the_last_of_a_switch(name: str) -> None:
    for session in all_heard(name, "normal"):
        switches = [cue.start_tick for cue in session.timeline.cues if cue.cue == "switch"]
        for switch in switches:
            hold = next(hold for hold in session.timeline.holds if hold.start_tick > switch)
            roles = [e.role for e in said_before(session.timeline, hold) if e.start_tick > switch]
            lines = [role for role in roles if role not in ("caution", "ready")]
            told = lines[:-1]
            assert lines[-1] == "load", session.what
            assert set(told) == {"switch"}, session.what


def silences(session: Heard) -> Iterator[tuple[float, str]]:
    """Each silence in seconds outside holds and gates, and the line before it."""
    timeline = session.timeline
    closed = [e for e in timeline.events if isinstance(e, GateEvent | HoldEvent)]
    sounds = [e for e in timeline.events if isinstance(e, SpeechEvent | CueEvent)]
    starts = {chapter.start_tick for chapter in timeline.chapters}
    last = ""
    for before, after in pairwise(sounds):
        last = before.text if isinstance(before, SpeechEvent) else last
        if not any(before.end_tick <= one.end_tick and one.start_tick < after.start_tick
                   for one in closed):  # fmt: skip
            leads = after.start_tick - LEAD_TICKS in starts  # a chapter's own quiet
            yield (after.start_tick - before.end_tick - leads * LEAD_TICKS) / 125, last


def long_acts(technique: Technique) -> dict[str, float]:
    """Lines after which there is more silence than usual, in every language, and its seconds."""
    lines = [line for line in lines_of(technique) if (line.then_ticks or 0) > MOST_SILENCE_S * 125]
    return {text: (line.then_ticks or 0) / 125 for line in lines for text in line.text.texts.values()}


def test_only_shoes_take_longer_than_eight_seconds() -> None:
    for technique in TECHNIQUES.values():
        for text, seconds in long_acts(technique).items():
            assert "hoes" in text or "鞋" in text, technique.id
            assert seconds in LONG_ACTS_S


@pytest.mark.parametrize("name", EACH)
def test_no_silence_is_longer_than_eight_seconds_but_for_shoes(name: str) -> None:
    steps = LIBRARY.load(name).steps
    acts = {text: seconds for step in steps
            for text, seconds in long_acts(TECHNIQUES[step.technique]).items()}  # fmt: skip
    for session in all_heard(name, "normal", "quick"):
        # At minimal nothing that is said parts the silences of two lines.
        most, longest = MOST_SILENCE_S, max(acts.values(), default=0)
        if session.talk == "minimal":
            most = MOST_UNPARTED_S + longest
        for silence, line in silences(session):
            assert silence <= max(most, acts.get(line, 0)) + A_FRAME_S, (
                session.what, silence, line,
            )  # fmt: skip


@pytest.mark.parametrize("name", TECHNIQUES)
def test_no_line_that_is_heard_in_motion_has_more_than_sixteen_words(name: str) -> None:
    for talk in TALKS:
        for event in heard(name, talk, "en", more=True).timeline.speech:
            if event.role in WHILE_MOVING:
                assert len(event.text.split()) <= MOST_WORDS, (talk, event.text)


@pytest.mark.parametrize("name", EACH)
def test_at_follow_a_hold_is_35_percent_talk_at_most(name: str) -> None:
    for session in all_heard(name, "normal"):
        for hold in session.timeline.holds if session.talk == "follow" else ():
            said = sum(e.end_tick - e.start_tick for e in session.timeline.speech
                       if hold.start_tick <= e.start_tick < hold.end_tick)  # fmt: skip
            share = said / (hold.end_tick - hold.start_tick)
            assert share <= 0.35, (session.what, hold.technique, share)


@pytest.mark.parametrize("name", TECHNIQUES)
def test_weight_and_hold_together_are_within_the_longest_hold(name: str) -> None:
    most = TECHNIQUES[name].hold.most
    for session in all_heard(name):
        for hold in session.timeline.holds:
            loaded = (hold.end_tick - hold.start_tick) / 125 + session.waits_s[hold]
            assert loaded <= most, session.what


@pytest.mark.parametrize("name", EACH)
def test_a_warning_is_not_heard_three_times_in_a_minute(name: str) -> None:
    """Who should leave a technique out is a question, and no warning."""
    lines = [line for step in LIBRARY.load(name).steps
             for line in lines_of(TECHNIQUES[step.technique])]  # fmt: skip
    asked = {text for line in lines if line.safety or line.unless_checked
             for text in line.text.texts.values()}  # fmt: skip
    for session in all_heard(name):
        words = WARNINGS[session.script.language]
        warned = [e for e in session.timeline.speech if e.text not in asked
                  and any(word in e.text.lower() for word in words)]  # fmt: skip
        for first, _, third in zip(warned, warned[1:], warned[2:], strict=False):
            apart = (third.start_tick - first.start_tick) / 125
            texts = [first.text, third.text]
            assert apart >= 60, (session.what, texts, apart)


TIMED = [
    (name, key)
    for name, technique in TECHNIQUES.items()
    for key, line in technique.coaching.items()
    if line.at is not None
]


@pytest.mark.parametrize(("name", "key"), TIMED)
@pytest.mark.parametrize("talk", ["learn", "follow"])
def test_a_line_of_a_given_time_is_heard_in_every_hold_long_enough(name: str, key: str, talk: Talk) -> None:
    line = TECHNIQUES[name].coaching[key]
    text = line.text.get("en")
    for seconds in (10, 14, 15, 24, 25, 30, 60):
        session = heard(name, talk, "en", more=True, hold=f"{name}={seconds}")
        for number, hold in enumerate(session.timeline.holds):
            inside = [
                e.start_tick - hold.start_tick
                for e in session.timeline.speech
                if e.text == text and hold.start_tick <= e.start_tick < hold.end_tick
            ]
            told = [e for e in said_before(session.timeline, hold) if e.text == text]
            at = seconds * 125 // 2 if line.at == "half" else line.at * 125
            if seconds >= 15:
                assert len(inside) == 1, (seconds, number)
                assert at <= inside[0] <= at + 3 * 125
                assert not told
            else:
                assert not inside
                assert len(told) == (line.at == "half" and number % 2), (seconds, number)
