"""Inside a hold, at the lengths where a rule begins."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from smr_audio.errors import Location
from smr_audio.library.library import Library
from smr_audio.library.technique import PROTECTED_COACHING
from smr_audio.options.choices import Talk
from smr_audio.options.values import parse_hold
from smr_audio.session.script import Calls, Coaching, Say, Timed
from smr_audio.timeline.hold import EVERY_PLACE_S, LATE_TICKS, HoldPlan, Rotation, plan_hold
from smr_audio.timeline.lengths import CUE_GAP_TICKS, Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import HoldEvent, Timeline
from tests.conftest import CUE_TICKS, Compile
from tests.timeline.speech import made_up

ROLLER = "hamstring-roller-floor"


@pytest.fixture
def hold_of(compiled: Compile) -> Callable[[int], tuple[Timeline, HoldEvent]]:
    """The timeline of one hold of so many seconds, and the hold."""

    def make(seconds: int) -> tuple[Timeline, HoldEvent]:
        script = compiled(ROLLER, sides="left", sets=1, holds=(parse_hold(f"{ROLLER}={seconds}"),))
        timeline = schedule(script, made_up(script))
        return timeline, timeline.holds[0]

    return make


def cues(timeline: Timeline, hold: HoldEvent) -> list[tuple[float, str]]:
    """Seconds from the hold's start, and the cue."""
    return [
        ((event.start_tick - hold.start_tick) / 125, event.cue)
        for event in timeline.cues
        if hold.start_tick <= event.start_tick <= hold.end_tick
    ]


def said(timeline: Timeline, hold: HoldEvent, role: str) -> list[tuple[float, str]]:
    """Seconds from the hold's start, and the line."""
    return [
        ((event.start_tick - hold.start_tick) / 125, event.text)
        for event in timeline.speech
        if hold.start_tick <= event.start_tick < hold.end_tick and event.role == role
    ]


