"""Numbers as words, by num2words; digit by digit what is too long for a number.

Chinese, which num2words lacks, has rules of its own.
"""

from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from smr_audio.normalize import zh

MOST_DIGITS: Final = 15
"""A longer number is said digit by digit."""


@lru_cache(maxsize=4096, typed=True)  # 1 and 1.0 are equal and not said alike
def in_words(number: int | Decimal, language: str, *, to: Literal["cardinal", "ordinal", "year"] = "cardinal") -> str:
    """`12` as "twelve"; digits in a language without words here. At most `MOST_DIGITS` digits."""
    if zh.is_chinese(language):
        return "第" * (to == "ordinal") + zh.number(number)
    from num2words import num2words  # one fifth of a warm build's imports

    try:
        words = str(num2words(number, lang=language.replace("-", "_"), to=to))
    except (ArithmeticError, AttributeError, LookupError, NotImplementedError, TypeError,
            ValueError):  # fmt: skip  # some languages of it lack ordinals or decimals
        return str(number)
    return words.replace(",", "")  # "one thousand, two hundred" would be said with a pause


def number_in_words(written: str, language: str, point: str = "") -> str:
    """A number written in ASCII: `1,000`, `2.5`, `.5`; `007` is read digit by digit.

    `point` is how the point is said. Where nothing tells, num2words does.
    """
    plain = written.replace(",", "")
    whole, dot, parts = plain.partition(".")
    if parts and not int(parts):
        dot = ""  # 1.0 is one
    if sum(c.isdigit() for c in plain) > MOST_DIGITS:
        return ", ".join(digits_in_words(part, language) for part in plain.split(".") if part)
    if dot and not point:
        return in_words(Decimal(f"0{plain}"), language)
    if len(whole) > 1 and whole[0] == "0":
        words = digits_in_words(whole, language)
    else:
        words = in_words(int(whole or 0), language)
    return _spaced(language).join((words, point, digits_in_words(parts, language))) if dot else words


def digits_in_words(digits: str, language: str) -> str:
    return _spaced(language).join(in_words(int(digit), language) for digit in digits)


def _spaced(language: str) -> str:
    return "" if zh.is_chinese(language) else " "
