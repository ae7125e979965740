"""What content says: techniques, routines, phrases, the defaults, and what all of it rests on.

Frozen values, each with the place in the file that it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

from smr_audio.errors import ContentError, Location, Problem
from smr_audio.options.holds import HoldChange
from smr_audio.options.preferences import Preferences

Mode: TypeAlias = Literal["roll", "roll_small", "press_move"]
Finding: TypeAlias = Literal["mixed", "no_change"]

Role: TypeAlias = Literal[
    "title",
    "fetch",
    "safety",
    "name",
    "setup",
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
"""What a line is for. The silence after it depends on it, unless the line has its own."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

PROTECTED_COACHING: Final = ("nerve", "boundary", "stop")
"""Coaching that no level of talk and no lack of room may leave out, in the order it is said."""


@dataclass(frozen=True, slots=True)
class LocalText:
    """The same words in one or more languages, by lower-case language code."""

    texts: Mapping[str, str]
    location: Location

    def shown(self, language: str) -> str:
        """The words in a language, or in any: for lists, where something is better."""
        return self.texts.get(language) or next(iter(self.texts.values()))

    def get(self, language: str) -> str:
        """The words in a language. Raises ContentError that points here if there are none."""
        try:
            return self.texts[language]
        except KeyError:
            message = f"there is no '{language}' text here; add one"
            raise ContentError([Problem(self.location, message)]) from None


@dataclass(frozen=True, slots=True)
class Line:
    """Something to say, and the silence after it.

    `then_ticks` None takes the default of the line's role. A `safety` line is said at every
    level of talk. `sound` is the path of a recording, by language, to use in place of a voice.
    `speed` is a factor on the pace of its role.
    """

    text: LocalText
    location: Location
    then_ticks: int | None = None
    safety: bool = False
    sound: LocalText | None = None
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class HoldRange:
    """Seconds a technique is worked for: the least and most advised, and the default."""

    least: int
    default: int
    most: int
    location: Location


@dataclass(frozen=True, slots=True)
class Technique:
    """One exercise with one tool. `coaching` is in order of rotation, by key.

    `pace` is how many passes, or bends and stretches, a minute has; None for what only presses.
    `not_for` holds ids of the limits. `variations` are techniques for the same muscle that suit
    people who cannot do this one, the best first. `named_at` has the places of what `not_for`,
    `variations` and `refs` name, by key and name.
    """

    id: str
    name: LocalText
    about: LocalText
    muscle: str
    tools: tuple[str, ...]
    position: str
    sides: Literal[1, 2]
    mode: Mode
    level: int
    cap: int
    hold: HoldRange
    setup: tuple[Line, ...]
    move: tuple[Line, ...]
    coaching: Mapping[str, Line]
    switch: tuple[Line, ...]
    finish: tuple[Line, ...]
    location: Location
    limb: str = "side"
    sets: int = 1
    tool_options: tuple[str, ...] = ()
    eyes_closed_ok: bool = False
    for_whom: LocalText | None = None
    not_for: tuple[str, ...] = ()
    grade: str = "C"
    refs: tuple[str, ...] = ()
    finding: Finding | None = None
    avoid: tuple[str, ...] = ()
    variations: tuple[str, ...] = ()
    gate: tuple[Line, ...] = ()
    easier: tuple[Line, ...] = ()
    pace: int | None = None
    named_at: Mapping[tuple[str, str], Location] = field(default_factory=dict)

    @property
    def standing(self) -> bool:
        """Whether the work is done on one's feet."""
        return self.position.startswith("standing")

    @property
    def on_the_floor(self) -> bool:
        """Whether one must get up from the floor after it."""
        return self.position.startswith("floor") or self.position == "kneeling"


@dataclass(frozen=True, slots=True)
class Step:
    """One technique of a routine, with what the routine changes for it."""

    technique: str
    location: Location
    technique_location: Location
    holds: tuple[HoldChange, ...] = ()
    settings: Preferences = field(default_factory=Preferences)


