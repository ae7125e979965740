"""Whatever a pose asks for, a body keeps its lengths, reaches its places, rests on its tool."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from smr_audio.errors import ContentError
from smr_audio.library.pose import SPOTS
from smr_audio.poses.body import LENGTH, RADIUS, TOOL_RADIUS
from smr_audio.poses.figure import SEGMENTS, Figure, joints_of
from smr_audio.poses.solve import solve
from tests.poses.made_up import ON_THE_BAR, POSES, STANDING, pose_of


def solved(text: str) -> Figure:
    """The first end of a pose; one that no body can take is not looked at."""
    try:
        return solve(pose_of(text))[0]
    except ContentError:
        assume(False)
        raise


@given(
    foot=st.integers(0, 20), other=st.integers(-15, 0), hips=st.integers(83, 90),
    trunk=st.integers(82, 94),
)  # fmt: skip
def test_every_segment_keeps_its_length_and_every_foot_its_place(foot: int, other: int, hips: int, trunk: int) -> None:
    figure = solved(f"hips: {hips}\ntrunk: {trunk}\nleg: {{foot: floor {foot}}}\nother_leg: {{foot: floor {other}}}\n")
    for name, chain in figure.limbs.items():
        for segment, (start, end) in zip(SEGMENTS[name], chain.parts, strict=True):
            assert math.dist(start, end) == pytest.approx(LENGTH[segment], abs=0.01)
    for name, at in (("leg", foot), ("other_leg", other)):
        ankle = figure.limbs[name].end  # type: ignore[index]
        assert ankle == pytest.approx((at, LENGTH["ankle"] + RADIUS["foot"]), abs=0.51)
        assert 0 <= joints_of(figure)[name, "knee"] <= 156


@given(
    thigh=st.integers(-15, 15), at=st.integers(5, 90),
    kind=st.sampled_from(["roller", "ball", "bar"]), where=st.sampled_from(["bench", "chair"]),
)  # fmt: skip
def test_the_tool_lies_on_its_support_and_touches_the_skin(thigh: int, at: int, kind: str, where: str) -> None:
    figure = solved(
        f"support: {{{where}: {{from: -90, to: 90}}}}\n"
        f"trunk: 90\nleg: {{thigh: {thigh}, knee: 10}}\nother_leg: {{foot: floor 40}}\n"
        f"tool: {kind} on {where}\ntouches: back of the thigh\nat: {at}\n"
    )
    tool = figure.tool
    assert tool is not None
    radius = TOOL_RADIUS[figure.pose.tool.kind] if figure.pose.tool else 0
    assert tool.centre[1] == pytest.approx(45 + radius, abs=0.05)
    assert math.dist(tool.centre, tool.skin) == pytest.approx(radius)
    hip, knee = figure.segment("thigh")
    spot = hip[0] + (knee[0] - hip[0]) * at / 100, hip[1] + (knee[1] - hip[1]) * at / 100
    assert math.dist(spot, tool.skin) == pytest.approx(RADIUS["thigh"])


@given(bend=st.integers(0, 150))
def test_a_swing_turns_its_joint_and_nothing_else(bend: int) -> None:
    ends = solve(pose_of(ON_THE_BAR.replace("to: 90", f"to: {bend}")))
    first, second = joints_of(ends[0]), joints_of(ends[1])
    assert second["leg", "knee"] == pytest.approx(bend)
    assert {key: first[key] for key in first if key != ("leg", "knee")} == pytest.approx(
        {key: second[key] for key in second if key != ("leg", "knee")}
    )


@pytest.mark.parametrize("text", POSES.values())
def test_the_same_pose_is_the_same_figure(text: str) -> None:
    assert solve(pose_of(text)) == solve(pose_of(text))


def test_a_forearm_sinks_onto_a_ball_on_the_table() -> None:
    figure = solve(
        pose_of(
            "support: [chair, table]\nhips: chair\ntrunk: 88\nlegs: {foot: floor 45}\n"
            "arm: {forearm: 0}\ntool: ball on table\ntouches: forearm\n"
        )
    )[0]
    assert figure.gap == pytest.approx(0, abs=0.05)


def test_a_tool_at_the_wall_puts_the_wall_where_it_is_and_rolls_half_as_far() -> None:
    ends = solve(
        pose_of(
            "support: wall\nhips: 80\ntrunk: 95\nlegs: {foot: floor 25}\n"
            "tool: ball on wall\ntouches: upper back\nmove: {sink: 10}\n"
        )
    )
    first, second = ends[0].tool, ends[1].tool
    assert first is not None
    assert second is not None
    assert ends[0].surfaces["wall"].start == pytest.approx(first.centre[0] - first.radius)
    assert first.centre[1] - second.centre[1] == pytest.approx(5)
    assert ends[0].hip[1] - ends[1].hip[1] == pytest.approx(10)


def test_hands_go_with_the_tool_that_they_hold() -> None:
    ends = solve(
        pose_of(
            "support: chair\nhips: chair\ntrunk: 75\nlegs: {foot: floor 42}\n"
            "arms: {hand: tool}\ntool: stick in hands\ntouches: front of the thigh\n"
            "move: {slide: [30, 70]}\n"
        )
    )
    for figure in ends:
        assert figure.tool is not None
        wrist, fingers = figure.limbs["arm"].parts[2]
        palm = (wrist[0] + fingers[0]) / 2, (wrist[1] + fingers[1]) / 2
        assert palm == pytest.approx(figure.tool.centre, abs=0.01)
    assert ends[0].tool != ends[1].tool


def test_a_hand_slides_up_the_wall_and_the_rest_stays() -> None:
    ends = solve(
        pose_of(
            "view: front\nsupport: wall\nhips: 90\ntrunk: 88\nlegs: {foot: floor 0}\n"
            "arm: {hand: wall 150, out: 70}\ntool: ball on wall\ntouches: side of the chest\n"
            "move: {arm: {hand: wall 190, out: 26}}\n"
        )
    )
    first, second = ends[0], ends[1]
    assert (first.limbs["arm"].end[1], second.limbs["arm"].end[1]) == pytest.approx((150, 190))
    assert first.limbs["arm"].end[0] == pytest.approx(second.limbs["arm"].end[0])
    assert {**first.limbs, "arm": None} == {**second.limbs, "arm": None}
    assert first.tool == second.tool


def test_a_hand_goes_with_the_ball_that_it_presses_onto_the_other_forearm() -> None:
    ends = solve(
        pose_of(
            "support: [chair, table]\nhips: chair\ntrunk: 82\nlegs: {foot: floor 45}\n"
            "arm: {rest: table}\nother_arm: {hand: tool}\ntool: ball in hands\n"
            "touches: forearm\nmove: {slide: [15, 50]}\n"
        )
    )
    palm, ball = (
        tuple(b - a for a, b in zip(one, two, strict=True))
        for one, two in ([end.limbs["other_arm"].end for end in ends], [end.tool.centre for end in ends if end.tool])
    )
    assert palm == pytest.approx(ball)
    assert ends[0].tool is not None
    assert ends[0].tool.normal == pytest.approx(90)


def test_a_forearm_with_a_direction_keeps_its_length_where_the_arm_is_turned_out() -> None:
    arm = solved(f"{STANDING}arm: {{upper_arm: -15, forearm: 75, out: 60}}\n").limbs["arm"]
    lengths = [math.dist(*part) for part in arm.parts[:2]]
    assert lengths == pytest.approx([LENGTH["upper_arm"] / 2, LENGTH["forearm"]])


_PLACE = st.builds(
    "{} {}".format, st.sampled_from(["floor", "chair", "bench", "table", "wall", "rack"]), st.integers(-200, 200)
) | st.sampled_from(["floor", "wall", "rack", "head", "chest", "hip", "knee", "tool"])
_ANGLE = st.integers(-360, 360)


def _limb(end: str, first: str, bend: str) -> st.SearchStrategy[str]:
    out = st.sampled_from(["", ", out: 40", ", out: 80"])
    placed = st.builds(f"{{{{{end}: {{}}{{}}}}}}".format, _PLACE, out)
    angled = st.builds(f"{{{{{first}: {{}}, {bend}: {{}}{{}}}}}}".format, _ANGLE, _ANGLE, out)
    return placed | angled


@given(
    view=st.sampled_from(["side", "front"]),
    hips=st.sampled_from(["", "hips: 0\n", "hips: 90\n", "hips: chair\n"]),
    trunk=_ANGLE,
    legs=st.tuples(_limb("foot", "thigh", "knee"), _limb("foot", "shank", "ankle")),
    arm=_limb("hand", "upper_arm", "elbow"),
    tool=st.sampled_from(["roller on floor", "ball on wall", "bar on rack", "stick in hands"]),
    touches=st.sampled_from(list(SPOTS)),
    move=st.sampled_from(
        [
            "press", "{slide: [0, 100]}", "{sink: 40}", "{swing: wrist, to: 90}",
            "{swing: knee, to: 9}", "{leg: {foot: floor 40, out: 60}}", "{arm: {hand: wall 160}}",
        ]
    ),
)  # fmt: skip
def test_whatever_is_written_is_solved_or_refused(
    *, view: str, hips: str, trunk: int, legs: tuple[str, str], arm: str, tool: str, touches: str, move: str
) -> None:
    text = (
        f"view: {view}\nsupport: [chair, wall, rack]\n{hips}trunk: {trunk}\nleg: {legs[0]}\n"
        f"other_leg: {legs[1]}\narms: {arm}\ntool: {tool}\ntouches: {touches}\nmove: {move}\n"
    )
    try:
        ends = solve(pose_of(text))
    except ContentError as error:
        assert all(problem.location.line for problem in error.problems)
    else:
        assert all(math.isfinite(x) for _, *points in ends[1].parts() for p in points for x in p)
