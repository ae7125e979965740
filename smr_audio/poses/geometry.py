"""Points in cm, x to the right and y up from the floor; directions in degrees."""

import math
from typing import TypeAlias

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
