"""The content of files as frozen values, each with its place in a file.

A field that is a key of the file has its spec in its type: `docs/content.md` explains each.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from smr_audio.errors import Location, UsageError
from smr_audio.library.schema import specs
from smr_audio.library.schema.lines import LANGUAGE_CODE, Line, LocalText, Words, lines
from smr_audio.library.schema.specs import WORD, ListOf, Made, Placed, Text, record
from smr_audio.options import choices, kinds
from smr_audio.records import dataclass, field, fields, replace

__all__ = ["Line", "LocalText"]

Role: TypeAlias = Literal[
    "title",
    "fetch",
    "safety",
    "name",
    "setup",
    "load",
    "move",
    "caution",
    "ready",
    "go",
    "coach",
    "call",
    "ease",
    "switch",
    "rest",
    "finish",
    "next",
    "gate",
    "outro",
    "say",
]
"""The purpose of a line, which decides the silence after it unless the line has its own."""

Id: TypeAlias = Annotated[str, specs.ID]
NameList: TypeAlias = Annotated[tuple[str, ...], ListOf(WORD)]
PlacedNames: TypeAlias = Annotated[tuple[Placed, ...], ListOf(Made(WORD, Placed.at))]
Title: TypeAlias = Annotated[LocalText, Words(80)]
About: TypeAlias = Annotated[LocalText, Words(2000)]
Lines: TypeAlias = Annotated[tuple[Line, ...], lines()]
HOLD_S: Final = specs.whole_seconds(choices.LEAST_HOLD_S, choices.LONGEST_HOLD_S)
HoldSeconds: TypeAlias = Annotated[int, HOLD_S]
Sets: TypeAlias = Annotated[int, specs.number(1, choices.MOST_SETS)]
RestTicks: TypeAlias = Annotated[int, specs.seconds(0, choices.MOST_REST_S), "rest_s"]
Pressure: TypeAlias = Annotated[int, specs.number(1, 7)]


class Content:
    """What a file holds. But for a pack's, the `kind` of a file is the name of its class."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Phrases(Content):
    """The phrases of a session in one language, from one file or from all.

    `tools` and `muscles` have the words for each id, `tools_short` shorter ones for follow. A tool
    with an empty word is not named, since the word of another tool includes it. `muscles_also` are
    other words for muscles, of one or several each; for a word of none there is no technique.
    `pictures` describe those of techniques. A single file needs only the language.
    """

    language: str
    location: Location
    name: str = ""
    iso639_2: str = ""
    lines: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    titles: Mapping[str, LocalText] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    tools_short: Mapping[str, str] = field(default_factory=dict)
    muscles: Mapping[str, str] = field(default_factory=dict)
    muscles_also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)

    def title(self, form: str, /, **values: str) -> str:
        return self.titles[form].get(self.language).format(**values)


SECTIONS: Final = ("site", "page", "strip", "handout")


@dataclass(frozen=True, slots=True)
class PageText:
    """A text of the page: one form, or another for the number `one`; or a list of texts."""

    other: str | tuple[str, ...]
    location: Location
    one: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Content):
    """What page, hand-outs, feed and strips of time say in a language, by section and key."""

    language: str
    sections: Mapping[str, Mapping[str, PageText]]
    location: Location

    def __call__(self, path: str, /, **values: object) -> str:
        """The text of a path such as `handout.scan`; its form is that for the number `n`."""
        text = self.at(path)
        return str(text.one if text.one and values.get("n") == 1 else text.other).format(**values)

    def at(self, path: str) -> PageText:
        section, _, key = path.partition(".")
        return self.sections[section][key]

    def listed(self, path: str) -> tuple[str, ...]:
        return tuple(self.at(path).other)

    def joined(self, texts: Iterable[str], path: str = "site.list") -> str:
        """Texts as one, by a form with `{first}` and `{then}`."""
        return reduce(lambda one, other: (one and self(path, first=one, then=other)) or other, texts, "")


_DOSE_S: Final = specs.number(1, 3600, "seconds")


@dataclass(frozen=True, slots=True)
class Dose:
    """Seconds of hold per muscle and side: what is recommended, and two limits for warnings."""

    recommended_s: Annotated[int, _DOSE_S, "recommended"]
    soft_cap_s: Annotated[int, _DOSE_S, "soft_cap"]
    hard_cap_s: Annotated[int, _DOSE_S, "hard_cap"]
    location: Location


@dataclass(frozen=True, slots=True)
class DoseProfile:
    """An amount of work: the length of a hold, the sets of a side, the rest between them.

    The techniques of a session for one muscle share it, unless it is `per` technique.
    """

    hold_s: HoldSeconds
    sets: Sets
    rest_ticks: RestTicks
    per: Literal["muscle", "technique"] = "muscle"


_DOSE: Final = record(DoseProfile, "a dose", make=lambda location, **given: DoseProfile(**given))
_FACTOR: Final = Made(specs.Value(kinds.Number(0.1, 10)), lambda factor, _: Fraction(str(factor)))


@dataclass(frozen=True, slots=True)
class Defaults(Content):
    """Default values: the ticks after a line, by role, the factors of paces, and so on.

    `at_hand` are tools that everybody is assumed to have. Before work on `leg_muscles` the safety
    check asks for signs of a clot.
    """

    then_ticks: Annotated[Mapping[str, int], specs.table("then_s", get_args(Role), specs.seconds(0, 60)), "then_s"]
    pace: Annotated[Mapping[str, Fraction], specs.table("pace", choices.PACES, _FACTOR)]
    rest_ticks: RestTicks
    gate_ticks: Annotated[int, specs.seconds(0, 600), "gate_s"]
    pressure_target: Pressure
    dose: Annotated[Dose, record(Dose, "dose_s"), "dose_s"]
    leg_muscles: NameList
    at_hand: NameList
    doses: Annotated[Mapping[str, DoseProfile], specs.table("doses", choices.DOSES, _DOSE)]
    location: Location


