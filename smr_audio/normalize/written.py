"""Written text in the form that the rules for numbers read: plain characters, no shorthand.

Compatibility forms, powers, arrows, bullets and pictures become what every voice reads; `1m30s` is
written `1 min 30 s`, `IV` as `4`.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

from smr_audio.library.lexicon import Lexicon
from smr_audio.normalize.quantities import any_of, edges

_SPECIAL: Final = re.compile(r"[^ -~]|[\\^_`{|}]|[-=]>|<-|  |^[-+]")  # else ASCII of prose
_NOT_SPOKEN: Final = ("So", "Sk", "Cs", "Co", "Cn", "Cf")
_COMBINED: Final = ("<compat>", "<square>", "<font>", "<wide>", "<narrow>")
_PICTURE_PARTS: Final = "\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
_CHINESE_MARKS: Final = "，！？：；（）"  # full width, but what Chinese is punctuated with
_POWER: Final = re.compile(r"(?<=[0-9])(\s?[a-zA-Z]{1,2}(?=[²³]))?(⁻?[⁰¹²³⁴-⁹]+)")
_BEGINNING: Final = re.compile(r"(?:^|(?<=[.!?:])(?=\s)|(?<=[。！？]))\s*(?:[-–—+]\s+|[\u2190-\u21ff•‣⁃∙·◦|]\s*)+")
_SEPARATOR: Final = re.compile(r"([^\W_])?\s*(?:(?!→)[\u2190-\u21ff•‣⁃∙|\\]|(?<!\w)·|·(?!\w))+\s*")
_CHARACTER_FORMS: Final = (  # compiled when first used
    (r"\s*(?:[-=]+>|[⇒⇨⟶➔➜➞])\s*", " → "),
    (r"[⁄∕]", "/"),
    (r"<-+(?!-*[0-9])", "←"),
    (r"№\s*(?=[0-9])", "No. "),
    (r"(?<=[0-9])[\u00a0\u2009\u202f'’](?=[0-9]{3}(?![0-9]))", ""),  # 1 500, 1'500
    (r"(?<=[0-9])[\u2010-\u2012](?=[0-9])", "-"),
    (r"(?<=[0-9])(?:[—―]{1,2}|[~\uff5e〜∼])\s?(?=[0-9])", "–"),
    (r"(?<=[0-9])\uff1a(?=[0-9])", ":"),
    (r"(?<=[0-9])\s?[˚∘](?![^\W\d_CF])|(?<=[0-9]{2})\s?º|(?<=[0-9])\s?º(?=\s?[CF])", "°"),
    (r"[_`]+", " "),
)


def plain(text: str, lexicon: Lexicon) -> str:
    """A text in characters that the rules know; pictures such as emoji, which no voice should
    name, are removed, and so are arrows and bullets. `10³` is `10^3`, `３０℃` is `30°C`.
    """
    if not _SPECIAL.search(text):
        return text
    text = re.sub(r"\s{2,}", " ", text)
    for pattern, with_ in _CHARACTER_FORMS:
        text = re.sub(pattern, with_, text)
    text = _POWER.sub(lambda m: f"{m[1] or ''}^{unicodedata.normalize('NFKC', m[2]).replace('−', '-')}", text)
    text = "".join(_character(c, lexicon) for c in _BEGINNING.sub(" ", text).strip())
    return _SEPARATOR.sub(lambda match: f"{match[1]}, " if match[1] else " ", text)


def _character(c: str, lexicon: Lexicon) -> str:
    if c.isascii() or c in _known(lexicon):
        return c
    digit = unicodedata.digit(c, None)
    if digit is not None:
        return str(digit)
    category, form = unicodedata.category(c), unicodedata.decomposition(c)
    if category == "Nl" and "<" in form:  # Ⅳ
        return f"{unicodedata.numeric(c):.0f}"
    if category == "No":  # ½
        return " " + unicodedata.normalize("NFKC", c).replace("\N{FRACTION SLASH}", "/")
    if (form.startswith(_COMBINED) and category != "Po") or "\uff01" <= c <= "\uff5e":
        parts = (chr(int(part, 16)) for part in form.split()[1:])
        return c if c in _CHINESE_MARKS else "".join(_character(part, lexicon) for part in parts)
    return "" if category in _NOT_SPOKEN or c in _PICTURE_PARTS else c


@lru_cache(maxsize=16)
def _known(lexicon: Lexicon) -> frozenset[str]:
    """The marks that the lexicon has words for."""
    tables = (lexicon.signs, lexicon.units, lexicon.before_numbers, lexicon.between_numbers)
    return frozenset(c for table in tables for key in table for c in key if not c.isalnum())


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


def written_out(text: str, lexicon: Lexicon) -> str:
    if re.search("[0-9]", text):
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
    values = [*({"I": 1, "V": 5, "X": 10}[letter] for letter in match[0]), 0]
    return str(sum(-one if one < then else one for one, then in pairwise(values)))
