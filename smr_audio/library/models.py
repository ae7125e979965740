"""The content of files as frozen values, each with its place in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import reduce
from typing import Any, Final, Literal, TypeAlias, get_args

from smr_audio.errors import ContentError, Location, Problem
from smr_audio.library.pose import Pose
from smr_audio.options.holds import HoldChange
from smr_audio.options.preferences import Preferences

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


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text in one or more languages, by lower-case language code."""

    texts: Mapping[str, str]
    location: Location

    def shown(self, language: str) -> str:
        """The text in a language, or else in any: for lists."""
        return self.texts[self.language(language)]

    def language(self, wanted: str) -> str:
        """The language of what is `shown` for a language."""
        return wanted if wanted in self.texts else next(iter(self.texts))

    def get(self, language: str) -> str:
        """The text in a language. Raises ContentError that points here if there is none."""
        try:
            return self.texts[language]
        except KeyError:
            message = f"there is no '{language}' text here; add one"
            raise ContentError([Problem(self.location, message)]) from None


At: TypeAlias = Literal["half"] | int
"""When in a hold: at half of it, or so many seconds after its start."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say, and the silence after it, by default that of the line's role.

    A `safety` line is said at every level of talk; one that is `unless_checked` only where the
    session has not asked the whole safety check. `sound` is the path of a recording, by language,
    to use instead of a voice. `speed` is a factor on the pace of its role. `at` is when a line of
    coaching is said: at half of the hold, or so many seconds after its start.
    """

    text: LocalText
    location: Location
    then_ticks: int | None = None
    safety: bool = False
    unless_checked: bool = False
    sound: LocalText | None = None
    speed: float = 1.0
    at: At | None = None


@dataclass(frozen=True, slots=True)
class HoldRange:
    """The length of a hold in seconds: the least and most that is advised, and the default."""

    least: int
    default: int
    most: int
    location: Location


@dataclass(frozen=True, slots=True)
class Follow:
    """What is said in place of a technique's own lines to those who have done it.

    `move` is the first coaching of each hold: what to do.
    """

    setup: tuple[Line, ...]
    location: Location
    move: Line | None = None
    switch: tuple[Line, ...] = ()
    finish: tuple[Line, ...] = ()
    gate: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Technique:
    """One exercise with one tool. `coaching` is in order of rotation, by key.

    `load` is the line that puts weight on the tool: the last of the set-up, and of a switch.
    `short` is the name within a sentence.

    `pace` is the number of passes, or bends and stretches, in a minute; None if there are none.
    `not_for` has ids of limits. `variations` are techniques for the same muscle that suit people
    who cannot do this one, the best first. `named_at` has the places of the names in `not_for`,
    `variations` and `refs`, by key and name.
    """

    id: str
    name: LocalText
    about: LocalText
    muscle: str
    tools: tuple[str, ...]
    position: str
    sides: Literal[1, 2]
    mode: Literal["roll", "roll_small", "press_move", "still"]
    level: int
    cap: int
    hold: HoldRange
    setup: tuple[Line, ...]
    load: Line
    move: tuple[Line, ...]
    coaching: Mapping[str, Line]
    switch: tuple[Line, ...]
    finish: tuple[Line, ...]
    location: Location
    short: LocalText | None = None
    limb: str = "side"
    sets: int = 1
    tool_options: tuple[str, ...] = ()
    eyes_closed_ok: bool = False
    for_whom: LocalText | None = None
    not_for: tuple[str, ...] = ()
    grade: str = "C"
    refs: tuple[str, ...] = ()
    finding: Literal["mixed", "no_change"] | None = None
    avoid: tuple[str, ...] = ()
    variations: tuple[str, ...] = ()
    gate: tuple[Line, ...] = ()
    easier: tuple[Line, ...] = ()
    follow: Follow | None = None
    pace: int | None = None
    pose: Pose | None = None
    named_at: Mapping[tuple[str, str], Location] = field(default_factory=dict)

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


