"""Master speech so that it is understood in noise, at no higher level: a filter, then a gain.

The field calls this near-end listening enhancement. What is done here is spectral shaping and
dynamic range compression, the order and the idea of SSDRC (Zorilă, Kandia and Stylianou,
Interspeech 2012): what noise covers first, consonants and the upper formants, gets the energy
that the low harmonics of vowels can spare. The values were chosen by measurement, see
docs/intelligibility.md.

Neither part moves anything in time: the filter has zero phase, the gain looks both ways.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.options.choices import Master
from smr_audio.units import SAMPLE_RATE

STRENGTHS: Final[Mapping[Master, float]] = {"gym": 1.0, "home": 0.75, "flat": 0.0}
"""How much of the tilt and of the gain a style has, both in decibels."""

# The filter. Below the high-pass a gym and a small speaker leave nothing to hear; from there
# to the upper formants speech falls by about as much as this rises. It rises by as much as makes
# the lower formants and the upper ones equally strong, so a voice that is bright gets less: all
# of it for Piper's Joe, little more than half for espeak.
HIGH_PASS_HZ: Final = 150.0
_HIGH_PASS_ORDER = 4
TILT_HZ: Final = (300.0, 3000.0)
LEAST_TILT_DB: Final = 3.0  # an octave
MOST_TILT_DB: Final = 6.0
_LOWER_HZ = (300.0, 900.0)
_UPPER_HZ = (1500.0, 4000.0)
_OCTAVES_APART = 2.0
_TOP_HZ = 7000.0  # sibilants are loud enough, and sharp
_TOP_DB_PER_OCTAVE = -6.0

# The gain follows the level of the filtered sound, in decibels over its loud parts: what four
# fifths of its speech stay under.
STEP_SAMPLES: Final = SAMPLE_RATE // 1000
_LEVEL_STEPS = 20  # two periods of a low voice, or the gain would follow each period
_GAIN_STEPS = 10
_LOUD_PERCENTILE = 80
_SPEECH_RANGE_DB = 30.0  # what counts as speech when loud parts are looked for
RATIO: Final = 5.0
MOST_GAIN_DB: Final = 22.0
# Where the speech as it was is quieter than this, it pauses, dies away or is hiss, and the gain
# falls much faster than the sound, far past none at all. The filter lifts hiss by 15 dB, up to
# where the soft consonants are, so the two can be told apart only before it.
GATE_DB: Final = -42.0
_GATE_SLOPE = 4.0
LEAST_GAIN_DB: Final = -15.0

_RINGING = 4096  # samples in which the filter's response has died down, on either side


def mastered(samples: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    """Speech at 48 kHz mono, shape (n,), mastered; same length, no delay.

    Its level is arbitrary and is to be set after this. At strength 0 it is the speech as it is.
    """
    if not strength or not samples.any():
        return samples
    shaped = _shaped(samples, strength)
    return shaped * _gain_curve(samples, shaped, strength)


def _shaped(samples: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    # A size for which a transform is fast; one of few, since `_filter` caches each.
    parts = ((odd, (samples.size + _RINGING) / odd) for odd in (1, 3, 5, 7))
    size = min(odd << max(0, math.ceil(math.log2(least))) for odd, least in parts)
    spectrum = np.fft.rfft(samples, size)
    octaves, rest = _filter(size)
    tilt_db = strength * _tilt_db(spectrum, size)
    spectrum *= rest * np.exp(octaves * (tilt_db * math.log(10) / 20))
    return np.asarray(np.fft.irfft(spectrum, size)[: samples.size])


def _tilt_db(spectrum: NDArray[np.complex128], size: int) -> float:
    """By how much the filter is to rise at full strength, in decibels an octave."""
    lower, upper = (_energy(spectrum, band, size) for band in (_LOWER_HZ, _UPPER_HZ))
    if not upper:
        return MOST_TILT_DB
    tilt_db = 10 * math.log10(max(lower, upper * 1e-9) / upper) / _OCTAVES_APART
    return min(MOST_TILT_DB, max(LEAST_TILT_DB, tilt_db))


def _energy(spectrum: NDArray[np.complex128], band: tuple[float, float], size: int) -> float:
    first, end = (round(hz * size / SAMPLE_RATE) for hz in band)
    return float(np.sum(np.square(np.abs(spectrum[first:end]))))


@lru_cache(maxsize=16)
def _filter(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each frequency of a transform: octaves over 1 kHz within the tilt, and all other gain.

    Both are real, so the filter has zero phase.
    """
    freq_hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    freq_hz[0] = freq_hz[1]
    octaves = np.log2(np.clip(freq_hz, *TILT_HZ) / 1000)
    over = np.maximum(0.0, np.log2(freq_hz / _TOP_HZ))
    high_pass = 1 / np.sqrt(1 + (HIGH_PASS_HZ / freq_hz) ** (2 * _HIGH_PASS_ORDER))
    high_pass[0] = 0.0
    return octaves, 10 ** (_TOP_DB_PER_OCTAVE * over / 20) * high_pass


def _gain_curve(samples: NDArray[np.float64], shaped: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    """The factor for each sample of the shaped sound, without a step; shape (n,)."""
    compressed = np.minimum(MOST_GAIN_DB, (1 / RATIO - 1) * _levels_db(shaped))
    gated = MOST_GAIN_DB + _GATE_SLOPE * (_levels_db(samples) - GATE_DB)
    smooth_db = _smooth(np.minimum(compressed, np.maximum(LEAST_GAIN_DB, gated)), _GAIN_STEPS)
    centres = (np.arange(smooth_db.size) + 0.5) * STEP_SAMPLES - 0.5
    curve_db = np.interp(np.arange(shaped.size), centres, smooth_db)
    return np.asarray(np.exp(strength * curve_db * (math.log(10) / 20)))


def _levels_db(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """The level around each step of a millisecond, in decibels over the sound's loud parts."""
    rows = np.pad(sound, (0, -sound.size % STEP_SAMPLES)).reshape(-1, STEP_SAMPLES)
    power = _smooth(np.einsum("ij,ij->i", rows, rows), _LEVEL_STEPS)
    level_db = 10 * np.log10(np.maximum(power, power.max() * 1e-12))
    loud = level_db > level_db.max() - _SPEECH_RANGE_DB
    return np.asarray(level_db - np.percentile(level_db[loud], _LOUD_PERCENTILE))


def _smooth(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """A bell-shaped moving average, `width` steps wide; beyond the edges their values go on."""
    window = np.hanning(width + 2)[1:-1]
    around = np.pad(values, (width // 2, width - 1 - width // 2), mode="edge")
    return np.convolve(around, window / window.sum(), mode="valid")
