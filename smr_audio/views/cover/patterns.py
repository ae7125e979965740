"""The patterns of covers, around a ball. Together with the palette they tell sessions apart.

Each takes the ball, the bands' colours from the darkest on, and a number that shifts it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from smr_audio.views.cover.shapes import Bar, Disc, Form, Polygon

SIDE: Final = 600
"""A cover's width and height, in its units."""

Pattern: TypeAlias = Callable[[Disc, Sequence[str], int], Iterator[Form]]

_STEP: Final = 6  # between the points of a curve: finer than can be seen


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
            (float(x), y + height * math.sin(x / length + phase)) for x in range(0, SIDE + 1, _STEP)
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
        yield Bar(number * (width + gap) + 8, SIDE - height, width, height + width, width / 2, band)


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
