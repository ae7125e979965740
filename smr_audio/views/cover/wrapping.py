"""Text in lines, measured by the font that it will have: for pictures of pixels."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from smr_audio.views.fonts import text_width
from smr_audio.views.text import ELLIPSIS


def wrapped(text: str, room: float, *, size: int, most: int | None = None) -> list[str]:
    """Lines of at most so many units, a word longer than that alone in its line.

    Of more than `most` lines the last that is left ends with an ellipsis.
    """
    lines: list[str] = []
    for piece in _pieces(text):
        longer = lines[-1] + piece if lines else piece
        if lines and text_width(longer.rstrip(), size) <= room:
            lines[-1] = longer
        else:
            lines.append(piece.lstrip())
    lines = [line.rstrip() for line in lines]
    if most is None or len(lines) <= most:
        return lines
    kept = lines[:most]
    kept[-1:] = [_cut(kept[-1], room, size)] if kept else []
    return kept


def _pieces(text: str) -> Iterator[str]:
    """What a line may end after: words with the space after them, and each sign of CJK."""
    piece = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) == "W"
        if piece and wide and unicodedata.category(character)[0] == "L":
            yield piece
            piece = ""
        piece += character
        if character == " ":
            yield piece
            piece = ""
    if piece:
        yield piece


def _cut(line: str, room: float, size: int) -> str:
    """A line with an ellipsis, shorter by words or, if it is only one, by letters."""
    while line and text_width(line + ELLIPSIS, size) > room:
        shorter = line.rpartition(" ")[0]
        line = shorter or line[:-1]
    return line.rstrip(" ,;:·") + ELLIPSIS
