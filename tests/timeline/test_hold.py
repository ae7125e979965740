"""Inside a hold, at the lengths where a rule begins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smr_audio.options.holds import parse_hold
from smr_audio.session.script import Script
from smr_audio.timeline.hold import EVERY_PLACE_S
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import HoldEvent, Timeline
from tests.timeline.speech import made_up

ROLLER = "hamstring-roller-floor"


@pytest.fixture
def hold_of(compiled: Callable[..., Script]) -> Callable[[int], tuple[Timeline, HoldEvent]]:
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


@pytest.mark.parametrize(
    ("seconds", "calls"),
    [
        (24, []),
        (25, ["Halfway."]),
        (29, ["Halfway."]),
        (30, ["Halfway.", "Ten seconds."]),
        (90, ["Halfway.", "Ten seconds."]),
        (91, ["One minute left.", "Halfway.", "Ten seconds."]),
        (120, ["One minute left.", "Ten seconds."]),
        (300, ["Halfway.", "One minute left.", "Ten seconds."]),
    ],
)
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


@pytest.mark.parametrize(
    ("seconds", "lines"), [(20, 1), (29, 1), (30, 2), (59, 2), (60, 3), (90, 4), (120, 5), (300, 6)]
)
def test_one_coaching_line_more_for_each_half_minute(
    hold_of: Callable[[int], tuple[Timeline, HoldEvent]], seconds: int, lines: int
) -> None:
    found = said(*hold_of(seconds), "coach")
    assert len(found) == lines  # six is all this technique has
    assert 3 <= found[0][0] < 3.2  # two seconds after a slow "Begin."
    assert max(start for start, _ in found) < seconds / 2


def test_a_protected_line_without_room_is_said_before_get_ready(
    hold_of: Callable[[int], tuple[Timeline, HoldEvent]],
) -> None:
    timeline, hold = hold_of(8)
    before = [event for event in timeline.speech if event.end_tick <= hold.start_tick]
    assert [event.role for event in before[-2:]] == ["caution", "ready"]
    assert before[-2].text == "Stay above the knee, off the soft hollow behind it."
    assert said(timeline, hold, "coach") == []


def test_six_longer_holds_bring_up_every_place_in_a_frame(
    hold_of: Callable[[int], tuple[Timeline, HoldEvent]],
) -> None:
    for seconds in (5, 20, 30, 45):
        places: dict[str, set[int]] = {}
        for more in EVERY_PLACE_S:
            for at_s, cue in cues(*hold_of(seconds + more)):
                places.setdefault(cue, set()).add(round(at_s * 125) % 3)
        assert places == {"start": {0}, "halfway": {0, 1, 2}, "countdown": {0, 1, 2},
                          "end": {0, 1, 2}}  # fmt: skip
