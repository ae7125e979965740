"""Make a text speakable: without marks, all in words, split into sentences.

People see the text as written. A voice gets no digit, unit or abbreviation, which it might read in
its own way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from smr_audio.library.lexicon import Lexicon
from smr_audio.library.markup import parse_markup
from smr_audio.normalize import zh
from smr_audio.normalize.quantities import (
    Quantities,
    any_of,
    at_sentence_start,
    capitalised,
    edges,
    in_any_case,
)

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'’”)\]])\s+|(?<=[。！？])\s*")
_NOT_SPOKEN: Final = frozenset({"So", "Sk", "Cs", "Co", "Cn", "Cf"})
_PICTURE_PARTS: Final = "\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
_CLOSING: Final = "\"'’”)"
_NEW_SENTENCE = re.compile(r"[\"'’”)]*\s+[\"'“‘(]*[^\W\d_a-z]")
_PLAIN = re.compile(r"[ -\]_a-~]*")  # ASCII but for ^ and `
_HYPHEN = re.compile(r"(?:\s+|[\u2010\u2011-])")
_HAS_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text as people see it, and the sentences for a voice.

    `quiet` are the ticks of pause that the text has before each sentence: None means the usual
    pause, and an empty tuple the usual pause everywhere. `tail_ticks` come after the last sentence.
    """

    text: str
    sentences: tuple[str, ...]
    quiet: tuple[int | None, ...] = ()
    tail_ticks: int = 0


@lru_cache(maxsize=4096)  # the next session says most of it again
def speakable(text: str, lexicon: Lexicon) -> Spoken:
    """Split a line. Never raises: what cannot be said is dropped."""
    markup = parse_markup(text)
    sentences: list[str] = []
    quiet: list[int | None] = []
    waiting = 0
    for part in markup.parts:
        if isinstance(part, int):
            waiting += part
            continue
        for sentence in _sentences(in_words(part, lexicon)):
            sentences.append(sentence)
            quiet.append(waiting or None)
            waiting = 0
    pauses = tuple(quiet) if any(quiet) else ()
    return Spoken(markup.shown, tuple(sentences), pauses, waiting)


@lru_cache(maxsize=4096)
def said_as(sentence: str, *, engine: str, lexicon: Lexicon) -> str:
    """A sentence spelled for one engine, so that it pronounces every word right."""
    words = lexicon.engines.get(engine)
    return _engine_words(lexicon, engine).replaced(sentence) if words else sentence


def in_words(text: str, lexicon: Lexicon) -> str:
    """A text without marks in words only, as far as the lexicon and num2words have them."""
    rules = _rules(lexicon)
    text = _plain(text, lexicon)
    if zh.is_chinese(lexicon.language):
        text = zh.with_percents(text)
    text = rules.first.replaced(text)
    if _HAS_DIGIT.search(text):
        text = _quantities(lexicon).in_words(text)
    text = rules.last.replaced(text)
    text = rules.signs.sub(rules.sign, text)
    return zh.with_pairs(text) if zh.is_chinese(lexicon.language) else text


def _plain(text: str, lexicon: Lexicon) -> str:
    """Remove pictures such as emoji, which no voice should name; make every digit ASCII."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_character(c, lexicon) for c in text)


def _character(c: str, lexicon: Lexicon) -> str:
    digit = unicodedata.digit(c, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(c)
    if category == "No":  # ½
        return " " + unicodedata.normalize("NFKC", c).replace("\N{FRACTION SLASH}", "/")
    silent = category in _NOT_SPOKEN or c in _PICTURE_PARTS
    return "" if silent and c not in lexicon.signs else c


def _sentences(text: str) -> Iterator[str]:
    for part in _SENTENCE_END.split(text):
        if any(c.isalnum() for c in part):
            yield " ".join(part.split())


@dataclass(frozen=True, slots=True)
class _Words:
    """Whole words to replace. Those with two capitals match only in the same case."""

    pattern: re.Pattern[str]
    said: Mapping[str, str]

    @classmethod
    def of(cls, words: Mapping[str, str], language: str) -> _Words:
        exact = [word for word in words if sum(c.isupper() for c in word) > 1]
        free = [word for word in words if word not in exact]
        pattern = f"{_whole(exact, language)}|(?i:{_whole(free, language)})"
        said = in_any_case({word: words[word] for word in free})
        return cls(re.compile(pattern), {**said, **words})

    def replaced(self, text: str) -> str:
        return self.pattern.sub(self._said, text)

    def _said(self, match: re.Match[str]) -> str:
        written = match[0]
        plain = _HYPHEN.sub(" ", written)
        forms = (written, written.casefold(), plain, plain.casefold())
        said = next((self.said[form] for form in forms if form in self.said), written)
        rest = match.string[match.end() :]
        if written.endswith(".") and said != written:
            ends = said.endswith(".") and _NEW_SENTENCE.match(rest)
            said = said.rstrip(".") + ("." if ends or not rest.strip(_CLOSING).strip() else "")
        small = sum(c.isupper() for c in written) < 2
        if (small and written[:1].isupper()) or at_sentence_start(match.string, match.start()):
            said = capitalised(said)
        return said


def _whole(words: list[str], language: str) -> str:
    """A pattern for whole words; a space in them may be a hyphen."""
    groups: dict[tuple[str, str], list[str]] = {}
    for word in words:
        begins, ends = edges(language)
        around = (begins if word[0].isalnum() else "", ends if word[-1].isalnum() else "")
        groups.setdefault(around, []).append(word)
    found = [f"{start}(?:{any_of(some)}){end}" for (start, end), some in groups.items()]
    found = [pattern.replace(r"\ ", _HYPHEN.pattern) for pattern in found]
    return "|".join(found) or any_of(())


@dataclass(frozen=True, slots=True)
class _Rules:
    """A compiled lexicon. `first` are the words to replace before numbers, `last` the others."""

    first: _Words
    last: _Words
    signs: re.Pattern[str]
    lexicon: Lexicon

    def sign(self, match: re.Match[str]) -> str:
        said = self.lexicon.signs[match[1]]
        return f" {said} " if any(c.isalnum() for c in said) else f"{said} "


@lru_cache(maxsize=16)
def _rules(lexicon: Lexicon) -> _Rules:
    # `24/7` is not a number, and the point in `approx. 3 cm` does not end a sentence; but in
    # `min. 30 s` and `2 min.` a number decides the meaning.
    language = lexicon.language
    first = {
        word
        for word in lexicon.words
        if _HAS_DIGIT.search(word) or (word.endswith(".") and word not in lexicon.before_numbers)
    }
    return _Rules(
        _Words.of({w: said for w, said in lexicon.words.items() if w in first}, language),
        _Words.of({w: said for w, said in lexicon.words.items() if w not in first}, language),
        re.compile(rf"\s*({any_of(lexicon.signs)})\s*"),
        lexicon,
    )


_quantities: Final = lru_cache(maxsize=16)(Quantities.of)


@lru_cache(maxsize=16)
def _engine_words(lexicon: Lexicon, engine: str) -> _Words:
    return _Words.of(lexicon.engines[engine], lexicon.language)
