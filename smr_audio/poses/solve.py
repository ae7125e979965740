"""From a pose to figures: limbs in place, and the body let down on what carries it.

A limb is placed by angles, or by inverse kinematics where its end has a place.
"""

import math
from collections.abc import Callable
from typing import Final, TypeAlias

from smr_audio.errors import ContentError, Problem
from smr_audio.library.pose import IN_HANDS, SPOTS, Limb, Place, Pose, PoseTool
from smr_audio.poses.body import FRONT_TRUNK, LENGTH, RADIUS, TOOL_RADIUS, Point, along, between, direction, turned
from smr_audio.poses.figure import ARMS, LEGS, SEGMENTS, Chain, Contact, Figure, LimbName, bends, faults_of
from smr_audio.records import replace

Lengths: TypeAlias = tuple[float, float]

_STEPS: Final = 30
_NEAR_CM: Final = 0.01
_FACING: Final = 0.4  # of a face towards what the tool is on: 1 is straight, 0 is across
_FLAT_TO_DEGREES: Final = 45  # a shank this far from upright has its foot flat on the floor
_HEEL_CM: Final = LENGTH["heel"] + RADIUS["foot"]
_PALM_CM: Final = 5.0  # a wrist above the palm that leans on something
_SOLE_CM: Final = LENGTH["ankle"] + RADIUS["foot"]  # an ankle above the floor it stands on


def solve(pose: Pose) -> tuple[Figure, Figure]:
    """A pose at both ends of its movement; the second is the first where nothing moves.

    Raises ContentError with everything a body could not do, by place.
    """
    first = _figure(*_at_rest(pose))
    second = first if first.faults else _other_end(first)
    # What is out of reach spoils the rest, so it is told alone.
    if problems := second.faults or list(faults_of(first, second)):
        raise ContentError(dict.fromkeys(problems))
    return first, second


def _other_end(first: Figure) -> Figure:
    pose, move, tool = first.pose, first.pose.move, first.tool
    if move.kind == "slide" and pose.tool is not None:
        if pose.tool.on == IN_HANDS:  # the hands go with it
            return replace(_figure(replace(pose, at=move.end), first.hip), pose=pose)
        return replace(first, tool=_contact(first, pose.tool, move.end))
    if move.kind == "sink":
        second = _figure(pose, along(first.hip, -90, move.end))
        if tool is None:
            return second
        # Between a body and a wall a tool rolls half as far as the body goes.
        centre, skin = (along(place, -90, move.end / 2) for place in (tool.centre, tool.skin))
        return replace(second, tool=replace(tool, centre=centre, skin=skin))
    if move.kind == "slide":
        first.fault(move.location, "there is no tool that slides; add `tool: roller on floor`")
    if move.kind in ("press", "slide"):
        return first
    before = pose.limbs[move.mover]
    limb = move.limb
    if limb is None:  # as it lies, but for the joint that moves
        angles = first.limbs[move.mover].angles
        bend, end = bends(angles, leg=move.mover == "leg")
        bend, end = (move.end, end) if move.joint in ("knee", "elbow") else (bend, move.end)
        limb = Limb(before.location, first=angles[0], bend=bend, end=end, out=before.out)
    if limb.first is None:  # it begins as it did
        limb = replace(limb, first=before.first)
    second = _figure(replace(pose, limbs={**pose.limbs, move.mover: limb}), first.hip)
    return replace(second, pose=pose, tool=tool, surfaces=first.surfaces)


