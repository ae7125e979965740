"""Keep true peaks under a ceiling, with a look-ahead limiter that draws a smooth gain curve."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.loudness import as_float, true_peak_dbtp
from smr_audio.units import SAMPLE_RATE, amplitude_of_db

CEILING_DBTP: Final = -2.0  # encoding to MP3 adds up to 1 dB, and -1 dBTP is the promise
LOOK_SAMPLES: Final = SAMPLE_RATE * 2 // 1000
RELEASE_DB_PER_S: Final = 150.0
_TRIES = 4


def limit(
    samples: NDArray[Any],
    *,
    ceiling_dbtp: float = CEILING_DBTP,
    envelope: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """The sound with no true peak above the ceiling; same shape, 48 kHz mono.

    What is below the ceiling, and not near a peak, comes out as it went in. `envelope` saves
    finding `peak_envelope(samples)` again.
    """
    sound = as_float(samples)
    if not sound.size:
        return sound
    envelope = peak_envelope(sound) if envelope is None else envelope
    # Between two samples the gain moves a little, so the first try may pass the ceiling by
    # some hundredths of a decibel. Aiming lower by that much keeps the curve smooth.
    aim_db = ceiling_dbtp
    for _ in range(_TRIES):
        limited = sound * gain_curve(envelope, ceiling_db=aim_db)
        over_db = true_peak_dbtp(limited) - ceiling_dbtp
        if over_db <= 0:
            return limited
        aim_db -= over_db + 0.01
    return limited * amplitude_of_db(-over_db)


def peak_envelope(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each sample the highest true peak on either side of it, shape (n,), linear.

    It scales with the sound, so one envelope serves every gain that is tried.
    """
    import soxr  # noqa: PLC0415  (a warm build limits nothing and shall not pay for it)

    up = soxr.resample(samples.astype(np.float32), SAMPLE_RATE, 4 * SAMPLE_RATE, quality="HQ")
    fine = np.zeros(4 * samples.size)
    size = min(fine.size, up.size)
    fine[:size] = np.abs(up[:size])
    after = fine.reshape(-1, 4).max(axis=1)
    before = np.concatenate([after[:1], after[:-1]])
    return np.asarray(np.maximum(np.maximum(after, before), np.abs(samples)))


def gain_curve(envelope: NDArray[np.float64], *, ceiling_db: float) -> NDArray[np.float64]:
    """Factors in (0, 1] that bring the envelope under the ceiling, without a step or a corner.

    The gain each peak needs is released in a straight line in decibels, held for the look
    ahead both ways, and averaged by a triangle no wider than that hold: an average of
    values that are all low enough is low enough.
    """
    needed_db = np.minimum(0.0, ceiling_db - 20 * np.log10(np.maximum(envelope, 1e-9)))
    if not needed_db.any():
        return np.ones_like(envelope)
    slope = np.arange(envelope.size) * (RELEASE_DB_PER_S / SAMPLE_RATE)
    released_db = np.minimum(0.0, np.minimum.accumulate(needed_db - slope) + slope)
    held_db = _lowest_within(released_db, reach=LOOK_SAMPLES)
    padded_db = np.pad(held_db, LOOK_SAMPLES, mode="edge")
    smooth_db = _mean_of(_mean_of(padded_db, width=LOOK_SAMPLES + 1), width=LOOK_SAMPLES + 1)
    return np.asarray(np.exp(smooth_db * (math.log(10) / 20)))


def _mean_of(values: NDArray[np.float64], *, width: int) -> NDArray[np.float64]:
    """The mean of each `width` neighbours, by a running sum; shape (n - width + 1,)."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((sums[width:] - sums[:-width]) / width)


def _lowest_within(values: NDArray[np.float64], *, reach: int) -> NDArray[np.float64]:
    """The minimum over `[i - reach, i + reach]` of each place, by doubling windows."""
    width = 2 * reach + 1
    low = np.pad(values, reach, mode="edge")
    done = 1
    while done < width:
        step = min(done, width - done)
        low = np.minimum(low[:-step], low[step:])
        done += step
    return low
