"""Find where sounds begin and end: words by their loudness, known sounds by matched filter.

The one definition of what is heard of a sentence: clips are cut and files are verified by it.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.loudness import as_float
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_TICK, amplitude_of_db

LEAST_POWER: Final = 10 ** (-55 / 10)  # where there is no floor
ABOVE_FLOOR: Final = 4.0  # in power, 6 dB
# A click, or a smack of the lips, takes a few milliseconds, and then nothing is heard for a while.
# A plosive goes on with breath at once: none of 2000 sentences in three voices, some at half the
# pace, began with a sound of up to 8 ticks and a gap of 4 after it.
_CLICK_TICKS: Final = 4
_AFTER_CLICK_TICKS: Final = 12

# Mastered and levelled such speech is 13 dB above `LEAST_POWER` or more, also if it is only flat.
_SURE_PART: Final = 10 ** (-35 / 10)

AUDIBLE_PART: Final = amplitude_of_db(-22.0)
"""A sound of unknown shape begins where its level reaches this part of its highest, if the noise
allows: what is softer before that is the room, or a swell that is not taken for the signal."""

LEVEL_SAMPLES: Final = 5 * SAMPLE_RATE // 1000


class Edges(NamedTuple):
    """How many ticks of a clip may lie before its words and after them."""

    before: int
    after: int


SPOKEN_EDGES: Final = Edges(10, 18)
"""Soft consonants are not heard over the floor: 8 ticks of an f or a th before, 17 of a plosive
or an s after, at half the pace. A voice's click or breath was 21 ticks and more away."""

RECORDED_EDGES: Final = Edges(60, 56)
"""A person breathes, and a room has noise into which a recording is faded."""


def heard(powers: NDArray[np.floating], *, floor_power: float = 0.0) -> NDArray[np.bool_]:
    """Whether each tick is heard over a floor; both are K-weighted mean squares."""
    return np.asarray(powers > max(floor_power * ABOVE_FLOOR, LEAST_POWER))


def surely_heard(speech: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each whole tick of speech, not mastered yet, will surely be `heard`; some more will.

    It is by the steps from sample to sample, for mastering takes low sounds away.
    """
    steps = np.diff(speech, prepend=0.0)[: speech.size // SAMPLES_PER_TICK * SAMPLES_PER_TICK]
    powers = np.square(steps).reshape(-1, SAMPLES_PER_TICK).mean(axis=1)
    return np.asarray(powers > np.percentile(powers, 90) * _SURE_PART)


def words_in(sounding: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The ticks `[start, end)` of what is heard, without a click before it; None for silence."""
    ticks = np.flatnonzero(sounding)
    if not ticks.size:
        return None
    end = int(ticks[-1]) + 1
    gaps = np.flatnonzero(np.diff(ticks) > _AFTER_CLICK_TICKS)
    if gaps.size and ticks[gaps[0]] - ticks[0] < _CLICK_TICKS:
        ticks = ticks[gaps[0] + 1 :]
    return int(ticks[0]), end


class Onset(NamedTuple):
    """The sample at which a sound begins, and its likeness there: 1 is the same up to gain."""

    sample: int
    likeness: float


def find_onset(samples: NDArray[Any], *, sound: NDArray[Any], near_sample: int, within_samples: int) -> Onset:
    """The best match for `sound` that begins `within_samples` of `near_sample` or nearer.

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


def rms_levels(samples: NDArray[Any]) -> NDArray[np.float64]:
    """The RMS of the 5 ms that end with each sample, shape (n,), in the samples' own unit.

    A sharp onset lifts it within a sample or two; a single sample of noise hardly does.
    """
    running = np.cumsum(np.pad(np.square(samples, dtype=np.float64), (LEVEL_SAMPLES, 0)))
    powers = (running[LEVEL_SAMPLES:] - running[:-LEVEL_SAMPLES]) / LEVEL_SAMPLES
    return np.asarray(np.sqrt(np.maximum(powers, 0.0)))
