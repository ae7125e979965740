"""Which sentences a voice can speak, and how much there is to say in one."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from smr_audio.voices.engine import SpeechError, Voice

MAX_CHARACTERS: Final = 600

# Han, kana, bopomofo and Hangul: written without spaces, or one syllable a character.
_CJK: Final = r"[\u3041-\u30ff\u3105-\u312f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af]"
_REPEAT = re.compile(r"(\w)\1+")
_KINDS: Final = {"Cc": "a control character", "Cs": "half a character", "Co": "a private character"}

_READ: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(scripts.split())
    for line in Path(__file__).with_name("scripts.txt").read_text("utf-8").splitlines()
    for languages, _, scripts in [line.partition(":")]
    for language in languages.split()
}
"""The scripts that voices of a language read besides Latin, by the first word of Unicode names."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_KNOWN: Final = frozenset().union(*_READ.values())
_WHOLE_WORDS: Final = _READ["ja"] | _READ["ko"]  # one character can be a word
_NAMES: Final = {"CJK": "Chinese or Japanese", "HANGUL": "Korean"}


def checked(sentences: Sequence[str], *, voice: Voice) -> list[str]:
    """The sentences with every run of white space made one space.

    Raises SpeechError for text that an engine would cut, drop or obey instead of speak (NUL ends
    a C string, and U+0001 starts a command of espeak), and for text in a script that the voice
    would spell out or skip.
    """
    plain = [" ".join(sentence.split()) for sentence in sentences]
    for index, text in enumerate(plain):
        if fault := _fault(text) or foreign(text, voice):
            raise SpeechError(fault, index=index)
    return plain


def _fault(text: str) -> str | None:
    if not text:
        return "there is a line with no text to speak; write it or remove it"
    for character in text:
        kind = _KINDS.get(unicodedata.category(character))
        if kind:
            return f"{quoted(text)} holds {kind} (U+{ord(character):04X}) that cannot be spoken; remove it"
    if len(text) > MAX_CHARACTERS:
        return f"{quoted(text)} has {len(text)} characters, and {MAX_CHARACTERS} is the most in one sentence; split it"
    return None


def words_and_characters(text: str) -> tuple[int, int]:
    """How many words it has in scripts with spaces, and how many CJK characters."""
    rest, characters = (text, 0) if text.isascii() else re.subn(_CJK, " ", text)
    words = sum(any(c.isalnum() for c in word) for word in rest.split())
    return words, characters


def least_letters(text: str) -> int:
    """Letters and digits that must be heard; a drawn-out "Hmmmm" counts as two."""
    return sum(c.isalnum() for c in _REPEAT.sub(r"\1", text))


def foreign(text: str, voice: Voice) -> str | None:
    """A message about words in a script that the voice cannot read, or None.

    Every voice reads Latin letters, and single letters such as Greek ones by their names. A
    language that is not in these tables passes.
    """
    if text.isascii():
        return None
    families = {tag.split("-")[0] for tag in voice.languages}
    if not families or not families <= _READ.keys():
        return None
    read = frozenset().union(*(_READ[family] for family in families))
    for word in _WORD.findall(text):
        scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in word}
        for script in scripts & _KNOWN - read:
            if len(word) > 1 or script in _WHOLE_WORDS:
                return (
                    f"the voice {voice.id} cannot speak {quoted(text)}: {quoted(word)} is "
                    f"{_NAMES.get(script, script.title())}, which it has no sounds for; "
                    "choose a voice of that language, or write it in another way"
                )
    return None


def quoted(text: str, most: int = 60) -> str:
    """The text in quotes for a message: shortened, and fit for any terminal."""
    short = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short) + '"'
