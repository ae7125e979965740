"""The engine `hibari`: natural English voices, each of a model of 8 MB; one comes along."""

from __future__ import annotations

import platform
from typing import Final

from smr_audio.install_hints import to_repair
from smr_audio.voices import models
from smr_audio.voices.engine import Voice
from smr_audio.voices.models import Model
from smr_audio.voices.natural import NaturalEngine

_REVISION: Final = 1  # of the sound this file and its worker make of the same words
# Of 648 of our lines none takes less than 0.041 s a phoneme at rate 1, 0.088 at half of it and
# 0.025 at twice; half a sentence hardly has that.
_SECONDS_PER_PHONEME: Final = 0.031


class HibariEngine(NaturalEngine):
    """Natural English voices by hibari."""

    name = models.HIBARI
    longest_s = 30.0  # of the longest sentence half a second, and loading takes one

    def fingerprint(self, voice: Voice) -> str:
        """Versions, model and machine. Starts no process, loads no model."""
        from importlib.metadata import version

        packages = ("hibari-tts", "onnxruntime", "numpy")
        versions = " ".join(f"{each}-{version(each)}" for each in packages)
        return f"hibari-{_REVISION} {versions} {platform.machine()} {self._model(voice).sha256()}"

    def _pace(self, rate: float) -> dict[str, object]:
        return {"speed": rate}

    def _seconds_per_phoneme(self, voice: Voice) -> float:
        return _SECONDS_PER_PHONEME

    def _install(self) -> str:
        return f"install it again with: {to_repair(models.HIBARI_PACKAGE)}"

    def _renew(self, model: Model) -> str:
        if model.voice.name == models.HEART:
            return self._install()
        return f"download it again with: smr-audio voices download {model.voice.name}"
