"""A voice that hums a vowel for every letter: as small as an engine of smr-audio can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
        for index, text in enumerate(sentences):
            sounds = [self._letter(letter, voice, rate) for letter in text if letter.isalnum()]
            end = np.zeros(_RATE_HZ // 20, np.float32)  # at rest, so that nothing seems cut off
            yield index, Speech(np.concatenate([*sounds, end]), _RATE_HZ)

    def close(self) -> None:
        """Nothing to stop."""

    def _letter(self, letter: str, voice: Voice, rate: float) -> np.ndarray:
        time = np.arange(int(0.07 * _RATE_HZ / rate)) / _RATE_HZ
        pitch = 110 if voice.name == "low" else 190
        first, second = _FORMANTS_HZ[ord(letter) % 3]
        tone = sum(
            np.sin(2 * np.pi * pitch * n * time) * np.exp(-abs(pitch * n - formant) / 300)
            for n in range(1, 20)
            for formant in (first, second)
        )
        return (0.05 * tone * np.hanning(time.size)).astype(np.float32)
