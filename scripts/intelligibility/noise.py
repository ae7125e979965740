"""Noise to speak against: pink noise, and babble of the voices themselves; fixed seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from intelligibility.recogniser import RATE

Sound = NDArray[np.float64]
NoiseName = Literal["pink", "babble"]
NOISES: Final[tuple[NoiseName, ...]] = ("pink", "babble")

LENGTH: Final = 1 << 18
"""Samples of every noise, 16 s: a line takes as much as it needs, from the start."""
PINK_HZ: Final = (100.0, 8000.0)
"""The band the recogniser hears, so that no decibel of noise is spent outside it."""
TALKERS: Final = 8
_PAUSE: Final = RATE // 6  # between the sentences of one talker


def noise(
    name: NoiseName, line: int, *, seed: int, talkers: Sequence[Sequence[NDArray[np.float32]]]
) -> Sound:
    """The noise for the line of a number: 16 kHz mono, RMS 1, shape (LENGTH,).

    `talkers` are the sentences of each voice, whose order is that of the lines: babble has
    eight talkers who take turns at these voices and say other lines than this one. `talkers[v]`
    has an entry a line.
    """
    rng = np.random.Generator(np.random.PCG64([seed, NOISES.index(name), line]))
    made = _pink(rng) if name == "pink" else _babble(rng, line, talkers)
    return np.asarray(made / np.sqrt(np.mean(np.square(made))))


def _pink(rng: np.random.Generator) -> Sound:
    freq_hz = np.fft.rfftfreq(LENGTH, 1 / RATE)
    inside = (freq_hz >= PINK_HZ[0]) & (freq_hz <= PINK_HZ[1])
    spectrum = np.zeros(freq_hz.size, dtype=np.complex128)
    parts = rng.standard_normal((2, int(inside.sum())))
    spectrum[inside] = (parts[0] + 1j * parts[1]) / np.sqrt(freq_hz[inside])
    return np.fft.irfft(spectrum, LENGTH)


def _babble(
    rng: np.random.Generator, line: int, talkers: Sequence[Sequence[NDArray[np.float32]]]
) -> Sound:
    mixed = np.zeros(LENGTH)
    for talker in range(TALKERS):
        lines = talkers[talker % len(talkers)]
        at = -int(rng.integers(RATE))  # nobody begins when another does
        while at < LENGTH:
            other = (line + int(rng.integers(1, len(lines)))) % len(lines)
            said = lines[other]
            first, end = max(0, at), min(LENGTH, at + said.size)
            if end > first:
                mixed[first:end] += said[first - at : end - at]
            at += said.size + _PAUSE
    return mixed
