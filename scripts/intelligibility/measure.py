"""Hear every line in every noise at every level, on all cores; fixed seeds."""

import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from intelligibility.recogniser import RATE, Recogniser, Words

Sound = NDArray[np.float64]

NoiseName = Literal["pink", "babble"]
NOISES: Final[tuple[NoiseName, ...]] = ("pink", "babble")

LENGTH: Final = 1 << 18
"""Samples of every noise, 16 s: a line takes as much as it needs, from the start."""
PINK_HZ: Final = (100.0, 8000.0)
"""The band the recogniser hears, so that no decibel of noise is spent outside it."""
TALKERS: Final = 8
_PAUSE: Final = RATE // 6  # between the sentences of one talker
SNR_DB: Final = (10, 5, 0)
SEED: Final = 2026
_PEAK: Final = 0.08  # of speech at RMS 1: a factor that leaves room for speech and noise together


@dataclass(frozen=True, slots=True)
class Scene:
    """What every process has: the words of each line, and each voice's flat lines for babble.

    `babble[v][n]` is line n of voice v, at 16 kHz and RMS 1, float32.
    """

    words: tuple[Words, ...]
    babble: tuple[tuple[NDArray[np.float32], ...], ...]
    noises: tuple[tuple[NoiseName, int], ...] = tuple(product(NOISES, SNR_DB))
    lattice: bool = False
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Task:
    """A line of one voice, at each strength of mastering: 16 kHz, RMS 1, of one length."""

    voice: str
    line: int
    sounds: Mapping[float, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Condition:
    """One cell of the table."""

    voice: str
    strength: float
    noise: NoiseName
    snr_db: int


class _Here:
    """What a worker process keeps from one line to the next."""

    scene: Scene
    recogniser: Recogniser


def measure(
    scene: Scene, tasks: Sequence[Task], *, tell: Callable[[int, int], None]
) -> dict[Condition, dict[int, bool]]:
    """By number, which lines are taken for themselves; `tell` learns how many are done.

    A line gets the same noise at each strength and from each voice.
    """
    found: dict[Condition, dict[int, bool]] = defaultdict(dict)
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(scene,)) as pool:
        for done, (task, known) in enumerate(zip(tasks, pool.map(_one, tasks), strict=True), 1):
            for condition, right in known.items():
                found[condition][task.line] = right
            tell(done, len(tasks))
    return dict(found)


def _start(scene: Scene) -> None:
    _Here.scene = scene
    _Here.recogniser = Recogniser(scene.words, lattice=scene.lattice)


def _one(task: Task) -> dict[Condition, bool]:
    scene, found = _Here.scene, {}
    for (name, snr_db), strength in product(scene.noises, task.sounds):
        sound = noisy(scene, task, strength, name, snr_db)
        words = _Here.recogniser.hear(sound * _PEAK)
        condition = Condition(task.voice, strength, name, snr_db)
        found[condition] = words == scene.words[task.line]
    return found


def noisy(scene: Scene, task: Task, strength: float, name: NoiseName, snr_db: int) -> Sound:
    """The sound of a task in noise; the sound itself is at RMS 1."""
    sound = task.sounds[strength].astype(float)
    if sound.size > LENGTH:
        raise ValueError(f"line {task.line} is longer than the noise")
    whole = noise(name, task.line, seed=scene.seed, talkers=scene.babble)
    return sound + whole[: sound.size] * 10 ** (-snr_db / 20)


def noise(name: NoiseName, line: int, *, seed: int, talkers: Sequence[Sequence[NDArray[np.float32]]]) -> Sound:
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


def _babble(rng: np.random.Generator, line: int, talkers: Sequence[Sequence[NDArray[np.float32]]]) -> Sound:
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
