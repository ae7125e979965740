"""The six cues, as a table of tones: told apart by rhythm and contour, not by pitch alone.

Their lengths are known from here without making a sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from smr_audio.library.preferences import CueName
from smr_audio.units import SAMPLE_RATE, ticks_of_samples

CUE_FORMAT: Final = 2  # raise it when a cue would sound otherwise

_F5, _G5, _A5, _B5, _C6 = 698.46, 783.99, 880.0, 987.77, 1046.5
_E5 = 659.26


@dataclass(frozen=True, slots=True)
class Tone:
    """A note of a cue: its fundamental, its place from the cue's onset, its relative gain."""

    freq_hz: float
    start_ms: int
    length_ms: int
    gain_db: float = 0.0


# Every cue begins with the same 10 ms fade, so a hold's two onsets are alike.
TONES: Final[Mapping[CueName, tuple[Tone, ...]]] = MappingProxyType({
    "start": (Tone(_E5, 0, 130), Tone(_B5, 150, 170)),  # a rising pair, short-long
    "halfway": (Tone(_A5, 0, 80), Tone(_A5, 170, 80)),  # a double tap
    "countdown": (Tone(_G5, 0, 150),),  # one of three, a second apart
    "end": (Tone(_C6, 0, 600),),  # a fourth above the three it answers
    "switch": (Tone(_B5, 0, 110), Tone(_E5, 140, 110), Tone(_B5, 280, 160)),  # high-low-high
    "finish": (Tone(_C6, 0, 220), Tone(_A5, 240, 220), Tone(_F5, 480, 420)),  # a falling triad
})  # fmt: skip


def length_samples(tones: tuple[Tone, ...]) -> int:
    """Samples at 48 kHz from a cue's onset to the end of its last tone."""
    return max(tone.start_ms + tone.length_ms for tone in tones) * SAMPLE_RATE // 1000


CUE_TICKS: Final[Mapping[CueName, int]] = MappingProxyType(
    {name: ticks_of_samples(length_samples(tones)) for name, tones in TONES.items()}
)
"""The length of each cue in ticks, rounded up; known without making its sound."""
