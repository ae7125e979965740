"""Sessions composed for muscles: what fits, in an order with few changes, the safest first."""

from dataclasses import replace
from itertools import combinations, pairwise, permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from smr_audio import Preferences, UsageError
from smr_audio.library.library import Library
from smr_audio.library.routine import Routine
from smr_audio.library.technique import Technique
from smr_audio.session.compile import compile_session
from smr_audio.session.compose import Composition, compose, in_order
from tests.session.people import IDS, LIBRARY, MUSCLES, asked, faults, profile, random_body
from tests.tables import tables

LEVEL_1 = [name for name in MUSCLES if any(
    LIBRARY.technique(one).muscle == name and LIBRARY.technique(one).level == 1 for one in IDS
)]  # fmt: skip


def composed(*muscles: str, **said: object) -> tuple[Routine, ...]:
    return compose(Composition(muscles), Preferences(**said), library=LIBRARY)  # type: ignore[arg-type]


def techniques(routine: Routine) -> list[Technique]:
    return [LIBRARY.technique(step.technique) for step in routine.steps]


def check(muscles: tuple[str, ...], person: Preferences) -> bool:
    """Compose for a person and hold the sessions to all that is promised; whether there are any."""
    try:
        routines = compose(Composition(muscles), person, library=LIBRARY)
    except UsageError as error:
        assert "fits: not " in str(error) or "no technique is for" in str(error)
        return False
    assert routines == compose(Composition(muscles), person, library=LIBRARY)
    level = person.level or 1
    for routine in routines:
        found = techniques(routine)
        assert [one.muscle for one in found if one.muscle not in muscles] == []
        assert {one.muscle for one in found} == set(muscles)
        assert max(one.level for one in found) <= level
        with_bar = ["barbell" in one.tools for one in found]
        assert not (level == 1 and any(with_bar))
        assert not with_bar[0] or all(with_bar)
        assert not {one.id for one in found} & set(person.skip)
        # And nothing is in the way when it is compiled for the same person.
        done = compile_session(routine, Preferences(), library=LIBRARY, profile=profile(person))
        assert [b.technique.id for b in done.work.blocks] == [one.id for one in found]
        for block in done.work.blocks:
            assert faults(block.technique, person) == []
    counts = [len(routine.steps) for routine in routines]
    assert counts == sorted(set(counts))
    assert counts[0] == len(muscles)
    return True