@dataclass(frozen=True, slots=True)
class Routine:
    """Techniques in order, an opening and a close. `settings` are the routine's own.

    One that is `composed` was made for this session and stands in no file.
    """

    id: str
    title: LocalText
    about: LocalText
    steps: tuple[Step, ...]
    location: Location
    safety: Literal["full", "short"] = "full"
    settings: Preferences = field(default_factory=Preferences)
    composed: bool = False


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a session says in one language that no technique says, of one file or of all.

    `tools` and `muscles` hold the words for each id; a tool with an empty word is not named,
    since another one says it. One file may lack anything but the language.
    """

    language: str
    name: str
    iso639_2: str
    lines: Mapping[str, tuple[Line, ...]]
    titles: Mapping[str, LocalText]
    words: Mapping[str, str]
    tools: Mapping[str, str]
    muscles: Mapping[str, str]
    location: Location

    def title(self, form: str, /, **values: str) -> str:
        return self.titles[form].get(self.language).format(**values)


@dataclass(frozen=True, slots=True)
class Dose:
    """Seconds of hold per muscle and side: what is advised, and where the plan warns."""

    recommended_s: int
    soft_cap_s: int
    hard_cap_s: int
    location: Location


@dataclass(frozen=True, slots=True)
class DoseProfile:
    """How much is done: seconds a hold, sets of a side, the rest between.

    The techniques of a session for one muscle share it, unless it is for each technique.
    """

    hold_s: int
    sets: int
    rest_ticks: int
    per_technique: bool = False


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where nothing else is said. Ticks after a line, by role; pace factors.

    `at_hand` are tools that are taken to be there.
    """

    then_ticks: Mapping[str, int]
    pace: Mapping[str, Fraction]
    rest_ticks: int
    gate_ticks: int
    pressure_target: int
    dose: Dose
    at_hand: tuple[str, ...]
    doses: Mapping[str, DoseProfile]
    location: Location


@dataclass(frozen=True, slots=True)
class Limits:
    """Whom a technique may not suit: what a body does not allow, and what a clinician must.

    Each by its id, as it is said after "not for".
    """

    body: Mapping[str, LocalText]
    medical: Mapping[str, LocalText]
    location: Location

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id, those of the body first."""
        return (*self.body, *self.medical)

    def is_medical(self, name: str) -> bool:
        """Whether a limit is one to ask a clinician about first."""
        return name in self.medical

    def text(self, name: str) -> LocalText:
        """How a limit is said. Raises KeyError for an unknown one."""
        return self.body[name] if name in self.body else self.medical[name]


@dataclass(frozen=True, slots=True)
class Reference:
    """What is cited, and how it was read: L abstract or opening, M from memory, P of practice."""

    cite: str
    read: Literal["L", "M", "P"]
    location: Location
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that content may cite, by key."""

    references: Mapping[str, Reference]
    location: Location


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim about health, and what it rests on or why it is ruled out.

    `pattern` has regular expressions, by language, that find a claim that is ruled out.
    """

    claim: LocalText
    refs: tuple[str, ...]
    location: Location
    pattern: LocalText | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What content may claim and what it may not."""

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
    """The settings from a week on, counted from 1, in place of earlier stages."""

    from_week: int
    settings: Preferences
    location: Location


@dataclass(frozen=True, slots=True)
class Course:
    """Sessions in turn, by id with the place of each, either `every` so often or on `days`.

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
        """The settings for a week, counted from 1, if the course grows."""
        begun = [stage for stage in self.growth if stage.from_week <= week]
        return begun[-1].settings if begun else Preferences()


@dataclass(frozen=True, slots=True)
class PackFile:
    """What a pack says of itself. `id` stands before the ids of all that is in it."""

    id: str
    title: LocalText
    location: Location
    about: LocalText | None = None
    version: str | None = None
    author: str | None = None
    license: str | None = None
    languages: tuple[str, ...] = ()
