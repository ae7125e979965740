"""Make the sounds of the six cues from the table of their tones."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.library.preferences import CueName
from smr_audio.sound.clip import Clip, clip_of
from smr_audio.sound.level import raised_cosine, to_int16
from smr_audio.sound.limiter import CEILING_DBTP
from smr_audio.sound.loudness import max_momentary_lufs, true_peak_dbtp
from smr_audio.sound.settings import SoundSettings
from smr_audio.sound.tones import TONES, Tone, length_samples
from smr_audio.units import SAMPLE_RATE, amplitude_of_db

ABOVE_VOICE_LU: Final = 1.0  # loudest 400 ms of a cue against the session's target

_SAMPLES_PER_MS = SAMPLE_RATE // 1000
_FADE = 10 * _SAMPLES_PER_MS
# A phone's loudspeaker gives little of 600 Hz; the ear finds the pitch again in the harmonics.
_HARMONICS_DB = ((1, 0.0), (2, -8.0), (3, -14.0))


def cue_clip(name: CueName, *, target_lufs: float = SoundSettings().target_lufs) -> Clip:
    """Make the sound of a cue for a session of this loudness; it begins at sample 0.

    Its loudest 400 ms are 1 LU above the target, its true peak is at most -2 dBTP.
    """
    sound = _synthesize(TONES[name])
    gain_db = min(
        target_lufs + ABOVE_VOICE_LU - max_momentary_lufs(sound),
        # Rounding to int16 can lift a peak by half a step, a ten thousandth of a decibel.
        CEILING_DBTP - 0.001 - true_peak_dbtp(sound),
    )
    return clip_of(to_int16(sound * amplitude_of_db(gain_db)))


def _synthesize(tones: tuple[Tone, ...]) -> NDArray[np.float64]:
    sound = np.zeros(length_samples(tones))
    for tone in tones:
        turns = np.arange(tone.length_ms * _SAMPLES_PER_MS) * (tone.freq_hz / SAMPLE_RATE)
        note = np.zeros(turns.size)
        for multiple, gain_db in _HARMONICS_DB:
            amplitude = amplitude_of_db(tone.gain_db + gain_db)
            note += amplitude * np.sin(2 * np.pi * multiple * turns)
        note[:_FADE] *= raised_cosine(_FADE)
        note[-_FADE:] *= raised_cosine(_FADE)[::-1]
        start = tone.start_ms * _SAMPLES_PER_MS
        sound[start : start + note.size] += note
    return sound
