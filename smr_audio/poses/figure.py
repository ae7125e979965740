"""A solved posture, what can be measured of it, and what of it a body could not do."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

from smr_audio.errors import Location, Problem
from smr_audio.library.pose import IN_HANDS, Pose, Surface
from smr_audio.poses.body import LENGTH, LIMITS, MASS, RADIUS, Point, between, direction, turned
from smr_audio.records import dataclass, field

LimbName: TypeAlias = Literal["leg", "other_leg", "arm", "other_arm"]

LEGS: Final[tuple[LimbName, ...]] = ("leg", "other_leg")
ARMS: Final[tuple[LimbName, ...]] = ("arm", "other_arm")
SEGMENTS: Final[Mapping[LimbName, tuple[str, str, str]]] = {
    **dict.fromkeys(LEGS, ("thigh", "shank", "foot")),
    **dict.fromkeys(ARMS, ("upper_arm", "forearm", "hand")),
}
_SLACK: Final = 1.0  # of angles in degrees
_GAP_CM: Final = 1.0
_TIPS_CM: Final = 8.0
_SINKS_CM: Final = 3.0
_OVERHANG_CM: Final = 3.0


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


def joints_of(figure: Figure) -> dict[tuple[str, str], float]:
    """Each joint's angle in degrees by limb and joint, 0 for one who stands straight.

    Joints of limbs that are turned out of the picture are not in it.
    """
    found = {key: bend for name in figure.limbs for key, bend in _bends(figure, name)}
    found["head", "neck"] = turned(figure.pose.trunk - direction(figure.shoulder, figure.head))
    return found


def overhang(figure: Figure) -> float | None:
    """How many cm the weight is beyond what carries it; 0 above that, None if nothing carries it."""
    x, carried = centre_of_mass(figure)[0], [x for span in _carried(figure) for x in span]
    return max(min(carried) - x, x - max(carried), 0.0) if carried else None


def _bends(figure: Figure, name: LimbName) -> Iterator[tuple[tuple[str, str], float]]:
    chain, leg = figure.limbs[name], name in LEGS
    if chain.foreshortened:
        return
    # But from the side, one side's outwards is the other's inwards.
    side = -1 if figure.pose.view != "side" and name.startswith("other") else 1
    root = side * turned(chain.angles[0] + 180 - figure.pose.trunk)
    # An arm that is raised behind the head is no arm far behind the back.
    root = root + 360 if not leg and root < -100 else root
    joints = ("hip", "knee", "ankle") if leg else ("shoulder", "elbow", "wrist")
    for joint, bend in zip(joints, (root, *bends(chain.angles, leg=leg)), strict=True):
        yield (name, joint), bend


def centre_of_mass(figure: Figure) -> Point:
    """Where the weight is as if in one point."""
    x = y = whole = 0.0
    for name, start, end in figure.parts():
        share, at = MASS[name]
        place = between(start, end, at)
        x, y, whole = x + share * place[0], y + share * place[1], whole + share
    return x / whole, y / whole


def _carried(figure: Figure) -> Iterator[tuple[float, float]]:
    """From where to where each part is carried that rests on something, or holds on to it."""
    pose = figure.pose
    for name, chain in figure.limbs.items():
        limb = pose.limbs[name]
        for place in (limb.place, limb.flat):
            if place is not None and place.on in figure.surfaces:
                first, last = chain.parts[2]
                spread = LENGTH["foot"] / 2 if pose.view == "front" and name in LEGS else 0.0
                xs = (chain.end[0], first[0], last[0])
                yield min(xs) - spread, max(xs) + spread
                if limb.flat is not None:
                    yield chain.joint[0], chain.joint[0]
    if figure.tool is not None and figure.tool.on != IN_HANDS:
        yield figure.tool.centre[0], figure.tool.centre[0]
    if pose.hips is not None and pose.hips.on:
        yield figure.hip[0] - RADIUS["trunk"], figure.hip[0] + RADIUS["trunk"]
    for part, start, end in figure.parts():
        for x, height in (start, end):
            if height - RADIUS[part] < 1.5:
                yield x, x


def faults_of(first: Figure, second: Figure) -> Iterator[Problem]:
    """Everything that is wrong with the ends of a movement."""
    yield from _joints(first)
    if first.pose.view != "above":  # from there all lies on the floor
        for limb, chain in first.limbs.items():
            low = min(y for part in chain.parts for _, y in part) - RADIUS["hand"]
            if low < -_SINKS_CM:
                message = f"the {limb.replace('_', ' ')} goes {-low:.0f} cm into the floor; raise it"
                yield Problem(first.pose.limbs[limb].location, message)
        beyond = overhang(first)
        if beyond is None:
            yield Problem(first.pose.location, "nothing carries this body; put a foot on the floor or the like")
        elif beyond > _OVERHANG_CM:
            message = f"this body would fall: its weight is {beyond:.0f} cm beyond what carries it; "
            yield Problem(first.pose.location, f"{message}move a foot, a hand or the trunk")
    yield from _tool(first)
    later = [] if second.limbs is first.limbs else [*_joints(second)]
    # As the tool slides the body tips, which a picture of one posture does not show.
    tips = _TIPS_CM if first.pose.move.kind == "slide" else _GAP_CM
    for problem in (*later, *_tool(second, tips)):
        yield Problem(first.pose.move.location, f"at the other end of the movement, {problem.message}")


def _joints(figure: Figure) -> Iterator[Problem]:
    for (limb, joint), bend in joints_of(figure).items():
        least, most = LIMITS[figure.pose.view][joint]
        if not least - _SLACK <= bend <= most + _SLACK:
            yield Problem(
                figure.pose.limbs.get(limb, figure.pose).location,  # a head has no place of its own
                f"the {joint} of the {limb.replace('_', ' ')} would bend {bend:.0f}°, and it goes "
                f"from {least:g}° to {most:g}°; move the limb or the trunk",
            )


def _tool(figure: Figure, most: float = _GAP_CM) -> Iterator[Problem]:
    pose, tool, contact = figure.pose, figure.pose.tool, figure.tool
    if tool is None or contact is None:
        return
    if tool.on == IN_HANDS:
        if "tool" not in [pose.limbs[arm].on for arm in ARMS]:
            yield Problem(tool.location, "no hand holds the tool; add `arms: {hand: tool}`")
        return
    surface, x = figure.surfaces.get(tool.on), contact.centre[0]
    if surface is not None and not (surface.upright or surface.start <= x <= surface.end):
        message = f"the tool touches nothing: it is {x:.0f} cm from the hips, and the {tool.on} reaches "
        yield Problem(tool.location, f"{message}from {surface.start:g} to {surface.end:g}")
    if figure.gap is not None and abs(figure.gap) > most:
        way = "high" if figure.gap < 0 else "low"
        message = f"the tool touches nothing: this is {abs(figure.gap):.0f} cm too {way} for it; move the limb, "
        yield Problem(pose.touches.location if pose.touches else tool.location, f"{message}or leave `hips` out")
