"""Resample sound: by soxr, or by numpy on the few systems for which soxr has no wheel."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ZERO_CROSSINGS: Final = 64
_BETA: Final = 12.0  # of the Kaiser window: what is above half the rate is 118 dB down
_CUTOFF: Final = 0.94


def resample(samples: NDArray[Any], given: int, wanted: int) -> NDArray[np.float64]:
    """Samples of a given rate at the wanted one, shape (n,), at very high quality."""
    try:
        import soxr  # not at the top: a warm build resamples nothing
    except ImportError:
        return by_numpy(samples, given, wanted)
    return np.asarray(soxr.resample(samples, given, wanted, quality="VHQ"), dtype=np.float64)


def by_numpy(samples: NDArray[Any], given: int, wanted: int) -> NDArray[np.float64]:
    """By a windowed sinc for each phase of the wanted rate."""
    up, down = wanted // math.gcd(given, wanted), given // math.gcd(given, wanted)
    ratio = min(1.0, up / down)
    half = math.ceil(ZERO_CROSSINGS / ratio)
    padded = np.pad(samples.astype(np.float64), (half, half + down))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)
    found = np.empty(round(samples.size * up / down))
    for phase in range(min(up, found.size)):
        first, rest = divmod(phase * down, up)
        offsets = np.arange(1 - half, half + 1) - rest / up
        window = np.i0(_BETA * np.sqrt(1 - (offsets / half).clip(-1, 1) ** 2)) / np.i0(_BETA)
        taps = _CUTOFF * ratio * np.sinc(_CUTOFF * ratio * offsets) * window
        place = found[phase::up]
        place[:] = np.einsum("ij,j->i", windows[first + 1 :: down][: place.size], taps)
    return found
