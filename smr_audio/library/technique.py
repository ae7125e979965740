"""A technique: one exercise with one tool, as its file has it."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from smr_audio.errors import Location
from smr_audio.library.models import HOLD_S, About, Content, HoldSeconds, Id, Lines, PlacedNames, Pressure, Sets
from smr_audio.library.pose import POSE, Pose
from smr_audio.library.schema.lines import CoachingLines, Line, LocalText, SpokenLine, Words, lines
from smr_audio.library.schema.specs import FLAG, NAME, WORD, Choice, Either, ListOf, Made, Placed, number, record
from smr_audio.options import choices
from smr_audio.records import dataclass, field

PROTECTED_COACHING: Final = ("nerve", "boundary", "stop")
"""Coaching that is never left out, whatever the level of talk and the room, in this order."""

POSITIONS: Final = (
    *("floor-seated", "floor-prone", "floor-supine", "floor-side", "kneeling", "chair"),
    *("standing", "standing-bench", "standing-rack", "standing-wall"),
)
PRESSING: Final = ("roll", "roll_small", "press_move", "still")
"""Modes with pressure on a muscle; the others have no pressure out of ten and no loading line."""
_PLACES: Final = ("side", "other", "press")

SideLines: TypeAlias = Annotated[tuple[Line, ...], lines(_PLACES)]


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
    Made(HOLD_S, lambda default, location: _hold_range(location, default)),
    record(HoldRange, "hold", make=_hold_range, optional=("least", "most")),
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
    gate: Lines = ()


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
    name: Annotated[LocalText, Words(60)]
    short: Annotated[LocalText | None, Words(40)] = None
    about: About
    muscle: Annotated[str, WORD] = ""
    tools: Annotated[tuple[str, ...], ListOf(WORD, 0, 6)] = ()
    tool_options: Annotated[tuple[str, ...], ListOf(WORD, 0, 8)] = ()
    position: Annotated[str, Choice(POSITIONS)]
    sides: Annotated[Literal[1, 2], number(1, 2)]
    limb: Literal["leg", "foot", "arm", "side"] = "side"
    mode: Annotated[str, Choice((*PRESSING, "stretch", "breathe", "move"))]
    pace: Annotated[int | None, number(5, 60, "beats a minute")] = None
    eyes_closed_ok: Annotated[bool, FLAG] = False
    level: Annotated[int, number(1, 3)]
    for_whom: Annotated[LocalText | None, Words(2000)] = None
    not_for: PlacedNames = ()
    variations: Annotated[tuple[Placed, ...], ListOf(Made(NAME, Placed.at))] = ()
    cap: Pressure = 0
    hold: Annotated[HoldRange, _HOLD_RANGE]
    sets: Sets = 1
    grade: Literal["A", "B", "C"] = "C"
    refs: PlacedNames = ()
    finding: Literal["mixed", "no_change"] | None = None
    avoid: Annotated[tuple[str, ...], ListOf(WORD)] = ()
    gate: Lines = ()
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
    for key in given.keys() & {"cap", "load"} if mode and mode not in PRESSING else ():
        yield f"a technique of mode {mode} has no pressure; take '{key}' out"


_RULES: Final = {
    "if": {"properties": {"mode": {"enum": [*PRESSING]}}},
    "then": {"required": [*_OF_PRESSURE]},
    "else": {"properties": {"cap": False, "load": False}},
}
TECHNIQUE: Final = record(Technique, "a technique", faults=_technique_faults, rules=_RULES)


def names_side(line: Line) -> bool:
    return any(re.search(r"\{(side|other)\}", text) for text in line.text.texts.values())
