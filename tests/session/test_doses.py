"""Doses shared between the techniques of a muscle, and what wins over them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio import Preferences, parse_hold
from smr_audio.errors import Location
from smr_audio.library.technique import HoldRange
from smr_audio.session.compile import Compiled
from smr_audio.session.dosage import share_of
from tests.session.people import IDS, LIBRARY, session

DOSES = LIBRARY.defaults().doses
RANGES = sorted({(t.hold.least, t.hold.most) for t in map(LIBRARY.technique, IDS)})


def range_of(least: int, most: int) -> HoldRange:
    return HoldRange(least, least, most, Location("made-up.yaml"))


def work(compiled: Compiled) -> list[tuple[int, int, float]]:
    return [(b.sets.value, b.passes[0].hold_s, b.rest.value / 125) for b in compiled.work.blocks]


@pytest.mark.parametrize("name", ["standard", "extended"])
@given(st.integers(1, 12), st.sampled_from(RANGES))
def test_shares_come_to_the_dose_and_above_it_by_no_more_than_rounding(
    name: str, techniques: int, limits: tuple[int, int]
) -> None:
    dose, hold = DOSES[name], range_of(*limits)
    share = share_of(dose, hold, techniques=techniques)
    whole, done = dose.hold_s * dose.sets, techniques * share.sets * share.hold_s
    assert hold.least <= share.hold_s <= hold.most
    assert 1 <= share.sets <= dose.sets
    assert share.rest_ticks == dose.rest_ticks
    if share.hold_s > hold.least:
        assert done <= whole + techniques * share.sets / 2
    else:
        assert share.sets == 1 or done <= whole  # no less can be done of so many
    if hold.least < share.hold_s < hold.most:
        assert abs(done - whole) <= techniques * share.sets / 2


@given(st.integers(1, 12), st.sampled_from(RANGES))
def test_the_articles_dose_is_for_each_technique(techniques: int, limits: tuple[int, int]) -> None:
    share = share_of(DOSES["article"], range_of(*limits), techniques=techniques)
    assert (share.sets, share.hold_s, share.rest_ticks) == (1, 30, 0)


@pytest.mark.parametrize(("name", "techniques", "want"), [
    ("standard", 1, (3, 30)), ("standard", 2, (2, 23)), ("standard", 3, (1, 30)),
    ("standard", 4, (1, 23)), ("standard", 5, (1, 20)),
    ("extended", 1, (2, 60)), ("extended", 2, (1, 60)), ("extended", 3, (1, 40)),
])  # fmt: skip
def test_shares_of_a_dose(name: str, techniques: int, want: tuple[int, int]) -> None:
    share = share_of(DOSES[name], range_of(20, 60), techniques=techniques)
    assert (share.sets, share.hold_s) == want


def test_a_dose_is_shared_by_the_techniques_that_are_done() -> None:
    assert work(session(dose="standard")) == [(1, 30, 10)] * 3
    two = session(dose="standard", skip=("hamstring-barbell",))
    assert work(two) == [(2, 23, 10)] * 2
    assert work(session("post-run", dose="standard")) == [(3, 30, 10)] * 3


def test_holds_sets_and_rests_win_over_the_dose_of_their_layer() -> None:
    named = session(dose="extended", sets=3, holds=(parse_hold("25"),), rest=0)
    assert work(named) == [(3, 25, 0)] * 3
    assert work(session(dose="extended", holds=(parse_hold("+5"),))) == [(1, 45, 10)] * 3


def test_the_dose_of_a_higher_layer_wins_over_the_amounts_of_a_lower_one() -> None:
    person = Preferences(sets=3, holds=(parse_hold("25"),), rest=0)
    assert work(session(person=person, dose="extended")) == [(1, 40, 10)] * 3
    assert work(session(person=Preferences(dose="extended"), dose="article")) == [(1, 30, 0)] * 3
    assert work(session(person=Preferences(dose="extended"))) == [(1, 40, 10)] * 3
    kept = session(person=Preferences(dose="extended"), holds=(parse_hold("25"),))
    assert work(kept) == [(1, 25, 10)] * 3
