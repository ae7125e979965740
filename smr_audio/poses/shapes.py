"""What a picture of a pose is made of: frozen shapes in cm, y up, from back to front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from smr_audio.poses.figure import Point

Role: TypeAlias = Literal[
    "work", "near", "trunk", "far", "ghost", "tool", "rim", "accent", "prop", "ground"
]
Theme: TypeAlias = Literal["light", "dark"]

COLOURS: Final[dict[Theme, dict[Role, str]]] = {
    "light": {
        **{"work": "#18222d", "near": "#54616e", "trunk": "#75838f", "far": "#8a96a1"},
        **{"ghost": "#8a96a1", "tool": "#2f8ee0", "rim": "#0b4a86", "accent": "#d9480f"},
        **{"prop": "#a08f78", "ground": "#8a96a1"},
    },
    "dark": {
        **{"work": "#f2f6f9", "near": "#a3b0bc", "trunk": "#75838f", "far": "#5f6c78"},
        **{"ghost": "#5f6c78", "tool": "#2d7cc0", "rim": "#9bd3ff", "accent": "#ff7a33"},
        **{"prop": "#766a56", "ground": "#5f6c78"},
    },
}
"""What each part is for, by theme. A page gives its own as `--pose-work` and so on."""

PAPER: Final[dict[Theme, str]] = {"light": "#ffffff", "dark": "#0e1317"}
"""What a PNG is drawn on; an SVG has no ground of its own."""


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