def _at_rest(pose: Pose) -> tuple[Pose, Point]:
    """Where the hips are, and the pose with the worked limb's direction if the tool decides it."""
    hips, tool = pose.hips, pose.tool
    if pose.view == "above":
        return pose, (0.0, 0.0)
    rests = tool is not None and tool.on not in (IN_HANDS, "wall")
    if hips is not None:
        if hips.on and hips.on not in pose.support:
            raise ContentError([Problem(hips.location, _missing(hips.on))])
        high = pose.support[hips.on].height + RADIUS["trunk"] if hips.on else hips.at
        hip = 0.0, high or 0.0
        worked = pose.limbs.get(pose.works)
        if not rests or worked is None or {worked.place, worked.flat, worked.first} != {None}:
            return pose, hip

        def aimed(aim: float) -> Pose:
            return replace(pose, limbs={**pose.limbs, pose.works: replace(worked, first=aim)})

        return aimed(_settled(lambda aim: _figure(aimed(aim), hip), -45.0, -5.0)), hip
    if rests:
        return pose, (0.0, _settled(lambda y: _figure(pose, (0.0, y)), 30.0, 5.0))
    for limb in (pose.limbs[name] for name in LEGS):
        if limb.place is not None and limb.bend is not None and limb.place.at is not None:
            length = math.hypot(*along((LENGTH["thigh"], 0.0), limb.bend, LENGTH["shank"]))
            if abs(limb.place.at) < length:
                return pose, (0.0, _SOLE_CM + math.sqrt(length**2 - limb.place.at**2))
    message = "nothing tells how high the hips are; add `hips: 90`, or a `knee` to a foot"
    raise ContentError([Problem(pose.location, message)])


def _settled(figure: Callable[[float], Figure], value: float, step: float) -> float:
    """Where the gap of a figure closes, by secants."""
    before = figure(value).gap or 0.0
    for _ in range(_STEPS):
        now = figure(value + step).gap or 0.0
        value, slope = value + step, (now - before) / step
        if abs(now) < _NEAR_CM or abs(slope) < 1e-6:
            break
        before, step = now, max(-40.0, min(40.0, -now / slope))
    return value


def _figure(pose: Pose, hip: Point) -> Figure:
    """The body with its hips in a place."""
    shoulder = along(hip, pose.trunk, LENGTH["trunk"])
    head = along(shoulder, pose.trunk if pose.head is None else pose.head, LENGTH["neck"])
    figure = Figure(pose, hip, shoulder, head, {}, pose.support)
    # The tool is where the worked limb is, a wall where the tool is, and hands may be on both;
    # a foot may be on the other knee.
    legs = sorted(LEGS, key=lambda name: pose.limbs[name].on == "knee")
    last_before_tool = "arm" if pose.works == "arm" else legs[1]
    for name in (*legs, *ARMS):
        figure = replace(figure, limbs={**figure.limbs, name: _chain(name, figure)})
        if name == last_before_tool and pose.tool is not None:
            figure = _with_tool(figure, pose.tool)
    return figure


def _with_tool(figure: Figure, tool: PoseTool) -> Figure:
    contact = _contact(figure, tool, figure.pose.at)
    figure = replace(figure, tool=contact)
    if tool.on == IN_HANDS or figure.pose.view == "above":
        return figure
    surface, touches = figure.surfaces.get(tool.on), figure.pose.touches
    where = touches.location if touches else tool.location
    across, up = along((0, 0), contact.normal, 1)
    if surface is None:
        figure.fault(tool.location, _missing(tool.on))
    elif (abs(across) if tool.on == "wall" else -up) < _FACING:
        figure.fault(where, f"this does not face the {tool.on}; turn the limb or the trunk")
    elif surface.upright:
        behind = math.copysign(contact.radius, across) if tool.on == "wall" else 0
        x = contact.centre[0] + behind
        surfaces = {**figure.surfaces, tool.on: replace(surface, start=x, end=x)}
        return replace(figure, surfaces=surfaces)
    return figure


def _contact(figure: Figure, tool: PoseTool, at: float) -> Contact:
    """The tool where it touches the body, at so many per cent of the segment."""
    pose, radius = figure.pose, TOOL_RADIUS[tool.kind]
    name, face, _ = SPOTS[pose.touches or "chest"]
    start, end = figure.segment(name)
    towards = direction(start, end)
    turn = {"front": 90, "back": -90, "any": 90}[face] * (-1 if name == "trunk" else 1)
    above = math.sin(math.radians(towards + turn)) > 0
    if face == "any" and above != (tool.on == IN_HANDS):
        turn = -turn  # an arm turns as it likes
    normal, middle = turned(towards + turn), between(start, end, at / 100)
    if pose.view == "above":  # the tool is right under the limb
        return Contact(middle, middle, normal, radius, tool.on)
    wide = FRONT_TRUNK if name == "trunk" and pose.view == "front" else RADIUS[name]
    skin = along(middle, normal, wide)
    return Contact(along(skin, normal, radius), skin, normal, radius, tool.on)


