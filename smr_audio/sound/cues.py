"""The six cues, as a table of tones: told apart by rhythm and contour, not by pitch alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.clip import Clip, clip_of
from smr_audio.sound.level import TARGET_LUFS, raised_cosine, to_int16
from smr_audio.sound.limiter import CEILING_DBTP
from smr_audio.sound.loudness import max_momentary_lufs, true_peak_dbtp
from smr_audio.sound.toolkit import toolkit
from smr_audio.timeline.timeline import CueName
from smr_audio.units import SAMPLE_RATE, amplitude_of_db, ticks_of_samples

CUE_FORMAT: Final = 1  # raise it when a cue would sound otherwise
ABOVE_VOICE_LU: Final = 1.0  # loudest 400 ms of a cue against the session's target

_SAMPLES_PER_MS = SAMPLE_RATE // 1000
_FADE = 10 * _SAMPLES_PER_MS
# A phone's loudspeaker gives little of 600 Hz; the ear finds the pitch again in the harmonics.
_HARMONICS_DB = ((1, 0.0), (2, -8.0), (3, -14.0))

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


def _length_samples(tones: tuple[Tone, ...]) -> int:
    return max(tone.start_ms + tone.length_ms for tone in tones) * _SAMPLES_PER_MS


CUE_TICKS: Final[Mapping[CueName, int]] = MappingProxyType(
    {name: ticks_of_samples(_length_samples(tones)) for name, tones in TONES.items()}
)
"""The length of each cue in ticks, rounded up; known without making its sound."""


def cue_clip(name: CueName, *, target_lufs: float = TARGET_LUFS) -> Clip:
    """Make the sound of a cue for a session of this loudness; it begins at sample 0.

    Its loudest 400 ms are 1 LU above the target, its true peak is at most -2 dBTP. Some tens
    of milliseconds each, for pydub counts every sample in Python: cache it.
    """
    sound = _synthesize(TONES[name])
    gain_db = min(
        target_lufs + ABOVE_VOICE_LU - max_momentary_lufs(sound),
        # Rounding to int16 can lift a peak by half a step, a ten thousandth of a decibel.
        CEILING_DBTP - 0.001 - true_peak_dbtp(sound),
    )
    return clip_of(to_int16(sound * amplitude_of_db(gain_db)))


def cue_key(name: CueName, *, target_lufs: float = TARGET_LUFS) -> dict[str, object]:
    """Everything that shapes a cue's clip, as a key for the cache."""
    return {
        "kind": "cue",
        "format": CUE_FORMAT,
        "tools": toolkit(),
        "name": name,
        "target_lufs": float(target_lufs),
    }


def _synthesize(tones: tuple[Tone, ...]) -> NDArray[np.float64]:
    # pydub takes 40 ms to import, and the table above is wanted without it.
    from smr_audio.sound.pydub_io import sine  # noqa: PLC0415

    sound = np.zeros(_length_samples(tones))
    for tone in tones:
        note = np.zeros(tone.length_ms * _SAMPLES_PER_MS)
        for multiple, gain_db in _HARMONICS_DB:
            wave = sine(tone.freq_hz * multiple, length_ms=tone.length_ms)
            note += wave * amplitude_of_db(tone.gain_db + gain_db)
        note[:_FADE] *= raised_cosine(_FADE)
        note[-_FADE:] *= raised_cosine(_FADE)[::-1]
        start = tone.start_ms * _SAMPLES_PER_MS
        sound[start : start + note.size] += note
    return sound
