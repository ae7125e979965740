"""What pictures and covers are made of: frozen shapes; and the SVG of a picture 360 px wide.

x grows to the right and y downwards, from the upper left corner, in px or in a cover's units. What
is drawn later covers what is drawn earlier.
"""

from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from smr_audio.records import dataclass

WIDTH: Final = 360
"""The width of a small phone in CSS px, so that nothing is scaled down there."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; with a `stroke`, outlined inside its edges. `kind` says what it stands for.

    Only a cover's has round corners.
    """

    kind: str
    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str | None = None
    radius: float = 0


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon."""

    points: tuple[tuple[float, float], ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Teeth:
    """A row of small squares from x to x + width, a tooth and a gap of `height` in turn."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class TextShape:
    """A line of text from x on, or with its `middle` there; y is its baseline.

    It must be no wider than `room`.
    """

    kind: str
    x: float
    y: float
    text: str
    size: int
    colour: str
    room: float
    bold: bool = False
    middle: bool = False


Shape: TypeAlias = Box | Teeth | TextShape
Form: TypeAlias = Box | Disc | Polygon | TextShape
"""What covers are made of."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: its height, what it shows in words, and its shapes from back to front."""

    height: float
    label: str
    shapes: tuple[Shape, ...]


_FONTS: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_STROKE: Final = 1.5


def svg(picture: Picture) -> str:
    """The whole file, the same for the same picture."""
    height = _px(picture.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="{_FONTS}" role="img" '
        f"aria-label={quoteattr(picture.label)}>"
    )
    title = f"<title>{escape(picture.label)}</title>"
    return "\n".join([head, title, *map(_shape, picture.shapes), "</svg>", ""])


def _shape(shape: Shape) -> str:
    x, y = shape.x, shape.y
    if isinstance(shape, TextShape):
        style = ' font-weight="600"' * shape.bold + ' text-anchor="middle"' * shape.middle
        return (
            f'<text class="{shape.kind}" x="{_px(x)}" y="{_px(y)}" font-size="{shape.size}"'
            f'{style} fill="{shape.colour}">{escape(shape.text)}</text>'
        )
    width, height, stroke = shape.width, shape.height, ""
    if isinstance(shape, Teeth):
        step = _px(height)
        return (
            f'<path d="M{_px(x)} {_px(y + height / 2)}h{_px(width)}" stroke="{shape.fill}" '
            f'stroke-width="{step}" stroke-dasharray="{step}"/>'
        )
    if shape.stroke is not None:
        # Half of a stroke lies outside; what stands for time must end where that does.
        inset = min(_STROKE, width, height) / 2
        x, y, width, height = x + inset, y + inset, width - 2 * inset, height - 2 * inset
        stroke = f' stroke="{shape.stroke}" stroke-width="{_px(2 * inset)}"'
    place = f'x="{_px(x)}" y="{_px(y)}" width="{_px(width)}" height="{_px(height)}"'
    return f'<rect class="{shape.kind}" {place} fill="{shape.fill}"{stroke}/>'


def _px(value: float) -> str:
    """A number with two decimals at most: a hundredth of a px is nothing that can be seen."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
