"""The metronome: a tick on each beat of a hold, but never near another sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from smr_audio import units
from smr_audio.timeline.lengths import CUE_GAP_TICKS


def beats(ticks: int, beats_per_minute: int) -> Iterator[int]:
    """The ticks of a hold's beats from its start, but for the start itself: each is rounded
    alone, so that they never drift."""
    minute = 60 * units.TICKS_PER_SECOND
    number = 1
    while (at := units.round_half_up(Fraction(number * minute, beats_per_minute))) < ticks:
        yield at
        number += 1


def heard_beats(
    ticks: int, beats_per_minute: int, *, sounds: Sequence[tuple[int, int]], length: int
) -> Iterator[int]:
    """The beats whose tick, `length` long, is 256 ms or more away from every other sound.

    `sounds` are the others, `[start, end)` from the hold's start, its end cue among them.
    """
    waiting = sorted(sounds, reverse=True)
    last_end = -CUE_GAP_TICKS
    for at in beats(ticks, beats_per_minute):
        while waiting and waiting[-1][0] <= at:
            last_end = max(last_end, waiting.pop()[1])
        clear_before = last_end + CUE_GAP_TICKS <= at
        if clear_before and (not waiting or at + length + CUE_GAP_TICKS <= waiting[-1][0]):
            yield at
