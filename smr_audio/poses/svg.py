"""A picture of a pose as SVG text."""

from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

from smr_audio.poses.geometry import Point
from smr_audio.poses.shapes import COLOURS, Disc, Group, Picture, Role, Shape, Theme

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
    path = "M" + "L".join(map(_point, shape.points)) + "Z" * shape.closed
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


def _point(point: Point) -> str:
    return f"{_px(point[0])} {_px(-point[1])}"


def _px(value: float) -> str:
    """A cm with one decimal: a millimetre of a body is nothing that can be seen."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
