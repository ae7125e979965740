"""Place one limb of a figure: by angles, or by inverse kinematics where its end has a place."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

from smr_audio.errors import Location
from smr_audio.library.pose import Limb, Place
from smr_audio.poses.body import LENGTH, RADIUS
from smr_audio.poses.figure import (
    LEGS,
    Chain,
    Figure,
    LimbName,
    Point,
    along,
    between,
    direction,
    segments_of,
    sole,
    turned,
)

Fault: TypeAlias = Callable[[Location, str], None]
Lengths: TypeAlias = tuple[float, float]

_FLAT_TO_DEGREES: Final = 45  # a shank this far from upright has its foot flat on the floor
_HEEL_CM: Final = LENGTH["heel"] + RADIUS["foot"]
_PALM_CM: Final = 5.0  # a wrist above the palm that leans on something
SOLE_CM: Final = LENGTH["ankle"] + RADIUS["foot"]
"""An ankle above the floor that the foot stands on."""


def place_limb(name: LimbName, figure: Figure, aim: float | None, fault: Fault) -> Chain:
    """A limb of a figure that has its trunk, and the tool and limbs that this one holds on to.

    `aim` is the direction of its first segment if the tool under it decides that. What is out of
    reach is told to `fault`, and the limb then goes as far as it can.
    """
    limb: Limb = getattr(figure.pose, name)
    leg, front = name in LEGS, figure.pose.view == "front"
    above = figure.pose.view == "above"
    first, second, third = segments_of(name)
    root, whole = _root(name, figure), math.cos(math.radians(limb.out))
    lengths = LENGTH[first] * whole, LENGTH[second] * (whole if limb.second is None else 1)
    place = limb.place or (limb.flat if leg else None)
    if place is not None:
        target = _point(place, name, limb, figure, fault)
        far, most = math.dist(root, target), sum(lengths)
        if far > most + 0.5:
            message = f"this is {far - most:.0f} cm out of reach; move it, the hips or the trunk"
            fault(place.location, message)
        if leg and front:  # the knee bends out of the picture
            share = min(1.0, far / most)
            lengths = lengths[0] * share, lengths[1] * share
            a = b = direction(root, target)
        else:
            a, b = _bent(name, root, target, lengths, figure)
    elif limb.flat is not None and above:  # the upper arm stands on its elbow
        lengths, a = (lengths[0] * 0.3, lengths[1]), figure.trunk
        b = a + (30 if name == "arm" else -30)  # the hands are together
    elif limb.flat is not None:
        a, b = _rested(limb.flat, root, lengths, figure, fault), 0.0
    else:
        if limb.first is None and aim is None:
            fault(limb.location, "nothing tells where this limb begins; add its first angle")
        a = limb.first if limb.first is not None else aim or 0.0
        b = limb.second if limb.second is not None else a + (limb.bend or 0) * (-1 if leg else 1)
    joint = along(root, a, lengths[0])
    end = along(joint, b, lengths[1])
    if not leg:
        c = _hand(limb, b, end, figure)
        last = end, along(end, c, LENGTH[third])
    else:
        flat = limb.place is not None and limb.place.on in figure.surfaces
        stands = flat and abs(turned(b + 90)) < _FLAT_TO_DEGREES
        c = 0.0 if stands else b + 90 + (limb.end or 0)
        last = sole(end, c, whole)
        if above:  # one sees the sole
            last = end, along(end, b, LENGTH["foot"] * 0.6)
        if front:  # it points out of the picture
            low = along(end, -90, LENGTH["ankle"])
            last = low, (low[0] + (4 if name == "leg" else -4), low[1])
    shortened = limb.out > 0 or (front and leg and place is not None)
    return Chain(((root, joint), (joint, end), last), (a, b, c), shortened)


def missing(support: str) -> str:
    return f"the pose has no {support}; add `support: {support}`"


def _root(name: LimbName, figure: Figure) -> Point:
    start = figure.hip if name in LEGS else figure.shoulder
    if figure.pose.view == "side":
        return start
    towards = figure.trunk + (90 if name.startswith("other") else -90)
    return along(start, towards, LENGTH["hip"] if name in LEGS else LENGTH["shoulder"])


def _top(place: Place, figure: Figure, fault: Fault) -> float:
    surface = figure.surfaces.get(place.on)
    if surface is None:
        fault(place.location, missing(place.on))
        return 0.0
    return surface.height


def _point(place: Place, name: LimbName, limb: Limb, figure: Figure, fault: Fault) -> Point:
    """Where a place is, for an ankle or wrist."""
    trunk, leg = figure.trunk, name in LEGS
    if figure.pose.view == "above" and place.on in figure.surfaces:
        fault(place.location, "seen from above nothing is placed by its end; give angles")
    if place.on == "tool":
        if figure.tool is None:
            fault(place.location, "there is no tool to hold; add `tool: stick in hands`")
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
            fault(place.location, "each leg is on the knee of the other; put one on the floor")
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
        raised = (SOLE_CM if limb.place else _HEEL_CM) if leg else _PALM_CM
        if place.at is None and surface is not None:
            fault(place.location, f"say how far from the hips, as in `{place.on} 40`")
        return place.at or 0.0, _top(place, figure, fault) + raised
    gap = 3.0 if place.on == "wall" else 0.0
    x = surface.start - math.copysign(gap, surface.start - figure.hip[0])
    return x, figure.shoulder[1] if place.at is None else place.at


def _bent(
    name: LimbName, root: Point, target: Point, lengths: Lengths, figure: Figure
) -> tuple[float, float]:
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


def reach(lengths: Lengths, bend: float) -> float:
    """How far apart the ends of two segments are with so many degrees of bend between, in cm."""
    one, two = lengths
    return math.sqrt(one * one + two * two + 2 * one * two * math.cos(math.radians(bend)))


def _rested(place: Place, shoulder: Point, lengths: Lengths, figure: Figure, fault: Fault) -> float:
    """The direction of an upper arm whose forearm lies on a support."""
    drop = shoulder[1] - (_top(place, figure, fault) + RADIUS["forearm"])
    if not 0 <= drop <= lengths[0]:
        fault(
            place.location,
            f"the shoulder is {drop:.0f} cm above where the elbow lies, and an upper arm is "
            f"{lengths[0]:.0f} cm long; tilt the trunk",
        )
    return -math.degrees(math.asin(max(0.0, min(1.0, drop / lengths[0]))))


def _hand(limb: Limb, forearm: float, wrist: Point, figure: Figure) -> float:
    """The direction of a hand: along what it is on, or else of the forearm."""
    on = limb.place.on if limb.place and limb.end is None else ""
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
