"""A solved posture."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

from smr_audio.errors import Location, Problem
from smr_audio.library.pose import Pose, Surface
from smr_audio.poses.body import Point, turned
from smr_audio.records import dataclass, field

LimbName: TypeAlias = Literal["leg", "other_leg", "arm", "other_arm"]

LEGS: Final[tuple[LimbName, ...]] = ("leg", "other_leg")
ARMS: Final[tuple[LimbName, ...]] = ("arm", "other_arm")
SEGMENTS: Final[Mapping[LimbName, tuple[str, str, str]]] = {
    **dict.fromkeys(LEGS, ("thigh", "shank", "foot")),
    **dict.fromkeys(ARMS, ("upper_arm", "forearm", "hand")),
}


def bends(angles: tuple[float, float, float], *, leg: bool) -> tuple[float, float]:
    """How far a limb with these directions bends at its middle and at its last joint."""
    first, second, third = angles
    middle = first - second if leg else second - first
    return turned(middle), turned(third - second - (90 if leg else 0))


@dataclass(frozen=True, slots=True)
class Chain:
    """A limb: its three parts from the body outwards, each by its ends and its direction.

    A foot is from the heel to the toes. `foreshortened` limbs are turned out of the picture, so
    that their lengths are not whole.
    """

    parts: tuple[tuple[Point, Point], ...]
    angles: tuple[float, float, float]
    foreshortened: bool = False

    @property
    def joint(self) -> Point:
        """The knee or elbow."""
        return self.parts[0][1]

    @property
    def end(self) -> Point:
        """The ankle or wrist."""
        return self.parts[1][1]


@dataclass(frozen=True, slots=True)
class Contact:
    """The tool: its middle, the skin it touches, the direction from the body to it, its support."""

    centre: Point
    skin: Point
    normal: float
    radius: float
    on: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A whole body with what it is on. `faults` are what was out of reach as it was placed."""

    pose: Pose
    hip: Point
    shoulder: Point
    head: Point
    limbs: Mapping[LimbName, Chain]
    surfaces: Mapping[str, Surface]
    tool: Contact | None = None
    faults: list[Problem] = field(default_factory=list)

    def fault(self, where: Location, message: str) -> None:
        self.faults.append(Problem(where, message))

    @property
    def gap(self) -> float | None:
        """How many cm too low the body is for the tool on its top or bar, below 0 too high.

        None without a tool that is on one.
        """
        tool, surface = self.tool, self.surfaces.get(self.tool.on if self.tool else "")
        if tool is None or surface is None or tool.on == "wall" or self.pose.view == "above":
            return None
        return surface.height + tool.radius * (-1 if tool.on == "rack" else 1) - tool.centre[1]

    def segment(self, name: str) -> tuple[Point, Point]:
        """The ends of the worked side's segment, from the body outwards."""
        if name == "trunk":
            return self.hip, self.shoulder
        limb: LimbName = "leg" if name in SEGMENTS["leg"] else "arm"
        return self.limbs[limb].parts[SEGMENTS[limb].index(name)]

    def parts(self) -> Iterator[tuple[str, Point, Point]]:
        """Every segment's name and ends."""
        yield "trunk", self.hip, self.shoulder
        yield "head", self.shoulder, self.head
        for limb, chain in self.limbs.items():
            for name, (start, end) in zip(SEGMENTS[limb], chain.parts, strict=True):
                yield name, start, end
