"""The site's own picture and icons: two holds as bands of colour on a square, in PNG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import Final, TypeAlias

from smr_audio.drawing.shapes import INK, LEFT, RIGHT

COVER_PX: Final = 1400
"""Podcast directories take covers of 1400 to 3000 px."""

Band: TypeAlias = tuple[float, float, str]
"""Where a band begins and ends, as parts of the width, and its colour."""

_TOP, _BOTTOM = 0.34, 0.66
_MARK: Final[tuple[Band, ...]] = ((0.22, 0.46, LEFT), (0.54, 0.78, RIGHT))


def mark_png(size_px: int) -> bytes:
    """The site's own cover and icon: a left and a right hold.

    All of it lies within the circle that a phone may cut a maskable icon to.
    """
    return _png(_MARK, size_px)


def _png(bands: Iterable[Band], size: int) -> bytes:
    plain = _rgb(INK) * size
    row = bytearray(plain)
    for start, end, colour in bands:
        first, last = round(start * size), max(round(end * size), round(start * size) + 1)
        row[3 * first : 3 * last] = _rgb(colour) * (last - first)
    top, bottom = round(_TOP * size), round(_BOTTOM * size)
    above, within, below = top, bottom - top, size - bottom
    # Each line begins with its filter: 0 is none.
    lines = (b"\0" + plain) * above + (b"\0" + bytes(row)) * within + (b"\0" + plain) * below
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rgb(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])
