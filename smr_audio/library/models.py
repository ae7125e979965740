"""The content of files as frozen values, each with its place in a file.

A field that is a key of the file has its spec in its type: `docs/content.md` explains each.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from pathlib import Path
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
    Problems,
    Record,
    Schema,
    Seconds,
    Spec,
    Text,
    WholeSeconds,
    option_keys,
    preferences_from,
    record,
    table,
    with_location,
)
from smr_audio.library.yaml_reader import Node
from smr_audio.options import choices
from smr_audio.options.holds import HoldChange
from smr_audio.options.kinds import HOLDS
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_KEY
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

ROLES: Final[tuple[Role, ...]] = get_args(Role)

PROTECTED_COACHING: Final = ("nerve", "boundary", "stop")
"""Coaching that is never left out, whatever the level of talk and the room, in this order."""

POSITIONS: Final = (
    *("floor-seated", "floor-prone", "floor-supine", "floor-side", "kneeling", "chair"),
    *("standing", "standing-bench", "standing-rack", "standing-wall"),
)
PRESSING: Final = ("roll", "roll_small", "press_move", "still")
"""Modes with pressure on a muscle; the others have no pressure out of ten and no loading line."""
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
SayLines: TypeAlias = Annotated[tuple[Line, ...], lines()]
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


def _hold_range(location: Location, default: int, least: int | None = None, most: int | None = None) -> HoldRange:
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
    `short` is the name within a sentence. One that is `told` was explained earlier in the session.

    `pace` is the number of passes, or bends and stretches, in a minute; None if there are none.
    `not_for` has ids of limits. `variations` are techniques for the same muscle that suit people
    who cannot do this one, the best first.
    """

    id: Id
    name: Named
    short: Short = None
    about: About
    muscle: Word = ""
    tools: Annotated[tuple[str, ...], ListOf(WORD, 0, 6)] = ()
    tool_options: Annotated[tuple[str, ...], ListOf(WORD, 0, 8)] = ()
    position: Annotated[str, Choice(POSITIONS)]
    sides: Annotated[Literal[1, 2], Made(Choice(("1", "2")), lambda sides, _: int(sides))]
    limb: Literal["leg", "foot", "arm", "side"] = "side"
    mode: Annotated[str, Choice((*PRESSING, "stretch", "breathe", "move"))]
    pace: Annotated[int | None, Number(5, 60, "beats a minute")] = None
    eyes_closed_ok: Annotated[bool, Flag()] = False
    level: Annotated[int, Number(1, 3)]
    for_whom: Annotated[LocalText | None, Words(2000)] = None
    not_for: PlacedNames = ()
    variations: Annotated[tuple[Placed, ...], ListOf(Made(NAME, Placed.at))] = ()
    cap: Pressure = 0
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
    load: Annotated[Line | None, SpokenLine(_PLACES)] = None
    coaching: Annotated[Mapping[str, Line], CoachingLines()] = field(default_factory=dict)
    switch: SideLines = ()
    finish: SideLines
    follow: Annotated[Follow | None, record(Follow, "follow")] = None
    pose: Annotated[Pose | None, POSE] = None
    location: Location
    told: bool = False

    @property
    def presses(self) -> bool:
        return self.mode in PRESSING

    @property
    def standing(self) -> bool:
        return self.position.startswith("standing")

    @property
    def on_the_floor(self) -> bool:
        """Whether a person must get up from the floor afterwards."""
        return self.position.startswith("floor") or self.position == "kneeling"


_OF_PRESSURE: Final = ("muscle", "tools", "cap", "coaching")


def _technique_faults(name: str, given: Mapping[str, Any]) -> Iterator[str]:
    mode = given.get("mode")
    if mode in PRESSING:
        needed = (*_OF_PRESSURE, "load") if given.get("tools") else _OF_PRESSURE
        if missing := ", ".join(f"'{key}'" for key in needed if key not in given):
            yield f"a technique lacks {missing}; add it"
    elif mode:
        for key in given.keys() & {"cap", "load"}:
            yield f"a technique of mode {mode} has no pressure; take '{key}' out"


TECHNIQUE: Final = record(
    Technique,
    "a technique",
    faults=_technique_faults,
    rules={
        "if": {"properties": {"mode": {"enum": [*PRESSING]}}},
        "then": {"required": [*_OF_PRESSURE]},
        "else": {"properties": {"cap": False, "load": False}},
    },
)


@dataclass(frozen=True, slots=True)
class Round:
    """One of `total` rounds of the steps at a place, and the rests asked for after and in it."""

    number: int
    total: int
    location: Location
    rest_ticks: int | None
    between_ticks: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """One technique of a routine, with the routine's settings for it.

    A step that is written with lines of its own has the technique that they make as its `own`. In
    `rounds`, the outer one first, it stands once for each.
    """

    technique: str
    location: Location
    technique_location: Location
    holds: tuple[HoldChange, ...] = ()
    settings: Preferences = field(default_factory=Preferences)
    own: Technique | None = None
    rounds: tuple[Round, ...] = ()

    def named(self, name: str) -> "Step":
        """The same with a technique of that id."""
        holds = tuple(replace(one, technique=name) for one in self.holds)
        own = self.own and replace(self.own, id=name)
        return replace(self, technique=name, holds=holds, own=own)


