"""The content of files as frozen values, each with its place in a file.

A field that is a key of the file has its spec in its type: `docs/content.md` explains each.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import reduce
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from smr_audio.errors import Location, UsageError
from smr_audio.library.pose import Pose
from smr_audio.library.schema.lines import (
    LANGUAGE,
    LANGUAGE_CODE,
    CoachingLines,
    Line,
    LocalText,
    SpokenLine,
    Words,
    lines,
)
from smr_audio.library.schema.pose import POSE
from smr_audio.library.schema.specs import (
    ID,
    NAME,
    WORD,
    Choice,
    Either,
    Flag,
    ListOf,
    Made,
    MapOf,
    Number,
    OptionSpec,
    Placed,
    Record,
    Seconds,
    Text,
    WholeSeconds,
    option_keys,
    preferences_from,
    record,
    table,
    with_location,
)
from smr_audio.options import choices
from smr_audio.options.holds import HoldChange
from smr_audio.options.kinds import HOLDS
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_KEY

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
]
"""The purpose of a line, which decides the silence after it unless the line has its own."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

PROTECTED_COACHING: Final = ("nerve", "boundary", "stop")
"""Coaching that is never left out, whatever the level of talk and the room, in this order."""

POSITIONS: Final = (
    *("floor-seated", "floor-prone", "floor-supine", "floor-side", "kneeling", "chair"),
    *("standing", "standing-bench", "standing-rack", "standing-wall"),
)
_PLACES: Final = ("side", "other", "press")

Id: TypeAlias = Annotated[str, ID]
Word: TypeAlias = Annotated[str, WORD]
NameList: TypeAlias = Annotated[tuple[str, ...], ListOf(WORD)]
PlacedNames: TypeAlias = Annotated[tuple[Placed, ...], ListOf(Made(WORD, Placed.at))]
Named: TypeAlias = Annotated[LocalText, Words(60)]
Title: TypeAlias = Annotated[LocalText, Words(80)]
Short: TypeAlias = Annotated[LocalText | None, Words(40)]
About: TypeAlias = Annotated[LocalText, Words(2000)]
SideLines: TypeAlias = Annotated[tuple[Line, ...], lines(_PLACES)]
GateLines: TypeAlias = Annotated[tuple[Line, ...], lines()]
_HOLD_S: Final = WholeSeconds(choices.LEAST_HOLD_S, choices.LONGEST_HOLD_S)
HoldSeconds: TypeAlias = Annotated[int, _HOLD_S]
Sets: TypeAlias = Annotated[int, Number(1, choices.MOST_SETS)]
RestTicks: TypeAlias = Annotated[int, Seconds(0, choices.MOST_REST_S), "rest_s"]
Pressure: TypeAlias = Annotated[int, Number(1, 7)]


class Content:
    """What a file holds. But for a pack's, the `kind` of a file is the name of its class."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class HoldRange:
    """The length of a hold in seconds: the least and most that is advised, and the default.

    A file may leave the least and the most out: half and twice the default.
    """

    least: HoldSeconds
    default: HoldSeconds
    most: HoldSeconds
    location: Location


def _hold_range(
    location: Location, default: int, least: int | None = None, most: int | None = None
) -> HoldRange:
    least = max(choices.LEAST_HOLD_S, -(-default // 2)) if least is None else least
    most = min(choices.MOST_HOLD_S, 2 * default) if most is None else most
    return HoldRange(least, default, most, location)


_HOLD_RANGE: Final = Either(
    Made(_HOLD_S, lambda default, location: _hold_range(location, default)),
    replace(record(HoldRange, "hold"), make=_hold_range, required=("default",)),
)


@dataclass(frozen=True, slots=True)
class Follow:
    """What is said in place of a technique's own lines to those who have done it.

    `move` is the first coaching of each hold: what to do.
    """

    setup: SideLines
    location: Location
    move: Annotated[Line | None, SpokenLine(("press",))] = None
    switch: SideLines = ()
    finish: SideLines = ()
    gate: GateLines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique(Content):
    """One exercise with one tool. `coaching` is in order of rotation, by key.

    `load` is the line that puts weight on the tool: the last of the set-up, and of a switch.
    `short` is the name within a sentence.

    `pace` is the number of passes, or bends and stretches, in a minute; None if there are none.
    `not_for` has ids of limits. `variations` are techniques for the same muscle that suit people
    who cannot do this one, the best first.
    """

    id: Id
    name: Named
    short: Short = None
    about: About
    muscle: Word
    tools: Annotated[tuple[str, ...], ListOf(WORD, 0, 6)]
    tool_options: Annotated[tuple[str, ...], ListOf(WORD, 0, 8)] = ()
    position: Annotated[str, Choice(POSITIONS)]
    sides: Annotated[Literal[1, 2], Made(Choice(("1", "2")), lambda sides, _: int(sides))]
    limb: Literal["leg", "foot", "arm", "side"] = "side"
    mode: Literal["roll", "roll_small", "press_move", "still"]
    pace: Annotated[int | None, Number(5, 60, "beats a minute")] = None
    eyes_closed_ok: Annotated[bool, Flag()] = False
    level: Annotated[int, Number(1, 3)]
    for_whom: Annotated[LocalText | None, Words(2000)] = None
    not_for: PlacedNames = ()
    variations: Annotated[tuple[Placed, ...], ListOf(Made(NAME, Placed.at))] = ()
    cap: Pressure
    hold: Annotated[HoldRange, _HOLD_RANGE]
    sets: Sets = 1
    grade: Literal["A", "B", "C"] = "C"
    refs: PlacedNames = ()
    finding: Literal["mixed", "no_change"] | None = None
    avoid: NameList = ()
    gate: GateLines = ()
    move: SideLines
    easier: SideLines = ()
    setup: SideLines
    load: Annotated[Line, SpokenLine(_PLACES)]
    coaching: Annotated[Mapping[str, Line], CoachingLines()]
    switch: SideLines = ()
    finish: SideLines
    follow: Annotated[Follow | None, record(Follow, "follow")] = None
    pose: Annotated[Pose | None, POSE] = None
    location: Location

    @property
    def standing(self) -> bool:
        return self.position.startswith("standing")

    @property
    def on_the_floor(self) -> bool:
        """Whether a person must get up from the floor afterwards."""
        return self.position.startswith("floor") or self.position == "kneeling"


@dataclass(frozen=True, slots=True)
class Step:
    """One technique of a routine, with the routine's settings for it."""

    technique: str
    location: Location
    technique_location: Location
    holds: tuple[HoldChange, ...] = ()
    settings: Preferences = field(default_factory=Preferences)


