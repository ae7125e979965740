"""What can be said without a recogniser: an intelligibility index, and what mastering did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intelligibility.recogniser import RATE
from smr_audio.units import SAMPLE_RATE

Sound = NDArray[np.float64]

# ANSI S3.5-1997, table 3: third-octave bands and how much each matters to speech. The last one,
# 8 kHz, ends above what 16 kHz can hold and is left out; the others are weighed without it.
_BANDS_HZ: Final = (160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150,
                    4000, 5000, 6300)  # fmt: skip
_IMPORTANCE: Final = np.array((83, 95, 150, 289, 440, 578, 653, 711, 818, 844, 882, 898, 868, 844,
                               771, 527, 364)) / 9815  # fmt: skip
_FRAME: Final = RATE * 32 // 1000
_HEARD_DB: Final = 40.0  # frames so far under the loudest one count as speech

_STEP: Final = SAMPLE_RATE // 50
_LOUD_PERCENTILE: Final = 95
_SPEECH_DB: Final = 30.0  # so far under loud parts is speech,
_PAUSE_DB: Final = 45.0  # from here on pauses and tails,
_NOTHING_DB: Final = 75.0  # and further down nothing that could be heard


def heard(speech: Sound) -> NDArray[np.bool_]:
    """Which frames of a line at 16 kHz are speech."""
    powers = _band_powers(speech).sum(axis=1)
    return np.asarray(powers > powers.max() * 10 ** (-_HEARD_DB / 10))


def intelligibility_index(speech: Sound, noise: Sound, frames: NDArray[np.bool_]) -> float:
    """The share of speech cues above the noise, 0 to 1, the mean over these frames.

    The speech intelligibility index of ANSI S3.5-1997 for each 32 ms instead of the whole, as
    Rhebergen and Versfeld (2005) do for noise that changes; without masking between bands.
    """
    ratio = _band_powers(speech)[frames] / np.maximum(_band_powers(noise)[frames], 1e-12)
    snr_db = 10 * np.log10(np.maximum(ratio, 1e-12))
    return float(np.mean(np.clip((snr_db + 15) / 30, 0, 1) @ _IMPORTANCE))


def dynamics(flat: Mapping[str, Sound], mastered: Mapping[str, Sound]) -> dict[str, float]:
    """What mastering did to the levels of 20 ms in each sentence, the mean over all, in decibels.

    Clips are 48 kHz mono and as long flat as mastered. `spread`: from the loud parts of speech
    (their 95th percentile) to its quiet ones (the 25th). `pauses`: how far what lies 45 dB or
    more under the loud parts of the flat clip does so; what lies 75 under them counts as that.
    `gain_spread`: from the 5th to the 95th percentile of the gain within speech, filter and all;
    `gain_step`: how much it changes from one 20 ms to the next. `rms_change`: at one loudness.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for sentence, plain in flat.items():
        before, after = _under_loud_db(plain), _under_loud_db(mastered[sentence])
        speech, quiet = before > -_SPEECH_DB, before < -_PAUSE_DB
        gain = after - before
        found["spread_flat_db"].append(-float(np.percentile(before[speech], 25)))
        found["spread_mastered_db"].append(-float(np.percentile(after[speech], 25)))
        found["gain_spread_db"].append(float(np.ptp(np.percentile(gain[speech], (5, 95)))))
        steps = np.abs(np.diff(gain))[speech[1:] & speech[:-1]]
        found["gain_step_db"].append(float(np.mean(steps)))
        found["rms_change_db"].append(_rms_db(mastered[sentence]) - _rms_db(plain))
        if quiet.any():
            found["pauses_flat_db"].append(-float(np.mean(before[quiet])))
            found["pauses_mastered_db"].append(-float(np.mean(after[quiet])))
    return {name: float(np.mean(values)) for name, values in found.items()}


def _under_loud_db(sound: Sound) -> NDArray[np.float64]:
    rows = np.pad(sound, (0, -sound.size % _STEP)).reshape(-1, _STEP)
    powers = np.einsum("ij,ij->i", rows, rows) / _STEP
    level_db = 10 * np.log10(np.maximum(powers, 1e-12))
    loud = level_db > level_db.max() - _SPEECH_DB
    under_db = level_db - np.percentile(level_db[loud], _LOUD_PERCENTILE)
    return np.asarray(np.maximum(under_db, -_NOTHING_DB))


def _rms_db(sound: Sound) -> float:
    return float(10 * np.log10(np.mean(np.square(sound))))


def _band_powers(sound: Sound) -> NDArray[np.float64]:
    """The power of each frame in each band; shape (frames, bands)."""
    windows = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[:: _FRAME // 2]
    power = np.square(np.abs(np.fft.rfft(windows * np.hanning(_FRAME), axis=1)))
    freq_hz = np.fft.rfftfreq(_FRAME, 1 / RATE)
    edge = 2 ** (1 / 6)
    inside = np.array([(freq_hz >= hz / edge) & (freq_hz < hz * edge) for hz in _BANDS_HZ])
    return np.asarray(power @ inside.T.astype(float))
