"""The engine `piper`: natural voices, each sentence spoken whole or not at all."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from smr_audio.errors import MissingError
from smr_audio.voices import models
from smr_audio.voices.engine import Fault, Speech, Voice
from smr_audio.voices.models import Model
from smr_audio.voices.workers.pool import WorkerEngine, WorkerPool
from smr_audio.voices.workers.process import Answer

LIMIT_S: Final = 60.0  # the longest sentence takes 4 s, and loading a model up to 3
_WORKER: Final = Path(__file__).parent / "workers" / "piper_worker.py"
_MOST_WORKERS: Final = 4  # each holds a model of 60 MB or more
_REVISION: Final = 1  # of the sound this file and its worker make of the same words

# Of Joe's shortest sentences a phoneme takes 0.039 s at rate 1, 0.032 at half of it (of 0.064) and
# 0.048 at twice (of 0.024); half a sentence hardly has that. Other voices may be faster.
_JOE_SECONDS_PER_PHONEME: Final = 0.031
_ANY_SECONDS_PER_PHONEME: Final = 0.012
# Twice the rate is not twice as fast: some sounds do not shrink that far.
_RATE_EXPONENT: Final = 0.7


class PiperEngine(WorkerEngine):
    """Natural voices by Piper in worker processes, one per core. For one thread at a time.

    `model` is a voice given by its path; `env` is added to the workers' environment.
    """

    name = models.ENGINE

    def __init__(
        self,
        model: Model | None = None,
        *,
        env: Mapping[str, str] | None = None,
        limit_s: float = LIMIT_S,
        workers: int | None = None,
    ) -> None:
        """Nothing starts yet. `limit_s` is for one sentence, `workers` 1 to 4 by default."""
        self._given = model
        self._env = dict(env or {})
        self._limit_s = limit_s
        self._workers = workers or min(os.cpu_count() or 1, _MOST_WORKERS)
        self._used: Model | None = None

    def voices(self) -> Sequence[Voice]:
        if not models.is_installed():
            raise MissingError(f"natural voices need {models.extra()}")
        return tuple(model.voice for model in self._models())

    def fingerprint(self, voice: Voice) -> str:
        """Versions, model and machine. Starts no process, loads no model."""
        from importlib.metadata import version

        model = self._model(voice)
        return (
            f"piper-{_REVISION} {version('piper-tts')} onnxruntime-{version('onnxruntime')} "
            f"{platform.machine()} {model.sha256()} {model.config_sha256()}"
        )

    def speak(
        self, sentences: Sequence[str], *, voice: Voice, rate: float
    ) -> Iterator[tuple[int, Speech]]:
        """The sound of each sentence, checked, as it is done. Raises BuildError for a bad model."""
        model = self._model(voice)
        if self._used != model:
            self.close()
        self._used = model
        per_phoneme = _ANY_SECONDS_PER_PHONEME
        if voice.name == models.JOE:
            per_phoneme = _JOE_SECONDS_PER_PHONEME

        def prove(text: str, answer: Answer, speech: Speech) -> None:
            from smr_audio.voices import quality  # imports numpy

            if answer.get("unknown"):
                raise Fault(f"it has no sound for {' '.join(map(str, answer['unknown']))}")
            if speech.samples.size != answer.get("samples"):
                raise Fault("the sound file is not as long as what was spoken")
            least_s = int(answer.get("phonemes", 0)) * per_phoneme / rate**_RATE_EXPONENT
            quality.prove(speech, text, rate=rate, espeak=False, least_s=least_s)

        missing = f"natural voices cannot speak here: {{fault}}; they need {models.extra()}"
        options: dict[str, object] = {"length_scale": 1 / rate}
        pool = partial(
            WorkerPool,
            _WORKER,
            lambda folder: [str(folder), str(model.path), model.sha256()],
            workers=self._workers,
            env=self._env,
            limit_s=self._limit_s,
        )
        return self._speak(sentences, voice, options, pool=pool, missing=missing, prove=prove)

    def _models(self) -> list[Model]:
        return [*([self._given] if self._given else []), *models.usable()]

    def _model(self, voice: Voice) -> Model:
        for model in self._models():
            if model.voice == voice:
                return model
        raise MissingError(
            f"the voice {voice.id} is not here; `smr-audio voices` lists those that are"
        )
