"""From a pose to figures: limbs in place, and the body let down on what carries it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from smr_audio.errors import ContentError, Location, Problem
from smr_audio.library.pose import IN_HANDS, Limb, Pose
from smr_audio.poses.body import FRONT_TRUNK, LENGTH, RADIUS, TOOL_RADIUS
from smr_audio.poses.faults import faults_of
from smr_audio.poses.figure import (
    ARMS,
    LEGS,
    Chain,
    Contact,
    Figure,
    Point,
    along,
    bends,
    between,
    direction,
    turned,
)
from smr_audio.poses.limbs import SOLE_CM, missing, place_limb, reach

_STEPS: Final = 30
_NEAR_CM: Final = 0.01
_FACING: Final = 0.4  # of a face towards what the tool is on: 1 is straight, 0 is across


@dataclass(frozen=True, slots=True)
class Ends:
    """A pose at both ends of its movement; the second is the first where nothing moves."""

    first: Figure
    second: Figure


def solve(pose: Pose) -> Ends:
    """Both ends of a pose. Raises ContentError with everything a body could not do, by place."""
    solver = _Solver(pose)
    hip, aim = solver.rest()
    first = solver.figure(hip, aim)
    second = first if solver.problems else _other_end(solver, first, aim)
    # What is out of reach spoils the rest, so it is told alone.
    if problems := solver.problems or list(faults_of(first, second)):
        raise ContentError(dict.fromkeys(problems))
    return Ends(first, second)


def _other_end(solver: _Solver, first: Figure, aim: float | None) -> Figure:
    pose, move, tool = first.pose, first.pose.move, first.tool
    if move.kind == "slide" and pose.tool is not None and pose.tool.on == IN_HANDS:
        solver.pose = replace(pose, at=move.end)
        return replace(solver.figure(first.hip, aim), pose=pose)  # the hands go with it
    if move.kind == "slide" and tool is not None:
        return replace(first, tool=_contact(replace(pose, at=move.end), first))
    if move.kind == "sink":
        second = solver.figure(along(first.hip, -90, move.end), aim)
        if tool is None:
            return second
        # Between a body and a wall a tool rolls half as far as the body goes.
        centre, skin = (along(place, -90, move.end / 2) for place in (tool.centre, tool.skin))
        return replace(second, tool=replace(tool, centre=centre, skin=skin))
    if move.kind == "press":
        return first
    leg = move.kind == "leg" or move.joint in ("knee", "ankle")
    before = pose.leg if leg else pose.arm
    limb = move.limb or _swung(before, first.limbs["leg" if leg else "arm"], pose)
    solver.pose = replace(pose, leg=limb) if leg else replace(pose, arm=limb)
    second = solver.figure(first.hip, aim)
    return replace(second, pose=pose, tool=tool, surfaces=first.surfaces)


def _swung(limb: Limb, chain: Chain, pose: Pose) -> Limb:
    """The limb as it lies, but for the joint that moves."""
    bend, end = bends(chain.angles, leg=limb is pose.leg)
    if pose.move.joint in ("knee", "elbow"):
        bend = pose.move.end
    else:
        end = pose.move.end
    return Limb(limb.location, first=chain.angles[0], bend=bend, end=end, out=limb.out)


@dataclass(slots=True)
class _Solver:
    """Makes figures of a pose; `problems` are those of the last figure."""

    pose: Pose
    problems: list[Problem] = field(default_factory=list)

    def fault(self, where: Location, message: str) -> None:
        self.problems.append(Problem(where, message))

    def rest(self) -> tuple[Point, float | None]:
        """Where the hips are, and the direction of the worked limb if the tool decides that."""
        pose, hips = self.pose, self.pose.hips
        if pose.view == "above":
            return (0.0, 0.0), None
        rests = pose.tool is not None and pose.tool.on not in (IN_HANDS, "wall")
        if hips is not None:
            if hips.on and hips.on not in pose.support:
                raise ContentError([Problem(hips.location, missing(hips.on))])
            high = pose.support[hips.on].height + RADIUS["trunk"] if hips.on else hips.at
            hip = 0.0, high or 0.0
            worked = pose.arm if pose.works == "arm" else pose.leg
            loose = worked.place is None and worked.flat is None and worked.first is None
            if rests and pose.works != "trunk" and loose:
                return hip, self._root(lambda aim: self.figure(hip, aim), -45.0, -5.0)
            return hip, None
        if rests:
            return (0.0, self._root(lambda y: self.figure((0.0, y), None), 30.0, 5.0)), None
        for limb in (pose.leg, pose.other_leg):
            if limb.place is not None and limb.bend is not None and limb.place.at is not None:
                length = reach((LENGTH["thigh"], LENGTH["shank"]), limb.bend)
                if abs(limb.place.at) < length:
                    return (0.0, SOLE_CM + math.sqrt(length**2 - limb.place.at**2)), None
        message = "nothing tells how high the hips are; add `hips: 90`, or a `knee` to a foot"
        raise ContentError([Problem(pose.location, message)])

    def _root(self, figure: Callable[[float], Figure], value: float, step: float) -> float:
        """Where the gap of a figure closes, by secants."""
        before = figure(value).gap or 0.0
        for _ in range(_STEPS):
            now = figure(value + step).gap or 0.0
            value, slope = value + step, (now - before) / step
            if abs(now) < _NEAR_CM or abs(slope) < 1e-6:
                break
            before, step = now, max(-40.0, min(40.0, -now / slope))
            if step == 0:
                break
        return value

    def figure(self, hip: Point, aim: float | None) -> Figure:
        """The body with its hips in a place."""
        pose, self.problems = self.pose, []
        shoulder = along(hip, pose.trunk, LENGTH["trunk"])
        head = along(shoulder, pose.trunk if pose.head is None else pose.head, LENGTH["neck"])
        figure = Figure(pose, hip, shoulder, head, {}, pose.support)
        # The tool is where the worked limb is, a wall where the tool is, and hands may be on both;
        # a foot may be on the other knee.
        legs = sorted(LEGS, key=lambda name: _on_knee(getattr(pose, name)))
        last_before_tool = "arm" if pose.works == "arm" else legs[1]
        for name in (*legs, *ARMS):
            chain = place_limb(name, figure, aim if name == pose.works else None, self.fault)
            figure = replace(figure, limbs={**figure.limbs, name: chain})
            if name == last_before_tool and pose.tool is not None:
                figure = self._with_tool(figure)
        return figure

    def _with_tool(self, figure: Figure) -> Figure:
        tool, contact = figure.pose.tool, _contact(figure.pose, figure)
        figure = replace(figure, tool=contact)
        if tool is None or tool.on == IN_HANDS or figure.pose.view == "above":
            return figure
        surface, where = figure.surfaces.get(tool.on), figure.pose.touches_at or tool.location
        across, up = along((0, 0), contact.normal, 1)
        if surface is None:
            self.fault(tool.location, missing(tool.on))
        elif (abs(across) if surface.kind == "wall" else -up) < _FACING:
            self.fault(where, f"this does not face the {tool.on}; turn the limb or the trunk")
        elif surface.upright:
            wall = surface.kind == "wall"
            x = contact.centre[0] + (math.copysign(contact.radius, across) if wall else 0)
            surfaces = {**figure.surfaces, surface.kind: replace(surface, start=x, end=x)}
            return replace(figure, surfaces=surfaces)
        return figure


def _on_knee(limb: Limb) -> bool:
    return limb.place is not None and limb.place.on == "knee"


def _contact(pose: Pose, figure: Figure) -> Contact:
    """The tool where it touches the body."""
    (name, face), radius = pose.spot or ("trunk", "front"), 0.0
    above = False
    if pose.tool is not None:
        radius, above = TOOL_RADIUS[pose.tool.kind], pose.tool.on == IN_HANDS
    start, end = figure.segment(name)
    towards = direction(start, end)
    turn = {"front": 90, "back": -90, "any": 90}[face] * (-1 if name == "trunk" else 1)
    if face == "any" and (math.sin(math.radians(towards + turn)) > 0) != above:
        turn = -turn  # an arm turns as it likes
    wide = FRONT_TRUNK if name == "trunk" and pose.view == "front" else RADIUS[name]
    normal = turned(towards + turn)
    middle = between(start, end, pose.at / 100)
    if pose.view == "above":  # the tool is right under the limb
        return Contact(middle, middle, normal, radius)
    skin = along(middle, normal, wide)
    return Contact(along(skin, normal, radius), skin, normal, radius)
