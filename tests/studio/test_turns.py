"""Sessions done again: coaching goes on from the last time, in words that were spoken the first."""

from __future__ import annotations

from pathlib import Path

import pytest

from smr_audio import Cache, Preferences, Studio, parse_talk
from smr_audio.library.models import PROTECTED_COACHING
from smr_audio.studio.session import Session

NAME = "hamstring-roller-floor"
FOLLOW = (parse_talk("follow"),)
LEVELS = ("learn", "follow", "minimal")


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(cache=Cache(tmp_path / "cache"))


def turns(studio: Studio, count: int, **options: object) -> list[Session]:
    """A session at each of so many turns, one side, one set."""
    wishes = {"voice": "silent", "sides": "left", "sets": 1, **options}
    routine, preferences = studio.load(NAME), Preferences(**wishes)  # type: ignore[arg-type]
    return [studio.link(routine, preferences, turn=turn) for turn in range(count)]


def order(session: Session) -> tuple[str, ...]:
    """The keys of the coaching in the order in which it comes."""
    (coaching,) = session.plan.script.coaching
    return coaching.names


def heard(session: Session) -> list[str]:
    """The coaching that is said."""
    return [event.text for event in session.plan.timeline.speech if event.role == "coach"]


@pytest.mark.parametrize("level", LEVELS)
def test_each_turn_begins_with_the_next_line_and_what_protects_stays_first(
    studio: Studio, level: str
) -> None:
    coaching = studio.library.technique(NAME).coaching
    usual = [key for key, line in coaching.items() if line.at is None]
    first = [key for key in PROTECTED_COACHING if key in usual]
    rest = [key for key in usual if key not in first]
    found = turns(studio, len(rest) + 1, talk=(parse_talk(level),))
    for turn, session in enumerate(found[:-1]):
        assert order(session) == (*first, *rest[turn:], *rest[:turn])
    assert found[-1].plan.as_json() == found[0].plan.as_json()  # all were first once


def test_what_is_heard_differs_from_turn_to_turn_and_all_of_it_comes_up(studio: Studio) -> None:
    technique = studio.library.technique(NAME)
    found = turns(studio, len(technique.coaching), talk=FOLLOW, sides="both")
    said = [heard(session) for session in found]
    assert len({tuple(lines) for lines in said}) > 2
    every = {line.text.get("en") for line in technique.coaching.values()}
    assert every <= {line for lines in said for line in lines}


@pytest.mark.parametrize("level", LEVELS)
def test_a_later_turn_speaks_nothing_new_and_lasts_as_long(studio: Studio, level: str) -> None:
    first, *later = turns(studio, 4, talk=(parse_talk(level),))
    assert first.plan.clips.spoken > 0
    assert [session.plan.clips.spoken for session in later] == [0, 0, 0]
    assert {session.plan.duration_ms for session in later} == {first.plan.duration_ms}


@pytest.mark.parametrize("level", LEVELS)
def test_no_turn_is_the_first(studio: Studio, level: str) -> None:
    options = {"voice": "silent", "sides": "left", "sets": 1, "talk": (parse_talk(level),)}
    plan = studio.plan(studio.load(NAME), Preferences(**options))  # type: ignore[arg-type]
    (first,) = turns(studio, 1, talk=(parse_talk(level),))
    assert plan.as_json() == first.plan.as_json()
