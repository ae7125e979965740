"""How written forms are said in one language: abbreviations, units, signs, an engine's faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final

from smr_audio.errors import Location
from smr_audio.library.models import merged

ENGINES: Final = ("hibari", "piper", "pyttsx3")
"""The engines that a lexicon may have words for."""


@dataclass(frozen=True, slots=True)
class UnitWords:
    """A unit after one, and after any other number."""

    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lexicon of a language, from one file or from all.

    `entries` is the whole content as a text, so that it can be the key of a cache without comparing
    tables; it is empty for one file.
    """

    language: str
    entries: str = ""
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
    location: Location | None = field(default=None, compare=False)

    def alone(self, words: str) -> str:
        """A name as it stands alone: `a foam roller` is `Foam roller`."""
        first, _, rest = words.partition(" ")
        shown = rest if first in self.articles else words
        return shown[:1].upper() + shown[1:]


NO_LEXICON: Final = Lexicon("")
_TABLES: Final = tuple(
    one.name for one in fields(Lexicon) if not one.compare and one.name != "location"
)


def merge_lexicons(language: str, parts: Sequence[Lexicon]) -> Lexicon:
    """A language's files as one; later entries win over earlier ones of the same key."""
    if not parts:
        return Lexicon(language)
    whole: Lexicon = merged(parts)
    tables = {name: getattr(whole, name) for name in _TABLES}
    return replace(whole, language=language, entries=repr(tables))
