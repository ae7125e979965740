"""The engines of natural voices, `hibari`, `piper` and `kokoro`: models, and workers that speak by them."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, cast

from smr_audio.errors import MissingError
from smr_audio.installed import to_repair, version_of
from smr_audio.voices import models
from smr_audio.voices.engine import Fault, Speech, Voice
from smr_audio.voices.models import Model
from smr_audio.voices.workers.engine import WorkerEngine, requests_of
from smr_audio.voices.workers.process import Answer

_MOST_WORKERS: Final = 4  # each holds a model, of 8 to more than 60 MB
# Twice the rate is not twice as fast: some sounds do not shrink that far.
_RATE_EXPONENT: Final = 0.7
# Of 648 of our lines none takes Heart less than 0.041 s a phoneme at rate 1, 0.088 at half of it
# and 0.025 at twice; Joe's shortest take 0.039, 0.064 and 0.024. Half a sentence hardly has this.
# Voices that are not known here may be faster.
_SECONDS_PER_PHONEME: Final = 0.031
_ANY_SECONDS_PER_PHONEME: Final = 0.012
_REVISION: Final = 1  # of the sound this file and its workers make of the same words


class NaturalEngine(WorkerEngine):
    """Natural voices in worker processes, one a core. For one thread at a time.

    `model` is the voice of a path, next to those that are installed; `env` adds to the workers'
    environment.
    """

    _script = Path(__file__).parent / "workers" / "model_worker.py"
    name: str
    package: str
    """As pip installs it."""
    versions: tuple[str, ...]
    """The packages that shape the sound."""
    longest_s: float
    """What no sentence takes on any machine, with loading the model before it."""

    def __init__(
        self,
        model: Model | None = None,
        *,
        env: Mapping[str, str] | None = None,
        limit_s: float | None = None,
        workers: int | None = None,
    ) -> None:
        """Nothing starts yet. `limit_s` is for one sentence, `workers` 1 to 4 by default."""
        self._given = model
        self._used: Model | None = None
        workers = workers or min(os.cpu_count() or 1, _MOST_WORKERS)
        super().__init__(workers=workers, reused=True, env=env, limit_s=limit_s or self.longest_s)

    def voices(self) -> Sequence[Voice]:
        """The voice of the path, the one that comes with the engine, and the downloaded ones."""
        if not models.is_installed(self.name):
            raise MissingError(f"natural voices of {self.name} need {models.extra_of(self.name)}")
        return tuple(model.voice for model in self._models())

    def fingerprint(self, voice: Voice) -> str:
        """Versions, model and machine. Starts no process, loads no model."""
        versions = " ".join(f"{each}-{version_of(each)}" for each in self.versions)
        digests = self._model(voice).digests()
        return f"{self.name}-{_REVISION} {versions} {platform.machine()} {digests}"

    def speak(self, sentences: Sequence[str], *, voice: Voice, rate: float) -> Iterator[tuple[int, Speech]]:
        """Each sentence's sound at the model's own rate, as it is done, proven whole.

        Raises as `Engine.speak`, and BuildError for a model that is damaged.
        """
        advice = self._chosen(voice)
        is_known = voice.name in models.KNOWN
        least_s = _SECONDS_PER_PHONEME if is_known else _ANY_SECONDS_PER_PHONEME

        def prove(text: str, answer: Answer, speech: Speech) -> None:
            from smr_audio.voices import quality  # imports numpy

            if answer.get("unknown"):
                raise Fault(f"it has no sound for {' '.join(map(str, answer['unknown']))}")
            if speech.samples.size != answer.get("samples"):
                raise Fault("the sound file is not as long as what was spoken")
            whole_s = int(answer.get("phonemes", 0)) * least_s / rate**_RATE_EXPONENT
            quality.prove(speech, text, rate=rate, espeak=False, least_s=whole_s)

        return self._speak(sentences, voice, {"rate": rate}, prove=prove, **advice)

    def phonemes(self, sentences: Sequence[str], *, voice: Voice) -> list[str]:
        """How each sentence is said, in IPA. Raises as `speak` does."""
        requests = requests_of(sentences, voice, {"do": "phonemes"}, self._chosen(voice))
        told = dict(self._run(requests, lambda _, answer, __: str(answer["phonemes"])))
        return [told[index] for index in range(len(sentences))]

    def _chosen(self, voice: Voice) -> dict[str, str]:
        """Speak with this voice from now on; what to say where it is missing or broken."""
        model = self._model(voice)
        if self._used != model:
            self.close()
        self._used = model
        install = f"install it again with: {to_repair(self.package)}"
        return {
            "missing": f"the voice {voice.id} cannot speak here: {{fault}}; {install}",
            "broken": f"{{fault}}; {models.renewal(model)}",
        }

    def _models(self) -> list[Model]:
        return [*([self._given] if self._given else []), *models.usable(self.name)]

    def _model(self, voice: Voice) -> Model:
        for model in self._models():
            if model.voice == voice:
                return model
        raise MissingError(f"the voice {voice.id} is not here; `smr-audio voices` lists those that are")

    def _arguments(self, folder: Path, stack: ExitStack) -> list[str]:
        model = cast("Model", self._used)
        return [self.name, str(folder), str(model.path), model.sha256()]


class HibariEngine(NaturalEngine):
    """Natural English voices, each of a model of 8 MB; one comes along."""

    name = models.HIBARI
    package = models.HIBARI_PACKAGE
    versions = ("hibari-tts", "onnxruntime", "numpy")
    longest_s = 30.0  # of the longest sentence half a second, and loading takes one


class PiperEngine(NaturalEngine):
    """Natural voices of many languages, each of a model of 60 MB or more."""

    name = models.PIPER
    package = "piper-tts"
    versions = ("piper-tts", "onnxruntime")
    longest_s = 60.0  # of the longest sentence 4 s, and loading takes up to 3


class KokoroEngine(NaturalEngine):
    """A natural Mandarin voice, of a model of 92 MB."""

    name = models.KOKORO
    package = " ".join(models.KOKORO_PARTS)
    versions = ("pypinyin", "pinyin-to-ipa", "onnxruntime", "numpy")
    longest_s = 180.0  # of the longest sentence a minute of sound takes half a minute, and loading one
