"""What a picture of a pose is made of: frozen shapes in cm, y up, from back to front; and its SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from configparser import ConfigParser
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args
from xml.sax.saxutils import escape

from smr_audio.poses.body import Point
from smr_audio.records import dataclass, replace

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


_CLASS: Final[dict[Role, str]] = {
    **{"work": "w", "near": "n", "trunk": "b", "far": "f", "ghost": "g"},
    **{"tool": "t", "rim": "r", "accent": "a", "prop": "p", "ground": "u"},
}
_XMLNS: Final = 'xmlns="http://www.w3.org/2000/svg"'
_COLUMNS: Final = 5
_CELL: Final = 180
_NAME: Final = 26
_NAMES: Final = "text{font:12px sans-serif;text-anchor:middle;fill:#808a94}"
_LINES: Final = ".pose *{stroke:currentColor}.pose circle{stroke-width:2}.pose .c{fill:currentColor}"
_MOVES: Final = (
    "@media(prefers-reduced-motion:no-preference){.pose:target .m,.moving .m"
    "{animation:pose 2s ease-in-out infinite alternate}"
    ".pose:target .ghost,.moving .ghost{display:none}}"
    "@keyframes pose{to{transform:translate(var(--x,0),var(--y,0))rotate(var(--r,0deg))"
    "scale(1,var(--s,1))}}"
)


def svg(picture: Picture, *, theme: Theme | None = None) -> str:
    """The whole file, the same for the same picture; without a theme it follows the reader's."""
    body = "".join(map(_shape, picture.shapes))
    return _element(picture, _XMLNS, f"<style>{_style(body, theme)}</style>{body}") + "\n"


def sheet(pictures: Sequence[Picture], *, theme: Theme | None = None) -> str:
    """A file with many pictures side by side, each above its name."""
    cells = []
    for index, picture in enumerate(pictures):
        row, column = divmod(index, _COLUMNS)
        x, y = column * _CELL, row * (_CELL + _NAME)
        size = f'x="{x + 4}" y="{y}" width="{_CELL - 8}" height="{_CELL}"'
        body = "".join(map(_shape, picture.shapes))
        cells.append(_element(picture, f'{size} preserveAspectRatio="xMidYMax"', body))
        cells.append(f'<text x="{x + _CELL / 2:g}" y="{y + _CELL + 14}">{picture.id}</text>')
    body, rows = "".join(cells), -(-len(pictures) // _COLUMNS)
    style = _style(body, theme) + _NAMES
    box = f"0 0 {_COLUMNS * _CELL} {rows * (_CELL + _NAME)}"
    return f'<svg {_XMLNS} viewBox="{box}"><style>{style}</style>{body}</svg>\n'


def _element(picture: Picture, attributes: str, body: str) -> str:
    left, bottom, width, height = picture.box
    box = f"{_px(left)} {_px(-bottom - height)} {_px(width)} {_px(height)}"
    return (
        f'<svg {attributes} viewBox="{box}" role="img" class="pose" id="{escape(picture.id)}" '
        'fill="none" stroke-linecap="round" stroke-linejoin="round">'
        f"<title>{escape(picture.label)}</title>{body}</svg>"
    )


def _style(body: str, theme: Theme | None) -> str:
    """What the body's classes mean, and no others."""
    used = {role: name for role, name in _CLASS.items() if f'class="{name}' in body}
    style = _palette(used, theme or "light") + _LINES
    if theme is None:
        style += f"@media(prefers-color-scheme:dark){{{_palette(used, 'dark')}}}"
    return style + _MOVES if 'class="m"' in body else style


def _palette(used: Mapping[Role, str], theme: Theme) -> str:
    return "".join(f".pose .{name}{{color:var(--pose-{role},{COLOURS[theme][role]})}}" for role, name in used.items())


def _shape(shape: Shape) -> str:
    if isinstance(shape, Group):
        inner = "".join(map(_shape, shape.shapes))
        return inner if shape.still else f"<g {_group(shape)}>{inner}</g>"
    if isinstance(shape, Disc):
        x, y = shape.centre
        place = f'cx="{_px(x)}" cy="{_px(-y)}" r="{_px(shape.radius)}"'
        fill = f'<circle class="{_CLASS[shape.role]} c" {place}/>' if shape.role else ""
        return fill + (f'<circle class="{_CLASS[shape.rim]}" {place}/>' if shape.rim else "")
    closed = " c" if shape.closed else ""
    path = "M" + "L".join(f"{_px(x)} {_px(-y)}" for x, y in shape.points) + "Z" * shape.closed
    return f'<path class="{_CLASS[shape.role]}{closed}" stroke-width="{_px(shape.width)}" d="{path}"/>'


def _group(group: Group) -> str:
    if group.kind != "move":
        return f'class="{group.kind}"'
    (x, y), (at_x, at_y) = group.shift, group.origin
    rows = [("--x", x, "px"), ("--y", -y, "px"), ("--r", -group.turn, "deg")]
    style = [f"{name}:{_px(value)}{unit}" for name, value, unit in rows if abs(value) >= 0.1]
    if group.stretch != 1:
        style.append(f"--s:{group.stretch:.3f}")
    style.append(f"transform-origin:{_px(at_x)}px {_px(-at_y)}px")
    return f'class="m" style="{";".join(style)}"'


def _px(value: float) -> str:
    """A cm with one decimal: a millimetre of a body is nothing that can be seen."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
