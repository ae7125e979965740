"""What is done of a routine: nothing against a limit, and every change said with its reason."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from smr_audio import Preferences, Swap, UsageError, parse_hold
from smr_audio.library.library import Library
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.script import Hold, Say
from tests.conftest import wishes_of
from tests.sampling import sampled
from tests.session.people import LIBRARY, asked, can_do, faults, heard, phrase, profile, random_person, session, short
from tests.tables import tables

TABLES = tables(__file__)

ROUTINES = [LIBRARY.load(name) for name in LIBRARY.routine_ids()]
ROLLER, BENCH, BARBELL = "hamstring-roller-floor", "hamstring-roller-bench", "hamstring-barbell"
PRESS, CHAIR = "hamstring-ball-press", "hamstring-ball-chair"


def done(compiled: Compiled) -> list[str]:
    return [block.technique.id for block in compiled.work.blocks]


def notices(compiled: Compiled, code: str) -> list[str]:
    return [notice.text for notice in compiled.script.warnings if notice.code == code]


def check_person(seed: int) -> bool:
    """Hold the session of one random person to all that is promised; whether there is one."""
    random = Random(seed)
    person, routine = random_person(random), random.choice(ROUTINES)
    try:
        compiled = compile_session(routine, Preferences(), library=LIBRARY, profile=profile(person))
    except UsageError as error:
        assert "nothing is left to do" in str(error)
        for step in routine.steps:
            name = step.technique
            assert (
                name in person.skip
                or (f"{name} is left out because " in str(error))
                or (any(swap.old == name for swap in person.swaps))
            )
        return False
    names = done(compiled)
    assert len(set(names)) == len(names)
    for block in compiled.work.blocks:
        assert faults(block.technique, person) == []
        assert block.technique.id not in person.skip
    _check_changes(compiled, person)
    return True


def _check_changes(compiled: Compiled, person: Preferences) -> None:
    asked = {(swap.new, swap.old) for swap in person.swaps}
    selection, told_all = compiled.work.selection, compiled.talk.session != "minimal"
    routine = next(one for one in ROUTINES if one.id == compiled.script.routine)
    before = {step.technique for step in routine.steps}
    gone = before - set(done(compiled))
    assert gone == {*selection.left_out, *(old for _, old in selection.swapped)}
    assert set(done(compiled)) - before == {new for new, _ in selection.swapped} - before
    texts = heard(compiled.script)
    for new, old in selection.swapped:
        reason = selection.reasons[new]
        if (new, old) in asked and reason.source == "profile":
            assert reason.text == f"in place of {old}"
        else:
            told = [text for text in notices(compiled, "swapped") if f"place of {old} bec" in text]
            assert [text.split()[0] for text in told] == [new]
            assert reason.source == "limit"
            assert not can_do(old, person)
            assert not _medical(old, person)
        said = told_all and reason.source == "limit"
        assert (phrase("swapped", name=short(new), other=short(old)) in texts) == said
    for name in selection.left_out:
        by_limit = selection.reasons[name].source == "limit"
        if by_limit:
            told = [one for one in notices(compiled, "left-out") if one.startswith(f"{name} is ")]
            assert len(told) == 1
            assert " because " in told[0]
        else:
            assert name in person.skip
        assert (phrase("left_out", name=short(name)) in texts) == (told_all and by_limit)


def _medical(name: str, person: Preferences) -> bool:
    limits = LIBRARY.limits().medical
    return any(one in limits for one in person.limits if one in LIBRARY.technique(name).not_for)


def test_no_technique_is_ever_planned_against_a_limit_tool_level_or_contraindication() -> None:
    planned = sum(map(check_person, range(100)))
    assert planned > 50


@pytest.mark.slow
def test_none_is_in_ten_thousand_profiles_either() -> None:
    assert sum(map(check_person, range(10_000))) > 5000


def test_with_limited_hips_the_roller_lies_on_a_bench() -> None:
    compiled = session("hamstrings-basic", limits=("hips",))
    assert done(compiled) == [BENCH]
    assert notices(compiled, "swapped") == [f"{BENCH} takes the place of {ROLLER} because of stiff or painful hips"]
    assert phrase("swapped", name=short(BENCH), other=short(ROLLER)) in heard(compiled.script)


def test_what_medicine_forbids_is_left_out_and_nothing_takes_its_place() -> None:
    compiled = session("hamstrings", limits=("blood_thinners",))
    assert done(compiled) == [ROLLER]
    assert compiled.work.selection.swapped == ()
    assert notices(compiled, "left-out") == [
        f"{name} is left out because of blood thinners or a bleeding disorder" for name in (BARBELL, PRESS)
    ]


def test_a_swap_goes_to_nothing_harder() -> None:
    # The bar is the prone roller's one variation, and its level is 2.
    with pytest.raises(UsageError, match="nothing is left to do: quad-roller-prone is left out"):
        session("quad-roller-prone", tools=("barbell", "rack"))


def test_another_ball_stands_in_for_the_one_that_is_not_there() -> None:
    compiled = session(PRESS, tools=("tennis_ball", "bench"))
    assert done(compiled) == [PRESS]
    assert notices(compiled, "stand-in") == [f"{PRESS} is done with a tennis ball in place of a massage ball"]
    tools = LIBRARY.phrases("en").tools
    fetched = [item.text for item in compiled.script.items
               if isinstance(item, Say) and item.role == "fetch"]  # fmt: skip
    own = phrase("tool", tool=f"{tools['tennis_ball']} and {tools['bench']}")
    assert fetched == [phrase("fetch"), own]


def test_walls_chairs_and_tables_are_always_there() -> None:
    assert done(session("plantar-ball-seated", tools=("tennis_ball",))) == ["plantar-ball-seated"]


def test_all_tools_in_the_options_lift_those_of_the_profile() -> None:
    person = Preferences(tools=("foam_roller",))
    assert BARBELL not in done(session("hamstrings", person=person))
    assert BARBELL in done(session("hamstrings", person=person, tools=("all",)))


def test_what_is_changed_on_purpose_is_done_and_not_said() -> None:
    compiled = session("hamstrings", swaps=(Swap(BARBELL, CHAIR),))
    assert done(compiled) == [ROLLER, CHAIR, PRESS]
    assert compiled.work.selection.reasons[CHAIR].source == "option"
    assert phrase("swapped", name=short(CHAIR), other=short(BARBELL)) not in heard(compiled.script)
    for options in ({"skip": (BARBELL,)}, {"only": (ROLLER, PRESS)}):
        compiled = session("hamstrings", **options)
        assert compiled.work.selection.left_out == (BARBELL,)
        assert phrase("left_out", name=short(BARBELL)) not in heard(compiled.script)


@pytest.mark.parametrize(("swaps", "options", "says"), TABLES["wrong_swaps"])
def test_a_swap_that_cannot_be_is_refused(swaps: list[list[str]], options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as raised:
        session("hamstrings", swaps=tuple(Swap(*swap) for swap in swaps), **asked(options))
    assert says in str(raised.value)


def test_a_swap_of_the_profile_that_cannot_be_here_is_passed_over() -> None:
    for person in (
        Preferences(swaps=(Swap(ROLLER, PRESS),)),
        Preferences(swaps=(Swap(ROLLER, BENCH),), limits=("balance",)),
        Preferences(swaps=(Swap(ROLLER, BENCH),), skip=(BENCH,)),
    ):
        assert done(session("hamstrings", person=person))[0] == ROLLER


def test_what_is_skipped_stands_in_for_nothing_in_whatever_layer() -> None:
    person = Preferences(limits=("hips",), skip=(BENCH,))
    assert done(session("hamstrings", person=person, skip=(BARBELL,))) == [CHAIR, PRESS]
    assert done(session("hamstrings-basic", limits=("hips",), skip=(BENCH,))) == [CHAIR]


@pytest.mark.parametrize(("options", "says"), TABLES["unknown"])
def test_unknown_names_are_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as raised:
        session("hamstrings", **asked(options))
    assert says in str(raised.value)


def test_if_nothing_is_left_every_reason_is_said() -> None:
    with pytest.raises(UsageError) as raised:
        session("post-run", tools=("bench",), limits=("previous_clot",))
    text = str(raised.value)
    for name in ("calf-roller-seated", "quad-roller-prone", ROLLER):
        assert f"{name} is left out because " in text
    assert "an earlier blood clot" in text
    assert "it needs a foam roller" in text


@pytest.mark.parametrize("name", ["post-run", *sampled(LIBRARY.routine_ids(), 5)])
def test_a_hold_of_a_swapped_step_stays_in_the_range_of_the_new_technique(name: str) -> None:
    for limit in LIBRARY.limits().body:
        try:
            compiled = session(name, limits=(limit,))
        except UsageError:
            continue
        if (name, limit) == ("post-run", "wrists"):
            assert "calf-ball-ankle" in done(compiled)  # calves 60 s, on the ball now
        new = {name for name, _ in compiled.work.selection.swapped}
        for item in compiled.script.items:
            if isinstance(item, Hold) and item.technique in new:
                hold = LIBRARY.technique(item.technique).hold
                assert hold.least <= item.ticks / 125 <= hold.most


def test_a_long_hold_of_a_step_is_cut_for_the_technique_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        'kind: routine\nid: mine\ntitle: "Mine"\nabout: "Mine."\n'
        f"steps:\n  - {{technique: {ROLLER}, hold: 100}}\n  - {{technique: {ROLLER}, hold: 25}}\n",
        encoding="utf-8",
    )
    options = Preferences(tools=("fascia_ball",))
    library = Library()
    compiled = compile_session(library.load(path), options, library=library)
    assert done(compiled) == [CHAIR, CHAIR]  # the same one each time
    held = [one.hold_s for block in compiled.work.blocks for one in block.passes]
    assert held == [60, 60, 25, 25]


def test_what_somebody_swapped_away_does_not_come_back_for_another() -> None:
    person = Preferences(tools=("foam_roller", "bench"), swaps=(Swap(BENCH, ROLLER),))
    assert done(session("hamstrings-limited-hips", person=person)) == [ROLLER]


def test_options_may_name_the_technique_that_takes_the_place() -> None:
    compiled = session("hamstrings-basic", limits=("hips",), holds=(parse_hold(f"{BENCH}=50"),))
    assert [one.hold_s for one in compiled.work.blocks[0].passes] == [50, 50]


@pytest.mark.parametrize("limit", LIBRARY.limits().medical)
def test_who_names_a_medical_limit_is_sent_to_a_clinician(limit: str) -> None:
    ask = phrase("ask_clinician")
    for routine, talk in (("hamstrings-basic", "learn"), ("hamstrings-basic", "follow"),
                          ("desk-worker", "minimal"), ("pre-lift", "learn")):  # fmt: skip
        try:
            compiled = session(routine, person=wishes_of(limits=(limit,), talk=talk))
        except UsageError:
            continue
        full = talk == "learn" and LIBRARY.load(routine).safety == "full"
        assert (ask in heard(compiled.script)) == (not full)
        checked = session(routine, person=wishes_of(limits=(limit,), talk=talk, safety="full"))
        assert ask not in heard(checked.script)
        assert "ask your clinician before you start" in notices(compiled, "ask-clinician")[0]
    body = session("hamstrings-basic", limits=("ankles",), talk="follow")
    assert ask not in heard(body.script)
    assert notices(body, "ask-clinician") == []