def _chain(name: LimbName, figure: Figure) -> Chain:
    """A limb of a figure that has its trunk, and the tool and limbs that this one holds on to.

    What is out of reach is a fault of the figure, and the limb then goes as far as it can.
    """
    limb = figure.pose.limbs[name]
    leg, front = name in LEGS, figure.pose.view == "front"
    above = figure.pose.view == "above"
    first, second, third = SEGMENTS[name]
    root, whole = _root(name, figure), math.cos(math.radians(limb.out))
    lengths = LENGTH[first] * whole, LENGTH[second] * (whole if limb.second is None else 1)
    place = limb.place or (limb.flat if leg else None)
    if place is not None:
        target = _point(place, name, limb, figure)
        far, most = math.dist(root, target), sum(lengths)
        if far > most + 0.5:
            message = f"this is {far - most:.0f} cm out of reach; move it, the hips or the trunk"
            figure.fault(place.location, message)
        if leg and front:  # the knee bends out of the picture
            share = min(1.0, far / most)
            lengths = lengths[0] * share, lengths[1] * share
            a = b = direction(root, target)
        else:
            a, b = _bent(name, root, target, lengths, figure)
    elif limb.flat is not None and above:  # the upper arm stands on its elbow
        lengths, a = (lengths[0] * 0.3, lengths[1]), figure.pose.trunk
        b = a + (30 if name == "arm" else -30)  # the hands are together
    elif limb.flat is not None:
        a, b = _rested(limb.flat, root, lengths, figure), 0.0
    else:
        if limb.first is None:
            figure.fault(limb.location, "nothing tells where this limb begins; add its first angle")
        a = limb.first or 0.0
        b = limb.second if limb.second is not None else a + (limb.bend or 0) * (-1 if leg else 1)
    joint = along(root, a, lengths[0])
    end = along(joint, b, lengths[1])
    if not leg:
        c = _hand(limb, b, end, figure)
        last = end, along(end, c, LENGTH[third])
    else:
        stands = limb.on in figure.surfaces and abs(turned(b + 90)) < _FLAT_TO_DEGREES
        c = 0.0 if stands else b + 90 + (limb.end or 0)
        heel = along(along(end, c - 90, LENGTH["ankle"]), c + 180, LENGTH["heel"] * whole)
        last = heel, along(heel, c, LENGTH["foot"] * whole)
        if above:  # one sees the sole
            last = end, along(end, b, LENGTH["foot"] * 0.6)
        if front:  # it points out of the picture
            low = along(end, -90, LENGTH["ankle"])
            last = low, (low[0] + (4 if name == "leg" else -4), low[1])
    shortened = limb.out > 0 or (front and leg and place is not None)
    return Chain(((root, joint), (joint, end), last), (a, b, c), shortened)


def _missing(support: str) -> str:
    return f"the pose has no {support}; add `support: {support}`"


def _root(name: LimbName, figure: Figure) -> Point:
    start = figure.hip if name in LEGS else figure.shoulder
    if figure.pose.view == "side":
        return start
    towards = figure.pose.trunk + (90 if name.startswith("other") else -90)
    return along(start, towards, LENGTH["hip"] if name in LEGS else LENGTH["shoulder"])


def _top(place: Place, figure: Figure) -> float:
    surface = figure.surfaces.get(place.on)
    if surface is None:
        figure.fault(place.location, _missing(place.on))
        return 0.0
    return surface.height


