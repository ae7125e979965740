"""Measure a decoded file tick by tick, piece by piece: four hours fit as well as one minute."""

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smr_audio.records import dataclass
from smr_audio.sound.loudness import BLOCK_SAMPLES, hop_powers, oversampled
from smr_audio.units import SAMPLES_PER_TICK
from smr_audio.verification.sound import Stretch

_TICKS_AT_ONCE: Final = 2500  # 2 MB of samples
_MOST_RUNS: Final = 1000
_PEAK_SAMPLES: Final = 4096
_MOST_ABOVE: Final = 8  # between samples no sound is so many times as high as its samples around
_SHORT: Final = 8


class Measured(NamedTuple):
    """A stretch and what is measured of it, as in a `Scan`; full scale is 1."""

    stretch: Stretch
    powers: NDArray[np.float64]
    weighted: NDArray[np.float64]
    peaks: NDArray[np.int64]
    true_peak: tuple[float]


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What sound there is: 48 kHz mono, by whole ticks.

    `powers` are mean squares with full scale as 1, `weighted` the same K-weighted, `peaks` the
    largest samples. `longest_zeros` is the longest run of zero samples, `zero_runs` are those
    longer than 10 ms: (start, samples).
    """

    powers: NDArray[np.float64]
    weighted: NDArray[np.float64]
    peaks: NDArray[np.int64]
    true_peak_dbtp: float
    longest_zeros: int
    zero_runs: tuple[tuple[int, int], ...]


MOST_ZEROS: Final = 480
"""Samples in a row, 10 ms, that may be zero where something should keep awake."""


def measured(stretch: Stretch, known: dict[bytes, NDArray[np.float64]]) -> Measured:
    """Measure a stretch; a last part of a tick counts only for its true peak.

    `known` is as for `hop_powers`, and is the same for all stretches.
    """
    samples = stretch.samples[stretch.start - stretch.first : stretch.end - stretch.first]
    ticks = samples.size // SAMPLES_PER_TICK
    powers, peaks = np.empty(ticks), np.empty(ticks, dtype=np.int64)
    for start in range(0, ticks, _TICKS_AT_ONCE):
        end = min(start + _TICKS_AT_ONCE, ticks)
        piece = samples[start * SAMPLES_PER_TICK : end * SAMPLES_PER_TICK]
        rows = piece.astype(np.float32).reshape(-1, SAMPLES_PER_TICK)
        powers[start:end] = np.einsum("ij,ij->i", rows, rows)
        peaks[start:end] = np.maximum(rows.max(axis=1), -rows.min(axis=1))
    before = min(stretch.start - stretch.first, BLOCK_SAMPLES)
    heard = stretch.samples[stretch.start - stretch.first - before : stretch.end - stretch.first]
    weighted = hop_powers(heard, known=known)[before // SAMPLES_PER_TICK :]
    return Measured(stretch, powers / (SAMPLES_PER_TICK * 32768.0**2), weighted, peaks, (_true_peak(stretch),))


def scan(parts: Iterable[Measured]) -> Scan:
    """Join what was measured of all stretches, in order."""
    zeros, kept = _Zeros(), []
    for stretch, *figures in parts:
        zeros.go_on(stretch)
        kept.append(figures)
    powers, weighted, peaks, highest = (np.concatenate(each) for each in zip(*kept, strict=True))
    peak = float(highest.max())
    dbtp = 20 * math.log10(peak) if peak > 0 else -math.inf
    return Scan(powers, weighted, peaks, dbtp, *zeros.ended())


def _true_peak(stretch: Stretch) -> float:
    """The highest of the samples and of 4 times oversampled ones, where any can be that high."""
    samples = stretch.samples
    starts = range(0, samples.size, _PEAK_SAMPLES)
    pieces = (samples[start : start + _PEAK_SAMPLES] for start in starts)
    peaks = np.array([max(int(piece.max()), -int(piece.min())) for piece in pieces])
    own = slice((stretch.start - stretch.first) // _PEAK_SAMPLES, -(-(stretch.end - stretch.first) // _PEAK_SAMPLES))
    highest = int(peaks[own].max(initial=0))
    loud = np.flatnonzero(peaks[own] * _MOST_ABOVE > highest) + own.start
    peak = highest / 32768.0
    for run in np.split(loud, np.flatnonzero(np.diff(loud) > 1) + 1) if loud.size else ():
        first, last = int(run[0]) * _PEAK_SAMPLES, (int(run[-1]) + 1) * _PEAK_SAMPLES
        begin = max(0, first - _PEAK_SAMPLES)
        at = 4 * (begin - first)
        for higher in oversampled(samples[begin : last + _PEAK_SAMPLES]):
            inside = higher[max(0, -at) : max(0, 4 * (last - first) - at)]
            peak = max(peak, float(np.max(np.abs(inside), initial=0.0)))
            at += higher.size
    return peak


class _Zeros:
    """The length of the longest run of zeros, and the runs of more than `MOST_ZEROS`."""

    def __init__(self) -> None:
        self._longest = 0
        self._runs: list[tuple[int, int]] = []
        self._begin = 0  # where a run would have begun that is still going on
        self._end = 0

    def go_on(self, stretch: Stretch) -> None:
        size, self._end = _TICKS_AT_ONCE * SAMPLES_PER_TICK, stretch.first + stretch.samples.size
        for start in range(stretch.start, min(stretch.end, self._end), size):
            end = min(start + size, stretch.end) - stretch.first
            self._piece(stretch.samples[start - stretch.first : end], start)
        self._end = min(stretch.end, self._end)

    def _piece(self, samples: NDArray[np.int16], start: int) -> None:
        if self._begin == start and samples[-1] and (short := _longest_if_short(samples)) is not None:
            self._longest = max(self._longest, short)
            self._begin = start + samples.size
            return
        places = np.flatnonzero(samples) + start
        if not places.size:
            return
        edges = np.concatenate([[self._begin - 1], places])
        gaps = np.diff(edges) - 1
        self._longest = max(self._longest, int(gaps.max()))
        long = np.flatnonzero(gaps > MOST_ZEROS)[: _MOST_RUNS - len(self._runs)].tolist()
        self._runs += ((int(edges[number]) + 1, int(gaps[number])) for number in long)
        self._begin = int(places[-1]) + 1

    def ended(self) -> tuple[int, tuple[tuple[int, int], ...]]:
        left = self._end - self._begin
        last = ((self._begin, left),) if left > MOST_ZEROS else ()
        return max(self._longest, left), (*self._runs, *last)


def _longest_if_short(samples: NDArray[np.int16]) -> int | None:
    """The length of the longest run of zeros; None if it is not short."""
    zeros = samples == 0
    for length in range(_SHORT):
        if not zeros.any():
            return length
        zeros = zeros[1:] & zeros[:-1]
    return None
