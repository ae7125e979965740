"""The marks in a text: `[pause 2s]` and `*emphasis*`.

None of the engines can stress a word, so emphasis is removed. A pause is silence between two clips,
so it works with every voice.
"""

import re
from fractions import Fraction
from typing import Final

from smr_audio import units
from smr_audio.records import dataclass
from smr_audio.suggest import shortened

MOST_PAUSE_S: Final = 30

_EMPHASIS = re.compile(r"(\*{1,3})(?=[^\s*])([^*]*[^\s*])\1(?!\*)")
_TIMES = re.compile(r"(?<=\d)(\s*)\*(?=\s*\d)")
_TAG = re.compile(r"\[([^\[\]]*)\]")
_PAUSE = re.compile(r"\s*pause(?:\s+(?P<length>.*\S))?\s*", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"\s*(?:[a-z][a-z+.-]*://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]]", re.I)
_ELEMENT = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|<!--.*?-->|&(?:[a-z]+|#x?[0-9a-f]+);", re.I)
_OF_PAGES: Final = (
    (("://", "www."), _ADDRESS, "the address", "say where it is found in words"),
    (("<", "&"), _ELEMENT, "the mark-up", "write words alone, and stress a *word* so"),
)
_UNCLOSED = re.compile(r"\[\s*pause\b(?:\s+[\d.]+\s*(?:ms|s)?\b)?|[\[\]]", re.IGNORECASE)
_BEFORE_POINT = re.compile(r"\s+(?=[.,!?;:…])")
_POINT = re.compile(r"\s*[.,!?;:…]+(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Markup:
    """A text as words and silences: `parts` are texts and, as int, ticks of pause between them.

    `shown` is the text without marks. `faults` are messages about wrong marks, which are dropped.
    """

    shown: str
    parts: tuple[str | int, ...]
    faults: tuple[str, ...] = ()


def parse_markup(text: str) -> Markup:
    """Take the marks out of a text. Wrong ones are dropped, so that no voice reads them."""
    faults: list[str] = []
    text = _without_addresses(text, faults)
    if not any(mark in text for mark in "[]*"):
        return Markup(text, (text,) if text.strip() or not faults else (), tuple(faults))
    parts: list[str | int] = []
    pieces = _TAG.split(_without_stars(text, faults))  # words and tags, turn by turn
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            if (words := _UNCLOSED.sub("", piece)) != piece:
                faults.append("has a square bracket without its partner; a pause is written [pause 2s]")
            _add_words(parts, words)
        elif (ticks := _pause_ticks(piece)) is not None:
            parts.append(ticks)
        else:
            forms = f"[pause], [pause 2s] or [pause 500ms], at most {MOST_PAUSE_S} s, and other words in round brackets"
            faults.append(f"has the tag [{shortened(piece, 40)}], which no voice knows; write {forms}")
    words = " ".join(" ".join(part for part in parts if isinstance(part, str)).split())
    return Markup(words, tuple(parts), tuple(faults))


def _add_words(parts: list[str | int], words: str) -> None:
    """A point right after a tag ends the words before it: `Sit [pause].`"""
    point = _POINT.match(words)
    if point and parts and isinstance(parts[-1], int):
        before = next((i for i in reversed(range(len(parts))) if isinstance(parts[i], str)), None)
        if before is not None:
            parts[before] = f"{parts[before]}".rstrip() + point[0].strip()
            words = words[point.end() :]
    if not words.strip():
        return
    if parts and isinstance(parts[-1], str):  # a tag between them was dropped
        words = _BEFORE_POINT.sub("", f"{parts.pop()} {words}")
    parts.append(words)


def _without_addresses(text: str, faults: list[str]) -> str:
    """Remove what belongs to web pages: addresses, and tags such as `<b>`."""
    for marks, pattern, what, advice in _OF_PAGES:
        if any(mark in text for mark in marks):
            found = (shortened(one.strip(), 40) for one in pattern.findall(text))
            faults += [f"has {what} {one}, which no voice can say; {advice}" for one in found]
            text = pattern.sub("", text)
    return text


def _without_stars(text: str, faults: list[str]) -> str:
    """Remove the stars of emphasis; `3*30` is a product."""
    while (plain := _EMPHASIS.sub(r"\2", text)) != text:
        text = plain
    if "*" in text:
        faults.append("has a '*' without its partner; stress a *word* so, and write 3×30 with a ×")
        text = _TIMES.sub(r"\1×", text).replace("*", "")
    return text


def _pause_ticks(tag: str) -> int | None:
    if not (match := _PAUSE.fullmatch(tag)):
        return None
    if (length := match["length"]) is None:
        return units.TICKS_PER_SECOND
    if milliseconds := re.fullmatch(r"([0-9]{1,6})\s*ms", length, re.IGNORECASE):
        seconds = Fraction(int(milliseconds[1]), 1000)
    else:
        try:
            seconds = units.parse_seconds("".join(length.split()))
        except ValueError:
            return None
    return (units.ticks_of_seconds(seconds) or None) if seconds <= MOST_PAUSE_S else None
