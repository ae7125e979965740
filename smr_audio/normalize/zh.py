"""Chinese numbers: whole, decimal, percentages, dates, and 两 for two of a thing.

The usual rules of Mandarin; num2words has no Chinese.
"""

import re
from decimal import Decimal
from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_PLACES: Final = ("", "十", "百", "千")
_GROUPS: Final = ("", "万", "亿", "万亿")

_SHARE: Final = r"(?<![0-9.])([0-9]+(?:\.[0-9]+)?)"
_HOURS: Final = "上午|下午|早上|晚上|中午|凌晨|傍晚|今晚|明早"
_THINGS: Final = "秒|分钟?|小时|次|组|下|遍|个|s|min"
_FORMS: Final = (  # compiled when first used
    (rf"{_SHARE}\s*[%\uff05]?\s*[-–~\uff5e〜至到]\s*([0-9]+(?:\.[0-9]+)?)\s*[%\uff05]",
     r"百分之\1到百分之\2"),
    (rf"{_SHARE}\s*[%\uff05]", r"百分之\1"),
    (r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?![0-9-])", r"\1年\2月\3日"),
    (rf"({_HOURS})\s*([0-9]{{1,2}})[:\uff1a]00", r"\1\2点"),
    (rf"({_HOURS})\s*([0-9]{{1,2}})[:\uff1a]([0-5][0-9])", r"\1\2点\3分"),
    (rf"(?<=[0-9])(\s*(?:{_THINGS}))?\s*/\s*(?=[侧边腿条只组次天周分秒手脚臂肩])", r"\1每"),
    (r"([0-9]+)\^(-?[0-9]+)", r"\1的\2次方"),
    (r"(?<![0-9])[12][0-9]{3}(?=\s*年)",
     lambda match: "".join(_DIGITS[int(digit)] for digit in match[0])),
)  # fmt: skip
# Before what counts things, and not as the last digit of a number, its place or a share.
_TWO: Final = (
    r"(?<![第零一二三四五六七八九十百千万亿点周])二(\s*)"
    r"(?=[个项组次秒分遍趟拍侧边条只米厘毫公克磅度倍小天周](?!之|方))"
)


def is_chinese(language: str) -> bool:
    return language.lower().split("-", maxsplit=1)[0] == "zh"


def number(value: int | Decimal) -> str:
    """A number below 10**16 in words, `1050` as 一千零五十, `2.5` as 二点五."""
    words = _whole(int(value))
    _, point, parts = f"{Decimal(value):f}".partition(".")
    return words + ("点" + "".join(_DIGITS[int(digit)] for digit in parts) if point else "")


def _whole(value: int) -> str:
    """Groups of four digits; a group that is not full is led by one 零, an empty one by none."""
    if value == 0:
        return _DIGITS[0]
    words = ""
    for place in reversed(range(len(_GROUPS))):
        if group := value // 10 ** (4 * place) % 10_000:
            words += _DIGITS[0] if words and group < 1000 else ""
            words += _group(group) + _GROUPS[place]
    return words.removeprefix("一") if words.startswith("一十") else words


def _group(group: int) -> str:
    """1 to 9999: zeros side by side are said once, those at the end not at all."""
    digits = str(group)
    words = ""
    for digit, place in zip(digits, reversed(range(len(digits))), strict=True):
        words += _DIGITS[int(digit)] + (_PLACES[place] if digit != "0" else "")
    return re.sub("零+", "零", words).rstrip("零")


def rewritten(text: str) -> str:
    """What Chinese says in another order: `50 %` as 百分之50, `下午2:30` as 下午2点30分."""
    for pattern, with_ in _FORMS:
        text = re.sub(pattern, with_, text)
    return text


def with_pairs(text: str) -> str:
    """二 as 两 where it counts things: 两分钟, 下午两点, but 第二组 and 二十秒."""
    return re.sub(rf"({_HOURS})二点", r"\1两点", re.sub(_TWO, r"两\1", text))
