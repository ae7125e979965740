"""One body of 1.75 m: lengths in cm, masses, how far its joints go; and its tools.

Lengths and masses are shares of stature and weight from D. A. Winter, Biomechanics and Motor
Control of Human Movement, 4th ed. (2009), figure 4.1 and table 4.1. Joint ranges are those of the
American Academy of Orthopaedic Surgeons (1994); the body's own weight bends hip, knee, ankle,
shoulder and wrist a little more. Radii are chosen to look right.
"""

from collections.abc import Mapping
from typing import Final

from smr_audio.library.pose import ToolKind, View

STATURE_CM: Final = 175.0

LENGTH: Final[Mapping[str, float]] = {
    name: share * STATURE_CM
    for name, share in {
        "trunk": 0.288,  # hip to shoulder
        "neck": 0.115,  # shoulder to the middle of the head
        "upper_arm": 0.186,
        "forearm": 0.146,
        "hand": 0.075,  # with the fingers a little bent
        "thigh": 0.245,
        "shank": 0.246,
        "foot": 0.120,  # heel to the ball of the foot and a little more
        "ankle": 0.022,  # the ankle above the middle of the foot
        "heel": 0.028,  # the heel behind the ankle
        "shoulder": 0.105,  # the shoulder beside the spine
        "hip": 0.050,  # the hip beside the spine
    }.items()
}
"""In cm."""

RADIUS: Final[Mapping[str, float]] = {
    **{"trunk": 9.5, "head": 10.0, "thigh": 6.8, "shank": 5.3, "foot": 3.2},
    **{"upper_arm": 4.2, "forearm": 3.6, "hand": 3.0},
}
"""Half the thickness, in cm."""

FRONT_TRUNK: Final = 15.5
"""Half the width of the trunk at the hips, in cm, seen from the front."""

MASS: Final[Mapping[str, tuple[float, float]]] = {
    "trunk": (0.497, 0.5),
    "head": (0.081, 1.0),
    "upper_arm": (0.028, 0.436),
    "forearm": (0.016, 0.430),
    "hand": (0.006, 0.506),
    "thigh": (0.100, 0.433),
    "shank": (0.0465, 0.433),
    "foot": (0.0145, 0.5),
}
"""Share of the weight, and of the segment's length at which it is as if in one point."""

_SIDE: Final = {
    "hip": (-30, 130),
    "knee": (0, 155),
    "ankle": (-50, 40),
    "shoulder": (-75, 180),
    "elbow": (0, 150),
    "wrist": (-90, 90),
    "neck": (-60, 60),
}
_FRONT: Final = {  # hips and shoulders go out to the side
    **_SIDE,
    **{"hip": (-30, 60), "knee": (-8, 8), "elbow": (-150, 150), "neck": (-45, 45)},
    **{"shoulder": (-50, 180), "ankle": (-180, 180)},
}
# One who lies face down may open a leg to the side.
_ABOVE: Final = {**_FRONT, **{"hip": (-30, 90), "knee": (0, 155), "ankle": (-180, 180)}}

LIMITS: Final[Mapping[View, Mapping[str, tuple[float, float]]]] = {
    **{"side": _SIDE, "front": _FRONT, "above": _ABOVE}
}
"""Degrees that a joint bends, as seen from a side; 0 is a body that stands with its arms down."""

TOOL_RADIUS: Final[Mapping[ToolKind, float]] = {
    **{"roller": 7.5, "ball": 5.0, "double_ball": 4.5, "bar": 1.5, "stick": 2.0}
}
