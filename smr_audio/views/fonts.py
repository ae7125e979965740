"""Fonts for pixels: Pillow's own, or a font of the system for what that has no glyphs for.

What no font here has is put in ASCII letters, so that nothing is drawn as empty boxes.
"""

import os
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from smr_audio.views.text import ELLIPSIS, right_to_left

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
