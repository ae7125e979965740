"""Bring an engine's speech to 48 kHz, trim its silence and level it to a loudness."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.errors import BuildError
from smr_audio.sound.limiter import CEILING_DBTP, gain_curve, limit, peak_envelope
from smr_audio.sound.loudness import (
    BLOCK_SAMPLES,
    FINE_HOP_SAMPLES,
    block_powers,
    integrated_lufs,
)
from smr_audio.units import SAMPLE_RATE, amplitude_of_db
from smr_audio.voices.engine import Speech

TARGET_LUFS: Final = -16.0
"""Integrated loudness of a session, as AES TD1008 advises for speech on phones."""

# Added to a session's target to get that of a clip. LAME's presets at these bit rates scale
# what they are given by 0.95, which is 0.45 dB; and the floor in a session lowers BS.1770's
# relative gate, which lets the quiet ends of sentences in. Clips of exactly -16 LUFS made a
# session of -16.5.
SESSION_CALIBRATION_LU: Final = 0.5

# Espeak ends in true zeros and neural voices in noise near -70 dB; the breath of an h or an f
# is 40 to 55 dB under the loudest vowel.
SILENCE_DB: Final = -60.0
KEPT_BEFORE: Final = SAMPLE_RATE * 15 // 1000
KEPT_AFTER: Final = SAMPLE_RATE * 40 // 1000
_FADE_IN = SAMPLE_RATE * 5 // 1000
_FADE_OUT = SAMPLE_RATE * 20 // 1000

_TOLERANCE_LU = 0.01
_TRIES = 16
_MOST_LIMITING_DB = 15.0  # beyond that a word gets rough, and hardly louder


def resample(speech: Speech) -> NDArray[np.float64]:
    """The speech at 48 kHz, shape (n,), by soxr at very high quality.

    Raises BuildError if a sample is no number.
    """
    samples = np.asarray(speech.samples)
    if not np.isfinite(samples).all():
        raise BuildError("the voice gave samples that are no numbers; try another --voice")
    if not samples.any():
        # A silent engine's lengths are estimates that others rely on: keep them to the sample.
        return np.zeros(round(samples.size * SAMPLE_RATE / speech.sample_rate))
    if speech.sample_rate == SAMPLE_RATE:
        return samples.astype(np.float64)
    import soxr  # noqa: PLC0415  (a warm build resamples nothing and shall not pay for it)

    resampled = soxr.resample(
        samples.astype(np.float64), speech.sample_rate, SAMPLE_RATE, quality="VHQ"
    )
    return np.asarray(resampled, dtype=np.float64)


def trim(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sound with exactly 15 ms before its first and 40 ms after its last audible sample.

    Where the recording has less than that, zeros stand in. Only those margins are faded, so
    no consonant is. Sound that is all zeros comes back as it is.
    """
    loud = np.abs(samples)
    heard = np.flatnonzero(loud > loud.max(initial=0.0) * amplitude_of_db(SILENCE_DB))
    if not heard.size:
        return samples
    padded = np.pad(samples, (KEPT_BEFORE, KEPT_AFTER))
    # Padding has moved the first audible sample by as much as stands before it.
    kept = np.array(padded[heard[0] : KEPT_BEFORE + heard[-1] + 1 + KEPT_AFTER])
    kept[:_FADE_IN] *= raised_cosine(_FADE_IN)
    kept[-_FADE_OUT:] *= raised_cosine(_FADE_OUT)[::-1]
    return kept


def level(samples: NDArray[np.float64], *, target_lufs: float) -> NDArray[np.float64]:
    """The sound at this loudness in LUFS within 0.02, its true peak at most -2 dBTP.

    Limiting takes loudness away, so gain and limiter are tried together until they agree.
    What cannot get there with its highest peak limited by 15 dB comes out as loud as that
    makes it: a word of one syllable, which fills less than a block of 400 ms and so reads
    low: by up to 0.5 LU for -16 LUFS, by 2 for -14.
    """
    highest = float(np.max(np.abs(samples), initial=0.0))
    if highest == 0.0:
        return samples
    sound = samples / highest
    envelope = peak_envelope(sound)
    gain_db = _gain_for(sound, envelope=envelope, target_lufs=target_lufs)
    factor = amplitude_of_db(gain_db)
    return limit(sound * factor, envelope=envelope * factor)


def padded_lufs(samples: NDArray[np.int16] | NDArray[np.float64]) -> float:
    """Integrated loudness in LUFS with 0.4 s of silence on each side; -inf for silence.

    The padding lets every part of a short clip stand in as many blocks as any other, and
    blocks every 10 ms instead of 100 keep one word from jumping by 0.5 LU as a single block
    enters or leaves the gate.
    """
    padded = np.pad(samples, BLOCK_SAMPLES)
    return integrated_lufs(block_powers(padded, hop_samples=FINE_HOP_SAMPLES))


def to_int16(samples: NDArray[np.float64]) -> NDArray[np.int16]:
    """Samples in [-1, 1] as int16, rounded half to even and clipped; no dither."""
    return np.clip(np.rint(samples * 32768.0), -32767, 32767).astype(np.int16)


def raised_cosine(length: int) -> NDArray[np.float64]:
    """A fade in of so many samples, from 0 to just under 1; shape (length,)."""
    return np.asarray(0.5 - 0.5 * np.cos(np.arange(length) * (math.pi / length)))


def _gain_for(
    sound: NDArray[np.float64], *, envelope: NDArray[np.float64], target_lufs: float
) -> float:
    """The gain in decibels before the limiter that gives this loudness after it."""

    def loudness(gain_db: float) -> float:
        factor = amplitude_of_db(gain_db)
        gains = gain_curve(envelope * factor, ceiling_db=CEILING_DBTP)
        return padded_lufs(sound * factor * gains)

    gain_db = target_lufs - padded_lufs(sound)
    most_db = max(gain_db, CEILING_DBTP + _MOST_LIMITING_DB)
    slope = 0.6  # about what limited speech gives
    got = loudness(gain_db)
    for _ in range(_TRIES):
        if abs(target_lufs - got) < _TOLERANCE_LU or (gain_db == most_db and got < target_lufs):
            break
        last_db, last = gain_db, got
        gain_db = min(most_db, gain_db + (target_lufs - got) / slope)
        got = loudness(gain_db)
        # The more is limited, the less a decibel of gain gives: step by the last slope seen.
        if gain_db != last_db:
            slope = min(1.0, max(0.2, (got - last) / (gain_db - last_db)))
    return gain_db
