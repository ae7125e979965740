"""Shorthand in the form that the rules for numbers read: `1m30s` as `1 min 30 s`, `IV` as `4`."""

import re
from functools import lru_cache
from typing import Final

from smr_audio.library.lexicon import Lexicon
from smr_audio.normalize.quantities import any_of, edges

_DIGIT: Final = re.compile("[0-9]")
_FREE: Final = r"(?<![\w.,:])"
_FORMS: Final = (  # compiled when first used
    (r"(?<=[0-9])m(?=[0-9]{1,2}\s?s(?![^\W_]))", "m "),
    (rf"{_FREE}([0-9]+)\s?h\s?([0-5]?[0-9])\s?m(?:in)?(?![^\W\d_])", r"\1 h \2 min"),
    (rf"{_FREE}([0-9]+)h\s?([0-5][0-9])(?=[.,;!?)]*(?:\s|$))", r"\1 h \2 min"),
    (rf"{_FREE}([0-9]+)\s?m(?:in)?\s?([0-5]?[0-9])(?=\s?s(?:ecs?)?(?![^\W_]))", r"\1 min \2"),
    (rf"{_FREE}([0-9]+)(?:m|min)([0-5][0-9])(?![\w:]|[.,][0-9])", r"\1 min \2 s"),
    (r"(?<=[0-9])['’′]\s?([0-9]{1,2})(?:''|’’|′′)", r"""'\1" """),
    (rf"{_FREE}([0-9]+)['’′]\s?(1[2-9]|[2-5][0-9])(?:[\"″”])", r"\1 min \2 s"),
    (r"(?<=[0-9])\s?(?:''|’’|′′)(?!['’])", " s"),
    (r"(?<![\w.:)\]])\s?:([0-5][0-9])(?![0-9:])", r" 0:\1"),
)  # fmt: skip
_INITIALS: Final = re.compile(r"(?<![^\W_]|\.)(?<![0-9]\s)([A-Z])\.\s?([A-Z])\.\s?(?=[A-Z][a-z])")
_NOON: Final = re.compile(r"(?<=[0-9])\s?([ap])\.?m(?![^\W_])\.?", re.IGNORECASE)
_ROMAN: Final = r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})(?![a-zA-Z0-9])"
_NUMERAL: Final = re.compile(rf"(?<![a-zA-Z0-9]){_ROMAN}")
_VALUES: Final = {"I": 1, "V": 5, "X": 10}


def written_out(text: str, lexicon: Lexicon) -> str:
    if _DIGIT.search(text):
        for pattern, with_ in _FORMS:
            text = re.sub(pattern, with_, text)
        if "p.m." in lexicon.words:
            text = _NOON.sub(r" \1.m.", text)
    if _NUMERAL.search(text):
        text = _roman(lexicon).sub(lambda match: _NUMERAL.sub(_as_digits, match[0]), text)
    return _INITIALS.sub(r"\1 \2 ", text)


@lru_cache(maxsize=16)
def _roman(lexicon: Lexicon) -> re.Pattern[str]:
    """Roman numerals after a word such as `Part`, also several: `Parts I and II`.

    A small word before a lone I may be followed by a verb: `the part I like`.
    """
    start, _ = edges(lexicon.language)
    words = f"(?i:{any_of(lexicon.before_roman)})"
    more = rf"(?:(?:\s*[-–,/&]\s*|\s+[^\W\d_]{{1,3}}\s+){_ROMAN})*"
    lone = rf"{words}\s*(?!I\s+[a-z])"
    return re.compile(rf"{start}(?:(?=[A-Z]){words}\s*|{lone}){_ROMAN}{more}")


def _as_digits(match: re.Match[str]) -> str:
    values = [_VALUES[letter] for letter in match[0]]
    after = [*values[1:], 0]
    return str(sum(-one if one < then else one for one, then in zip(values, after, strict=True)))
