"""A routine and its steps, and a course of sessions."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from smr_audio.errors import Location, UsageError
from smr_audio.library.models import About, Content, Id, Lines, Title
from smr_audio.library.schema import specs
from smr_audio.library.schema.lines import LANGUAGE_CODE, Line, LocalText, Words, lines
from smr_audio.library.schema.specs import Choice, ListOf, Made, Placed, Problems, Record, Spec
from smr_audio.library.search import id_of
from smr_audio.library.technique import POSITIONS, HoldRange, Technique, names_side
from smr_audio.library.yaml_reader import Node
from smr_audio.options import choices
from smr_audio.options.kinds import HOLDS
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_KEY
from smr_audio.options.values import HoldChange
from smr_audio.records import dataclass, field, replace


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
        return replace(self, technique=name, holds=holds, own=self.own and replace(self.own, id=name))


@dataclass(frozen=True, slots=True)
class Interlude:
    """What is said between the exercises of a routine, and then a pause."""

    location: Location
    say: Lines = ()
    pause_ticks: Annotated[int, specs.seconds(1, choices.MOST_REST_S), "pause"] = 0
    rounds: tuple[Round, ...] = ()


SETTINGS: Final = Record(specs.preferences_from, specs.option_keys("step", "settings"), "settings")


def _make_step(location: Location, technique: Placed, **values: Any) -> Step:
    settings = specs.preferences_from(**values)
    holds = tuple(replace(change, technique=str(technique)) for change in settings.holds)
    return Step(str(technique), location, technique.location, holds, replace(settings, holds=()))


def _own_holds(changes: tuple[HoldChange, ...], _: Location) -> tuple[HoldChange, ...]:
    for change in changes:
        if change.technique:
            raise UsageError("the hold of a step is for its own technique; write left or right")
        replace(change, technique="this")  # what names a technique is held to 300 s
    return changes


_HOLD: Final = specs.OptionSpec(replace(BY_KEY["hold"], kind=replace(HOLDS, keys=choices.SIDES)))
_OPTIONS: Final[Mapping[str, Spec]] = {**specs.option_keys("step"), "hold": Made(_HOLD, _own_holds)}

_TECHNIQUE: Final = Made(specs.NAME, Placed.at)
STEP: Final = Record(_make_step, {"technique": _TECHNIQUE, **_OPTIONS}, "a step", ("technique",))
_STEP: Final = specs.Either(Made(_TECHNIQUE, lambda name, location: _make_step(location, name)), STEP)
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
    # An id such as `desk.stand-tall`: of no file, since it names the routine's first.
    slug = f"{id_of(Path(name.location.path).stem) or 'routine'}.{id_of(name.shown('en')) or 'step'}"
    found = _make_step(location, Placed.at(slug, name.location), **values)
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


_OWN: Final[Mapping[str, Spec]] = {
    "name": Words(60),
    "lines": lines(("side", "other")),
    "position": Choice(POSITIONS),
    "limb": Choice(("leg", "foot", "arm", "side")),
    **_OPTIONS,
    "sides": Choice(("1", "2", *choices.SIDE_CHOICES)),
}
_OWN_STEP: Final = Record(_make_own, _OWN, "a step of its own", ("name", "hold"))
_INTERLUDE: Final = specs.record(Interlude, "a step that is no exercise")


MOST_ROUNDS: Final = 100
MOST_STEPS: Final = 1000
"""Exercises of a session, each round counted."""


def _make_rounds(
    location: Location, rounds: int, steps: Any, rest_between: Any = None, rest_after: Any = None
) -> list[Step | Interlude]:
    """The steps of a block as often as they are done."""
    between = Preferences(rest_between=rest_between)
    inside = _flat(steps, rounds)
    inside = [replace(one, settings=one.settings.over(between)) if isinstance(one, Step) else one for one in inside]
    rests = (rest_after, between.rest_between_ticks)
    each = (Round(number, rounds, location, *rests) for number in range(1, rounds + 1))
    return [replace(one, rounds=(done, *one.rounds)) for done in each for one in inside]


def _flat(steps: Iterable[Any], rounds: int = 1) -> list[Step | Interlude]:
    """All steps in order, those of blocks too. Raises UsageError for too many in all rounds."""
    found = [each for one in steps for each in (one if isinstance(one, list) else [one])]
    if (number := len(found) * rounds) > MOST_STEPS:
        message = f"these are {number} steps in all rounds together; {MOST_STEPS} are the most"
        raise UsageError(f"{message}, so ask for fewer rounds")
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

    depth: int = 2

    def _kinds(self) -> dict[tuple[str, ...], Spec]:
        keys: dict[str, Spec] = {
            "rounds": specs.number(1, MOST_ROUNDS),
            "rest_between": specs.OptionSpec(BY_KEY["rest_between"]),
            "rest_after": specs.seconds(0, choices.MOST_REST_S),
            "steps": ListOf(_StepSpec(self.depth - 1), 1, 60, "step"),
        }
        rounds: Spec = Record(_make_rounds, keys, "a block of rounds", ("rounds", "steps"))
        kinds: dict[tuple[str, ...], Spec] = {("rounds", "steps"): rounds} if self.depth else {}
        return {**kinds, ("say", "pause"): _INTERLUDE, ("name", "lines"): _OWN_STEP, ("technique",): _STEP}

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

    def schema(self) -> specs.Schema:
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
    short: Annotated[LocalText | None, Words(40)] = None
    language: Annotated[str | None, LANGUAGE_CODE] = None
    safety: Literal["full", "short"] = "full"
    settings: Annotated[Preferences, SETTINGS] = field(default_factory=Preferences)
    composed: bool = False
    excerpt: bool = False

    @property
    def exercises(self) -> tuple[Step, ...]:
        return tuple(one for one in self.steps if isinstance(one, Step))


Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Every: TypeAlias = Literal["day", "other_day"]

DAYS: Final[tuple[Day, ...]] = get_args(Day)
MOST_WEEKS: Final = 52


@dataclass(frozen=True, slots=True)
class Stage:
    """The settings from a week on, counted from 1; they replace those of earlier stages."""

    from_week: int
    settings: Preferences
    location: Location


STAGE: Final = Record(
    lambda location, from_week, **values: Stage(from_week, specs.preferences_from(**values), location),
    {
        "from_week": specs.number(2, MOST_WEEKS),
        "hold": specs.OptionSpec(BY_KEY["hold"]),
        "sets": specs.OptionSpec(BY_KEY["sets"]),
    },
    "a stage",
    ("from_week",),
)


@dataclass(frozen=True, slots=True)
class Course(Content):
    """Sessions in turn, by id, either `every` day or other day, or on `days`.

    `growth` is used with `--grow` only.
    """

    id: Id
    title: Title
    about: About
    weeks: Annotated[int, specs.number(1, MOST_WEEKS, "weeks")]
    sessions: Annotated[tuple[Placed, ...], ListOf(Made(specs.ID, Placed.at), 1, 60)]
    location: Location
    every: Every | None = None
    days: Annotated[tuple[Day, ...], ListOf(Choice(DAYS), 1, 7)] = ()
    growth: Annotated[tuple[Stage, ...], ListOf(STAGE, 0, MOST_WEEKS)] = ()

    def settings_in(self, week: int) -> Preferences:
        begun = [stage for stage in self.growth if stage.from_week <= week]
        return begun[-1].settings if begun else Preferences()
