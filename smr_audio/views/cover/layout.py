"""Where everything lies on a cover, in units of which it is 600 wide.

It is seen at the size of a thumb on a dark lock screen, so the title is as large as it fits and
the minutes stand in a disc. A palette and a pattern chosen by title and muscles tell sessions
apart; both stay when only times change. What lies outside is cut off.

A palette is a dark paper and one accent, and the bands between the two: whatever stands on a paper
or a band has a contrast of 4.5 or more by WCAG 2 (a test looks).
"""

from __future__ import annotations

import math
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from smr_audio.records import dataclass, replace
from smr_audio.views.cover.key import Cover
from smr_audio.views.png import flat_png
from smr_audio.views.shapes import Box, Disc, Form, Polygon, TextShape
from smr_audio.views.text import ELLIPSIS, cleaned, text_width

TITLE: Final = "#fbf8f1"
INK: Final = "#14181f"

_BANDS: Final = (0.06, 0.12, 0.18, 0.25, 0.32, 0.38)
_TINT: Final = 0.6


@dataclass(frozen=True, slots=True)
class Palette:
    """A cover's colours: its ground, and what is drawn and written on it."""

    paper: str
    accent: str

    @property
    def bands(self) -> tuple[str, ...]:
        """From nearly the paper towards the accent."""
        return tuple(mixed(self.paper, self.accent, share) for share in _BANDS)

    @property
    def tint(self) -> str:
        """The colour of the text below the title: the accent, lighter."""
        return mixed(self.accent, TITLE, _TINT)


PALETTES: Final = tuple(
    Palette(*line.split()) for line in Path(__file__).with_name("palettes.txt").read_text("utf-8").splitlines()
)


def mixed(one: str, other: str, share: float) -> str:
    """A colour so far on the way from one to the other."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of `#rrggbb`, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


SIDE: Final = 600
"""A cover's width and height, in its units."""

_MARGIN: Final = 44
_ROOM: Final = SIDE - 2 * _MARGIN
_SLACK: Final = 20  # letters are a little wider or narrower in another size
_TITLE_TOP: Final = 44
_TITLE_BOTTOM: Final = 300
_TITLE_SIZES: Final = range(100, 43, -4)
_SUBTITLE, _MUSCLES = 40, 32
_LEADING: Final = 1.1
_TEXT_BOTTOM: Final = 390
"""Below that lies the disc."""

_BALL: Final = Disc(446, 446, 110, fill="")
_NUMBER, _UNIT = 112, 40
_MINUTES: Final = "min"  # the sign of the SI, the same in every language
_SALT: Final = b"93"
"""Chosen so that no three shipped routines share a palette, and no two both that and a pattern."""


def draw(cover: Cover, *, size_px: int) -> bytes:
    palette = palette_of(cover)
    colours = (palette.paper, *palette.bands, palette.accent, palette.tint, TITLE, INK)
    return flat_png(forms_of(cover), side=SIDE, size_px=size_px, colours=colours)


def palette_of(cover: Cover) -> Palette:
    return PALETTES[_lot(cover) % len(PALETTES)]