SETTINGS: Final = Record(preferences_from, option_keys("step", "settings"), "settings")


def _make_step(location: Location, technique: tuple[str, Location], **values: Any) -> Step:
    name, technique_location = technique
    settings = preferences_from(**values)
    holds = tuple(replace(change, technique=name) for change in settings.holds)
    return Step(name, location, technique_location, holds, replace(settings, holds=()))


def _own_holds(changes: tuple[HoldChange, ...], _: Location) -> tuple[HoldChange, ...]:
    if any(change.technique for change in changes):
        raise UsageError("the hold of a step is for its own technique; write left or right")
    for change in changes:
        replace(change, technique="this")  # what names a technique is held to 300 s
    return changes


_HOLD: Final = replace(BY_KEY["hold"], kind=replace(HOLDS, keys=choices.SIDES))

STEP: Final = Record(
    _make_step,
    {
        "technique": with_location(NAME),
        **option_keys("step"),
        "hold": Made(OptionSpec(_HOLD), _own_holds),
    },
    "a step",
    ("technique",),
)
_STEP: Final = Either(
    Made(STEP.keys["technique"], lambda name, location: _make_step(location, name)), STEP
)
"""A technique's id alone is a step too."""


@dataclass(frozen=True, slots=True)
class Routine(Content):
    """Techniques in order, and the routine's own settings. `short` is its title as it is said.

    `about` is the title where a file has none.

    A `composed` routine was made for this session and is in no file; an `excerpt` of one is heard
    without its opening and closing.
    """

    id: Id
    title: Title
    about: About
    steps: Annotated[tuple[Step, ...], ListOf(_STEP, 1, 60, "step")]
    location: Location
    short: Short = None
    safety: Literal["full", "short"] = "full"
    settings: Annotated[Preferences, SETTINGS] = field(default_factory=Preferences)
    composed: bool = False
    excerpt: bool = False


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
        form = text.one if text.one and values.get("n") == 1 else text.other
        return str(form).format(**values)

    def at(self, path: str) -> PageText:
        section, _, key = path.partition(".")
        return self.sections[section][key]

    def listed(self, path: str) -> tuple[str, ...]:
        return tuple(self.at(path).other)

    def joined(self, texts: Iterable[str], path: str = "site.list") -> str:
        """Texts as one, by a form with `{first}` and `{then}`."""
        return reduce(
            lambda one, other: (one and self(path, first=one, then=other)) or other, texts, ""
        )


