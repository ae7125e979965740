"""A picture as PNG: three pixels for each px, as sharp as a phone shows it."""

from __future__ import annotations

import io
from typing import Any, Final

from PIL import Image, ImageDraw

from smr_audio.drawing.fonts import typeset
from smr_audio.drawing.shapes import WIDTH, Box, Picture, Teeth, Text

SCALE: Final = 3
_STROKE_PX: Final = 4


def png(picture: Picture) -> bytes:
    """The whole file. The same picture gives the same bytes where Pillow and fonts are the same."""
    image = Image.new("RGB", (WIDTH * SCALE, _pixels(picture.height)))
    drawing = ImageDraw.Draw(image)
    for shape in picture.shapes:
        if isinstance(shape, Box):
            _box(drawing, shape)
        elif isinstance(shape, Teeth):
            _teeth(drawing, shape)
        else:
            _text(drawing, shape)
    file = io.BytesIO()
    image.save(file, format="PNG")
    return file.getvalue()


def _box(drawing: Any, box: Box) -> None:
    corners = _corners(box.x, box.y, box.width, box.height)
    outline = {} if box.stroke is None else {"outline": box.stroke, "width": _STROKE_PX}
    drawing.rectangle(corners, fill=box.fill, **outline)


def _teeth(drawing: Any, teeth: Teeth) -> None:
    end, x = teeth.x + teeth.width, teeth.x
    while x < end:
        width = min(teeth.height, end - x)
        drawing.rectangle(_corners(x, teeth.y, width, teeth.height), fill=teeth.fill)
        x += 2 * teeth.height


def _text(drawing: Any, text: Text) -> None:
    font, shown = typeset(text.text, size=text.size * SCALE, room=text.room * SCALE)
    place = (_pixels(text.x), _pixels(text.y))
    # Pillow's font has one weight: a stroke of one pixel makes it bold.
    weight = {"stroke_width": 1} if text.bold else {}
    drawing.text(place, shown, font=font, fill=text.colour, anchor="ls", **weight)


def _corners(x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
    """Pillow's corners are both inside; a box has a pixel at least, so nothing vanishes."""
    left, top = _pixels(x), _pixels(y)
    return left, top, max(_pixels(x + width) - 1, left), max(_pixels(y + height) - 1, top)


def _pixels(value: float) -> int:
    return round(value * SCALE)
