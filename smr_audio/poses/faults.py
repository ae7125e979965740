"""What a body could not do, of a solved pose, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smr_audio.errors import Location, Problem
from smr_audio.library.pose import IN_HANDS
from smr_audio.poses.body import LIMITS, LIMITS_ABOVE, LIMITS_FRONT, RADIUS
from smr_audio.poses.figure import Figure
from smr_audio.poses.measures import Measures, measure

_SLACK: Final = 1.0  # of angles in degrees
_GAP_CM: Final = 1.0
_TIPS_CM: Final = 8.0
_SINKS_CM: Final = 3.0
_OVERHANG_CM: Final = 3.0


def faults_of(first: Figure, second: Figure) -> Iterator[Problem]:
    """Everything that is wrong with the ends of a movement."""
    found = measure(first)
    yield from _joints(first, found)
    if first.pose.view != "above":  # from there all lies on the floor
        yield from _floor(first)
        yield from _carried(first, found)
    yield from _tool(first)
    later = [] if second.limbs is first.limbs else [*_joints(second, measure(second))]
    # As the tool slides the body tips, which a picture of one posture does not show.
    tips = _TIPS_CM if first.pose.move.kind == "slide" else _GAP_CM
    for problem in (*later, *_tool(second, tips)):
        yield Problem(
            first.pose.move.location, f"at the other end of the movement, {problem.message}"
        )


def _place(figure: Figure, limb: str) -> Location:
    where: Location = getattr(getattr(figure.pose, limb), "location", figure.pose.location)
    return where  # a head has no place of its own


def _joints(figure: Figure, found: Measures) -> Iterator[Problem]:
    limits = {"side": LIMITS, "front": LIMITS_FRONT, "above": LIMITS_ABOVE}[figure.pose.view]
    for (limb, joint), bend in found.bends.items():
        least, most = limits[joint]
        if not least - _SLACK <= bend <= most + _SLACK:
            yield Problem(
                _place(figure, limb),
                f"the {joint} of the {limb.replace('_', ' ')} would bend {bend:.0f}°, and it goes "
                f"from {least:g}° to {most:g}°; move the limb or the trunk",
            )


def _floor(figure: Figure) -> Iterator[Problem]:
    for limb, chain in figure.limbs.items():
        low = min(y for part in chain.parts for _, y in part) - RADIUS["hand"]
        if low < -_SINKS_CM:
            yield Problem(
                _place(figure, limb),
                f"the {limb.replace('_', ' ')} goes {-low:.0f} cm into the floor; raise it",
            )


def _carried(figure: Figure, found: Measures) -> Iterator[Problem]:
    if found.base is None:
        yield Problem(
            figure.pose.location, "nothing carries this body; put a foot on the floor or the like"
        )
    elif found.overhang > _OVERHANG_CM:
        yield Problem(
            figure.pose.location,
            f"this body would fall: its weight is {found.overhang:.0f} cm beyond what carries it; "
            "move a foot, a hand or the trunk",
        )


def _tool(figure: Figure, most: float = _GAP_CM) -> Iterator[Problem]:
    pose, tool, contact = figure.pose, figure.pose.tool, figure.tool
    if tool is None or contact is None:
        return
    if tool.on == IN_HANDS:
        if "tool" not in (pose.arm.on, pose.other_arm.on):
            yield Problem(tool.location, "no hand holds the tool; add `arms: {hand: tool}`")
        return
    surface, x = figure.surfaces.get(tool.on), contact.centre[0]
    if surface is not None and not (surface.upright or surface.start <= x <= surface.end):
        yield Problem(
            tool.location,
            f"the tool touches nothing: it is {x:.0f} cm from the hips, and the {tool.on} reaches "
            f"from {surface.start:g} to {surface.end:g}",
        )
    if figure.gap is not None and abs(figure.gap) > most:
        way = "high" if figure.gap < 0 else "low"
        yield Problem(
            pose.touches_at or tool.location,
            f"the tool touches nothing: this is {abs(figure.gap):.0f} cm too {way} for it; move "
            "the limb, or leave `hips` out",
        )
