"""How written forms are said in one language: abbreviations, units, signs, an engine's faults."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, TypeAlias

from smr_audio.errors import Location
from smr_audio.library.models import Content, merged
from smr_audio.library.schema.lines import LANGUAGE_CODE
from smr_audio.library.schema.specs import Choice, Either, ListOf, Made, MapOf, Text, record
from smr_audio.records import dataclass, field, replace

ENGINES: Final = ("hibari", "piper", "pyttsx3")
"""The engines that a lexicon may have words for."""

_MARK: Final = r"\[\]{}*"

# No digits, marks or signs: a voice would read them in its own way, or not at all.
_JOINING: Final = Text(100, rf"[^\d{_MARK}×°%]+", "words as they are said, without digits and signs")
SAID: Final = replace(_JOINING, pattern=rf"(?=.*[^\W\d_]){_JOINING.pattern}")
_WRITTEN: Final = Text(most=60, pattern=rf"(?=.*[^\W_])[^{_MARK}]+", what="a word or words as they are written")
_UNIT: Final = Text(most=20, pattern=rf"[^\s\d{_MARK}-][^\s{_MARK}]*", what="a unit of one word")
_SIGN: Final = Text(most=1, pattern=rf"[^\w\s.!?…{_MARK}]", what="one sign")
_BEFORE: Final = Text(most=20, pattern=rf"[^\s\d{_MARK}]+", what="one word or sign without digits")
_FRACTION: Final = Text(most=7, pattern=r"[0-9]{1,3}/[0-9]{1,3}", what="a fraction such as 1/2")
_ENDING: Final = Text(most=10, pattern=r"[^\W\d_]+", what="an ending such as th")
_POINT: Final = Choice((".", ","))
_WORD: Final = Text(most=20, pattern=r"[^\W\d_]+( [^\W\d_]+)*", what="a word such as a")


@dataclass(frozen=True, slots=True)
class UnitWords:
    """A unit after one, and after any other number.

    `exactly_one` is said in place of both: `eine Minute`. Money has hundredths too.
    """

    one: Annotated[str, SAID]
    many: Annotated[str, SAID]
    exactly_one: Annotated[str, SAID] = ""
    cent: Annotated[str, SAID] = ""
    cents: Annotated[str, SAID] = ""


_UNIT_WORDS: Final = Either(
    Made(SAID, lambda words, _: UnitWords(words, words)),
    record(UnitWords, "a unit", make=lambda location, **words: UnitWords(**words)),
)
_ENGINES: Final = MapOf(Choice(ENGINES), MapOf(_WRITTEN, SAID))
_Between: TypeAlias = Annotated[Mapping[str, str], MapOf(_SIGN, SAID)]
_Listed: TypeAlias = Annotated[tuple[str, ...], ListOf(_WORD)]


@dataclass(frozen=True, slots=True)
class Lexicon(Content):
    """The lexicon of a language, from one file or from all.

    `entries` is the whole content as a text, so that it can be the key of a cache without comparing
    tables; it is empty for one file.
    """

    language: Annotated[str, LANGUAGE_CODE]
    entries: str = ""
    words: Annotated[Mapping[str, str], MapOf(_WRITTEN, SAID)] = field(default_factory=dict, compare=False)
    units: Annotated[Mapping[str, UnitWords], MapOf(_UNIT, _UNIT_WORDS)] = field(default_factory=dict, compare=False)
    before_numbers: Annotated[Mapping[str, str], MapOf(_BEFORE, SAID)] = field(default_factory=dict, compare=False)
    between_numbers: _Between = field(default_factory=dict, compare=False)
    between_units: _Between = field(default_factory=dict, compare=False)
    decimal: Annotated[Mapping[str, str], MapOf(_POINT, SAID)] = field(default_factory=dict, compare=False)
    per: Annotated[str, SAID] = field(default="", compare=False)
    articles: _Listed = field(default=(), compare=False)
    before_years: _Listed = field(default=(), compare=False)
    before_roman: _Listed = field(default=(), compare=False)
    fractions: Annotated[Mapping[str, str], MapOf(_FRACTION, SAID)] = field(default_factory=dict, compare=False)
    ordinals: Annotated[tuple[str, ...], ListOf(_ENDING)] = field(default=(), compare=False)
    signs: Annotated[Mapping[str, str], MapOf(_SIGN, _JOINING)] = field(default_factory=dict, compare=False)
    engines: Annotated[Mapping[str, Mapping[str, str]], _ENGINES] = field(default_factory=dict, compare=False)
    location: Location | None = field(default=None, compare=False)

    def alone(self, words: str) -> str:
        """A name as it stands alone: `a foam roller` is `Foam roller`."""
        first, _, rest = words.partition(" ")
        shown = rest if first in self.articles else words
        return shown[:1].upper() + shown[1:]


NO_LEXICON: Final = Lexicon("")


def merge_lexicons(language: str, parts: Sequence[Lexicon]) -> Lexicon:
    """A language's files as one; later entries win over earlier ones of the same key."""
    if not parts:
        return Lexicon(language)
    whole: Lexicon = merged(parts)
    return replace(whole, language=language, entries=repr(replace(whole, location=None)))
