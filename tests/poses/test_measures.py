"""Angles and balance of figures whose measures are known."""

import pytest

from smr_audio.errors import ContentError
from smr_audio.poses.body import LENGTH, MASS, STATURE_CM
from smr_audio.poses.figure import centre_of_mass, joints_of, overhang
from smr_audio.poses.solve import solve
from tests.poses.made_up import ON_THE_BAR, SEATED, pose_of

UPRIGHT = "trunk: 90\nlegs: {foot: floor 0, knee: 0}\n"


def test_one_who_stands_straight_bends_nothing() -> None:
    figure = solve(pose_of(UPRIGHT))[0]
    bends = joints_of(figure)
    assert bends == pytest.approx(dict.fromkeys(bends, 0.0), abs=0.02)
    assert overhang(figure) == 0
    assert 0.55 < centre_of_mass(figure)[1] / STATURE_CM < 0.58


def test_one_who_sits_bends_hips_and_knees_by_a_right_angle() -> None:
    bends = joints_of(solve(pose_of(SEATED))[0])
    for leg in ("leg", "other_leg"):
        assert bends[leg, "hip"] == pytest.approx(90)
        assert bends[leg, "knee"] == pytest.approx(90)
        assert bends[leg, "ankle"] == pytest.approx(0)


def test_a_body_weighs_as_much_as_its_parts() -> None:
    limbs = [name for name in MASS if name not in ("trunk", "head")]
    whole = sum(MASS[name][0] * (2 if name in limbs else 1) for name in MASS)
    assert whole == pytest.approx(1, abs=0.001)
    assert MASS.keys() <= LENGTH.keys() | {"head"}


def test_on_one_foot_it_is_the_hand_and_the_bar_that_keep_one_from_falling() -> None:
    assert overhang(solve(pose_of(ON_THE_BAR))[0]) == 0
    alone = "hips: 90\ntrunk: 60\nleg: {thigh: -20, knee: 10}\nother_leg: {foot: floor -4}\n"
    with pytest.raises(ContentError, match=r"would fall: its weight is [0-9]+ cm beyond"):
        solve(pose_of(alone))
    held = f"support: rack\n{alone}arms: {{hand: rack 110}}\n"
    with pytest.raises(ContentError, match="out of reach"):
        solve(pose_of(held.replace("support: rack", "support: {wall: 90}").replace("rack", "wall")))
    near = held.replace("support: rack", "support: {wall: 60}").replace("hand: rack", "hand: wall")
    assert overhang(solve(pose_of(near))[0]) == 0
