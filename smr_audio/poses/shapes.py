"""What a picture of a pose is made of: frozen shapes in cm, y up, from back to front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from smr_audio.poses.geometry import Point

Role: TypeAlias = Literal["work", "near", "trunk", "far", "ghost", "tool", "rim", "accent", "prop", "ground"]
Theme: TypeAlias = Literal["light", "dark"]

_LOOKS: Final = ConfigParser()
_LOOKS.read_string(Path(__file__).with_name("colours.ini").read_text("utf-8"))
COLOURS: Final = {theme: dict(_LOOKS[theme]) for theme in get_args(Theme)}
"""What each part is for, by theme. A page gives its own as `--pose-work` and so on.

A PNG is drawn on `paper`; an SVG has no ground of its own.
"""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line with round ends and joins; a `closed` one is filled too."""

    points: tuple[Point, ...]
    width: float
    role: Role
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle, with a rim of another role; without `role` it is the rim alone."""

    centre: Point
    radius: float
    role: Role | None
    rim: Role | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that move together: what brings them from the first end to the second.

    They shift by `shift` cm, turn by `turn` degrees and stretch by `stretch` upwards, about
    `origin`. A `kind` names a group that does not move.
    """

    shapes: tuple[Shape, ...]
    kind: str = "move"
    origin: Point = (0.0, 0.0)
    shift: Point = (0.0, 0.0)
    turn: float = 0.0
    stretch: float = 1.0

    @property
    def still(self) -> bool:
        moved = max(abs(self.shift[0]), abs(self.shift[1]), abs(self.turn))
        return self.kind == "move" and moved < 0.2 and abs(self.stretch - 1) < 0.01


Shape: TypeAlias = Stroke | Disc | Group


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: its name, what it shows in words, its shapes and their bounds.

    `box` is left, bottom, width and height in cm; it is as wide as high, or wider.
    """

    id: str
    label: str
    shapes: tuple[Shape, ...]
    box: tuple[float, float, float, float]


def flat(shapes: Iterable[Shape]) -> Iterator[Stroke | Disc]:
    """The shapes without their groups, at the first end of the movement."""
    for shape in shapes:
        if isinstance(shape, Group):
            yield from flat(shape.shapes)
        else:
            yield shape


def mirrored(shape: Shape) -> Shape:
    if isinstance(shape, Stroke):
        return replace(shape, points=tuple((-x, y) for x, y in shape.points))
    if isinstance(shape, Disc):
        return replace(shape, centre=(-shape.centre[0], shape.centre[1]))
    origin, shift = ((-x, y) for x, y in (shape.origin, shape.shift))
    shapes = tuple(map(mirrored, shape.shapes))
    return replace(shape, shapes=shapes, origin=origin, shift=shift, turn=-shape.turn)
