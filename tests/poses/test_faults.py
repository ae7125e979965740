"""What no body can do, and what says too little, is told with its place."""

import pytest

from smr_audio.errors import ContentError
from smr_audio.poses.solve import solve
from tests.poses.made_up import ON_ROLLER, ON_THE_BAR, SEATED, STANDING, pose_of

FAULTS = [
    # What cannot be read.
    (STANDING, "hips: 92", "hips: .nan", "1:7: hips must be a place such as floor 40"),
    (STANDING, "trunk: 90", "trunk: .nan", "2:8: trunk must be -360 to 360 degrees"),
    (STANDING, "floor 0", "floor nan", "3:14: foot: 'nan' is no number of cm"),
    (STANDING, "floor 0", "flor 0", "did you mean 'floor'"),
    (STANDING, "legs: {foot", "leg: {foot", "needs 'legs', or 'leg' and 'other_leg'"),
    (STANDING, "floor 0", "floor 0, thigh: 0", "placed twice over"),
    (STANDING, "floor 0", "flor 0, thigh: 0", "placed twice over"),  # both are told
    (STANDING, "{foot: floor 0}", "{knee: 10}", "nothing places legs; add `foot: floor 40`"),
    (ON_ROLLER, "roller on floor", "roller", "as in 'roller on floor'"),
    (ON_ROLLER, "touches: back of the thigh\n", "", "the tool touches nothing; add `touches"),
    (ON_ROLLER, "tool: roller on floor\n", "", "touches needs a `tool`"),
    (ON_ROLLER, "back of the thigh", "back of thigh", "did you mean 'back of the thigh'"),
    (ON_ROLLER, "[10, 80]", "[10]", "1 ends; it takes 2 to 2"),
    (ON_ROLLER, "[10, 80]", "[10, 180]", "must be 0 to 100 per cent"),
    (ON_ROLLER, "{slide: [10, 80]}", "{swing: knee}", "7:7: move is 'press', or one of"),
    (ON_ROLLER, "{slide: [10, 80]}", "{swing: neck, to: 3}", "one of knee, ankle, elbow, wrist"),
    # What a body cannot do.
    (STANDING, "floor 0", "floor 120", "3:14: this is 61 cm out of reach"),
    (STANDING, "floor 0", "floor", "say how far from the hips, as in `floor 40`"),
    (STANDING, "hips: 92", "hips: 99", "out of reach"),
    (STANDING, "{foot: floor 0}", "{thigh: -90, knee: 170}", "knee of the leg would bend 170°"),
    (STANDING, "trunk: 90", "trunk: 250", "the hip of the leg would bend -151°"),
    (STANDING, "trunk: 90", "trunk: 30", "this body would fall"),
    (STANDING, "floor 0", "floor 0, ankle: 5", "none"),
    (STANDING, "trunk: 90", "trunk: 90\nmove: {slide: [0, 20]}", "3:7: there is no tool"),
    (ON_THE_BAR, "{swing: knee, to: 90}", "{leg: {shank: -60}}", "none"),  # the thigh stays
    (STANDING, "legs", "lges", "'lges' is not a key of a pose; did you mean 'legs'?"),
    (STANDING, "{foot: floor 0}", "{thigh: 0, knee: 0}", "nothing carries this body"),
    (SEATED, "support: chair\n", "", "the pose has no chair; add `support: chair`"),
    (SEATED, "support: chair", "support: {chair: -50}", "1:18: chair must be 10 to 200 cm"),
    (SEATED, "thigh: 0, knee: 90", "thigh: -80, knee: 0", "into the floor; raise it"),
    (ON_ROLLER, "floor -45", "wall 100", "the pose has no wall; add `support: wall`"),
    (ON_ROLLER, "floor -45", "floor -95", "out of reach"),
    (
        ON_ROLLER,
        "trunk: 135",
        "view: above\ntrunk: 0",
        "seen from above nothing is placed by its end",
    ),
    (ON_ROLLER, "on floor", "on bench", "the pose has no bench; add `support: bench`"),
    (ON_ROLLER, "back of the thigh", "front of the thigh", "this does not face the floor"),
    (ON_ROLLER, "trunk: 135", "trunk: 137\nhips: 25", "touches nothing: this is"),
    (ON_ROLLER, "roller on floor", "roller in hands\nhips: 22", "no hand holds the tool"),
    (ON_ROLLER, "roller on floor", "roller in hands", "nothing tells how high the hips are"),
    (ON_THE_BAR, "{swing: knee, to: 90}", "{leg: {thigh: -15, knee: 170}}", "would bend 170"),
    (ON_THE_BAR, "{swing: knee, to: 90}", "{arm: {hand: rack 250}}", "out of reach"),
    (ON_THE_BAR, "{swing: knee, to: 90}", "{arm: {hand: rack}, to: 3}", "is 'press', or one of"),
    (ON_THE_BAR, "to: 90", "to: 170", "9:7: at the other end of the movement, the knee"),
]


@pytest.mark.parametrize(("text", "old", "new", "message"), FAULTS)
def test_a_fault_is_told(text: str, old: str, new: str, message: str) -> None:
    assert old in text
    if message == "none":
        solve(pose_of(text.replace(old, new)))
        return
    with pytest.raises(ContentError) as raised:
        solve(pose_of(text.replace(old, new)))
    assert message in str(raised.value)
    assert all(problem.location.line for problem in raised.value.problems)


@pytest.mark.parametrize("text", [STANDING, SEATED, ON_ROLLER, ON_THE_BAR])
def test_the_poses_that_are_spoilt_above_are_right(text: str) -> None:
    solve(pose_of(text))


def test_a_tool_beyond_the_end_of_its_bench_touches_nothing() -> None:
    text = ON_THE_BAR.replace("support: rack", "support: {bench: {height: 72, to: 2}}").replace(
        "bar on rack", "bar on bench"
    )
    text = text.replace("rack 106", "hip")
    with pytest.raises(ContentError, match="the bench reaches from -75 to 2"):
        solve(pose_of(text))