def _point(place: Place, name: LimbName, limb: Limb, figure: Figure) -> Point:
    """Where a place is, for an ankle or wrist."""
    trunk, leg, where = figure.pose.trunk, name in LEGS, place.location
    if figure.pose.view == "above" and place.on in figure.surfaces:
        figure.fault(where, "seen from above nothing is placed by its end; give angles")
    if place.on == "tool":
        if figure.tool is None:
            figure.fault(where, "there is no tool to hold; add `tool: stick in hands`")
            return figure.shoulder
        grip = figure.tool.centre
        if figure.pose.works == "arm":  # the tool is under the palm
            on_top = along(grip, figure.tool.normal, figure.tool.radius + RADIUS["hand"] / 2)
            return along(on_top, figure.tool.normal + 90, LENGTH["hand"] / 2)
        return along(grip, direction(grip, figure.shoulder), LENGTH["hand"] / 2)
    if place.on == "knee":
        # A foot is on the other knee, a hand on its own.
        holder: LimbName = "leg" if name in ("other_leg", "arm") else "other_leg"
        if holder not in figure.limbs:
            figure.fault(where, "each leg is on the knee of the other; put one on the floor")
            return figure.hip
        return along(figure.limbs[holder].joint, 90, RADIUS["thigh"])
    if place.on == "head":
        beyond = direction(figure.shoulder, figure.head) + 60
        return along(figure.head, beyond, RADIUS["head"])
    if place.on == "chest":
        return along(between(figure.hip, figure.shoulder, 0.55), trunk - 90, RADIUS["trunk"])
    if place.on == "hip":
        front = figure.pose.view == "front"
        out = trunk + (90 if front and name.startswith("other") else -90)
        return along(between(figure.hip, figure.shoulder, 0.2), out, 14 if front else 4)
    surface = figure.surfaces.get(place.on)
    if surface is None or not surface.upright:
        raised = (_SOLE_CM if limb.place else _HEEL_CM) if leg else _PALM_CM
        if place.at is None and surface is not None:
            figure.fault(where, f"say how far from the hips, as in `{place.on} 40`")
        return place.at or 0.0, _top(place, figure) + raised
    gap = 3.0 if place.on == "wall" else 0.0
    x = surface.start - math.copysign(gap, surface.start - figure.hip[0])
    return x, figure.shoulder[1] if place.at is None else place.at


def _bent(name: LimbName, root: Point, target: Point, lengths: Lengths, figure: Figure) -> tuple[float, float]:
    """Directions of two segments that end at a point, bent as a body bends."""
    one, two = lengths
    aim = direction(root, target)
    far = max(min(math.dist(root, target), one + two - 1e-6), abs(one - two) + 1e-6)
    inner = math.degrees(math.acos((one * one + far * far - two * two) / (2 * one * far)))
    bend = 180 - math.degrees(math.acos((one * one + two * two - far * far) / (2 * one * two)))
    turn = -1 if name in LEGS else 1
    if figure.pose.view == "front":
        # An elbow hangs, is out to the side, and does not go through a wall.
        def discomfort(way: int) -> float:
            x, y = along(root, aim - way * inner, one)
            wall = figure.surfaces.get("wall")
            through = wall is not None and (x - wall.start) * (root[0] - wall.start) < 0
            return y - abs(x - figure.hip[0]) + 100 * through

        turn = min((1, -1), key=discomfort)
    return aim - turn * inner, aim - turn * inner + turn * bend


def _rested(place: Place, shoulder: Point, lengths: Lengths, figure: Figure) -> float:
    """The direction of an upper arm whose forearm lies on a support."""
    drop = shoulder[1] - (_top(place, figure) + RADIUS["forearm"])
    if not 0 <= drop <= lengths[0]:
        message = f"the shoulder is {drop:.0f} cm above where the elbow lies, and an upper arm is "
        figure.fault(place.location, f"{message}{lengths[0]:.0f} cm long; tilt the trunk")
    return -math.degrees(math.asin(max(0.0, min(1.0, drop / lengths[0]))))


def _hand(limb: Limb, forearm: float, wrist: Point, figure: Figure) -> float:
    """The direction of a hand: along what it is on, or else of the forearm."""
    on = limb.on if limb.end is None else ""
    surface = figure.surfaces.get(on)
    if on == "tool" and figure.tool is not None:
        pressed = figure.pose.works == "arm"
        return figure.tool.normal - 90 if pressed else direction(wrist, figure.tool.centre)
    if on == "head":
        inwards = turned(direction(wrist, figure.head) - forearm)
        return forearm + max(-90.0, min(90.0, inwards))
    if surface is None:
        return forearm + (limb.end or 0)
    if surface.upright:
        return 90.0 if abs(turned(90 - forearm)) <= 90 else -90.0
    return 0.0 if math.cos(math.radians(forearm)) >= 0 else 180.0
