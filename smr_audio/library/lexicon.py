"""How written forms are said in one language: abbreviations, units, signs, an engine's faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from smr_audio.errors import Location

ENGINES: Final = ("piper", "pyttsx3")
"""The engines that a lexicon may have words for."""


@dataclass(frozen=True, slots=True)
class UnitWords:
    """A unit after one, and after any other number."""

    one: str
    many: str


@dataclass(frozen=True, slots=True)
class LexiconFile:
    """One lexicon file: part or all of what is said otherwise than it is written."""

    language: str
    words: Mapping[str, str]
    units: Mapping[str, UnitWords]
    before_numbers: Mapping[str, str]
    between_numbers: Mapping[str, str]
    between_units: Mapping[str, str]
    articles: tuple[str, ...]
    fractions: Mapping[str, str]
    ordinals: tuple[str, ...]
    signs: Mapping[str, str]
    engines: Mapping[str, Mapping[str, str]]
    location: Location


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is known of a language. Equal if `entries`, all of it as one text, are.

    So it serves as the key of a cache without its tables being looked at each time.
    """

    language: str
    entries: str
    words: Mapping[str, str] = field(default_factory=dict, compare=False)
    units: Mapping[str, UnitWords] = field(default_factory=dict, compare=False)
    before_numbers: Mapping[str, str] = field(default_factory=dict, compare=False)
    between_numbers: Mapping[str, str] = field(default_factory=dict, compare=False)
    between_units: Mapping[str, str] = field(default_factory=dict, compare=False)
    articles: tuple[str, ...] = field(default=(), compare=False)
    fractions: Mapping[str, str] = field(default_factory=dict, compare=False)
    ordinals: tuple[str, ...] = field(default=(), compare=False)
    signs: Mapping[str, str] = field(default_factory=dict, compare=False)
    engines: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)


NO_LEXICON: Final = Lexicon("", "")


def merge_lexicons(language: str, parts: Iterable[LexiconFile]) -> Lexicon:
    """A language's files as one; later entries win over earlier ones of the same key."""
    words: dict[str, str] = {}
    units: dict[str, UnitWords] = {}
    before: dict[str, str] = {}
    between: dict[str, str] = {}
    between_units: dict[str, str] = {}
    articles: dict[str, None] = {}
    fractions: dict[str, str] = {}
    ordinals: dict[str, None] = {}
    signs: dict[str, str] = {}
    engines: dict[str, dict[str, str]] = {}
    for part in parts:
        words.update(part.words)
        units.update(part.units)
        before.update(part.before_numbers)
        between.update(part.between_numbers)
        between_units.update(part.between_units)
        articles.update(dict.fromkeys(part.articles))
        fractions.update(part.fractions)
        ordinals.update(dict.fromkeys(part.ordinals))
        signs.update(part.signs)
        for engine, said in part.engines.items():
            engines.setdefault(engine, {}).update(said)
    tables = (
        words,
        units,
        before,
        between,
        between_units,
        tuple(articles),
        fractions,
        tuple(ordinals),
        signs,
        engines,
    )
    return Lexicon(language, repr(tables), *tables)
