"""The cues of each scheme, as a table of tones. Rhythm and contour tell them apart, not pitch.

A cue has the same rhythm and contour in every scheme, so that a listener knows it in each. The
lengths are known without making a sound.
"""

from collections.abc import Mapping
from typing import Final, Literal

from smr_audio.options.choices import CUE_NAMES, CueName, CueScheme
from smr_audio.records import dataclass
from smr_audio.units import SAMPLE_RATE, ticks_of_samples

CUE_FORMAT: Final = 5  # raise it when a cue would sound otherwise

_D5S, _E5, _F5, _G5 = 622.25, 659.26, 698.46, 783.99
_A5, _B5, _C6, _D6 = 880.0, 987.77, 1046.5, 1174.66


@dataclass(frozen=True, slots=True)
class Tone:
    """A note of a cue: its fundamental, its place from the cue's onset."""

    freq_hz: float
    start_ms: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """A set of cues with one timbre.

    `partials_db` are (multiple of the fundamental, gain). A tone that is `held` stays at its
    level and fades out in 10 ms; one that is `struck` dies away over its length, the higher
    partials first. Tones under 80 ms rise in an eighth of their length and die away in the rest.
    """

    tones: Mapping[CueName, tuple[Tone, ...]]
    partials_db: tuple[tuple[int, float], ...]
    shape: Literal["held", "struck"]


# The note of each tone, its start and length in ms in `classic`, and the same in `soft`. Every tone
# but a tick begins with the same 10 ms fade, so a hold's two onsets are alike.
_TONES: Final[Mapping[CueName, tuple[tuple[float, int, int, int, int], ...]]] = {
    "start": ((_E5, 0, 130, 0, 200), (_B5, 150, 170, 150, 350)),  # a rising pair, short-long
    "halfway": ((_A5, 0, 80, 0, 165), (_A5, 170, 80, 170, 165)),  # a double tap
    "countdown": ((_G5, 0, 150, 0, 240),),  # one of three, a second apart
    "end": ((_C6, 0, 600, 0, 900),),  # a fourth above the three it answers
    "switch": ((_B5, 0, 110, 0, 180), (_E5, 140, 110, 165, 190), (_B5, 280, 160, 330, 300)),  # high-low-high
    "finish": ((_C6, 0, 220, 0, 320), (_A5, 240, 220, 240, 320), (_F5, 480, 420, 480, 620)),  # a falling triad
    "tick": ((_C6, 0, 16, 0, 24),),  # the metronome's beat
    "prepare": ((_D5S, 0, 150, 0, 240),),  # lower than the countdown, a second apart
    "bell": ((_D6, 0, 250, 0, 350), (_A5, 270, 330, 270, 630)),  # a falling pair
}
_CLASSIC = {cue: tuple(Tone(note, at, ms) for note, at, ms, _, _ in rows) for cue, rows in _TONES.items()}
_SOFT = {cue: tuple(Tone(note, at, ms) for note, _, _, at, ms in rows) for cue, rows in _TONES.items()}

SCHEMES: Final[Mapping[CueScheme, Scheme]] = {
    # A phone's loudspeaker gives little of 600 Hz; the ear finds the pitch in the harmonics.
    "classic": Scheme(_CLASSIC, ((1, 0.0), (2, -8.0), (3, -14.0)), "held"),
    # A marimba's bars are tuned so that their second mode is the fourth multiple.
    "soft": Scheme(_SOFT, ((1, 0.0), (2, -16.0), (4, -20.0)), "struck"),
}


def length_samples(tones: tuple[Tone, ...]) -> int:
    """Samples at 48 kHz from a cue's onset to the end of its last tone."""
    return max(tone.start_ms + tone.length_ms for tone in tones) * SAMPLE_RATE // 1000


CUE_TICKS: Final[Mapping[CueScheme, Mapping[CueName, int]]] = {
    name: {cue: ticks_of_samples(length_samples(scheme.tones[cue])) for cue in CUE_NAMES}
    for name, scheme in SCHEMES.items()
}
"""The length of each cue in ticks, rounded up; known without making its sound."""
