"""A voice that hums a vowel for every letter: as small as an engine of smr-audio can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from smr_audio.voices.engine import Speech, Voice

_RATE_HZ = 16_000
_FORMANTS_HZ = ((730, 1090), (270, 2290), (570, 840))


class Vowels:
    """An Engine: it lists voices, names what shapes its sound, and speaks whole sentences."""

    name = "vowels"

    def voices(self) -> Sequence[Voice]:
        """Every voice it has here."""
        return [Voice("vowels", "low", "A low hum", ("en",)), Voice("vowels", "high", "A high hum")]

    def fingerprint(self, voice: Voice) -> str:
        """What changes whenever the same words would sound otherwise."""
        return f"1 {voice.name}"

    def speak(
        self, sentences: Sequence[str], *, voice: Voice, rate: float
    ) -> Iterator[tuple[int, Speech]]:
        """Each sentence's number and its sound, in any order."""
        pitch = 110 if voice.name == "low" else 190
        for index, text in enumerate(sentences):
            sounds = [_letter(ord(each), pitch, rate) for each in text if each.isalnum()]
            end = np.zeros(_RATE_HZ // 20, np.float32)  # at rest, so that nothing seems cut off
            yield index, Speech(np.concatenate([*sounds, end]), _RATE_HZ)

    def close(self) -> None:
        """Nothing to stop."""


@cache
def _letter(number: int, pitch: int, rate: float) -> np.ndarray:
    """A vowel: overtones of a pitch, the louder the nearer they are to one of two formants."""
    time = np.arange(int(0.07 * _RATE_HZ / rate)) / _RATE_HZ
    overtones = pitch * np.arange(1, 20)[:, None]
    strengths = sum(np.exp(-abs(overtones - formant) / 300) for formant in _FORMANTS_HZ[number % 3])
    tone = (strengths * np.sin(2 * np.pi * overtones * time)).sum(axis=0)
    return (0.05 * tone * np.hanning(time.size)).astype(np.float32)