@dataclass(frozen=True, slots=True)
class Routine:
    """Techniques in order, and the routine's own settings. `short` is its title as it is said.

    A `composed` routine was made for this session and is in no file; an `excerpt` of one is heard
    without its opening and closing.
    """

    id: str
    title: LocalText
    about: LocalText
    steps: tuple[Step, ...]
    location: Location
    short: LocalText | None = None
    safety: Literal["full", "short"] = "full"
    settings: Preferences = field(default_factory=Preferences)
    composed: bool = False
    excerpt: bool = False


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a session in one language, from one file or from all.

    `tools` and `muscles` have the words for each id, `tools_short` shorter ones for follow. A tool
    with an empty word is not named, since the word of another tool includes it. `pictures` describe
    those of techniques. A single file needs
    only the language.
    """

    language: str
    name: str
    iso639_2: str
    lines: Mapping[str, tuple[Line, ...]]
    titles: Mapping[str, LocalText]
    words: Mapping[str, str]
    tools: Mapping[str, str]
    tools_short: Mapping[str, str]
    muscles: Mapping[str, str]
    location: Location
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
class Page:
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


@dataclass(frozen=True, slots=True)
class Dose:
    """Seconds of hold per muscle and side: what is recommended, and two limits for warnings."""

    recommended_s: int
    soft_cap_s: int
    hard_cap_s: int
    location: Location


@dataclass(frozen=True, slots=True)
class DoseProfile:
    """An amount of work: the length of a hold, the sets of a side, the rest between them.

    The techniques of a session for one muscle share it, unless it is `per_technique`.
    """

    hold_s: int
    sets: int
    rest_ticks: int
    per_technique: bool = False


@dataclass(frozen=True, slots=True)
class Defaults:
    """Default values: the ticks after a line, by role, the factors of paces, and so on.

    `at_hand` are tools that everybody is assumed to have. Before work on `leg_muscles` the safety
    check asks for signs of a clot.
    """

    then_ticks: Mapping[str, int]
    pace: Mapping[str, Fraction]
    rest_ticks: int
    gate_ticks: int
    pressure_target: int
    dose: Dose
    leg_muscles: tuple[str, ...]
    at_hand: tuple[str, ...]
    doses: Mapping[str, DoseProfile]
    location: Location


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a body, and medical ones to discuss with a clinician.

    Each has an id, and the words for it after "not for".
    """

    body: Mapping[str, LocalText]
    medical: Mapping[str, LocalText]
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

    authors: tuple[str, ...]
    title: str
    journal: str
    read: Literal["L", "M", "P"]
    location: Location
    year: int | None = None
    doi: str | None = None
    pmc: str | None = None
    url: str | None = None
    checked: bool = True
    note: str | None = None

    @property
    def cite(self) -> str:
        """The whole citation; of more than three authors the first."""
        few = len(self.authors) <= 3
        names = ", ".join(self.authors) if few else f"{self.authors[0]} et al."
        where = f"doi:{self.doi}" if self.doi else self.pmc or self.url
        parts = (f"{names} ({self.year or 'n.d.'}). {self.title}", self.journal, where)
        unchecked = "" if self.checked else " (not looked up again)"
        return ". ".join(part for part in parts if part) + unchecked


@dataclass(frozen=True, slots=True)
class Evidence:
    """All references, by key."""

    references: Mapping[str, Reference]
    location: Location


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim about health, with its references, and the reason if it is ruled out.

    `pattern` has a regular expression, by language, that finds a ruled-out claim.
    """

    claim: LocalText
    refs: tuple[str, ...]
    location: Location
    pattern: LocalText | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims that content may make, and those that it must avoid."""

    allowed: tuple[Claim, ...]
    avoid: tuple[Claim, ...]
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


@dataclass(frozen=True, slots=True)
class Course:
    """Sessions in turn, by id and place, either `every` day or other day, or on `days`.

    `growth` is used with `--grow` only.
    """

    id: str
    title: LocalText
    about: LocalText
    weeks: int
    sessions: tuple[tuple[str, Location], ...]
    location: Location
    every: Every | None = None
    days: tuple[Day, ...] = ()
    growth: tuple[Stage, ...] = ()

    def settings_in(self, week: int) -> Preferences:
        begun = [stage for stage in self.growth if stage.from_week <= week]
        return begun[-1].settings if begun else Preferences()


@dataclass(frozen=True, slots=True)
class PackFile:
    """The description of a pack. Its `id` goes before the ids of its content."""

    id: str
    title: LocalText
    location: Location
    about: LocalText | None = None
    version: str | None = None
    author: str | None = None
    license: str | None = None
    languages: tuple[str, ...] = ()


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
