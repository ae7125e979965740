"""Whether a sentence may be spoken, and how much there is in it to say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from smr_audio.errors import UsageError
from smr_audio.options.choices import LEAST_RATE, MOST_RATE
from smr_audio.voices.engine import SpeechError, Voice
from smr_audio.voices.scripts import foreign, quoted

MAX_CHARACTERS: Final = 600

# Han, kana, bopomofo and Hangul: written without spaces, or one syllable a character.
_CJK = re.compile(
    r"[\u3041-\u30ff\u3105-\u312f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af]"
)
_REPEAT = re.compile(r"(\w)\1+")
_KINDS: Final = {"Cc": "a control character", "Cs": "half a character", "Co": "a private character"}


def checked(sentences: Sequence[str], *, voice: Voice) -> list[str]:
    """The sentences with every run of white space made one space.

    Raises SpeechError for text that an engine would cut, drop or obey instead of speak: NUL
    ends a C string, and espeak takes U+0001 as the start of a command. And for text in a
    script that the voice would spell out or skip.
    """
    plain = [" ".join(sentence.split()) for sentence in sentences]
    for index, text in enumerate(plain):
        fault = _fault(text) or foreign(text, voice)
        if fault:
            raise SpeechError(fault, index=index)
    return plain


def _fault(text: str) -> str | None:
    if not text:
        return "there is a line with no text to speak; write it or remove it"
    for character in text:
        kind = _KINDS.get(unicodedata.category(character))
        if kind:
            return (
                f"{quoted(text)} holds {kind} (U+{ord(character):04X}) that cannot be spoken; "
                "remove it"
            )
    if len(text) > MAX_CHARACTERS:
        return (
            f"{quoted(text)} has {len(text)} characters, and {MAX_CHARACTERS} is the most in "
            "one sentence; split it"
        )
    return None


def checked_rate(rate: float) -> float:
    """The rate itself. Raises UsageError outside 0.5 to 2, where engines clamp in silence."""
    if not LEAST_RATE <= rate <= MOST_RATE:
        raise UsageError(f"a rate must be {LEAST_RATE:g} to {MOST_RATE:g}, not {rate:g}")
    return rate


def words_and_characters(text: str) -> tuple[int, int]:
    """How many words it has in scripts with spaces, and how many CJK characters."""
    rest, characters = _CJK.subn(" ", text)
    words = sum(any(c.isalnum() for c in word) for word in rest.split())
    return words, characters


def least_letters(text: str) -> int:
    """Letters and digits that must be heard; a drawn-out "Hmmmm" counts as two."""
    return sum(c.isalnum() for c in _REPEAT.sub(r"\1", text))
