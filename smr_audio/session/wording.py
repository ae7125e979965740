"""Turn written lines into spoken ones: placeholders filled, numbers in words, sentences apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from smr_audio.errors import Location
from smr_audio.library.models import Defaults, Line, Phrases, Role
from smr_audio.library.preferences import Pace, Side
from smr_audio.session.script import Say

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'’”)\]])\s+|(?<=[。！？])\s*")
_AT_START = re.compile(r"(^|[.!?…]\s+)$")


@dataclass(frozen=True, slots=True)
class Wording:
    """Makes lines of a session in one language at one pace."""

    phrases: Phrases
    defaults: Defaults
    pace: Pace

    def line(self, line: Line, role: Role, **values: str) -> Say:
        """A line filled in. Raises ContentError if it has no text in this language."""
        text = fill(line.text.get(self.phrases.language), **values)
        return self.say(text, role, at=line.location, then_ticks=line.then_ticks)

    def say(self, text: str, role: Role, *, at: Location, then_ticks: int | None = None) -> Say:
        """A text as it stands; the silence after it is its own or its role's, at this pace."""
        then = self.defaults.then_ticks[role] if then_ticks is None else then_ticks
        ticks = int(then * self.defaults.pace[self.pace])
        return Say(text, split_sentences(text), role, ticks, at)

    def phrase(self, phrase: str, role: Role, /, **values: str) -> tuple[Say, ...]:
        """A phrase's lines, filled in."""
        return tuple(self.line(line, role, **values) for line in self.phrases.lines[phrase])

    def one(self, phrase: str, role: Role, /, **values: str) -> Say:
        """A phrase that is one line."""
        return self.phrase(phrase, role, **values)[0]

    def number(self, number: int) -> str:
        """A number in words."""
        return number_in_words(number, self.phrases.language)

    def side(self, side: Side | None) -> dict[str, str]:
        """The placeholders `side` and `other`."""
        if side is None:
            return {}
        other = "right" if side == "left" else "left"
        return {"side": self.phrases.words[side], "other": self.phrases.words[other]}

    def listed(self, names: Sequence[str]) -> str:
        """`a, b and c`."""
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])} {self.phrases.words['and']} {names[-1]}"


def fill(text: str, **values: str) -> str:
    """Fill in placeholders: capitalised where a sentence starts, not so in the middle of one.

    A word that is written with two capitals ("TFL") keeps them.
    """

    if "{" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        word = values[match[1]]
        if _AT_START.search(text[: match.start()]):
            return word[:1].upper() + word[1:]
        return lowered(word)

    return _PLACEHOLDER.sub(value, text)


def lowered(words: str) -> str:
    """Words as they stand within a sentence: no capital, but for a word of capitals."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


@lru_cache(maxsize=4096)  # the next session says most of it again
def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text that have something to say, without pictures such as emoji."""
    spoken = "".join(c for c in text if unicodedata.category(c) not in _NOT_SPOKEN)
    spoken = spoken.replace("\N{VARIATION SELECTOR-16}", "")
    parts = (" ".join(part.split()) for part in _SENTENCE_END.split(spoken))
    return tuple(part for part in parts if any(c.isalnum() for c in part))


_NOT_SPOKEN = frozenset({"So", "Sk", "Cs", "Co", "Cn", "Cf"})


@cache
def number_in_words(number: int, language: str) -> str:
    """`12` as "twelve"; digits for a language that has no words here."""
    from num2words import num2words  # noqa: PLC0415  one fifth of a warm build's imports

    try:
        return str(num2words(number, lang=language.replace("-", "_")))
    except NotImplementedError:
        return str(number)
