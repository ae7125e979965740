"""Poses from a few lines of YAML."""

from smr_audio.errors import ContentError
from smr_audio.library.pose import POSE, Pose
from smr_audio.library.schema.specs import Problems, finish
from smr_audio.library.yaml_reader import parse_yaml
from tests.tables import tables

POSES: dict[str, str] = tables(__file__)
STANDING, SEATED, ON_ROLLER, ON_THE_BAR = POSES.values()


def pose_of(text: str) -> Pose:
    """Raises ContentError with what is wrong in the text."""
    problems = Problems()
    pose = POSE.read(parse_yaml(text.encode(), "pose.yaml"), "pose", problems)
    if problems.found:
        raise ContentError(finish(problems.found))
    assert isinstance(pose, Pose)
    return pose
