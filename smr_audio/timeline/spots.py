"""A line at a place in a hold, and whether it touches anything there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from smr_audio.library.choices import CueName
from smr_audio.session.script import Say
from smr_audio.timeline.lengths import CUE_GAP_TICKS, Lengths

CueAt: TypeAlias = tuple[int, CueName]
"""A cue and the tick of its onset."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A line at a place in the hold, `[start_tick, end_tick)`.

    One that is free may begin a little later, to lie on an MP3 frame, and has that much more
    room.
    """

    start_tick: int
    end_tick: int
    line: Say
    is_free: bool = False


def is_clear(
    spot: Spot, others: Iterable[Spot], cues: Iterable[CueAt], *, gap: int, lengths: Lengths
) -> bool:
    """Whether there are `gap` ticks to any other line and the usual ones to any cue."""
    clear_of_lines = all(
        spot.end_tick + gap <= other.start_tick or other.end_tick + gap <= spot.start_tick
        for other in others
    )
    return clear_of_lines and all(
        spot.end_tick + CUE_GAP_TICKS <= at
        or at + lengths.cues[cue] + CUE_GAP_TICKS <= spot.start_tick
        for at, cue in cues
    )
