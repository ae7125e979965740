"""The engine `silent`: no voice, but sound of about the length a voice would need."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from smr_audio import units
from smr_audio.voices.engine import Speech, Voice
from smr_audio.voices.sentence import words_and_characters

VOICE: Final = Voice(engine="silent", name="", title="Silence, as long as speech would be")

# The system voice needs 0.35 s a word of our lines, pause at the end included, and espeak's
# Mandarin 0.32 s a character at the same setting; people speak that faster.
_MS_PER_WORD: Final = 340
_MS_PER_CHARACTER: Final = 240
_MS_PER_SENTENCE: Final = 160


class SilentEngine:
    """Silence of about the right length, for estimates and tests."""

    name = "silent"

    def voices(self) -> Sequence[Voice]:
        return (VOICE,)

    def fingerprint(self, voice: Voice) -> str:
        return f"silent-1 {_MS_PER_WORD} {_MS_PER_CHARACTER} {_MS_PER_SENTENCE}"

    def speak(self, sentences: Sequence[str], *, voice: Voice, rate: float) -> Iterator[tuple[int, Speech]]:
        import numpy as np  # takes 100 ms, which estimating a length need not cost

        for index, text in enumerate(sentences):
            zeros = np.zeros(estimated_samples(text, rate=rate), dtype=np.float32)
            yield index, Speech(zeros, units.SAMPLE_RATE)

    def close(self) -> None:
        """Nothing to stop."""


def estimated_samples(text: str, *, rate: float) -> int:
    """About how many samples at 48 kHz a voice would need for a sentence at this pace."""
    words, characters = words_and_characters(text)
    spoken_ms = max(
        words * _MS_PER_WORD + characters * _MS_PER_CHARACTER, _MS_PER_CHARACTER if characters else _MS_PER_WORD
    )
    ms = (spoken_ms + _MS_PER_SENTENCE) / Fraction(str(rate))
    return units.round_half_up(ms * units.SAMPLE_RATE / 1000)