@pytest.mark.parametrize("muscle", MUSCLES)
def test_a_session_for_a_muscle_has_its_techniques_alone(muscle: str) -> None:
    assert check((muscle,), Preferences()) == (muscle in LEVEL_1)
    assert check((muscle,), Preferences(level=3))


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_so_have_those_for_pairs_and_triples(every: int) -> None:
    for pair in [*combinations(LEVEL_1, 2)][::every]:
        assert check(pair, Preferences())
    random = Random(1)
    for _ in range(20 // every):
        check(tuple(random.sample(MUSCLES, 3)), Preferences(level=random.choice([None, 2, 3])))


@pytest.mark.parametrize("people", [40, pytest.param(2000, marks=pytest.mark.slow)])
def test_nothing_is_composed_against_tools_limits_or_level(people: int) -> None:
    found = 0
    for seed in range(people):
        random = Random(seed)
        found += check(tuple(random.sample(MUSCLES, random.randint(1, 4))), random_body(random))
    assert found > people // 7


def test_a_new_library_composes_the_same() -> None:
    muscles = Composition(("hamstrings", "calves", "gluteals"))
    fresh = compose(muscles, Preferences(), library=Library())
    assert [one.steps for one in fresh] == [one.steps for one in composed(*muscles.muscles)]


def changes(order: tuple[Technique, ...]) -> int:
    """Another position counts two, each tool that must be fetched one."""
    return sum(2 * (a.position != b.position) + len(set(b.tools) - set(a.tools)) for a, b in pairwise(order))


def test_the_order_has_the_fewest_changes_that_any_order_has() -> None:
    everybody = [LIBRARY.technique(name) for name in IDS]
    random = Random(2)
    for number in range(100):
        chosen = random.sample(everybody, random.randint(1, 6))
        if number % 2:  # of places as they might be
            chosen = [
                replace(
                    one, position=random.choice(["chair", "standing", "kneeling"]),
                    tools=tuple(random.sample(["a", "b", "c", "barbell"], random.randint(0, 3))),
                )
                for one in chosen
            ]  # fmt: skip
        allowed = [
            order for order in permutations(chosen)
            if "barbell" not in order[0].tools or all("barbell" in one.tools for one in order)
        ]  # fmt: skip
        found = in_order(chosen)
        assert sorted(one.id for one in found) == sorted(one.id for one in chosen)
        assert tuple(found) in allowed
        assert changes(tuple(found)) == min(map(changes, allowed))
        random.shuffle(chosen)
        assert in_order(chosen) == found


def test_no_barbell_is_for_a_beginner_however_easy_it_says_it_is(tmp_path: Path) -> None:
    (tmp_path / "techniques").mkdir()
    bar = Path(LIBRARY.technique("quad-bar-seated").location.path).read_text(encoding="utf-8")
    easy = bar.replace("id: quad-bar-seated", "id: easy-bar").replace("level: 2", "level: 1")
    (tmp_path / "techniques" / "easy-bar.yaml").write_text(easy, encoding="utf-8")
    library, muscles = Library([tmp_path]), Composition(("quadriceps",))
    for level, there in ((None, False), (1, False), (2, True)):
        others = Preferences(level=level, skip=("quad-stick-seated",))
        routine = compose(muscles, others, library=library)[-1]
        assert ("easy-bar" in [step.technique for step in routine.steps]) == there
    with pytest.raises(UsageError, match="not easy-bar, because a barbell is not for beginners"):
        compose(muscles, Preferences(tools=("barbell",)), library=library)


def test_many_places_are_put_in_order_too() -> None:
    everybody = [LIBRARY.technique(name) for name in IDS]
    found = in_order(everybody)
    assert sorted(one.id for one in found) == sorted(IDS)
    assert "barbell" not in found[0].tools


def test_one_ball_serves_where_it_can() -> None:
    routine = composed("forearms", "pectorals")[0]
    done = compile_session(routine, Preferences(), library=LIBRARY)
    assert len({block.technique.tools[0] for block in done.work.blocks}) == 1
    assert "stand-in" not in {notice.code for notice in done.script.warnings}


def test_the_dose_is_the_standard_one_unless_another_is_asked_for() -> None:
    routine = composed("hamstrings")[0]
    done = compile_session(routine, Preferences(), library=LIBRARY)
    assert [(one.sets, one.hold_s) for one in done.work.blocks[0].passes] == [(3, 30)] * 2
    done = compile_session(routine, Preferences(dose="extended"), library=LIBRARY)
    assert [(one.sets, one.hold_s) for one in done.work.blocks[0].passes] == [(2, 60)] * 2


def test_the_title_names_the_muscles() -> None:
    routine = composed("hamstrings", "calves", "plantar_foot")[0]
    assert routine.title.get("en") == "Hamstrings, calves and soles"
    assert routine.id == "for-hamstrings-calves-plantar-foot"


def test_what_is_skipped_is_not_composed() -> None:
    first = composed("calves")[0].steps[0].technique
    other = composed("calves", skip=(first,))[0].steps[0].technique
    assert other != first
    calves = tuple(one for one in IDS if LIBRARY.technique(one).muscle == "calves")
    assert {first, other} < set(calves)
    with pytest.raises(UsageError, match=f"not {first}, because it is skipped"):
        composed("calves", skip=calves)


@pytest.mark.parametrize(("muscles", "said", "says"), tables(__file__)["refused"])
def test_what_cannot_be_composed_is_refused_with_the_reasons(
    muscles: list[str], said: dict[str, Any], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        composed(*muscles, **asked(said))


def test_none_and_thirteen_muscles_are_refused() -> None:
    assert len(MUSCLES) > 12
    with pytest.raises(UsageError, match="name 1 to 12 muscles, not 13"):
        Composition(MUSCLES[:13])
    with pytest.raises(UsageError, match="not 0"):
        Composition(())