_DOSE_S: Final = Number(1, 3600, "seconds")


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

    The techniques of a session for one muscle share it, unless it is `per_technique`.
    """

    hold_s: HoldSeconds
    sets: Sets
    rest_ticks: RestTicks
    per_technique: Annotated[
        bool, Made(Choice(("muscle", "technique")), lambda per, _: per == "technique"), "per"
    ] = False


@dataclass(frozen=True, slots=True)
class Defaults(Content):
    """Default values: the ticks after a line, by role, the factors of paces, and so on.

    `at_hand` are tools that everybody is assumed to have. Before work on `leg_muscles` the safety
    check asks for signs of a clot.
    """

    then_ticks: Annotated[Mapping[str, int], table("then_s", ROLES, Seconds(0, 60)), "then_s"]
    pace: Annotated[
        Mapping[str, Fraction], table("pace", choices.PACES, Number(0.1, 10, parts=True))
    ]
    rest_ticks: RestTicks
    gate_ticks: Annotated[int, Seconds(0, 600), "gate_s"]
    pressure_target: Pressure
    dose: Annotated[Dose, record(Dose, "dose_s"), "dose_s"]
    leg_muscles: NameList
    at_hand: NameList
    doses: Annotated[
        Mapping[str, DoseProfile], table("doses", choices.DOSES, record(DoseProfile, "a dose"))
    ]
    location: Location


@dataclass(frozen=True, slots=True)
class Limits(Content):
    """Limits of a body, and medical ones to discuss with a clinician.

    Each has an id, and the words for it after "not for".
    """

    body: Annotated[Mapping[str, LocalText], MapOf(WORD, Words(80), 1)]
    medical: Annotated[Mapping[str, LocalText], MapOf(WORD, Words(80), 1)]
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
    year: Annotated[int | None, Number(1900, 2099)] = None
    doi: Annotated[
        str | None, Text(pattern=r"10\.[0-9]{4,9}/[!-~]+", what="a DOI such as 10.3390/jcm10225360")
    ] = None
    pmc: Annotated[
        str | None, Text(pattern=r"PMC[0-9]{5,9}", what="a PMCID such as PMC6358529")
    ] = None
    url: Annotated[
        str | None, Text(pattern=r"https?://[!-~]+", what="an address that begins with http")
    ] = None
    checked: Annotated[bool, Flag()] = True
    note: Annotated[str | None, Text()] = None

    @property
    def cite(self) -> str:
        """The whole citation; of more than three authors the first."""
        few = len(self.authors) <= 3
        names = ", ".join(self.authors) if few else f"{self.authors[0]} et al."
        where = f"doi:{self.doi}" if self.doi else self.pmc or self.url
        parts = (f"{names} ({self.year or 'n.d.'}). {self.title}", self.journal, where)
        unchecked = "" if self.checked else " (not looked up again)"
        return ". ".join(part for part in parts if part) + unchecked


def _reference_faults(name: str, given: Mapping[str, Any]) -> Iterator[str]:
    if given.get("checked", True) and not given.keys() & {"doi", "pmc", "url"}:
        yield f"{name} lacks a doi, pmc or url; add one, or say 'checked: false'"


@dataclass(frozen=True, slots=True)
class Evidence(Content):
    """All references, by key."""

    references: Annotated[
        Mapping[str, Reference],
        MapOf(WORD, record(Reference, "a reference", faults=_reference_faults), 1),
    ]
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

    pattern: Annotated[LocalText, Made(MapOf(LANGUAGE_CODE, Text(600), 1), _patterns)]
    why: Annotated[str, Text()]


@dataclass(frozen=True, slots=True)
class Claims(Content):
    """The claims that content may make, and those that it must avoid."""

    allowed: Annotated[tuple[Claim, ...], ListOf(record(Claim, "a claim"))]
    avoid: Annotated[tuple[RuledOut, ...], ListOf(record(RuledOut, "a claim"))]
    location: Location


Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Every: TypeAlias = Literal["day", "other_day"]

DAYS: Final[tuple[Day, ...]] = get_args(Day)
EVERY: Final[tuple[Every, ...]] = get_args(Every)
MOST_WEEKS: Final = 52


@dataclass(frozen=True, slots=True)
class Stage:
    """The settings from a week on, counted from 1; they replace those of earlier stages."""

    from_week: int
    settings: Preferences
    location: Location


def _make_stage(location: Location, from_week: int, **values: Any) -> Stage:
    return Stage(from_week, preferences_from(**values), location)


STAGE: Final = Record(
    _make_stage,
    {
        "from_week": Number(2, MOST_WEEKS),
        "hold": OptionSpec(BY_KEY["hold"]),
        "sets": OptionSpec(BY_KEY["sets"]),
    },
    "a stage",
    ("from_week",),
)


@dataclass(frozen=True, slots=True)
class Course(Content):
    """Sessions in turn, by id and place, either `every` day or other day, or on `days`.

    `growth` is used with `--grow` only.
    """

    id: Id
    title: Title
    about: About
    weeks: Annotated[int, Number(1, MOST_WEEKS, "weeks")]
    sessions: Annotated[tuple[tuple[str, Location], ...], ListOf(with_location(ID), 1, 60)]
    location: Location
    every: Every | None = None
    days: Annotated[tuple[Day, ...], ListOf(Choice(DAYS), 1, 7)] = ()
    growth: Annotated[tuple[Stage, ...], ListOf(STAGE, 0, MOST_WEEKS)] = ()

    def settings_in(self, week: int) -> Preferences:
        begun = [stage for stage in self.growth if stage.from_week <= week]
        return begun[-1].settings if begun else Preferences()


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
    languages: Annotated[
        tuple[str, ...], ListOf(Text(20, pattern=LANGUAGE, what="a language such as en or pt-br"))
    ] = ()


def merged(parts: Sequence[Any]) -> Any:
    """Files of one kind as one: of tables all entries, later ones win; of texts the last."""
    names = [one.name for one in fields(parts[-1])]
    return replace(
        parts[-1], **{name: _joined(getattr(one, name) for one in parts) for name in names}
    )


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
