"""Poses from a few lines of YAML."""

from smr_audio.errors import ContentError
from smr_audio.library.pose import Pose
from smr_audio.library.schema.pose import POSE
from smr_audio.library.schema.specs import Problems, finish
from smr_audio.library.yaml_reader import parse_yaml

STANDING = """\
hips: 92
trunk: 90
legs: {foot: floor 0}
"""
SEATED = """\
support: chair
hips: chair
trunk: 90
legs: {thigh: 0, knee: 90}
"""
ON_ROLLER = """\
trunk: 135
leg: {thigh: 0, knee: 0}
other_leg: {foot: floor 40}
arms: {hand: floor -45}
tool: roller on floor
touches: back of the thigh
move: {slide: [10, 80]}
"""
ON_THE_BAR = """\
support: rack
trunk: 88
leg: {thigh: -15, knee: 5}
other_leg: {foot: floor 2}
arm: {hand: rack 106}
other_arm: {hand: hip}
tool: bar on rack
touches: back of the thigh
move: {swing: knee, to: 90}
"""


def pose_of(text: str) -> Pose:
    """Raises ContentError with what is wrong in the text."""
    problems = Problems()
    pose = POSE.read(parse_yaml(text.encode(), "pose.yaml"), "pose", problems)
    if problems.found:
        raise ContentError(finish(problems.found))
    assert isinstance(pose, Pose)
    return pose
