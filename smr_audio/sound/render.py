"""Mix the sounds of an island over its floor, and measure the result.

This is where pydub works: nothing else imports it. Every island of a session is mixed here by it
before it is encoded. It warns at import when no ffmpeg is on the PATH, about audioop and about its
own escapes; none of that matters here, so the warnings are switched off.
"""

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound import levels
from smr_audio.sound.clip import Clip
from smr_audio.sound.islands import Shape
from smr_audio.sound.levels import Levels
from smr_audio.sound.loudness import block_powers
from smr_audio.units import SAMPLE_RATE, TICKS_PER_FRAME, samples_of_ticks, ticks_of_samples

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pydub import AudioSegment


def render_island(
    shape: Shape, *, ground: NDArray[np.int16], samples_of: Callable[[str], NDArray[np.int16]]
) -> NDArray[np.int16]:
    """An island's sounds over its ground, shape (frames * 1152,), clipped at full scale.

    The ground is a tile of floor, or a bed; `samples_of` gives a sound's samples, int16 at 48 kHz mono.
    """
    _, sounds = shape
    mixed = np.array(ground)
    for tick, sound in sounds:
        samples = samples_of(sound)
        below = mixed[samples_of_ticks(tick) :][: samples_of_ticks(ticks_of_samples(samples.size))]
        below[:] = np.frombuffer(_segment(below).overlay(_segment(samples)).raw_data, dtype=np.int16)
    return mixed


def _segment(samples: NDArray[np.int16]) -> AudioSegment:
    return AudioSegment(data=samples.tobytes(), sample_width=2, frame_rate=SAMPLE_RATE, channels=1)


def measure_island(shape: Shape, *, floor_power: float, clip_of: Callable[[str], Clip]) -> Levels:
    """The levels of an island, with floor of this K-weighted power under and around it.

    Its clips know their powers, and sound and floor have nothing in common, so powers add up.
    A gating block begins at each tick from 392 ms before the island to its last.
    """
    frames, sounds = shape
    powers = np.full(frames * TICKS_PER_FRAME + 2 * (levels.BLOCK_TICKS - 1), floor_power)
    for tick, sound in sounds:
        room = powers[levels.BLOCK_TICKS - 1 + tick :]
        own = clip_of(sound).powers[: room.size]
        room[: own.size] += own
    return levels_of(block_powers(powers), peak_dbtp=max(clip_of(sound).true_peak_dbtp for _, sound in sounds))


def levels_of(blocks: NDArray[np.float64], *, peak_dbtp: float) -> Levels:
    """Levels of gating blocks, given by their K-weighted mean squares."""
    loud = blocks[blocks > levels.power_of_lufs(levels.ABSOLUTE_GATE_LUFS)]
    lufs = levels.OFFSET_LU + 10 * np.log10(loud)
    places, which, counts = np.unique(
        np.floor(lufs * levels.BINS_PER_LU).astype(int), return_inverse=True, return_counts=True
    )
    sums = np.bincount(which.ravel(), weights=loud, minlength=places.size)
    return Levels(blocks.size, peak_dbtp, tuple(zip(places.tolist(), counts.tolist(), sums.tolist(), strict=True)))
