"""Keep true peaks under a ceiling, with a look-ahead limiter that draws a smooth gain curve."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.loudness import oversampled, to_int16, true_peak_dbtp
from smr_audio.units import SAMPLE_RATE, amplitude_of_db

CEILING_DBTP: Final = -2.0  # encoding to MP3 adds up to 1 dB, and -1 dBTP is the promise
RELEASE_DB_PER_S: Final = 150.0
STEP_SAMPLES: Final = 16
"""A third of a millisecond: the gain moves over milliseconds, so it is worked out this often."""

_LOOK_STEPS: Final = SAMPLE_RATE * 2 // 1000 // STEP_SAMPLES
# A mean over 5 steps of a mean over 6, so with an edge in its middle. Ten steps in all are
# less than the hold, and beyond 11 numpy takes four times as long.
_TRIANGLE: Final = np.convolve(np.ones(_LOOK_STEPS - 1), np.ones(_LOOK_STEPS)) / ((_LOOK_STEPS - 1) * _LOOK_STEPS)
# Between two samples the gain moves a little, which can lift a peak by some hundredths of a
# decibel. What has to come down comes down by that much more, so the first try mostly holds.
_MARGIN_DB: Final = 0.03
_TRIES = 4


def limited(sound: NDArray[np.float64], *, envelope: NDArray[np.float64]) -> tuple[NDArray[np.int16], float]:
    """The sound as int16 with no true peak above the ceiling, and the peak in dBTP it has then.

    48 kHz mono, shape (n,). What is below the ceiling, and not near a peak, comes out as it went
    in. `envelope` is its `peak_envelope`. The ceiling holds after rounding.
    """
    aim_db = CEILING_DBTP
    for _ in range(_TRIES):
        lower = sound * gain_curve(envelope, ceiling_db=aim_db)
        rounded = to_int16(lower)
        peak_dbtp = true_peak_dbtp(rounded)
        if peak_dbtp <= CEILING_DBTP:
            return rounded, peak_dbtp
        aim_db -= peak_dbtp - CEILING_DBTP + 0.01
    rounded = to_int16(lower * amplitude_of_db(CEILING_DBTP - peak_dbtp - 0.01))
    return rounded, true_peak_dbtp(rounded)


def peak_envelope(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each sample the highest true peak on either side of it, shape (n,), linear.

    It scales with the sound, so one envelope serves every gain that is tried.
    """
    fine = np.zeros(4 * samples.size, dtype=np.float32)
    done = 0
    for piece in oversampled(samples):
        room = fine[done : done + piece.size]
        np.abs(piece[: room.size], out=room)
        done += room.size
    after = _highest_of_each(4, fine)
    before = np.concatenate([after[:1], after[:-1]])
    return np.asarray(np.maximum(np.maximum(after, before), np.abs(samples)))


def gain_curve(envelope: NDArray[np.float64], *, ceiling_db: float) -> NDArray[np.float64]:
    """Factors in (0, 1] that bring the envelope under the ceiling, without a step; shape (n,)."""
    gains = edge_gains(step_peaks_db(envelope), ceiling_db=ceiling_db)
    ramp = (np.arange(STEP_SAMPLES) + 0.5) / STEP_SAMPLES
    curve = gains[:-1, None] + np.diff(gains)[:, None] * ramp
    return np.asarray(curve.reshape(-1)[: envelope.size])


def step_peaks_db(envelope: NDArray[np.float64]) -> NDArray[np.float64]:
    """The highest of the envelope in each step of 16 samples, in decibels; shape (steps,)."""
    whole = np.pad(envelope, (0, -envelope.size % STEP_SAMPLES))
    return np.asarray(20 * np.log10(np.maximum(_highest_of_each(STEP_SAMPLES, whole), 1e-9)))


def edge_gains(peaks_db: NDArray[np.float64], *, ceiling_db: float) -> NDArray[np.float64]:
    """The factors at the edges of the steps, between which the gain curve runs straight.

    The gain each peak needs is released in a straight line in decibels, held for the look
    ahead both ways, and averaged by a triangle no wider than that hold: an average of values
    that are all low enough is low enough. Shape (steps + 1,).
    """
    over = peaks_db > ceiling_db
    if not over.any():
        return np.ones(peaks_db.size + 1)
    needed_db = np.where(over, ceiling_db - _MARGIN_DB - peaks_db, 0.0)
    slope = np.arange(needed_db.size) * (RELEASE_DB_PER_S * STEP_SAMPLES / SAMPLE_RATE)
    released_db = np.minimum(0.0, np.minimum.accumulate(needed_db - slope) + slope)
    around_db = np.pad(released_db, _LOOK_STEPS + _TRIANGLE.size // 2, mode="edge")
    held_db = _lowest_of_any(2 * _LOOK_STEPS + 1, around_db)
    smooth_db = np.convolve(held_db, _TRIANGLE, mode="valid")
    return np.asarray(np.exp(smooth_db * (math.log(10) / 20)))


def _highest_of_each(width: int, values: NDArray[Any]) -> NDArray[Any]:
    """The highest of each `width` neighbours, a power of two; shape (n / width,)."""
    while width > 1:
        values = np.maximum(values[0::2], values[1::2])
        width //= 2
    return values


def _lowest_of_any(width: int, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lowest of any `width` neighbours, by doubling windows; shape (n - width + 1,)."""
    done = 1
    while done < width:
        step = min(done, width - done)
        values = np.minimum(values[:-step], values[step:])
        done += step
    return values
