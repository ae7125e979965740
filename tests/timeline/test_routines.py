"""Routines keep what their names say, and are for the most part work for those who know them."""

from itertools import product

import pytest

from smr_audio.library.library import Library
from smr_audio.options.values import level_of
from tests.timeline.test_load import LANGUAGES, TECHNIQUES, Heard, heard

LIBRARY = Library()
MINUTES = {"five-minutes": 5, "full-15": 15}
NO_GATE = [
    name
    for name in LIBRARY.routine_ids()
    if not any(TECHNIQUES[step.technique].gate for step in LIBRARY.load(name).steps)
]


def share(session: Heard) -> float:
    held = sum(hold.end_tick - hold.start_tick for hold in session.timeline.holds)
    return held / session.timeline.end_tick


@pytest.mark.parametrize(("name", "language"), list(product(MINUTES, LANGUAGES)))
def test_a_routine_takes_the_minutes_of_its_name_at_the_talk_it_names(name: str, language: str) -> None:
    talk = level_of(LIBRARY.load(name).settings.talk)
    assert talk == "follow"
    minutes = heard(name, talk, language).timeline.end_tick / 125 / 60
    assert abs(minutes - MINUTES[name]) <= 0.5
    # With more talk it would not: what is said as its title names no minutes.
    short = LIBRARY.load(name).short
    assert short is not None
    assert not {"five", "fifteen", "minute"} & set(short.get("en").lower().split())
    assert "分钟" not in short.get("zh")


@pytest.mark.parametrize("name", NO_GATE)
def test_for_those_who_know_it_a_routine_is_work_for_45_percent(name: str) -> None:
    for language in LANGUAGES:
        assert share(heard(name, "follow", language)) >= 0.45, language


def test_no_routine_needs_more_than_its_few_tools() -> None:
    one_tool = ("five-minutes", "travel-ball", "bedtime", "runner", "cyclist", "pre-squat",
                "full-15")  # fmt: skip
    at_hand = set(LIBRARY.defaults().at_hand)
    for name in one_tool:
        steps = LIBRARY.load(name).steps
        first = {TECHNIQUES[step.technique].tools[0] for step in steps}
        others = {t for step in steps for t in TECHNIQUES[step.technique].tools[1:]}
        assert others <= at_hand
        fits = [set(TECHNIQUES[step.technique].tool_options) or first for step in steps]
        assert set.intersection(*fits)