@dataclass(frozen=True, slots=True)
class Interlude:
    """What is said between the exercises of a routine, and then a pause."""

    location: Location
    say: SayLines = ()
    pause_ticks: Annotated[int, Seconds(1, choices.MOST_REST_S), "pause"] = 0
    rounds: tuple[Round, ...] = ()


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

_STEP_OPTIONS: Final[Mapping[str, Spec]] = {**option_keys("step"), "hold": Made(OptionSpec(_HOLD), _own_holds)}

STEP: Final = Record(_make_step, {"technique": with_location(NAME), **_STEP_OPTIONS}, "a step", ("technique",))
_STEP: Final = Either(Made(STEP.keys["technique"], lambda name, location: _make_step(location, name)), STEP)
"""A technique's id alone is a step too."""


def _make_own(
    location: Location,
    name: LocalText,
    *,
    lines: tuple[Line, ...] = (),
    position: str = "",
    limb: Any = "side",
    sides: str = "1",
    **values: Any,
) -> Step:
    if sides in choices.SIDE_CHOICES:
        values["sides"] = sides
    found = _make_step(location, (_slug(name), name.location), **values)
    seconds = [int(s) for one in found.holds if one.how == "exact" for s in one.amounts]
    least, most = choices.LEAST_HOLD_S, max(choices.MOST_HOLD_S, *seconds)
    technique = Technique(
        id=found.technique,
        name=name,
        about=name,
        position=position,
        sides=1 if sides == "1" else 2,
        limb=limb,
        mode="move",
        level=1,
        hold=HoldRange(least, max(seconds, default=30), most, location),
        move=(),
        setup=lines,
        switch=tuple(line for line in lines if names_side(line)),
        finish=(),
        location=location,
    )
    return replace(found, own=technique)


_SIDE_WORDS: Final = re.compile(r"\{(side|other)\}")


def names_side(line: Line) -> bool:
    return any(_SIDE_WORDS.search(text) for text in line.text.texts.values())


def _slug(name: LocalText) -> str:
    """An id such as `desk.stand-tall`: of no file, since it names the routine's first."""
    routine, own = (
        re.sub("[^a-z0-9]+", "-", text.lower()).strip("-") for text in (Path(name.location.path).stem, name.shown("en"))
    )
    return f"{routine or 'routine'}.{own or 'step'}"


_OWN_STEP: Final = Record(
    _make_own,
    {
        "name": Words(60),
        "lines": lines(("side", "other")),
        "position": Choice(POSITIONS),
        "limb": Choice(("leg", "foot", "arm", "side")),
        **_STEP_OPTIONS,
        "sides": Choice(("1", "2", *choices.SIDE_CHOICES)),
    },
    "a step of its own",
    ("name", "hold"),
)
_INTERLUDE: Final = record(Interlude, "a step that is no exercise")


MOST_ROUNDS: Final = 100
MOST_STEPS: Final = 1000
"""Exercises of a session, each round counted."""
_NESTED: Final = 2


def _make_rounds(
    location: Location, rounds: int, steps: Any, rest_between: Any = None, rest_after: Any = None
) -> list[Step | Interlude]:
    """The steps of a block as often as they are done."""
    between = Preferences(rest_between=rest_between)
    inside = [
        replace(one, settings=one.settings.over(between)) if isinstance(one, Step) else one
        for one in _flat(steps, rounds)
    ]
    rests = (rest_after, between.rest_between_ticks)
    return [
        replace(one, rounds=(Round(number, rounds, location, *rests), *one.rounds))
        for number in range(1, rounds + 1)
        for one in inside
    ]


def _flat(steps: Iterable[Any], rounds: int = 1) -> list[Step | Interlude]:
    """All steps in order, those of blocks too. Raises UsageError for too many in all rounds."""
    found = [each for one in steps for each in (one if isinstance(one, list) else [one])]
    if (number := len(found) * rounds) > MOST_STEPS:
        message = f"these are {number} steps in all rounds together; {MOST_STEPS} are the most, "
        raise UsageError(f"{message}so ask for fewer rounds")
    return found


