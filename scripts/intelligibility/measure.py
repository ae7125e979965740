"""Hear every line in every noise at every level, raw and mastered, on all cores."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intelligibility.instruments import heard, intelligibility_index
from intelligibility.noise import LENGTH, NOISES, NoiseName, noise
from intelligibility.recogniser import Recogniser, Words
from smr_audio.options.choices import Master

Sound = NDArray[np.float64]

SNR_DB: Final = (10, 5, 0)
SEED: Final = 2026
STYLES: Final[tuple[Master, ...]] = ("flat", "gym")
_PEAK: Final = 0.08  # of speech at RMS 1: a factor that leaves room for speech and noise together


@dataclass(frozen=True, slots=True)
class Scene:
    """What every process has: the words of each line, and each voice's flat lines for babble.

    `babble[v][n]` is line n of voice v, at 16 kHz and RMS 1, float32.
    """

    words: tuple[Words, ...]
    babble: tuple[tuple[NDArray[np.float32], ...], ...]
    noises: tuple[NoiseName, ...] = NOISES
    snr_db: tuple[int, ...] = SNR_DB
    lattice: bool = False
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Task:
    """A line of one voice, in each style: 16 kHz, RMS 1, of one length."""

    voice: str
    line: int
    sounds: Mapping[Master, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Condition:
    """One cell of the table."""

    voice: str
    style: Master
    noise: NoiseName
    snr_db: int


@dataclass(frozen=True, slots=True)
class Result:
    """How a line fared: whether it was taken for itself, and its intelligibility index."""

    condition: Condition
    line: int
    recognised: bool
    index: float


class _Here:
    """What a worker process keeps from one line to the next."""

    scene: Scene
    recogniser: Recogniser


def measure(
    scene: Scene, tasks: Sequence[Task], *, tell: Callable[[int], None]
) -> dict[Condition, list[Result]]:
    """Every task in every noise and level of the scene; `tell` is called with how many are done.

    A line gets the same noise in each style and from each voice.
    """
    found: dict[Condition, list[Result]] = defaultdict(list)
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(scene,)) as pool:
        for done, results in enumerate(pool.map(_one, tasks, chunksize=4), 1):
            for result in results:
                found[result.condition].append(result)
            tell(done)
    return dict(found)


def _start(scene: Scene) -> None:
    _Here.scene = scene
    _Here.recogniser = Recogniser(scene.words, lattice=scene.lattice)


def _one(task: Task) -> list[Result]:
    return list(_results(task))


def _results(task: Task) -> Iterable[Result]:
    scene = _Here.scene
    sounds = {style: sound.astype(float) for style, sound in task.sounds.items()}
    frames = heard(next(iter(sounds.values())))
    for name in scene.noises:
        whole = noise(name, task.line, seed=scene.seed, talkers=scene.babble)
        for snr_db in scene.snr_db:
            for style, sound in sounds.items():
                if sound.size > LENGTH:
                    raise ValueError(f"line {task.line} is longer than the noise")
                against = whole[: sound.size] * 10 ** (-snr_db / 20)
                words = _Here.recogniser.hear((sound + against) * _PEAK)
                yield Result(
                    Condition(task.voice, style, name, snr_db),
                    task.line,
                    words == scene.words[task.line],
                    intelligibility_index(sound, against, frames),
                )
