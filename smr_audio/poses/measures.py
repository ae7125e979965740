"""What can be measured of a figure: angles of joints, and whether it stands by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from smr_audio.library.pose import IN_HANDS
from smr_audio.poses.body import LENGTH, MASS, RADIUS
from smr_audio.poses.figure import LEGS, Figure, LimbName, bends, between, direction, turned


@dataclass(frozen=True, slots=True)
class Measures:
    """Angles in degrees, places in cm.

    `bends` has each joint's angle by limb and joint, 0 for one who stands straight; joints of limbs
    that are turned out of the picture are not in it. `base` is from where to where the body is
    carried, `mass` where its weight is as if in one point.
    """

    bends: dict[tuple[str, str], float]
    mass: tuple[float, float]
    base: tuple[float, float] | None

    @property
    def overhang(self) -> float:
        """How many cm the weight is beyond what carries it; 0 if it is above it."""
        if self.base is None:
            return 0.0
        return max(self.base[0] - self.mass[0], self.mass[0] - self.base[1], 0.0)


def measure(figure: Figure) -> Measures:
    bends = {key: bend for name in figure.limbs for key, bend in _bends(figure, name)}
    bends["head", "neck"] = turned(figure.trunk - direction(figure.shoulder, figure.head))
    carried = [x for span in _carried(figure) for x in span]
    base = (min(carried), max(carried)) if carried else None
    return Measures(bends, _centre_of_mass(figure), base)


def _bends(figure: Figure, name: LimbName) -> Iterator[tuple[tuple[str, str], float]]:
    chain, leg = figure.limbs[name], name in LEGS
    if chain.foreshortened:
        return
    # But from the side, one side's outwards is the other's inwards.
    side = -1 if figure.pose.view != "side" and name.startswith("other") else 1
    root = side * turned(chain.angles[0] + 180 - figure.trunk)
    # An arm that is raised behind the head is no arm far behind the back.
    root = root + 360 if not leg and root < -100 else root
    joints = ("hip", "knee", "ankle") if leg else ("shoulder", "elbow", "wrist")
    for joint, bend in zip(joints, (root, *bends(chain.angles, leg=leg)), strict=True):
        yield (name, joint), bend


def _centre_of_mass(figure: Figure) -> tuple[float, float]:
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
        limb = getattr(pose, name)
        for place in (limb.place, limb.flat):
            if place is not None and place.on in figure.surfaces:
                first, last = chain.parts[2]
                spread = LENGTH["foot"] / 2 if pose.view == "front" and name in LEGS else 0.0
                xs = (chain.end[0], first[0], last[0])
                yield min(xs) - spread, max(xs) + spread
                if limb.flat is not None:
                    yield chain.joint[0], chain.joint[0]
    if pose.tool is not None and figure.tool is not None and pose.tool.on != IN_HANDS:
        yield figure.tool.centre[0], figure.tool.centre[0]
    if pose.hips is not None and pose.hips.on:
        yield figure.hip[0] - RADIUS["trunk"], figure.hip[0] + RADIUS["trunk"]
    for part, start, end in figure.parts():
        for x, height in (start, end):
            if height - RADIUS[part] < 1.5:
                yield x, x
