"""Hibari in a worker of natural voices (see `model_worker`).

A sentence sounds the same whatever was spoken before: its noise has one seed, and one thread adds
up in one order. Nothing is downloaded: hibari fetches a voice only when it is not given the file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Final, TypeAlias

from smr_audio.voices.workers.system_worker import Refusal, in_a_line

Untyped: TypeAlias = Any  # what comes from hibari

_SEED: Final = 0
_INPUTS: Final = {"ids", "speed"}
_MARKUP: Final = re.compile(r"\](?=\()")


def load(model: Path) -> Untyped:
    """The voice of an .onnx file, with all that it needs for any word."""
    # With scipy it would compute in another precision: the same samples with it and without.
    sys.modules["scipy"] = None  # type: ignore[assignment]
    try:
        from hibari import Hibari
        from hibari.voices import VOICES

        name = next(name for name, voice in VOICES.items() if voice["file"] == model.name)
        voice = Hibari(voice=name, model=str(model), threads=1)
        voice.g2p.oov("hamstring")  # read now, so that a file that is not there is found now
    except Exception as error:
        raise Refusal("missing", in_a_line(error)) from error
    found = {each.name for each in voice.sess.get_inputs()}
    if found != _INPUTS:
        raise Refusal("missing", f"hibari-tts is too new: its model takes {sorted(found)}")
    return voice


def speak(voice: Untyped, text: str, rate: float) -> tuple[list[Untyped], int, str, set[str]]:
    """The sound of a sentence, as `model_worker` has it."""
    import numpy as np

    # Brackets before parentheses would say the phonemes in the parentheses.
    text = _MARKUP.sub("] ", text)
    parts = voice.phonemize(text)
    noise = np.random.default_rng(_SEED)
    sounds = [voice.from_ids(voice.ids(part), rate, noise) for part in parts]
    samples = [np.rint(np.clip(sound, -1.0, 1.0) * 32767) for sound in sounds]
    phonemes = "".join(parts)
    letters = {letter for letter in text if letter.isalpha()}
    unknown = (letters - voice.g2p.oov.cin.keys()) | (set(phonemes) - voice.vocab.keys())
    return samples, voice.sample_rate, phonemes, unknown
