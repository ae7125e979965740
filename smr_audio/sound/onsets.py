"""Find where a sound begins: a known one by matched filter, any other by its level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.loudness import as_float
from smr_audio.units import SAMPLE_RATE, amplitude_of_db

AUDIBLE_PART: Final = amplitude_of_db(-22.0)
"""A sound of unknown shape begins where its level is so much of its highest, if the noise it is
in allows: what is softer before that is the room, or a swell that nobody takes for the signal."""

LEVEL_SAMPLES: Final = 5 * SAMPLE_RATE // 1000


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


def levels(samples: NDArray[Any]) -> NDArray[np.float64]:
    """The RMS of the 5 ms that end with each sample, shape (n,), in the samples' own unit.

    A sharp onset lifts it within a sample or two; a single sample of noise hardly does.
    """
    running = np.cumsum(np.pad(np.square(samples, dtype=np.float64), (LEVEL_SAMPLES, 0)))
    powers = (running[LEVEL_SAMPLES:] - running[:-LEVEL_SAMPLES]) / LEVEL_SAMPLES
    return np.asarray(np.sqrt(np.maximum(powers, 0.0)))
