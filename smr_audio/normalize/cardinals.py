"""Numbers as words, by num2words; digit by digit what is too long for a number.

Chinese, which num2words lacks, has rules of its own.
"""

from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from smr_audio.normalize import zh

_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
MOST_DIGITS: Final = 15
"""A longer number is said digit by digit."""


@lru_cache(maxsize=4096, typed=True)  # 1 and 1.0 are equal and not said alike
def in_words(number: int | Decimal, language: str, *, to: Literal["cardinal", "ordinal", "year"] = "cardinal") -> str:
    """`12` as "twelve"; digits in a language without words here. At most `MOST_DIGITS` digits."""
    if zh.is_chinese(language):
        return "第" * (to == "ordinal") + zh.number(number)
    if language == "en" and (usual := _usual(number, to)):
        return usual
    from num2words import num2words  # all its languages, which takes a tenth of a warm build

    try:
        words = str(num2words(number, lang=language.replace("-", "_"), to=to))
    except (ArithmeticError, AttributeError, LookupError, NotImplementedError, TypeError,
            ValueError):  # fmt: skip  # some languages of it lack ordinals or decimals
        return str(number)
    return words.replace(",", "")  # "one thousand, two hundred" would be said with a pause


def _usual(number: int | Decimal, to: str) -> str | None:
    """A number that most sessions say, in English."""
    if to == "ordinal":
        return _ORDINALS[number - 1] if type(number) is int and 0 < number <= len(_ORDINALS) else None
    if to != "cardinal" or type(number) is not int or not 0 <= number < 1000:
        return None
    if number < len(_ONES):
        return _ONES[number]
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        return f"{_ONES[hundreds]} hundred" + (f" and {_usual(rest, to)}" if rest else "")
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


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
    is_code = len(whole) > 1 and whole[0] == "0"
    words = digits_in_words(whole, language) if is_code else in_words(int(whole or 0), language)
    return _spaced(language).join((words, point, digits_in_words(parts, language))) if dot else words


def digits_in_words(digits: str, language: str) -> str:
    return _spaced(language).join(in_words(int(digit), language) for digit in digits)


def _spaced(language: str) -> str:
    return "" if zh.is_chinese(language) else " "
