"""What content rests on: the limits, the named doses, and which technique stands in for which."""

import pytest

from smr_audio.library.library import Library
from smr_audio.library.models import DoseProfile
from smr_audio.library.technique import Technique
from smr_audio.options.choices import DOSES

LIBRARY = Library()
TECHNIQUES = [LIBRARY.technique(name) for name in LIBRARY.technique_ids()]


def not_for(limit: str) -> set[str]:
    return {technique.id for technique in TECHNIQUES if limit in technique.not_for}


def in_position(start: str) -> set[str]:
    return {technique.id for technique in TECHNIQUES if technique.position.startswith(start)}


def test_limits_are_of_the_body_or_medical() -> None:
    limits = LIBRARY.limits()
    assert limits.ids == (*limits.body, *limits.medical)
    assert not set(limits.body) & set(limits.medical)
    assert "blood_thinners" in limits.medical
    assert "hips" not in limits.medical
    assert limits.text("hips").get("en") == "stiff or painful hips"
    assert limits.text("osteoporosis").get("en") == "fragile bones"
    for name in limits.ids:  # it is said within a sentence, after "not for"
        assert limits.text(name).get("en")[0].islower()
        assert not limits.text(name).get("en").endswith(".")


def test_barbells_have_the_limits_of_what_is_narrow_and_heavy() -> None:
    for technique in TECHNIQUES:
        if "barbell" in technique.tools:
            wanted = {"pregnancy", "blood_thinners", "osteoporosis", "neuropathy", "steroids"}
            assert wanted <= set(technique.not_for)


LOWER_LEGS = {t.id for t in TECHNIQUES if t.muscle in ("calves", "shins", "adductors")}
ONE_LEG = in_position("standing-bench") | in_position("standing-rack")


@pytest.mark.parametrize(("limit", "of", "among_others"), [
    ("floor", in_position("floor") | in_position("kneeling"), False),
    ("pregnancy", in_position("floor-prone") | in_position("floor-supine"), True),
    ("balance", ONE_LEG | {"plantar-ball-standing"}, False),
    ("varicose_veins", LOWER_LEGS, False),
    ("previous_clot", LOWER_LEGS, True),
    ("neuropathy", {t.id for t in TECHNIQUES if t.muscle == "plantar_foot"}, True),  # feel little
    ("first_session", {t.id for t in TECHNIQUES if t.level == 3}, False),
])  # fmt: skip
def test_a_limit_leaves_out_what_it_is_about(limit: str, of: set[str], among_others: bool) -> None:
    assert of
    assert not_for(limit) >= of if among_others else not_for(limit) == of


def test_stiff_hips_and_unsteady_people_have_hamstring_work_left() -> None:
    assert "hips" not in LIBRARY.technique("hamstring-roller-bench").not_for
    assert LIBRARY.technique("hamstring-roller-floor").variations[0] == "hamstring-roller-bench"
    chair = LIBRARY.technique("hamstring-ball-chair").not_for
    assert not set(LIBRARY.limits().body) & set(chair)


@pytest.mark.parametrize("technique", TECHNIQUES, ids=lambda technique: technique.id)
def test_where_a_muscle_has_another_technique_there_is_a_variation(technique: Technique) -> None:
    others = {t.id for t in TECHNIQUES if t.muscle == technique.muscle} - {technique.id}
    assert set(technique.variations) <= others
    assert bool(technique.variations) == bool(others)


def test_what_serves_in_place_of_the_first_tool_begins_with_it() -> None:
    for technique in TECHNIQUES:
        if technique.tool_options:
            assert technique.tool_options[0] == technique.tools[0]
            kinds = {option.rsplit("_", 1)[-1].removesuffix("s") for option in
                     technique.tool_options}  # fmt: skip
            assert kinds == {"ball"}  # every line then says "the ball", which fits each


def test_named_doses_are_what_the_reviews_and_the_article_say() -> None:
    defaults = LIBRARY.defaults()
    assert tuple(defaults.doses) == DOSES
    assert defaults.doses["article"] == DoseProfile(30, 1, 0, per="technique")
    assert defaults.doses["standard"] == DoseProfile(30, 3, 10 * 125)
    assert defaults.doses["extended"] == DoseProfile(60, 2, 10 * 125)
    standard = defaults.doses["standard"]
    assert standard.hold_s * standard.sets == defaults.dose.recommended_s


def test_what_is_at_hand_is_a_tool_that_can_be_asked_for() -> None:
    assert LIBRARY.defaults().at_hand == ("wall", "chair", "table")
    assert set(LIBRARY.defaults().at_hand) <= set(LIBRARY.phrases("en").tools)