def _all_steps(steps: tuple[Any, ...], _: Location) -> tuple[Step | Interlude, ...]:
    """All steps in order, those written in place with an id each."""
    found, places = _flat(steps), dict[str, list[Location]]()
    for index, one in enumerate(found):
        if isinstance(one, Step) and one.own:
            alike = places.setdefault(one.technique, [])
            alike += [one.location] if one.location not in alike else []
            if number := alike.index(one.location):
                found[index] = one.named(f"{one.technique}-{number + 1}")
    if not any(isinstance(one, Step) for one in found):
        raise UsageError("no step is an exercise; add one with 'technique', or 'name' and 'hold'")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _StepSpec:
    """Any kind of step, told by its keys; blocks of rounds stand in `depth` more at most."""

    depth: int = _NESTED

    def _kinds(self) -> dict[tuple[str, ...], Spec]:
        kinds: dict[tuple[str, ...], Spec] = {
            ("say", "pause"): _INTERLUDE,
            ("name", "lines"): _OWN_STEP,
            ("technique",): _STEP,
        }
        return {("rounds", "steps"): self._rounds(), **kinds} if self.depth else kinds

    def _rounds(self) -> Spec:
        keys: dict[str, Spec] = {
            "rounds": Number(1, MOST_ROUNDS),
            "rest_between": OptionSpec(BY_KEY["rest_between"]),
            "rest_after": Seconds(0, choices.MOST_REST_S),
            "steps": ListOf(_StepSpec(self.depth - 1), 1, 60, "step"),
        }
        return Record(_make_rounds, keys, "a block of rounds", ("rounds", "steps"))

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        given = [key.text for key, _ in getattr(node, "entries", ())]
        if "technique" in given and ("lines" in given or "name" in given):
            message = "a step has a technique, or a name and lines of its own; take one of them out"
            return problems.add(node, message)
        if not self.depth and "rounds" in given:
            return problems.add(node, "rounds stand within rounds once at most; take these out")
        for marks, spec in self._kinds().items():
            if set(marks) & set(given):
                return spec.read(node, name, problems)
        return _STEP.read(node, name, problems)

    def schema(self) -> Schema:
        return {"anyOf": [spec.schema() for spec in self._kinds().values()]}


STEPS: Final = Made(ListOf(_StepSpec(), 1, 60, "step"), _all_steps)


@dataclass(frozen=True, slots=True)
class Routine(Content):
    """What is done in order, and the routine's own settings. `short` is its title as it is said.

    In `steps` each round of a block stands by itself. Plain texts are in the `language`, in which
    the session is unless another is asked for.

    `about` is the title where a file has none.

    A `composed` routine was made for this session and is in no file; an `excerpt` of one is heard
    without its opening and closing.
    """

    id: Id
    title: Title
    about: About
    steps: Annotated[tuple[Step | Interlude, ...], STEPS]
    location: Location
    short: Short = None
    language: Annotated[str | None, LANGUAGE_CODE] = None
    safety: Literal["full", "short"] = "full"
    settings: Annotated[Preferences, SETTINGS] = field(default_factory=Preferences)
    composed: bool = False
    excerpt: bool = False

    @property
    def exercises(self) -> tuple[Step, ...]:
        return tuple(one for one in self.steps if isinstance(one, Step))


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
        return reduce(lambda one, other: (one and self(path, first=one, then=other)) or other, texts, "")


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
    per_technique: Annotated[bool, Made(Choice(("muscle", "technique")), lambda per, _: per == "technique"), "per"] = (
        False
    )


@dataclass(frozen=True, slots=True)
class Defaults(Content):
    """Default values: the ticks after a line, by role, the factors of paces, and so on.

    `at_hand` are tools that everybody is assumed to have. Before work on `leg_muscles` the safety
    check asks for signs of a clot.
    """

    then_ticks: Annotated[Mapping[str, int], table("then_s", ROLES, Seconds(0, 60)), "then_s"]
    pace: Annotated[Mapping[str, Fraction], table("pace", choices.PACES, Number(0.1, 10, parts=True))]
    rest_ticks: RestTicks
    gate_ticks: Annotated[int, Seconds(0, 600), "gate_s"]
    pressure_target: Pressure
    dose: Annotated[Dose, record(Dose, "dose_s"), "dose_s"]
    leg_muscles: NameList
    at_hand: NameList
    doses: Annotated[Mapping[str, DoseProfile], table("doses", choices.DOSES, record(DoseProfile, "a dose"))]
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
    doi: Annotated[str | None, Text(pattern=r"10\.[0-9]{4,9}/[!-~]+", what="a DOI such as 10.3390/jcm10225360")] = None
    pmc: Annotated[str | None, Text(pattern=r"PMC[0-9]{5,9}", what="a PMCID such as PMC6358529")] = None
    url: Annotated[str | None, Text(pattern=r"https?://[!-~]+", what="an address that begins with http")] = None
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
        Mapping[str, Reference], MapOf(WORD, record(Reference, "a reference", faults=_reference_faults), 1)
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
    {"from_week": Number(2, MOST_WEEKS), "hold": OptionSpec(BY_KEY["hold"]), "sets": OptionSpec(BY_KEY["sets"])},
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
