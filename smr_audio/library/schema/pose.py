"""The keys of a pose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from smr_audio.errors import Location
from smr_audio.library import pose as posture
from smr_audio.library.pose import SPOTS, SUPPORTS, TOOLS, USUAL, Limb, Move
from smr_audio.library.schema.specs import (
    Choice,
    Either,
    Key,
    ListOf,
    Made,
    Number,
    Problems,
    Record,
    Schema,
    Text,
    with_location,
)
from smr_audio.library.yaml_reader import Node, Scalar
from smr_audio.suggest import did_you_mean

_CM: Final = r"-?[0-9]{1,3}(\.[0-9])?"


@dataclass(frozen=True, slots=True)
class _Place:
    """`floor 40`, `wall 120`, `head`: a word, and for a support cm. With `number`, cm alone too."""

    words: tuple[str, ...]
    number: bool = False

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        text = node.text if isinstance(node, Scalar) else ""
        word, _, cm = text.partition(" ")
        if self.number and re.fullmatch(_CM, text):
            return posture.Place("", float(text), node.location)
        if word not in self.words:
            hint = f"; {did_you_mean(word, self.words)}" if word.isalpha() else ""
            return problems.must_be(f"a place such as {self.words[0]} 40", node, name, hint)
        if cm and not re.fullmatch(_CM, cm):
            return problems.add(node, f"{name}: '{cm}' is no number of cm; write {word} 40")
        return posture.Place(word, float(cm) if cm else None, node.location)

    def schema(self) -> Schema:
        text: Schema = {"type": "string", "pattern": f"^({'|'.join(self.words)})( {_CM})?$"}
        return {"anyOf": [text, {"type": "number"}]} if self.number else text


def _degrees(least: float = -360, most: float = 360, unit: str = "degrees") -> Made:
    """A number as a float: an angle, unless its unit is another."""
    return Made(Number(least, most, unit, parts=True), lambda value, _: float(value))


_ANGLE: Final = Key(_degrees())


def _limb(what: str, *names: str) -> Record:
    """A limb that something places, its end or the direction of a segment, and nothing twice."""
    end, rest, first, second, bend, _ = names

    def faults(name: str, given: Mapping[str, Any]) -> Iterator[str]:
        if len(given.keys() & {end, rest, first}) > 1 or given.keys() >= {second, bend}:
            yield f"{name} is placed twice over; keep one of its keys"
        elif not given.keys() & {end, rest, first, second}:
            yield f"nothing places {name}; add `{end}: floor 40`"

    keys = {
        end: Key(_Place((*SUPPORTS, *posture.ON_BODY))),
        rest: Key(_Place(SUPPORTS)),
        **dict.fromkeys(names[2:], _ANGLE),
        "out": Key(_degrees(0, 80), default=0.0),
    }
    fields = ("place", "flat", "first", "second", "bend", "end")
    return Record(Limb, keys, what, dict(zip(names, fields, strict=True)), faults)


LEG: Final = _limb("a leg", "foot", "heel", "thigh", "shank", "knee", "ankle")
ARM: Final = _limb("an arm", "hand", "rest", "upper_arm", "forearm", "elbow", "wrist")


def _given(location: Location, **values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


_X: Final = _degrees(-300, 300, "cm")
_LENGTH: Final = _degrees(10, 200, "cm")
_SIZE: Final = Record(
    _given,
    {"height": Key(_LENGTH), "from": Key(_X), "to": Key(_X)},
    "a support",
    {"from": "start", "to": "end"},
)
_HIGH: Final = Key(Either(Made(_LENGTH, lambda cm, _: {"height": cm}), _SIZE))
_AWAY: Final = Key(Either(Made(_X, lambda cm, _: {"start": cm, "end": cm}), _SIZE))
_SUPPORT: Final = Made(
    Either(
        Made(ListOf(Choice(SUPPORTS), alone=True), lambda kinds, _: {kind: {} for kind in kinds}),
        Record(_given, {**dict.fromkeys(SUPPORTS, _HIGH), "wall": _AWAY}, "a support"),
    ),
    lambda sizes, _: {
        kind: replace(USUAL[kind], **size) for kind, size in {"floor": {}, **sizes}.items()
    },
)

_TOOL: Final = Made(
    Text(
        pattern=f"({'|'.join(TOOLS)}) (on ({'|'.join(SUPPORTS)})|in {posture.IN_HANDS})",
        what=f"a tool and where it is, as in 'roller on floor' ({', '.join(TOOLS)})",
    ),
    lambda text, location: posture.PoseTool(text.split()[0], text.split()[2], location),
)


def _make_move(location: Location, **values: Any) -> Move:
    kind: Any = next(kind for kind, value in values.items() if kind != "to" and value is not None)
    start, end = values["slide"] or (0, values["to"] or values["sink"] or 0)
    return Move(kind, location, start, end, values["swing"], values["leg"] or values["arm"])


def _move_faults(name: str, given: Mapping[str, Any]) -> Iterator[str]:
    kinds = given.keys() - {"to"}
    if len(kinds) != 1 or ("swing" in kinds) != ("to" in given):
        yield (
            f"{name} is 'press', or one of {{slide: [10, 80]}}, {{swing: knee, to: 90}}, "
            "{sink: 10} and {arm: {hand: wall 180}}"
        )


PER_CENT: Final = _degrees(0, 100, "per cent")

MOVE: Final = Record(
    _make_move,
    {
        "slide": Key(ListOf(PER_CENT, 2, 2, "end")),
        "swing": Key(Choice(posture.JOINTS)),
        "to": Key(_degrees(-180, 180)),
        "sink": Key(_degrees(1, 40, "cm")),
        "leg": Key(LEG),
        "arm": Key(ARM),
    },
    "move",
    faults=_move_faults,
)

_KEYS: Final = {
    "view": Key(Choice(posture.VIEWS), default="side"),
    "support": Key(_SUPPORT, default={"floor": USUAL["floor"]}),
    "hips": Key(_Place(("floor", "chair", "bench"), number=True)),
    "trunk": Key(_degrees(), True),
    "head": _ANGLE,
    **{key: Key(LEG) for key in ("leg", "other_leg", "legs")},
    **{key: Key(ARM) for key in ("arm", "other_arm", "arms")},
    "tool": Key(_TOOL),
    "touches": Key(with_location(Choice(tuple(SPOTS)))),
    "at": Key(PER_CENT),
    "move": Key(Either(Choice(("press",)), MOVE), default="press"),
}


def _make_pose(location: Location, **values: Any) -> posture.Pose:
    limbs = values["limbs"] = {}
    for name in ("leg", "arm"):
        both = values.pop(f"{name}s") or Limb(location, first=-90.0, bend=0.0)
        for key in (name, f"other_{name}"):
            limbs[key] = values.pop(key) or both
    values["touches"], values["touches_at"] = values["touches"] or (None, None)
    if values["move"] == "press":
        values["move"] = Move("press", location)
    if values["at"] is None:
        usual = SPOTS[values["touches"]][2] if values["touches"] else 0
        values["at"] = values["move"].start if values["move"].kind == "slide" else float(usual)
    return posture.Pose(location, **values)


def _pose_faults(_: str, given: Mapping[str, Any]) -> Iterator[str]:
    """What does not belong together."""
    if ("tool" in given) != ("touches" in given):
        message = "the tool touches nothing; add `touches: calf` or what it is"
        yield message if "tool" in given else "touches needs a `tool`; add it"
    for one in ("leg", "arm"):
        if {one, f"{one}s", f"other_{one}"} <= given.keys():
            yield f"'{one}s' has nothing left to place; take it out"
    if "legs" not in given and not {"leg", "other_leg"} <= given.keys():
        yield "a pose needs 'legs', or 'leg' and 'other_leg'; add them"


POSE: Final = Record(_make_pose, _KEYS, "a pose", faults=_pose_faults)
