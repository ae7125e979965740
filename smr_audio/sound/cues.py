"""Make the sounds of the cues from the tables of their tones."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.options.choices import CueName, CueScheme
from smr_audio.sound.clip import Clip, clip_of
from smr_audio.sound.level import raised_cosine, to_int16
from smr_audio.sound.limiter import CEILING_DBTP
from smr_audio.sound.loudness import max_momentary_lufs, true_peak_dbtp
from smr_audio.sound.settings import SoundSettings
from smr_audio.sound.tones import SCHEMES, Scheme, Tone, length_samples
from smr_audio.units import SAMPLE_RATE, amplitude_of_db

TICK_LU: Final = -15.0
"""The loudest 400 ms of a metronome's tick, which is over in a twentieth of them, against the
session's target: its peaks are about 8 dB under the voice's. A meter takes ticks for quiet
speech, so a session of little but long holds reads quieter with them, though its voice is as
loud."""

_SAMPLES_PER_MS = SAMPLE_RATE // 1000
_FADE = 10 * _SAMPLES_PER_MS


def cue_clip(
    name: CueName,
    *,
    scheme: CueScheme = "classic",
    target_lufs: float = SoundSettings().target_lufs,
) -> Clip:
    """Make the sound of a scheme's cue for a session of this loudness; it begins at sample 0.

    Its loudest 400 ms are 1.5 or 1.9 LU above the target (a tick's 15 below), its true peak is
    at most -2 dBTP.
    """
    sound = _synthesize(SCHEMES[scheme].tones[name], SCHEMES[scheme])
    return levelled_cue(name, sound, scheme=scheme, target_lufs=target_lufs)


def levelled_cue(
    name: CueName, sound: NDArray[np.float64], *, scheme: CueScheme, target_lufs: float
) -> Clip:
    """The clip of a cue's sound as loud as the scheme's own: 48 kHz mono, shape (n,), not silent.

    What would peak above -2 dBTP at that level is left as much quieter.
    """
    above_lu = TICK_LU if name == "tick" else SCHEMES[scheme].above_lu
    gain_db = min(
        target_lufs + above_lu - max_momentary_lufs(sound),
        # Rounding to int16 can lift a peak by half a step, a ten thousandth of a decibel.
        CEILING_DBTP - 0.001 - true_peak_dbtp(sound),
    )
    return clip_of(to_int16(sound * amplitude_of_db(gain_db)))


def _synthesize(tones: tuple[Tone, ...], scheme: Scheme) -> NDArray[np.float64]:
    sound = np.zeros(length_samples(tones))
    for tone in tones:
        size = tone.length_ms * _SAMPLES_PER_MS
        turns = np.arange(size) * (tone.freq_hz / SAMPLE_RATE)
        note = np.zeros(size)
        for multiple, gain_db in scheme.partials_db:
            amplitude = amplitude_of_db(tone.gain_db + gain_db)
            partial = amplitude * np.sin(2 * np.pi * multiple * turns)
            if scheme.shape == "struck":
                partial *= raised_cosine(size)[::-1] ** multiple
            note += partial
        attack = min(_FADE, size // 8)
        note[:attack] *= raised_cosine(attack)
        if scheme.shape == "held":
            release = _FADE if attack == _FADE else size - attack
            note[-release:] *= raised_cosine(release)[::-1]
        start = tone.start_ms * _SAMPLES_PER_MS
        sound[start : start + size] += note
    return sound