@pytest.mark.parametrize(
    ("seconds", "tones", "halfway"),
    [(5, 0, False), (7, 0, False), (8, 3, False), (24, 3, False), (25, 3, True), (300, 3, True)],
)
def test_tones_from_8_seconds_and_halfway_from_25(
    hold_of: Callable[[int], tuple[Timeline, HoldEvent]], seconds: int, tones: int, halfway: bool
) -> None:
    found = cues(*hold_of(seconds))
    countdown = [(float(seconds - left), "countdown") for left in (3, 2, 1)][:tones]
    middle = [(seconds * 125 // 2 / 125, "halfway")] if halfway else []
    assert found == [(0, "start"), *middle, *countdown, (seconds, "end")]


@pytest.mark.parametrize(("seconds", "calls"), [
    (24, []),
    (25, ["Halfway."]),
    (29, ["Halfway."]),
    (30, ["Halfway.", "Ten seconds."]),
    (90, ["Halfway.", "Ten seconds."]),
    (91, ["One minute left.", "Halfway.", "Ten seconds."]),
    (120, ["One minute left.", "Ten seconds."]),
    (300, ["Halfway.", "One minute left.", "Ten seconds."]),
])  # fmt: skip
def test_calls_begin_at_their_lengths_and_are_on_time(
    hold_of: Callable[[int], tuple[Timeline, HoldEvent]], seconds: int, calls: list[str]
) -> None:
    found = said(*hold_of(seconds), "call")
    assert [text for _, text in found] == calls
    at = {text: start for start, text in found}
    assert at.get("Ten seconds.", seconds - 10) == seconds - 10
    if seconds != 120:
        assert at.get("One minute left.", seconds - 60) == seconds - 60


@pytest.mark.parametrize("seconds", range(112, 126))
def test_one_minute_left_is_never_lost_to_halfway(
    hold_of: Callable[[int], tuple[Timeline, HoldEvent]], seconds: int
) -> None:
    at = {text: start for start, text in said(*hold_of(seconds), "call")}
    assert 0 <= at["One minute left."] - (seconds - 60) <= 1.6


def line(text: str) -> Say:
    return Say(text, (text,), "coach", 0, Location("made-up.yaml", 1, 1))


OTHERS = tuple(line(f"Line {number}.") for number in range(24))
MOVE = line("Move.")
NO_CALLS = Calls()
HALFWAY = Calls(halfway=line("Halfway."))
SECOND = Lengths(dict.fromkeys([*(one.text for one in OTHERS), "Move.", "Halfway.", "Timed."], 125), CUE_TICKS)
"""Each line takes a second."""


def held(coaching: Coaching, *seconds: int, calls: Calls = NO_CALLS) -> list[HoldPlan]:
    """Holds of one technique, one after the other."""
    rotation, plans = Rotation.begun(coaching), []
    for each in seconds:
        plan = plan_hold(each * 125, calls=calls, coaching=coaching, rotation=rotation, lengths=SECOND)
        plans.append(plan)
        rotation = plan.rotation
    return plans


def texts(plan: HoldPlan) -> list[str]:
    return [spot.line.text for spot in plan.speech]


@pytest.mark.parametrize(
    ("seconds", "lines"), [(20, 1), (29, 1), (30, 2), (59, 2), (60, 3), (90, 4), (120, 5), (300, 11)]
)
def test_at_learn_one_coaching_line_more_for_each_half_minute(seconds: int, lines: int) -> None:
    first, second = held(Coaching(OTHERS, 0, "learn", move=MOVE), seconds, seconds)
    assert texts(first) == ["Move.", *(one.text for one in OTHERS[:lines])]
    assert texts(second) == [one.text for one in OTHERS[lines : 2 * lines]]
    for plan in (first, second):
        assert plan.speech[0].start_tick == 3 * 125
        assert max(spot.end_tick for spot in plan.speech) <= seconds * 125 / 2


@pytest.mark.parametrize(
    ("seconds", "lines"), [(5, 0), (7, 1), (10, 1), (15, 2), (22, 2), (23, 3), (30, 4), (60, 8), (90, 12)]
)
def test_at_follow_each_hold_begins_with_the_movement_and_has_four_lines_in_half_a_minute(
    seconds: int, lines: int
) -> None:
    for plan in held(Coaching(OTHERS, 0, "follow", move=MOVE), seconds, seconds):
        assert len(plan.speech) == lines
        assert texts(plan)[:1] == ["Move."][:lines]
        assert all(spot.end_tick <= seconds * 125 * 2 / 3 for spot in plan.speech)


@pytest.mark.parametrize("ticks", [100, 300, 340, 500])
def test_at_follow_no_more_than_35_percent_of_a_hold_is_talk(ticks: int) -> None:
    coaching = Coaching(OTHERS, 0, "follow")
    lengths = Lengths(dict.fromkeys([one.text for one in OTHERS], ticks), CUE_TICKS)
    for seconds in (15, 20, 30, 60, 90):
        (plan,) = [plan_hold(seconds * 125, calls=NO_CALLS, coaching=coaching,
                             rotation=Rotation.begun(coaching), lengths=lengths)]  # fmt: skip
        said = len(plan.speech) * ticks
        assert said <= seconds * 125 * 0.35
        # And a line is left out for no other reason than that, its place or the number wanted.
        room = min(seconds * 125 * 0.35 // (ticks + LATE_TICKS), seconds * 4 // 30)
        assert room - len(plan.speech) <= (1 if ticks > 300 else 0)


def test_at_minimal_a_hold_has_no_coaching_and_what_protects_is_said_before_the_first() -> None:
    first, second = held(Coaching(OTHERS, 2, "minimal", move=None), 60, 60)
    assert (first.speech, first.before) == ((), OTHERS[:2])
    assert (second.speech, second.before) == ((), ())


@pytest.mark.parametrize("talk", ["learn", "follow"])
def test_what_protects_is_said_before_the_first_hold_only_where_that_has_no_room(talk: Talk) -> None:
    coaching = Coaching(OTHERS, 3, talk, move=MOVE)
    for seconds in (5, 8, 10, 20, 30, 45, 60):
        first, *later = held(coaching, *[seconds] * 4)
        inside = [one for one in OTHERS[:3] if one.text in texts(first)]
        assert [*inside, *first.before] == [*OTHERS[:3]]
        assert all(plan.before == () for plan in later)


def test_what_was_said_last_comes_last_again() -> None:
    plans = held(Coaching(OTHERS[:3], 0, "learn"), *[20] * 7)
    said = [text for plan in plans for text in texts(plan)]
    assert said == [OTHERS[number % 3].text for number in range(7)]


# ---- lines for a time of each hold ----


def timed(at_s: int | None, talk: Talk = "learn") -> Coaching:
    at_ticks = None if at_s is None else at_s * 125
    return Coaching(OTHERS, 0, talk, move=MOVE, timed=(Timed(at_ticks, line("Timed.")),))


def at_s(plan: HoldPlan, text: str) -> float | None:
    return next((spot.start_tick / 125 for spot in plan.speech if spot.line.text == text), None)


@pytest.mark.parametrize("talk", ["learn", "follow"])
@pytest.mark.parametrize("seconds", [15, 24, 25, 30, 60])
def test_a_line_for_half_of_the_hold_is_said_there_and_never_before_halfway_is_called(seconds: int, talk: Talk) -> None:
    cue_s = CUE_TICKS["halfway"] / 125 + CUE_GAP_TICKS / 125
    for plan in held(timed(None, talk), *[seconds] * 3, calls=HALFWAY):
        at = at_s(plan, "Timed.")
        assert at is not None
        called = at_s(plan, "Halfway.")
        assert (called is not None) == (seconds >= 25)
        after = seconds / 2 if called is None else called + 1 + CUE_GAP_TICKS / 125
        assert at == pytest.approx(after, abs=0.01)
        assert called is None or called == pytest.approx(seconds / 2 + cue_s, abs=0.01)
        assert plan.before == ()
        assert "Timed." not in [one.text for one in plan.left_out]


@pytest.mark.parametrize("seconds", [10, 14])
def test_a_hold_too_short_for_two_forms_has_the_second_one_every_other_time(seconds: int) -> None:
    plans = held(timed(None), *[seconds] * 4, calls=HALFWAY)
    assert [[one.text for one in plan.before] for plan in plans] == [[], ["Timed."]] * 2
    assert not [text for plan in plans for text in texts(plan) if text == "Timed."]
    followed = held(timed(None, "follow"), *[seconds] * 4)
    # Where that was told before it, the hold does not begin with the other form.
    assert ["Move." in texts(plan) for plan in followed] == [True, False] * 2


@pytest.mark.parametrize(("at", "seconds", "said"), [
    (3, 30, 3), (3, 15, 3), (10, 30, 10), (14, 30, 16.832), (29, 30, None), (40, 30, None),
    (3, 14, None),
])  # fmt: skip
def test_a_line_for_a_second_of_the_hold_is_said_then_or_as_soon_after_as_it_can(
    at: int, seconds: int, said: float | None
) -> None:
    """The tap and the call for halfway come before it; at the end there is no room for it."""
    (plan,) = held(timed(at), seconds, calls=HALFWAY)
    assert at_s(plan, "Timed.") == (None if said is None else pytest.approx(said, abs=0.1))
    assert ("Timed." in [one.text for one in plan.left_out]) == (said is None)
    assert plan.before == ()


def test_other_coaching_keeps_two_seconds_from_a_line_that_has_its_time() -> None:
    for at in range(3, 15):
        for seconds in (15, 24, 30, 60):
            for plan in held(timed(at), seconds, seconds):
                for one, other in pairwise(plan.speech):
                    assert one.end_tick + 250 <= other.start_tick


def test_a_protected_line_without_room_is_said_before_the_tool_is_loaded(compiled: Compile, library: Library) -> None:
    technique = library.technique(ROLLER)
    protected = [technique.coaching[key].text.get("en") for key in PROTECTED_COACHING
                 if key in technique.coaching]  # fmt: skip
    for talk in ("learn", "follow"):
        options: dict[str, Any] = {"sides": "left", "talk": talk, "holds": (parse_hold("5"),)}
        script = compiled(ROLLER, sets=1, **options)
        timeline = schedule(script, made_up(script))
        before = [e for e in timeline.speech if e.end_tick <= timeline.holds[0].start_tick]
        assert [e.text for e in before if e.role == "caution"][-len(protected) :] == protected
        assert [e.role for e in before[-3:]] == ["caution", "load", "ready"]
        assert said(timeline, timeline.holds[0], "coach") == []


def test_six_longer_holds_bring_up_every_place_in_a_frame(hold_of: Callable[[int], tuple[Timeline, HoldEvent]]) -> None:
    for seconds in (5, 20, 30, 45):
        places: dict[str, set[int]] = {}
        for more in EVERY_PLACE_S:
            for at_s, cue in cues(*hold_of(seconds + more)):
                places.setdefault(cue, set()).add(round(at_s * 125) % 3)
        assert places == {"start": {0}, "halfway": {0, 1, 2}, "countdown": {0, 1, 2},
                          "end": {0, 1, 2}}  # fmt: skip
