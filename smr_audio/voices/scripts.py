"""Which scripts a voice can read, so that no text is spelled out letter by letter or skipped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from smr_audio.voices.engine import Voice

_HAN: Final = frozenset({"CJK", "BOPOMOFO"})
_OTHER: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("zh", "cmn", "yue", "hak", "wuu"), _HAN),
    "ja": _HAN | {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    "ko": frozenset({"HANGUL", "CJK"}),
    **dict.fromkeys(
        ("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "tt", "ba", "cv"), frozenset({"CYRILLIC"})
    ),
    "el": frozenset({"GREEK"}),
    **dict.fromkeys(("ar", "fa", "ur", "ug", "sd", "ps"), frozenset({"ARABIC"})),
    "he": frozenset({"HEBREW"}),
    **dict.fromkeys(("hi", "mr", "ne", "kok"), frozenset({"DEVANAGARI"})),
    "th": frozenset({"THAI"}),
}
_LATIN: Final = frozenset(
    (
        "af",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "en",
        "eo",
        "es",
        "et",
        "eu",
        "fi",
        "fr",
        "ga",
        "gl",
        "hr",
        "hu",
        "id",
        "is",
        "it",
        "la",
        "lb",
        "lt",
        "lv",
        "ms",
        "mt",
        "nb",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "sk",
        "sl",
        "sq",
        "sv",
        "sw",
        "tr",
        "vi",
    )
)
_KNOWN: Final = frozenset().union(*_OTHER.values())
_WHOLE_WORDS: Final = _HAN | {"HIRAGANA", "KATAKANA", "HANGUL"}  # one character can be a word
_WORD: Final = re.compile(r"[^\W\d_]+")


def foreign(text: str, voice: Voice) -> str | None:
    """What to say of a text with words in a script that the voice has no sounds for, or None.

    Latin letters are read by every voice, and a single letter such as a Greek one by its name.
    Nothing is said of voices whose languages are unknown here.
    """
    if text.isascii():
        return None
    families = {tag.split("-")[0] for tag in voice.languages}
    if not families or not families <= _LATIN | _OTHER.keys():
        return None
    read = frozenset().union(*(_OTHER.get(family, ()) for family in families))
    for word in _WORD.findall(text):
        for script in _scripts(word) & _KNOWN - read:
            if len(word) > 1 or script in _WHOLE_WORDS:
                return (
                    f"the voice {voice.id} cannot speak {quoted(text)}: {quoted(word)} is "
                    f"{_NAMES.get(script, script.title())}, which it has no sounds for; "
                    "choose a voice of that language, or write it in another way"
                )
    return None


_NAMES: Final = {"CJK": "Chinese or Japanese", "HANGUL": "Korean"}


def _scripts(word: str) -> frozenset[str]:
    return frozenset(unicodedata.name(letter, "").split(" ")[0] for letter in word)


def quoted(text: str, most: int = 60) -> str:
    """The text in quotes for a message: shortened, and fit for any terminal."""
    short = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short) + '"'
