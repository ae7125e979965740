"""Text that is drawn: cleaned, measured without a font, and cut where it would not fit.

An SVG is set in whatever font its reader has, so widths can only be estimated. The estimates are
those of DejaVu Sans, which is wider than the fonts of phones and desktops: a title is sooner cut
a letter early than runs out of the picture.
"""

import unicodedata
from pathlib import Path
from typing import Final

ELLIPSIS: Final = "…"
_JOINERS: Final = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_FIRST_STRONG, _POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_BOLD: Final = 1.15
_EMS: Final = {
    character: float(width)
    for line in Path(__file__).with_name("widths.txt").read_text("utf-8").splitlines()
    for width, _, characters in [line.partition("\t")]
    for character in characters
}
"""Widths in ems; letters and digits that are not here have 0.64."""


def cleaned(text: str) -> str:
    """Text on one line, without control characters or any that XML cannot hold."""
    return " ".join("".join(map(_cleaned_character, text)).split())


def _cleaned_character(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) == "Cf" else "\N{REPLACEMENT CHARACTER}"


def width_px(text: str, size: float, *, bold: bool = False) -> float:
    """How wide text is at most, about, in a font of this size."""
    return sum(map(_ems, text)) * size * (_BOLD if bold else 1.0)


def _ems(character: str) -> float:
    if character in _EMS:
        return _EMS[character]
    if character.isascii():
        return 0.64
    if unicodedata.combining(character) or character in _JOINERS + _FIRST_STRONG + _POP:
        return 0.0
    # Scripts of square signs, and pictures; the widest letters of Cyrillic have 1.1.
    return 1.3 if unicodedata.east_asian_width(character) in "WF" else 0.9


def fitted(text: str, room: float, *, size: float, bold: bool = False) -> str:
    """Clean text that fits into `room` px: cut with an ellipsis if need be, or nothing.

    What stands after the last comma stays if it is short: it is the side.
    """
    text = cleaned(text)
    if width_px(text, size, bold=bold) > room:
        room_ems = room / size / (_BOLD if bold else 1.0)
        start, comma, side = text.rpartition(", ")
        tail = comma + side if width_px(comma + side, 1) < room_ems / 3 else ""
        text = _cut(start if tail else text, room_ems - width_px(tail, 1), tail)
    return directed(text)


def _cut(text: str, ems: float, tail: str) -> str:
    """Text with an ellipsis and the tail; all but the tail is at most `ems` wide."""
    ems -= _ems(ELLIPSIS)
    end = 0
    while end < len(text) and (ems := ems - _ems(text[end])) >= 0:
        end += 1
    start = text[:end].rstrip(_JOINERS + " ,;:")
    return start + ELLIPSIS + tail if start else ""


def broken(text: str, room: float, *, size: float, bold: bool = False) -> list[str]:
    """Clean text in one line or two; the second is cut if it does not fit."""
    words = cleaned(text).split(" ")
    for count in range(len(words), 0, -1):
        first = " ".join(words[:count])
        if width_px(first, size, bold=bold) <= room:
            rest = fitted(" ".join(words[count:]), room, size=size, bold=bold)
            return [line for line in (directed(first), rest) if line]
    return [line for line in [fitted(text, room, size=size, bold=bold)] if line]


def directed(text: str) -> str:
    """Text that runs in its own direction: an ellipsis goes to the left of Hebrew."""
    return f"{_FIRST_STRONG}{text}{_POP}" if right_to_left(text) else text


def right_to_left(text: str) -> bool:
    """Whether anything in it is written from right to left."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
