"""Characters as every voice reads them: compatibility forms, powers, arrows, bullets, pictures."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from smr_audio.library.lexicon import Lexicon

_SPECIAL: Final = re.compile(r"[^ -~]|[\\^_`{|}]|[-=]>|<-|  |^[-+]")  # else ASCII of prose
_SPACE: Final = re.compile(r"\s{2,}")
_NOT_SPOKEN: Final = frozenset({"So", "Sk", "Cs", "Co", "Cn", "Cf"})
_COMBINED: Final = ("<compat>", "<square>", "<font>", "<wide>", "<narrow>")
_PICTURE_PARTS: Final = "\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
_CHINESE_MARKS: Final = "，！？：；（）"  # full width, but what Chinese is punctuated with
_POWER: Final = re.compile(r"(?<=[0-9])(\s?[a-zA-Z]{1,2}(?=[²³]))?(⁻?[⁰¹²³⁴-⁹]+)")
_BEGINNING: Final = re.compile(r"(?:^|(?<=[.!?:])(?=\s)|(?<=[。！？]))\s*(?:[-–—+]\s+|[\u2190-\u21ff•‣⁃∙·◦|]\s*)+")
_SEPARATOR: Final = re.compile(r"([^\W_])?\s*(?:(?!→)[\u2190-\u21ff•‣⁃∙|\\]|(?<!\w)·|·(?!\w))+\s*")
_FORMS: Final = (  # compiled when first used
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
    text = _SPACE.sub(" ", text)
    for pattern, with_ in _FORMS:
        text = re.sub(pattern, with_, text)
    text = _POWER.sub(_power, text)
    text = "".join(_character(c, lexicon) for c in _BEGINNING.sub(" ", text).strip())
    return _SEPARATOR.sub(lambda match: f"{match[1]}, " if match[1] else " ", text)


def _power(match: re.Match[str]) -> str:
    return f"{match[1] or ''}^{unicodedata.normalize('NFKC', match[2]).replace('−', '-')}"


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
        if c in _CHINESE_MARKS:
            return c
        parts = form.split()[1:]
        return "".join(_character(chr(int(part, 16)), lexicon) for part in parts)
    return "" if category in _NOT_SPOKEN or c in _PICTURE_PARTS else c


@lru_cache(maxsize=16)
def _known(lexicon: Lexicon) -> frozenset[str]:
    """The marks that the lexicon has words for."""
    tables = (lexicon.signs, lexicon.units, lexicon.before_numbers, lexicon.between_numbers)
    return frozenset(c for table in tables for key in table for c in key if not c.isalnum())
