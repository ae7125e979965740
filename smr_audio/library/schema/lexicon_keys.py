"""The keys of a lexicon: what is said otherwise than it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from smr_audio.library.lexicon import ENGINES, LexiconFile, UnitWords
from smr_audio.library.schema.lines import LANGUAGE
from smr_audio.library.schema.specs import BAD, Choice, Key, ListOf, MapOf, Problems, Record, Text
from smr_audio.library.yaml_reader import Node, Scalar

_MARK: Final = r"\[\]{}*"

# No digits, marks or signs: a voice would read them in its own way, or not at all.
SAID: Final = Text(
    most=100,
    pattern=rf"(?=.*[^\W\d_])[^\d{_MARK}×°%]+",
    what="words as they are said, without digits and signs",
)
_JOINING: Final = Text(
    most=100, pattern=rf"[^\d{_MARK}×°%]+", what="words as they are said, without digits and signs"
)
_WRITTEN: Final = Text(
    most=60, pattern=rf"(?=.*[^\W_])[^{_MARK}]+", what="a word or words as they are written"
)
_UNIT: Final = Text(most=20, pattern=rf"[^\s\d{_MARK}-][^\s{_MARK}]*", what="a unit of one word")
_SIGN: Final = Text(most=1, pattern=rf"[^\w\s.!?…{_MARK}]", what="one sign")
_BEFORE: Final = Text(most=20, pattern=rf"[^\s\d{_MARK}]+", what="one word or sign without digits")
_FRACTION: Final = Text(most=7, pattern=r"[0-9]{1,3}/[0-9]{1,3}", what="a fraction such as 1/2")
_ENDING: Final = Text(most=10, pattern=r"[^\W\d_]+", what="an ending such as th")
_ARTICLE: Final = Text(most=10, pattern=r"[^\W\d_]+", what="an article such as a")


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit's words: a text, or one for `one` and one for `many`."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """UnitWords."""
        if isinstance(node, Scalar):
            words = SAID.read(node, name, problems)
            return BAD if words is BAD else UnitWords(words, words)
        return _ONE_AND_MANY.read(node, name, problems)


def _make_unit(location: object, one: str, many: str) -> UnitWords:
    return UnitWords(one, many)


_ONE_AND_MANY: Final = Record(
    _make_unit, {"one": Key(SAID, True), "many": Key(SAID, True)}, "a unit"
)


def _make_lexicon(kind: str, **values: Any) -> LexiconFile:
    return LexiconFile(**values)


_NONE: Final[Mapping[str, Any]] = {}

LEXICON: Final = Record(
    _make_lexicon,
    {
        "kind": Key(Choice(("lexicon",)), True),
        "language": Key(Text(pattern=LANGUAGE, what="a language code"), True),
        "words": Key(MapOf(_WRITTEN, SAID), default=_NONE),
        "units": Key(MapOf(_UNIT, UnitSpec()), default=_NONE),
        "before_numbers": Key(MapOf(_BEFORE, SAID), default=_NONE),
        "between_numbers": Key(MapOf(_SIGN, SAID), default=_NONE),
        "between_units": Key(MapOf(_SIGN, SAID), default=_NONE),
        "articles": Key(ListOf(_ARTICLE), default=()),
        "fractions": Key(MapOf(_FRACTION, SAID), default=_NONE),
        "ordinals": Key(ListOf(_ENDING), default=()),
        "signs": Key(MapOf(_SIGN, _JOINING), default=_NONE),
        "engines": Key(MapOf(Choice(ENGINES), MapOf(_WRITTEN, SAID)), default=_NONE),
    },
    "a lexicon",
)
