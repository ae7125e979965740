"""The decoded sound of a file, measured tick by tick in stretches: hours take no more memory than minutes."""

import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smr_audio.errors import BuildError
from smr_audio.mp3.codec import decode_frames
from smr_audio.mp3.frames import bytes_per_frame
from smr_audio.records import dataclass
from smr_audio.sound.loudness import BLOCK_SAMPLES, hop_powers, oversampled
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_FRAME, SAMPLES_PER_TICK, samples_of_ticks
from smr_audio.verification.manifest import Manifest

_STRETCH: Final = 240 * SAMPLE_RATE  # whole blocks of the loudness meter, and ticks
_AROUND: Final = 2 * SAMPLE_RATE
_DELAY: Final = 1105  # of encoder and decoder
_WARM_UP: Final = 2  # frames that need those before them
_TICKS_AT_ONCE: Final = 2500  # 2 MB of samples
_MOST_RUNS: Final = 1000
_PEAK_SAMPLES: Final = 4096
_MOST_ABOVE: Final = 8  # between samples no sound is so many times as high as its samples around
MOST_ZEROS: Final = 480
"""Samples in a row, 10 ms, that may be zero where something should keep awake."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part of the sound, samples `start` to `end`; `samples`, int16, begin with the `first`.

    What is around it is there too, for more than two seconds.
    """

    samples: NDArray[np.int16]
    first: int
    start: int
    end: int


def stretches_of(manifest: Manifest, path: Path, *, offset: int) -> Iterator[Callable[[], Stretch]]:
    """What decodes each part of a file whose frames, after a tag of `offset` bytes, are as linked."""
    size = samples_of_ticks(manifest.end_tick)
    around = _AROUND + samples_of_ticks(max((cue.ticks for cue in manifest.cues), default=0))
    for start in range(0, max(size, 1), _STRETCH):
        end = min(start + _STRETCH, size)
        there = range(max(0, start - around), min(end + around, size))
        yield partial(_decoded, path, bytes_per_frame(manifest.kbps), offset=offset, there=there, own=(start, end))


def _decoded(path: Path, frame_bytes: int, *, offset: int, there: range, own: tuple[int, int]) -> Stretch:
    first, last = there.start, there.stop
    frame = max(0, (first + _DELAY) // SAMPLES_PER_FRAME - _WARM_UP)
    after = -(-(last + _DELAY) // SAMPLES_PER_FRAME)
    with path.open("rb") as file:
        file.seek(offset + (1 + frame) * frame_bytes)
        samples = decode_frames(file.read((after - frame) * frame_bytes))
    if samples.size != (after - frame) * SAMPLES_PER_FRAME:
        raise BuildError(f"cannot decode {path}: some of its frames are broken")
    from_sample = first + _DELAY - frame * SAMPLES_PER_FRAME
    return Stretch(samples[from_sample : from_sample + len(there)], first, *own)


class Measured(NamedTuple):
    """A stretch and what is measured of it, as in a `Scan`; full scale is 1."""

    stretch: Stretch
    powers: NDArray[np.float64]
    weighted: NDArray[np.float64]
    peaks: NDArray[np.int64]
    true_peak: tuple[float]
    zeros: NDArray[np.int64]


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
    powers /= SAMPLES_PER_TICK * 32768.0**2
    at_once = _TICKS_AT_ONCE * SAMPLES_PER_TICK
    pieces = range(0, max(samples.size, 1), at_once)
    zeros = [_zeros(samples[at : at + at_once]) + stretch.start + at for at in pieces]
    return Measured(stretch, powers, weighted, peaks, (_true_peak(stretch),), np.concatenate(zeros))


def scan(parts: Iterable[Measured]) -> Scan:
    """Join what was measured of all stretches, in order."""
    kept = [figures for _, *figures in parts]
    powers, weighted, peaks, highest, zeros = (np.concatenate(each) for each in zip(*kept, strict=True))
    peak = float(highest.max())
    dbtp = 20 * math.log10(peak) if peak > 0 else -math.inf
    # Where one run ends and another begins they are one.
    edges, counts = np.unique(zeros, return_counts=True)
    runs = edges[counts == 1].reshape(-1, 2)
    lengths = np.diff(runs)[:, 0]
    long = [(start, end - start) for start, end in runs[lengths > MOST_ZEROS][:_MOST_RUNS].tolist()]
    return Scan(powers, weighted, peaks, dbtp, int(lengths.max(initial=0)), tuple(long))


def _zeros(samples: NDArray[np.int16]) -> NDArray[np.int64]:
    """The runs `[start, end)` of zeros that may be the longest, are long, or may go on; shape (n, 2)."""
    runs = np.flatnonzero(np.diff(samples == 0, prepend=False, append=False)).reshape(-1, 2)
    lengths = np.diff(runs)[:, 0]
    long = (lengths > MOST_ZEROS) | (lengths == lengths.max(initial=0))
    return np.asarray(runs[long | (runs[:, 0] == 0) | (runs[:, 1] == samples.size)])


def _true_peak(stretch: Stretch) -> float:
    """The highest of the samples and of 4 times oversampled ones, where any can be that high."""
    samples = stretch.samples
    pieces = (samples[start : start + _PEAK_SAMPLES] for start in range(0, samples.size, _PEAK_SAMPLES))
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