@dataclass(frozen=True, slots=True)
class Limits(Content):
    """Limits of a body, and medical ones to discuss with a clinician.

    Each has an id, and the words for it after "not for".
    """

    body: Annotated[Mapping[str, LocalText], specs.MapOf(WORD, Words(80), 1)]
    medical: Annotated[Mapping[str, LocalText], specs.MapOf(WORD, Words(80), 1)]
    location: Location

    @property
    def ids(self) -> tuple[str, ...]:
        return (*self.body, *self.medical)

    def text(self, name: str) -> LocalText:
        return self.body[name] if name in self.body else self.medical[name]


@dataclass(frozen=True, slots=True)
class Reference:
    """A source, and how it was read: L abstract or opening, M from memory, P page of practice.

    `journal` has the volume and pages too; for a page of practice it is the site. `checked` is
    False where the source could not be looked up again.
    """

    authors: Annotated[tuple[str, ...], ListOf(Text(60), 1, what="author")]
    title: Annotated[str, Text()]
    journal: Annotated[str, Text(100)]
    read: Literal["L", "M", "P"]
    location: Location
    year: Annotated[int | None, specs.number(1900, 2099)] = None
    doi: Annotated[str | None, Text(pattern=r"10\.[0-9]{4,9}/[!-~]+", what="a DOI such as 10.3390/jcm10225360")] = None
    pmc: Annotated[str | None, Text(pattern=r"PMC[0-9]{5,9}", what="a PMCID such as PMC6358529")] = None
    url: Annotated[str | None, Text(pattern=r"https?://[!-~]+", what="an address that begins with http")] = None
    checked: Annotated[bool, specs.FLAG] = True
    note: Annotated[str | None, Text()] = None

    @property
    def cite(self) -> str:
        """The whole citation; of more than three authors the first."""
        names = ", ".join(self.authors) if len(self.authors) <= 3 else f"{self.authors[0]} et al."
        where = f"doi:{self.doi}" if self.doi else self.pmc or self.url
        parts = (f"{names} ({self.year or 'n.d.'}). {self.title}", self.journal, where)
        return ". ".join(filter(None, parts)) + ("" if self.checked else " (not looked up again)")


def _reference_faults(name: str, given: Mapping[str, Any]) -> Iterator[str]:
    if given.get("checked", True) and not given.keys() & {"doi", "pmc", "url"}:
        yield f"{name} lacks a doi, pmc or url; add one, or say 'checked: false'"


_REFERENCE: Final = record(Reference, "a reference", faults=_reference_faults)


@dataclass(frozen=True, slots=True)
class Evidence(Content):
    """All references, by key."""

    references: Annotated[Mapping[str, Reference], specs.MapOf(WORD, _REFERENCE, 1)]
    location: Location


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim about health, with its references."""

    claim: Annotated[LocalText, Words()]
    refs: PlacedNames
    location: Location


def _patterns(texts: Mapping[str, str], location: Location) -> LocalText:
    for text in texts.values():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", FutureWarning)  # of "[[": sets within sets
                re.compile(text, re.IGNORECASE)
        except (re.error, FutureWarning) as error:
            raise UsageError(f"is no regular expression: {error}; mend it") from None
    return LocalText(texts, location)


@dataclass(frozen=True, slots=True)
class RuledOut(Claim):
    """A claim that is ruled out, and the reason.

    `pattern` has a regular expression, by language, that finds it.
    """

    pattern: Annotated[LocalText, Made(specs.MapOf(LANGUAGE_CODE, Text(600), 1), _patterns)]
    why: Annotated[str, Text()]


@dataclass(frozen=True, slots=True)
class Claims(Content):
    """The claims that content may make, and those that it must avoid."""

    allowed: Annotated[tuple[Claim, ...], ListOf(record(Claim, "a claim"))]
    avoid: Annotated[tuple[RuledOut, ...], ListOf(record(RuledOut, "a claim"))]
    location: Location


@dataclass(frozen=True, slots=True)
class PackFile(Content):
    """The description of a pack. Its `id` goes before the ids of its content."""

    id: Id
    title: Title
    location: Location
    about: Annotated[LocalText | None, Words(2000)] = None
    version: Annotated[str | None, Text(40)] = None
    author: Annotated[str | None, Text(200)] = None
    license: Annotated[str | None, Text(100)] = None
    languages: Annotated[tuple[str, ...], ListOf(LANGUAGE_CODE)] = ()


def merged(parts: Sequence[Any]) -> Any:
    """Files of one kind as one: of tables all entries, later ones win; of texts the last."""
    names = [one.name for one in fields(parts[-1])]
    return replace(parts[-1], **{name: _joined(getattr(one, name) for one in parts) for name in names})


def _joined(values: Iterable[Any]) -> Any:
    whole, *later = values
    for value in later:
        if isinstance(whole, Mapping):
            tables = {k: v for k, v in value.items() if isinstance(v, Mapping)}
            whole = {**whole, **value, **{k: {**whole.get(k, {}), **v} for k, v in tables.items()}}
        elif isinstance(whole, tuple):
            whole = tuple(dict.fromkeys((*whole, *value)))
        else:
            whole = value or whole
    return whole
