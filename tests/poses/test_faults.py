"""What no body can do, and what says too little, is told with its place."""

import pytest

from smr_audio.errors import ContentError
from smr_audio.poses.solve import solve
from tests.poses.made_up import ON_THE_BAR, POSES, pose_of
from tests.tables import tables


@pytest.mark.parametrize(("name", "old", "new", "message"), tables(__file__)["faults"])
def test_a_fault_is_told(name: str, old: str, new: str, message: str) -> None:
    text = POSES[name]
    assert old in text
    if message == "none":
        solve(pose_of(text.replace(old, new)))
        return
    with pytest.raises(ContentError) as raised:
        solve(pose_of(text.replace(old, new)))
    assert message in str(raised.value)
    assert all(problem.location.line for problem in raised.value.problems)


@pytest.mark.parametrize("text", POSES.values())
def test_the_poses_that_are_spoilt_above_are_right(text: str) -> None:
    solve(pose_of(text))


def test_a_tool_beyond_the_end_of_its_bench_touches_nothing() -> None:
    text = ON_THE_BAR.replace("support: rack", "support: {bench: {height: 72, to: 2}}").replace(
        "bar on rack", "bar on bench"
    )
    text = text.replace("rack 106", "hip")
    with pytest.raises(ContentError, match="the bench reaches from -75 to 2"):
        solve(pose_of(text))
