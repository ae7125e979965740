"""The body and the tools of `body.ini`, with masses and how far joints go; and points in cm.

x is to the right and y up from the floor; directions are in degrees.
"""

import math
from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Final, TypeAlias

_TABLES: Final = ConfigParser(inline_comment_prefixes=";")
_TABLES.read_string(Path(__file__).with_name("body.ini").read_text("utf-8"))


def _numbers(table: str) -> dict[str, float]:
    return {name: float(text) for name, text in _TABLES[table].items()}


def _pairs(table: str) -> dict[str, tuple[float, float]]:
    pairs = ((name, text.split()) for name, text in _TABLES[table].items())
    return {name: (float(one), float(other)) for name, (one, other) in pairs}


STATURE_CM: Final = 175.0
LENGTH: Final = {name: share * STATURE_CM for name, share in _numbers("length").items()}
RADIUS: Final = _numbers("radius")
FRONT_TRUNK: Final = 15.5
"""Half the width of the trunk at the hips, in cm, seen from the front."""
MASS: Final = _pairs("mass")
LIMITS: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = {
    view: _pairs(view) for view in ("side", "front", "above")
}
TOOL_RADIUS: Final = _numbers("tool radius")

Point: TypeAlias = tuple[float, float]


def along(start: Point, degrees: float, length: float) -> Point:
    angle = math.radians(degrees)
    return start[0] + length * math.cos(angle), start[1] + length * math.sin(angle)


def between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def direction(start: Point, end: Point) -> float:
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def turned(degrees: float) -> float:
    """The same direction from -180 to 180."""
    return (degrees + 180) % 360 - 180
