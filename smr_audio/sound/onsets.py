"""Find where a known sound begins in a recording, by matched filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.loudness import as_float


@dataclass(frozen=True, slots=True)
class Onset:
    """The sample a sound begins at, and how alike it is there: 1 is the same but for gain."""

    sample: int
    likeness: float


def find_onset(
    samples: NDArray[Any], *, sound: NDArray[Any], near_sample: int, within_samples: int
) -> Onset:
    """The best match for `sound` that begins within so many samples of `near_sample`.

    All at one rate, mono, int16 or float. Beyond the recording is taken as silence. The
    likeness is the normalised correlation over the sound's length, in [-1, 1].
    """
    first = near_sample - within_samples
    places = 2 * within_samples + 1
    size = places + sound.size - 1
    window = np.zeros(size)
    low, high = max(0, first), min(samples.size, first + size)
    if high > low:
        window[low - first : high - first] = as_float(samples[low:high])
    wanted = as_float(sound)
    fft_size = 1 << (size - 1).bit_length()
    spectrum = np.fft.rfft(window, fft_size) * np.conj(np.fft.rfft(wanted, fft_size))
    matches = np.fft.irfft(spectrum, fft_size)[:places]
    running = np.concatenate([[0.0], np.cumsum(np.square(window))])
    energies = running[sound.size :] - running[: -sound.size]
    energy = float(np.sum(np.square(wanted)))
    # Where there is next to nothing, likeness to it means nothing either.
    likeness = matches / np.sqrt(np.maximum(energies, 1e-4 * energy) * energy)
    best = int(np.argmax(likeness))
    return Onset(sample=first + best, likeness=float(likeness[best]))