def pattern_of(cover: Cover) -> Pattern:
    return PATTERNS[_lot(cover) // len(PALETTES) % len(PATTERNS)]


def forms_of(cover: Cover) -> list[Form]:
    """All forms of a cover, from back to front."""
    palette, pattern, lot = palette_of(cover), pattern_of(cover), _lot(cover)
    bands = palette.bands[-min(3 + len(cover.muscles) // 2, len(palette.bands)) :]
    return [
        *pattern(_BALL, bands, lot),
        replace(_BALL, radius=_BALL.radius + 12, fill=palette.paper),
        replace(_BALL, fill=palette.accent),
        *_minutes(cover),
        *_texts(cover, palette),
    ]


def _lot(cover: Cover) -> int:
    """A number drawn by title and muscles."""
    text = "\n".join([cover.title, *cover.muscles])
    return zlib.crc32(_SALT + text.encode("utf-8", "replace"))


def _minutes(cover: Cover) -> Iterator[TextShape]:
    number = len(cover.minutes)
    size = _NUMBER if number < 3 else 84 if number < 4 else 60
    x, y, room = _BALL.x, _BALL.y, 2 * _BALL.radius
    low, minutes = y + size * 0.26, cover.minutes
    yield TextShape("number", x, low, minutes, size, INK, room, bold=True, middle=True)
    yield TextShape("unit", x, y + 74, _MINUTES, _UNIT, INK, room, middle=True)


def _texts(cover: Cover, palette: Palette) -> Iterator[TextShape]:
    title, subtitle = _parted(cleaned(cover.title))
    y = float(_TITLE_TOP)
    size, lines = _title(title, bottom=_TITLE_BOTTOM - (_SUBTITLE if subtitle else 0))
    yield from _lines(lines, y, size=size, colour=TITLE, bold=True)
    y += len(lines) * size * _LEADING + 10
    for text, small in ((subtitle, _SUBTITLE), (_listed(cover), _MUSCLES)):
        most = int((_TEXT_BOTTOM - y) // (small * 1.25))
        if text and most > 0:
            lines = wrapped(text, _ROOM, size=small, most=min(most, 2))
            yield from _lines(lines, y, size=small, colour=palette.tint, leading=1.25)
            y += len(lines) * small * 1.25 + 10


def _title(text: str, *, bottom: float) -> tuple[int, list[str]]:
    """The largest size in which a title fits into three lines, and the lines."""
    for size in _TITLE_SIZES:
        most = min(3, int((bottom - _TITLE_TOP) // (size * _LEADING)))
        lines = wrapped(text, _ROOM, size=size)
        if len(lines) <= most and max((text_width(one, size) for one in lines), default=0) <= _ROOM:
            return size, lines
    size = _TITLE_SIZES[-1]
    return size, wrapped(text, _ROOM, size=size, most=4)


def _lines(
    lines: Sequence[str], y: float, *, size: int, colour: str, bold: bool = False, leading: float = _LEADING
) -> Iterator[TextShape]:
    for number, line in enumerate(lines):
        baseline = y + size * 0.8 + number * size * leading
        yield TextShape("line", _MARGIN, baseline, line, size, colour, _ROOM + _SLACK, bold=bold)


def _parted(title: str) -> tuple[str, str]:
    """A title's name, and what a colon adds to it."""
    for colon in (": ", "\N{FULLWIDTH COLON}"):
        name, _, more = title.partition(colon)
        if name and more:
            return name, more
    return title, ""


def _listed(cover: Cover) -> str:
    """The muscles, except those that the title names."""
    said = cover.title.casefold()
    return ", ".join(word for word in cover.muscles if word.casefold() not in said)


def wrapped(text: str, room: float, *, size: int, most: int | None = None) -> list[str]:
    """Lines of at most `room` units; a longer word has a line of its own.

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
    shown = lines[:most]
    shown[-1:] = [_cut(shown[-1], room, size)] if shown else []
    return shown


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


# Patterns around the ball. Each takes the ball, the bands' colours from the darkest on, and a
# number that shifts it.

Pattern: TypeAlias = Callable[[Disc, Sequence[str], int], Iterator[Form]]


def rings(ball: Disc, bands: Sequence[str], lot: int) -> Iterator[Form]:
    """Rings around the ball, as water makes them."""
    step = 52 + lot % 3 * 10
    for number, band in enumerate(bands):
        radius = ball.radius + (len(bands) - number) * step
        yield Disc(ball.x, ball.y, radius, band)


def hills(ball: Disc, bands: Sequence[str], lot: int) -> Iterator[Form]:
    """Hills one behind the other, and the ball in front of them."""
    top, each = 372, (SIDE - 372) / len(bands)
    for number, band in enumerate(bands):
        height = 26 - 2 * number
        phase = (lot % 7) * 0.9 + number * 1.9
        length = 90 + 14 * ((lot + number) % 3)
        y = top + number * each
        curve = tuple(
            (float(x), y + height * math.sin(x / length + phase))
            for x in range(0, SIDE + 1, 6)  # finer than can be seen
        )
        yield Polygon((*curve, (SIDE, SIDE), (0, SIDE)), band)


def bars(ball: Disc, bands: Sequence[str], lot: int) -> Iterator[Form]:
    """Round bars that rise towards the ball, as a session's holds one after the other."""
    width, gap = 44, 14
    count = SIDE // (width + gap) + 1
    for number in range(count):
        rise = math.sin((number + 1) / count * math.pi * 0.62)
        height = 40 + 190 * rise + (lot >> number) % 3 * 16
        band = bands[number * len(bands) // count]
        yield Box("bar", number * (width + gap) + 8, SIDE - height, width, height + width, band, radius=width / 2)


def dots(ball: Disc, bands: Sequence[str], lot: int) -> Iterator[Form]:
    """A grid of dots that grow towards the ball, like the knobs of a roller."""
    step = 50
    for row in range(14):
        for column in range(13):
            x, y = column * step + row % 2 * step / 2, 15 + row * step * 0.87
            far = math.hypot(x - ball.x, y - ball.y)
            near = 1 - far / 430
            radius = 5 + 15 * near + lot % 3
            if y > 330 and near > 0 and far > ball.radius + 14 + radius:  # no crumbs of dots
                band = bands[min(int(near * len(bands) * 1.15), len(bands) - 1)]
                yield Disc(x, y, radius, band)


def beams(ball: Disc, bands: Sequence[str], lot: int) -> Iterator[Form]:
    """Broad bands that run down across the lower half."""
    lean = 200 + lot % 3 * 60
    for number, band in enumerate(bands):
        y = 400 + number * 190 / len(bands)
        yield Polygon(((0, y + lean * 0.45), (SIDE, y - lean * 0.3), (SIDE, SIDE), (0, SIDE)), band)


def petals(ball: Disc, bands: Sequence[str], lot: int) -> Iterator[Form]:
    """Circles that lie over each other along the bottom."""
    for number, band in enumerate(bands):
        x = -40 + number * (ball.x + 40) / len(bands) + lot % 3 * 12
        yield Disc(x, 600 - number * 14, 190 - number * 8, band)


PATTERNS: Final[tuple[Pattern, ...]] = (rings, hills, bars, dots, beams, petals)
