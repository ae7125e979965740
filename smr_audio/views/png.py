"""Pictures as PNG: strips with three pixels for each px, covers of any size in few colours."""

import io
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, Final

from PIL import Image, ImageColor, ImageDraw

from smr_audio.poses import shapes as poses
from smr_audio.views.shapes import WIDTH, Box, Disc, Form, Picture, Teeth, TextShape
from smr_audio.views.text import typeset

SCALE: Final = 3
_STROKE_PX: Final = 4
_FINER: Final = 2
"""A cover is drawn this many times as large: Pillow's forms have no soft edges of their own."""

_EDGE_STEPS: Final = 4
_TILE_SHARE: Final = 10  # a cover is so many times as wide as its tile
_BOLD_SHARE: Final = 56  # the stroke around bold letters, of their size


def png(picture: Picture) -> bytes:
    """The whole file. The same picture gives the same bytes where Pillow and fonts are the same."""
    image = Image.new("RGB", (WIDTH * SCALE, _pixels(picture.height)))
    drawing = ImageDraw.Draw(image)
    for shape in picture.shapes:
        if isinstance(shape, Box):
            corners = _corners(shape.x, shape.y, shape.width, shape.height)
            drawing.rectangle(corners, shape.fill, shape.stroke, _STROKE_PX)
        elif isinstance(shape, Teeth):
            end, x = shape.x + shape.width, shape.x
            while x < end:
                width = min(shape.height, end - x)
                drawing.rectangle(_corners(x, shape.y, width, shape.height), fill=shape.fill)
                x += 2 * shape.height
        else:
            _text(drawing, shape, SCALE, thinnest=1)
    return file_of(image, optimize=False)


def file_of(image: Any, *, optimize: bool = True) -> bytes:
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=optimize)
    return file.getvalue()


def _text(drawing: Any, text: TextShape, scale: float, *, thinnest: int = 0) -> None:
    size = round(text.size * scale)
    font, shown = typeset(text.text, size=size, room=text.room * scale)
    place, anchor = (round(text.x * scale), round(text.y * scale)), "ms" if text.middle else "ls"
    # Pillow's font has one weight: a stroke makes it bold.
    stroke = max(size // _BOLD_SHARE, thinnest) if text.bold else 0
    drawing.text(place, shown, text.colour, font, anchor, stroke_width=stroke)


def _corners(x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
    """Pillow's corners are both inside; a box has a pixel at least, so nothing vanishes."""
    left, top = _pixels(x), _pixels(y)
    return left, top, max(_pixels(x + width) - 1, left), max(_pixels(y + height) - 1, top)


def _pixels(value: float) -> int:
    return round(value * SCALE)


def flat_png(forms: Sequence[Form], *, side: int, size_px: int, colours: Sequence[str]) -> bytes:
    """A square picture of `side` units, `size_px` wide, on the first colour; the same each time.

    The file's palette has the colours and steps between each two, for soft edges.
    """
    scale = size_px * _FINER / side
    image = Image.new("RGB", (size_px * _FINER, size_px * _FINER), colours[0])
    drawing = ImageDraw.Draw(image)
    for form in forms:
        if isinstance(form, TextShape):
            _text(drawing, form, scale)
        elif isinstance(form, Disc):
            drawing.circle((form.x * scale, form.y * scale), form.radius * scale, fill=form.fill)
        elif isinstance(form, Box):
            right, bottom = form.x + form.width, form.y + form.height
            corners = [scale * value for value in (form.x, form.y, right, bottom)]
            drawing.rounded_rectangle(corners, radius=form.radius * scale, fill=form.fill)
        else:
            drawing.polygon([(x * scale, y * scale) for x, y in form.points], fill=form.fill)
    image = image.reduce(_FINER).quantize(palette=_palette(colours), dither=Image.Dither.NONE)
    return file_of(image)


def rgb_png(data: bytes) -> bytes:
    """A cover without a palette: podcast directories want RGB."""
    return file_of(Image.open(io.BytesIO(data)).convert("RGB"))


def tiles_png(covers: Iterable[bytes]) -> bytes:
    """Covers as small tiles below each other: a list that asked for each would be slow."""
    tiles = [Image.open(io.BytesIO(one)).convert("RGB").reduce(_TILE_SHARE) for one in covers]
    px = tiles[0].width
    image = Image.new("RGB", (px, px * len(tiles)))
    for place, tile in enumerate(tiles):
        image.paste(tile, (0, px * place))
    return file_of(image.quantize(256))


_SMOOTH: Final = 4
"""A pose is drawn this many times as large, since it is small and round."""


def pose_png(picture: poses.Picture, *, theme: poses.Theme, width_px: int) -> bytes:
    """A posture, so many pixels wide; the same each time."""
    left, bottom, width, height = picture.box
    scale = width_px * _SMOOTH / width
    size = (width_px * _SMOOTH, round(width_px * height / width) * _SMOOTH)
    image = Image.new("RGB", size, poses.COLOURS[theme]["paper"])
    drawing, colours = ImageDraw.Draw(image), poses.COLOURS[theme]

    def px(x: float, y: float) -> tuple[float, float]:
        return (x - left) * scale, size[1] - (y - bottom) * scale

    for shape in poses.flat(picture.shapes):
        if isinstance(shape, poses.Disc):
            fill = colours[shape.role] if shape.role else None
            rim = colours[shape.rim] if shape.rim else None
            radius = (shape.radius + 1) * scale
            drawing.circle(px(*shape.centre), radius, fill, rim, round(2 * scale))
            continue
        fill, ends = colours[shape.role], [px(*point) for point in shape.points]
        if shape.closed:
            ends.append(ends[0])
        drawing.line(ends, fill=fill, width=round(shape.width * scale))
        for end in ends:
            drawing.circle(end, shape.width / 2 * scale, fill=fill)
        if shape.closed:
            drawing.polygon(ends, fill=fill)
    return file_of(image.reduce(_SMOOTH))


def _palette(colours: Sequence[str]) -> Any:
    """A picture whose palette has these colours first, and steps between each two."""
    exact = [ImageColor.getrgb(colour) for colour in dict.fromkeys(colours)]
    steps = [
        tuple(round(a + (b - a) * step / _EDGE_STEPS) for a, b in zip(one, other, strict=True))
        for one, other in combinations(exact, 2)
        for step in range(1, _EDGE_STEPS)
    ]
    values = [value for colour in [*exact, *steps][:256] for value in colour]
    image = Image.new("P", (1, 1))
    image.putpalette(values)
    return image
