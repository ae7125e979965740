"""Sessions done again: coaching goes on from the last time, in words that were spoken the first."""

from pathlib import Path

import pytest

from smr_audio import Cache, Preferences, Studio, parse_talk
from smr_audio.library.technique import PROTECTED_COACHING
from smr_audio.studio.session import Session

NAME = "hamstring-roller-floor"
FOLLOW = (parse_talk("follow"),)
LEVELS = ("learn", "follow", "minimal")


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(cache=Cache(tmp_path / "cache"))


ONE_SET = Preferences(voice="silent", sides="left", sets=1)


def turns(studio: Studio, count: int, wishes: Preferences) -> list[Session]:
    """A session at each of so many turns."""
    routine = studio.load(NAME)
    return [studio.link(routine, wishes.over(ONE_SET), turn=turn) for turn in range(count)]


def order(session: Session) -> tuple[str, ...]:
    """The keys of the coaching in the order in which it comes."""
    (coaching,) = session.plan.script.coaching
    return coaching.names


def heard(session: Session) -> list[str]:
    """The coaching that is said."""
    return [event.text for event in session.plan.timeline.speech if event.role == "coach"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.slow
def test_each_turn_begins_with_the_next_line_and_speaks_nothing_new(studio: Studio, level: str) -> None:
    coaching = studio.library.technique(NAME).coaching
    usual = [key for key, line in coaching.items() if line.at is None]
    first = [key for key in PROTECTED_COACHING if key in usual]
    rest = [key for key in usual if key not in first]
    wishes = Preferences(talk=(parse_talk(level),))
    found = turns(studio, len(rest) + 1, wishes)
    for turn, session in enumerate(found[:-1]):
        assert order(session) == (*first, *rest[turn:], *rest[:turn])  # what protects stays first
    assert [bool(session.plan.clips.spoken) for session in found] == [True] + [False] * len(rest)
    assert len({session.plan.duration_ms for session in found}) == 1
    no_turn = studio.plan(studio.load(NAME), wishes.over(ONE_SET))
    for plan in (found[-1].plan, no_turn):  # all were first once
        assert plan.as_json() == found[0].plan.as_json()


def test_what_is_heard_differs_from_turn_to_turn_and_all_of_it_comes_up(studio: Studio) -> None:
    technique = studio.library.technique(NAME)
    found = turns(studio, len(technique.coaching), Preferences(talk=FOLLOW, sides="both"))
    said = [heard(session) for session in found]
    assert len({tuple(lines) for lines in said}) > 2
    every = {line.text.get("en") for line in technique.coaching.values()}
    assert every <= {line for lines in said for line in lines}
