"""Measure a decoded file tick by tick, piece by piece: four hours fit as well as one minute."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.records import dataclass
from smr_audio.sound.loudness import hop_powers
from smr_audio.units import SAMPLES_PER_TICK

_TICKS_AT_ONCE: Final = 2500  # 2 MB of samples
_MOST_RUNS: Final = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What sound there is: `samples` are int16 at 48 kHz mono; the rest is by whole ticks.

    `powers` are mean squares with full scale as 1, `weighted` the same K-weighted, `peaks` the
    largest samples. `longest_zeros` is the longest run of zero samples, `zero_runs` are those
    longer than 10 ms: (start, samples).
    """

    samples: NDArray[np.int16]
    powers: NDArray[np.float64]
    weighted: NDArray[np.float64]
    peaks: NDArray[np.int64]
    longest_zeros: int
    zero_runs: tuple[tuple[int, int], ...]


MOST_ZEROS: Final = 480
"""Samples in a row, 10 ms, that may be zero where something should keep awake."""


def scan(samples: NDArray[np.int16]) -> Scan:
    """Measure decoded samples, shape (n,); a last part of a tick counts only for zeros."""
    ticks = samples.size // SAMPLES_PER_TICK
    powers, peaks = np.empty(ticks), np.empty(ticks, dtype=np.int64)
    for start in range(0, ticks, _TICKS_AT_ONCE):
        end = min(start + _TICKS_AT_ONCE, ticks)
        piece = samples[start * SAMPLES_PER_TICK : end * SAMPLES_PER_TICK]
        rows = piece.astype(np.float32).reshape(-1, SAMPLES_PER_TICK)
        powers[start:end] = np.einsum("ij,ij->i", rows, rows)
        peaks[start:end] = np.maximum(rows.max(axis=1), -rows.min(axis=1))
    longest, runs = _zero_runs(samples)
    return Scan(
        samples=samples,
        powers=powers / (SAMPLES_PER_TICK * 32768.0**2),
        weighted=hop_powers(samples),
        peaks=peaks,
        longest_zeros=longest,
        zero_runs=tuple(runs),
    )


def _zero_runs(samples: NDArray[np.int16]) -> tuple[int, list[tuple[int, int]]]:
    """The length of the longest run of zeros, and the runs of more than `MOST_ZEROS`."""
    longest, begin = 0, 0  # `begin` is where a run would have begun that is still going on
    runs: list[tuple[int, int]] = []
    size = _TICKS_AT_ONCE * SAMPLES_PER_TICK
    for start in range(0, samples.size, size):
        places = np.flatnonzero(samples[start : start + size]) + start
        if not places.size:
            continue
        edges = np.concatenate([[begin - 1], places])
        gaps = np.diff(edges) - 1
        longest = max(longest, int(gaps.max()))
        long = np.flatnonzero(gaps > MOST_ZEROS)[: _MOST_RUNS - len(runs)].tolist()
        runs += ((int(edges[number]) + 1, int(gaps[number])) for number in long)
        begin = int(places[-1]) + 1
    left = samples.size - begin
    if left > MOST_ZEROS:
        runs.append((begin, left))
    return max(longest, left), runs
