"""What content rests on: the limits, the named doses, and which technique stands in for which."""

from __future__ import annotations

import pytest

from smr_audio.library.library import Library
from smr_audio.library.models import DoseProfile, Technique
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


def test_every_technique_on_the_floor_is_for_people_who_get_down_and_up() -> None:
    assert not_for("floor") == in_position("floor") | in_position("kneeling")


def test_lying_flat_or_face_down_is_not_for_pregnancy() -> None:
    assert not_for("pregnancy") >= in_position("floor-prone") | in_position("floor-supine")


def test_barbells_have_the_limits_of_what_is_narrow_and_heavy() -> None:
    for technique in TECHNIQUES:
        if "barbell" in technique.tools:
            wanted = {"pregnancy", "blood_thinners", "osteoporosis", "neuropathy", "steroids"}
            assert wanted <= set(technique.not_for)


def test_one_leg_to_stand_on_is_for_the_steady() -> None:
    one_leg = in_position("standing-bench") | in_position("standing-rack")
    assert not_for("balance") == one_leg | {"plantar-ball-standing"}


def test_lower_legs_are_left_alone_where_a_vein_may_be_ill() -> None:
    lower = {t.id for t in TECHNIQUES if t.muscle in ("calves", "shins", "adductors")}
    assert not_for("varicose_veins") == lower
    assert not_for("previous_clot") >= lower


def test_soles_are_left_alone_where_they_feel_little() -> None:
    assert not_for("neuropathy") >= {t.id for t in TECHNIQUES if t.muscle == "plantar_foot"}


def test_a_first_session_leaves_out_the_hardest_alone() -> None:
    assert not_for("first_session") == {t.id for t in TECHNIQUES if t.level == 3}


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
    assert defaults.doses["article"] == DoseProfile(30, 1, 0, per_technique=True)
    assert defaults.doses["standard"] == DoseProfile(30, 3, 10 * 125)
    assert defaults.doses["extended"] == DoseProfile(60, 2, 10 * 125)
    standard = defaults.doses["standard"]
    assert standard.hold_s * standard.sets == defaults.dose.recommended_s


def test_what_is_at_hand_is_a_tool_that_can_be_asked_for() -> None:
    assert LIBRARY.defaults().at_hand == ("wall", "chair", "table")
    assert set(LIBRARY.defaults().at_hand) <= set(LIBRARY.phrases("en").tools)
