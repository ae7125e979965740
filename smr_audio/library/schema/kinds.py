"""The keys of every kind of content file, as tables. `docs/content.md` explains each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from smr_audio.errors import Location, UsageError
from smr_audio.library import models
from smr_audio.library.schema.course_keys import COURSE
from smr_audio.library.schema.evidence import CLAIMS, EVIDENCE, LIMITS
from smr_audio.library.schema.lexicon_keys import LEXICON
from smr_audio.library.schema.lines import Lines, SpokenLine, Words
from smr_audio.library.schema.option_keys import OptionSpec, option_keys, preferences_from
from smr_audio.library.schema.pack import PACK
from smr_audio.library.schema.phrases import DEFAULTS, PHRASE_FILE
from smr_audio.library.schema.specs import (
    BAD,
    ID,
    NAME,
    WORD,
    Choice,
    Flag,
    Key,
    ListOf,
    MapOf,
    Number,
    Problems,
    Record,
    WithLocation,
)
from smr_audio.library.yaml_reader import Node
from smr_audio.options import choices
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_KEY

POSITIONS: Final = (
    "floor-seated",
    "floor-prone",
    "floor-supine",
    "floor-side",
    "kneeling",
    "chair",
    "standing",
    "standing-bench",
    "standing-rack",
    "standing-wall",
)

LEAST_PACE: Final = 5
MOST_PACE: Final = 60

_ABOUT = Words(most=2000)
_SIDE_LINES = Lines(("side", "other"))


def _make_hold_range(location: Location, least: int, default: int, most: int) -> models.HoldRange:
    return models.HoldRange(least, default, most, location)


_HOLD_RANGE = Record(
    _make_hold_range,
    {
        name: Key(Number(choices.LEAST_HOLD_S, choices.MOST_HOLD_S, "seconds"), True)
        for name in ("least", "default", "most")
    },
    "hold",
)


_NAMED: Final = ("not_for", "variations", "refs")
"""Keys of a technique that name what stands in other files."""


def _make_technique(kind: str, sides: str, hold: models.HoldRange, **rest: Any) -> models.Technique:
    places = {(key, name): place for key in _NAMED for name, place in rest[key]}
    for key in _NAMED:
        rest[key] = tuple(name for name, _ in rest[key])
    return models.Technique(sides=2 if sides == "2" else 1, hold=hold, named_at=places, **rest)


TECHNIQUE: Final = Record(
    _make_technique,
    {
        "kind": Key(Choice(("technique",)), True),
        "id": Key(ID, True),
        "name": Key(Words(most=60), True),
        "about": Key(_ABOUT, True),
        "muscle": Key(WORD, True),
        "tools": Key(ListOf(WORD, 0, 6), True),
        "tool_options": Key(ListOf(WORD, 0, 8), default=()),
        "position": Key(Choice(POSITIONS), True),
        "sides": Key(Choice(("1", "2")), True),
        "limb": Key(Choice(("leg", "arm", "side")), default="side"),
        "mode": Key(Choice(("roll", "roll_small", "press_move")), True),
        "pace": Key(Number(LEAST_PACE, MOST_PACE, "beats a minute")),
        "eyes_closed_ok": Key(Flag(), default=False),
        "level": Key(Number(1, 3), True),
        "for_whom": Key(_ABOUT),
        "not_for": Key(ListOf(WithLocation(WORD)), default=()),
        "variations": Key(ListOf(WithLocation(NAME)), default=()),
        "cap": Key(Number(1, 7), True),
        "hold": Key(_HOLD_RANGE, True),
        "sets": Key(Number(1, choices.MOST_SETS), default=1),
        "grade": Key(Choice(("A", "B", "C")), default="C"),
        "refs": Key(ListOf(WithLocation(WORD)), default=()),
        "finding": Key(Choice(("mixed", "no_change"))),
        "avoid": Key(ListOf(WORD), default=()),
        "gate": Key(Lines(), default=()),
        "setup": Key(_SIDE_LINES, True),
        "easier": Key(_SIDE_LINES, default=()),
        "move": Key(_SIDE_LINES, True),
        "coaching": Key(MapOf(WORD, SpokenLine(), 1), True),
        "switch": Key(_SIDE_LINES, default=()),
        "finish": Key(_SIDE_LINES, True),
    },
    "a technique",
)


def _make_settings(location: Location, **values: Any) -> Preferences:
    return preferences_from(values)


SETTINGS: Final = Record(_make_settings, option_keys("step", "settings"), "settings")


def _make_step(location: Location, technique: tuple[str, Location], **values: Any) -> models.Step:
    name, technique_location = technique
    settings = preferences_from(values)
    holds = tuple(replace(change, technique=name) for change in settings.holds)
    return models.Step(name, location, technique_location, holds, replace(settings, holds=()))


@dataclass(frozen=True, slots=True)
class StepHold:
    """The hold of a step: a length, or one for each side; never one of another technique."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """A tuple of HoldChange without a technique."""
        read = OptionSpec(BY_KEY["hold"]).read(node, name, problems)
        if read is BAD:
            return BAD
        if any(change.technique for change in read):
            problems.add(node, f"{name} of a step is for its own technique; write left or right")
            return BAD
        try:
            for change in read:
                replace(change, technique="this")  # what names a technique is held to 300 s
        except UsageError as error:
            problems.add(node, f"{name}: {error}")
        return read


STEP: Final = Record(
    _make_step,
    {"technique": Key(WithLocation(NAME), True), **option_keys("step"), "hold": Key(StepHold())},
    "a step",
)


def _make_routine(kind: str, settings: Preferences | None, **rest: Any) -> models.Routine:
    return models.Routine(settings=settings or Preferences(), **rest)


ROUTINE: Final = Record(
    _make_routine,
    {
        "kind": Key(Choice(("routine",)), True),
        "id": Key(ID, True),
        "title": Key(Words(most=80), True),
        "about": Key(_ABOUT, True),
        "safety": Key(Choice(("full", "short")), default="full"),
        "settings": Key(SETTINGS),
        "steps": Key(ListOf(STEP, 1, 60, "step"), True),
    },
    "a routine",
)


KINDS: Final[Mapping[str, Record]] = {
    "technique": TECHNIQUE,
    "routine": ROUTINE,
    "course": COURSE,
    "phrases": PHRASE_FILE,
    "lexicon": LEXICON,
    "defaults": DEFAULTS,
    "limits": LIMITS,
    "evidence": EVIDENCE,
    "claims": CLAIMS,
    "pack": PACK,
}
"""Every kind of file, by its `kind`."""
