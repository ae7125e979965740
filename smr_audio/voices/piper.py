"""The engine `piper`: natural voices of many languages, each of a model of 60 MB or more."""

from __future__ import annotations

import platform
from typing import Final

from smr_audio.voices import models
from smr_audio.voices.engine import Voice
from smr_audio.voices.models import Model
from smr_audio.voices.natural import NaturalEngine

_REVISION: Final = 1  # of the sound this file and its worker make of the same words

# Of Joe's shortest sentences a phoneme takes 0.039 s at rate 1, 0.064 at half of it and 0.024 at
# twice; half a sentence hardly has that. Other voices may be faster.
_JOE_SECONDS_PER_PHONEME: Final = 0.031
_ANY_SECONDS_PER_PHONEME: Final = 0.012


class PiperEngine(NaturalEngine):
    """Natural voices by Piper."""

    name = models.PIPER
    longest_s = 60.0  # of the longest sentence 4 s, and loading takes up to 3

    def fingerprint(self, voice: Voice) -> str:
        """Versions, model and machine. Starts no process, loads no model."""
        from importlib.metadata import version

        model = self._model(voice)
        return (
            f"piper-{_REVISION} {version('piper-tts')} onnxruntime-{version('onnxruntime')} "
            f"{platform.machine()} {model.sha256()} {model.config_sha256()}"
        )

    def _pace(self, rate: float) -> dict[str, object]:
        return {"length_scale": 1 / rate}

    def _seconds_per_phoneme(self, voice: Voice) -> float:
        return _JOE_SECONDS_PER_PHONEME if voice.name == models.JOE else _ANY_SECONDS_PER_PHONEME

    def _renew(self, model: Model) -> str:
        return "install or download it again, or choose another --voice"
