"""Measure loudness and true peak as ITU-R BS.1770-5 says, in numpy.

Samples are 48 kHz mono, int16 or float in [-1, 1], shape (n,). Mono is measured as mono:
one channel of weight 1, never as two equal ones (which would read 3 LU louder).
"""

import math
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound import levels
from smr_audio.sound.resampling import ZERO_CROSSINGS, by_numpy
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_TICK

BLOCK_SAMPLES: Final = SAMPLE_RATE * 400 // 1000

# The two biquads of the K weighting at 48 kHz, BS.1770-5 tables 1 and 2.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))

# All that is left of the impulse response after 5376 samples adds up to 6e-11, so what is
# filtered through an FFT with that much history is right to -200 dB. One size for every sound,
# small enough for a core's own cache: a sentence wastes little of its last chunk, and the
# transform's tables are worked out once.
_CHUNK = BLOCK_SAMPLES  # a whole number of hops and of ticks
_FFT_SIZE = 24_576  # 2^13 * 3
_HISTORY = _FFT_SIZE - _CHUNK
_LEAST_HEARD_TICKS = 19  # 152 ms
_MOST_KNOWN = 1 << 14  # 6 MB
_PEAK_CHUNK = 1 << 13  # the result stays in the cache too


def hop_powers(
    samples: NDArray[Any], *, hop_samples: int = SAMPLES_PER_TICK, known: dict[bytes, NDArray[np.float64]] | None = None
) -> NDArray[np.float64]:
    """K-weighted mean square of each whole hop, a tick or what divides 19,200; shape (hops,).

    With what is `known` of samples of one kind and hops of one size, what comes again is not
    measured again, as in hours of the same floor.
    """
    chunks = [np.empty(0)]
    for start in range(0, samples.size, _CHUNK):
        piece = samples[max(0, start - _HISTORY) : start + _CHUNK]
        key = sha256(piece.tobytes()).digest() if known is not None else b""
        powers = known.get(key) if known else None
        if powers is None:
            rows = _k_weighted(piece, history=min(start, _HISTORY)).reshape(-1, hop_samples)
            powers = np.einsum("ij,ij->i", rows, rows) / hop_samples
            if known is not None and len(known) < _MOST_KNOWN:
                known[key] = powers
        chunks.append(powers)
    return np.concatenate(chunks)[: samples.size // hop_samples]


def block_powers(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each 400 ms of ticks, one block a tick; shape (blocks,)."""
    if powers.size < levels.BLOCK_TICKS:
        return np.empty(0)
    # Summed afresh for each place: a running sum would leave rounding errors in silences.
    return np.asarray(np.lib.stride_tricks.sliding_window_view(powers, levels.BLOCK_TICKS).mean(axis=1))


def integrated_lufs(powers: NDArray[np.float64]) -> float:
    """Integrated loudness in LUFS of block powers, gated at -70 LUFS and at -10 LU relative.

    Blocks may come from anywhere, so a session's loudness is that of its islands' blocks and
    of the floor's together. -inf if no block passes the gates.
    """
    loud = powers[powers > levels.power_of_lufs(levels.ABSOLUTE_GATE_LUFS)]
    if not loud.size:
        return -math.inf
    gate = float(np.mean(loud)) * 10 ** (levels.RELATIVE_GATE_LU / 10)
    return levels.lufs_of_power(float(np.mean(loud[loud > gate])))


def lufs_of_ticks(powers: NDArray[np.float64]) -> float:
    """Integrated loudness in LUFS of the K-weighted mean squares of ticks, one block a tick."""
    return integrated_lufs(block_powers(powers))


def sounding_lufs(samples: NDArray[Any]) -> float:
    """The loudness of a signal while it sounds, in LUFS: its ticks within 10 LU of the loudest.

    Gaps and tails do not count, so a short signal reads no higher or lower than a long one. One
    that sounds for less than 150 ms reads lower, as the ear hears it. -inf for silence.
    """
    powers = hop_powers(np.pad(samples, (0, BLOCK_SAMPLES)))
    sounding = powers[powers * 10 >= powers.max()]
    return levels.lufs_of_power(float(np.sum(sounding)) / max(sounding.size, _LEAST_HEARD_TICKS))


def true_peak_dbtp(samples: NDArray[Any]) -> float:
    """The true peak in dBTP: the highest of the samples and of 4 times oversampled ones.

    BS.1770-5 annex 2, with soxr's filter for the one given there as an example.
    """
    if not samples.size:
        return -math.inf
    extremes = np.array([samples.min(), samples.max()])  # before abs(): int16 has no 32768
    peak = float(np.max(np.abs(as_float(extremes))))
    for piece in oversampled(samples):
        peak = max(peak, float(np.max(np.abs(piece), initial=0.0)))
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def oversampled(samples: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The sound at 192 kHz in pieces of any size, 4 samples for each, without delay."""
    try:
        import soxr  # not at the top: a warm build measures nothing
    except ImportError:
        for start in range(0, samples.size, _PEAK_CHUNK):
            before = min(start, ZERO_CROSSINGS)
            piece = samples[start - before : start + _PEAK_CHUNK + ZERO_CROSSINGS]
            yield by_numpy(as_float(piece), SAMPLE_RATE, 4 * SAMPLE_RATE)[4 * before :][: 4 * _PEAK_CHUNK]
        return
    stream = soxr.ResampleStream(SAMPLE_RATE, 4 * SAMPLE_RATE, 1, dtype="float32", quality="HQ")
    for start in range(0, samples.size, _PEAK_CHUNK):
        piece = as_float(samples[start : start + _PEAK_CHUNK]).astype(np.float32)
        yield stream.resample_chunk(piece, last=start + _PEAK_CHUNK >= samples.size)


def as_float(samples: NDArray[Any]) -> NDArray[np.float64]:
    """Samples as float64 in [-1, 1]; int16 is divided by 32768, floats stay as they are."""
    if samples.dtype == np.int16:
        return samples.astype(np.float64) / 32768.0
    return samples.astype(np.float64, copy=False)


def to_int16(samples: NDArray[np.float64]) -> NDArray[np.int16]:
    """Samples in [-1, 1] as int16, rounded half to even and clipped; no dither."""
    return np.clip(np.rint(samples * 32768.0), -32767, 32767).astype(np.int16)


@lru_cache(maxsize=1)
def _k_response() -> NDArray[np.complex128]:
    response = np.ones(_FFT_SIZE // 2 + 1, dtype=np.complex128)
    for feed_forward, feedback in (_SHELF, _HIGH_PASS):
        response *= np.fft.rfft(feed_forward, _FFT_SIZE) / np.fft.rfft(feedback, _FFT_SIZE)
    return response


def _k_weighted(piece: NDArray[Any], *, history: int) -> NDArray[np.float64]:
    """A chunk of filtered sound, by overlap-save; `piece` has what comes before it, too."""
    if not piece.any():  # no work for the silence around a sentence
        return np.zeros(_CHUNK)
    segment = np.zeros(_FFT_SIZE)
    offset = _HISTORY - history
    segment[offset : offset + piece.size] = as_float(piece)
    filtered: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(segment) * _k_response(), _FFT_SIZE)
    return filtered[_HISTORY : _HISTORY + _CHUNK]
