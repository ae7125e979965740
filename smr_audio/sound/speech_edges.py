"""What of a sound is heard, and where its words begin and end, in ticks.

This is the one definition of it: clips are cut by it, and files are verified by it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST_POWER: Final = 10 ** (-55 / 10)  # where there is no floor to be above of
ABOVE_FLOOR: Final = 4.0  # in power, 6 dB
# A click, or a smack of the lips, takes a few milliseconds, and then nothing is heard for a while.
# A plosive goes on with breath at once: none of 2000 sentences in three voices, some at half the
# pace, began with a sound of up to 8 ticks and a gap of 4 after it.
_CLICK_TICKS: Final = 4
_AFTER_CLICK_TICKS: Final = 12


class Edges(NamedTuple):
    """How many ticks of a clip may lie before its words and after them."""

    before: int
    after: int


SPOKEN_EDGES: Final = Edges(10, 18)
"""Soft consonants are not heard over the floor: 8 ticks of an f or a th before, 17 of a plosive
or an s after, at half the pace. A voice's click or breath was 21 ticks and more away."""

RECORDED_EDGES: Final = Edges(60, 56)
"""A person breathes, and a room has noise into which a recording is faded."""


def heard(powers: NDArray[np.floating], *, floor_power: float = 0.0) -> NDArray[np.bool_]:
    """Whether each tick is heard over a floor; both are K-weighted mean squares."""
    return np.asarray(powers > max(floor_power * ABOVE_FLOOR, LEAST_POWER))


def words_in(sounding: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The ticks `[start, end)` of what is heard, without a click before it; None for nothing."""
    ticks = np.flatnonzero(sounding)
    if not ticks.size:
        return None
    end = int(ticks[-1]) + 1
    gaps = np.flatnonzero(np.diff(ticks) > _AFTER_CLICK_TICKS)
    if gaps.size and ticks[gaps[0]] - ticks[0] < _CLICK_TICKS:
        ticks = ticks[gaps[0] + 1 :]
    return int(ticks[0]), end
