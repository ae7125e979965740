"""Text that is drawn: cleaned, measured, and cut where it would not fit; and the fonts for pixels.

An SVG is set in whatever font its reader has, so widths can only be estimated. The estimates are
those of DejaVu Sans, which is wider than the fonts of phones and desktops: a title is sooner cut
a letter early than runs out of the picture.

Pixels are set in Pillow's own font, or in one of the system for what that has no glyphs for. What
no font here has is put in ASCII letters, so that nothing is drawn as empty boxes.
"""

import os
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

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

_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)

_OWN: Final = "own"
"""Stands for Pillow's own font among the paths of fonts."""

_TRIED_PX: Final = 40
_AFTER_LATIN: Final = "\u0180"
_NOBODY: Final = "\U0010ffff"
"""No character: a font draws for it what it draws for everything that it lacks."""


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


def typeset(text: str, *, size: int, room: float) -> tuple[Any, str]:
    """The font for a text, and the text as that font can draw it in `room` pixels."""
    font, text = _font_for(text, size)
    if font.getlength(text) <= room:
        return font, text
    while text and font.getlength(text + ELLIPSIS) > room:
        text = text[:-1]
    return font, text.rstrip() + ELLIPSIS if text else ""


def text_width(text: str, size: int) -> float:
    font, shown = _font_for(text, size)
    return float(font.getlength(shown))


def fonts_for(text: str) -> str:
    """Which fonts may draw a text, for a key; without asking Pillow, which takes time to come in.

    All of Latin is in its own font, so only other scripts are looked for in the system's.
    """
    if all(character < _AFTER_LATIN for character in text):
        return _OWN
    found = (Path(path).stat() for path in _system_fonts())
    return " ".join(f"{name.st_size}-{name.st_mtime_ns}" for name in found)


def _font_for(text: str, size: int) -> tuple[Any, str]:
    # Hidden signs of direction are for browsers; Pillow finds the direction by itself.
    text = "".join(character for character in text if character.isprintable())
    if _can_draw(_OWN, text):
        return _font(_OWN, size), text
    # Whether letters change with their neighbours, or run to the left.
    shaped = right_to_left(text) or any("\u0900" <= character <= "\u1cff" for character in text)
    from PIL import features  # where a cover is cached none is drawn

    if not shaped or (features.check("raqm") and features.check("fribidi")):
        for path in _system_fonts():
            if _can_draw(path, text):
                return _font(path, size), text
    from anyascii import anyascii  # most text needs none

    return _font(_OWN, size), "".join(c if _has(_OWN, c) else anyascii(c) for c in text)


@lru_cache(maxsize=96)
def _font(path: str, size: int) -> Any:
    """A font; None for one that is damaged, or of a kind that this FreeType does not know."""
    from PIL import ImageFont  # where a cover is cached none is drawn

    try:
        return ImageFont.load_default(size) if path == _OWN else ImageFont.truetype(path, size)
    except OSError:
        return None


@lru_cache(maxsize=1)
def _system_fonts() -> tuple[str, ...]:
    """Those of `fonts.txt`, which are names that systems have, in its order."""
    wanted = Path(__file__).with_name("fonts.txt").read_text("utf-8").splitlines()
    found: dict[str, str] = {}
    for folder in map(os.path.expanduser, _FOLDERS):
        for place, _, names in os.walk(folder):
            for name in sorted(set(names) & set(wanted)):
                found.setdefault(name, str(Path(place, name)))
    return tuple(found[name] for name in wanted if name in found)


def _can_draw(path: str, text: str) -> bool:
    return _font(path, _TRIED_PX) is not None and all(_has(path, each) for each in set(text))


@cache
def _has(path: str, character: str) -> bool:
    """Whether a font has a glyph: Pillow shows no table of them, so it is seen by the pixels."""
    mask = _font(path, _TRIED_PX).getmask
    return character.isspace() or bytes(mask(character)) != bytes(mask(_NOBODY))
