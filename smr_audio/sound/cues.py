"""Make the sounds of the cues from the tables of their tones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.library.preferences import CueName, CueScheme
from smr_audio.sound.clip import Clip, clip_of
from smr_audio.sound.level import raised_cosine, to_int16
from smr_audio.sound.limiter import CEILING_DBTP
from smr_audio.sound.loudness import max_momentary_lufs, true_peak_dbtp
from smr_audio.sound.settings import SoundSettings
from smr_audio.sound.tones import SCHEMES, Scheme, Tone, length_samples
from smr_audio.units import SAMPLE_RATE, amplitude_of_db

ABOVE_VOICE_LU: Final = 1.0
"""The loudest 400 ms of a cue against the session's target."""

TICK_LU: Final = -15.0
"""The same for the metronome's tick, which is over in a twentieth of the 400 ms: its peaks are
about 8 dB under the voice's. Among speech that is under BS.1770's relative gate, so ticks hardly
make a session read quieter than it is."""

_ABOVE_LU: Final[Mapping[CueName, float]] = MappingProxyType({"tick": TICK_LU})
_SAMPLES_PER_MS = SAMPLE_RATE // 1000
_FADE = 10 * _SAMPLES_PER_MS


def cue_clip(
    name: CueName,
    *,
    scheme: CueScheme = "classic",
    target_lufs: float = SoundSettings().target_lufs,
) -> Clip:
    """Make the sound of a scheme's cue for a session of this loudness; it begins at sample 0.

    Its loudest 400 ms are 1 LU above the target (a tick's 15 below), its true peak is at most
    -2 dBTP.
    """
    made = SCHEMES[scheme]
    return levelled_cue(name, _synthesize(made.tones[name], made), target_lufs=target_lufs)


def levelled_cue(name: CueName, sound: NDArray[np.float64], *, target_lufs: float) -> Clip:
    """The clip of a cue's sound at its level: 48 kHz mono, shape (n,), not silent.

    What would peak above -2 dBTP at that level is left as much quieter.
    """
    gain_db = min(
        target_lufs + _ABOVE_LU.get(name, ABOVE_VOICE_LU) - max_momentary_lufs(sound),
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
