"""The keys of a pose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from smr_audio.errors import Location
from smr_audio.library import pose as posture
from smr_audio.library.schema.specs import (
    Choice,
    Either,
    ListOf,
    Made,
    Number,
    Problems,
    Record,
    Schema,
    Spec,
    Text,
    with_location,
)
from smr_audio.library.yaml_reader import Node, Scalar
from smr_audio.suggest import did_you_mean

_PRESS: Final = "press"
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


_ON_SUPPORT: Final = _Place(posture.SUPPORTS)
_END: Final = _Place((*posture.SUPPORTS, *posture.ON_BODY))
_ANGLE: Final = _degrees()


_RENAMED: Final = {
    **{"foot": "place", "heel": "flat", "thigh": "first", "shank": "second", "knee": "bend"},
    **{"hand": "place", "rest": "flat", "upper_arm": "first", "forearm": "second"},
    **{"elbow": "bend", "ankle": "end", "wrist": "end"},
}


def _limb_faults(name: str, given: Mapping[str, Any]) -> Iterator[str]:
    """What places a limb is its end, or the direction of a segment; and nothing twice."""
    fields = [_RENAMED.get(key) for key in given]
    placed = sum(one in ("place", "flat", "first") for one in fields)
    if placed > 1 or {"bend", "second"} <= {*fields}:
        yield f"{name} is placed twice over; keep one of its keys"
    if not placed and "second" not in fields:
        yield f"nothing places {name}; add `{'hand' if 'arm' in name else 'foot'}: floor 40`"


def _limb(ends: tuple[str, str], angles: tuple[str, ...], what: str) -> Record:
    keys: dict[str, Spec] = {ends[0]: _END, ends[1]: _ON_SUPPORT}
    keys |= {**dict.fromkeys(angles, _ANGLE), "out": _degrees(0, 80)}
    return Record(posture.Limb, keys, what, (), _RENAMED, _limb_faults)


LEG: Final = _limb(("foot", "heel"), ("thigh", "shank", "knee", "ankle"), "a leg")
ARM: Final = _limb(("hand", "rest"), ("upper_arm", "forearm", "elbow", "wrist"), "an arm")


_LENGTH: Final = _degrees(10, 200, "cm")
_X: Final = _degrees(-300, 300, "cm")
_MEASURES: Final = Record(
    lambda location, **measures: measures,
    {"height": _LENGTH, "from": _X, "to": _X},
    "a support",
    rename={"from": "start", "to": "end"},
)
_KIND: Final = Choice(posture.SUPPORTS)
# A wall's number is how far away it is.
_HEIGHT, _AWAY = (Made(one, lambda height, _: {"height": height}) for one in (_LENGTH, _X))
_KINDS: Final[Mapping[Any, Spec]] = {
    kind: Either(_AWAY if kind == "wall" else _HEIGHT, _MEASURES) for kind in posture.SUPPORTS
}
_CHANGED: Final = Record(
    lambda location, **found: tuple(
        posture.Furniture(kind, **found[kind]) for kind in _KINDS if kind in found
    ),
    _KINDS,
    "a support",
)
_SUPPORT: Final = Either(
    ListOf(Made(_KIND, lambda kind, _: posture.Furniture(kind)), alone=True), _CHANGED
)

_IN_PLACE: Final = (
    rf"({'|'.join(posture.TOOLS)}) (on ({'|'.join(posture.SUPPORTS)})|in {posture.IN_HANDS})"
)
_TOOL: Final = Made(
    Text(
        pattern=_IN_PLACE,
        what=f"a tool and where it is, as in 'roller on floor' ({', '.join(posture.TOOLS)})",
    ),
    lambda text, location: posture.PoseTool(text.split()[0], text.split()[2], location),
)


def _make_move(location: Location, **values: Any) -> posture.Move:
    to: float = values.pop("to", 0)
    kind: Any
    ((kind, value),) = values.items()
    if kind == "slide":
        return posture.Move(kind, location, *value)
    if kind == "swing":
        return posture.Move(kind, location, end=to, joint=value)
    if kind == "sink":
        return posture.Move(kind, location, end=value)
    return posture.Move(kind, location, limb=value)


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
        "slide": ListOf(PER_CENT, 2, 2, "end"),
        "swing": Choice(posture.JOINTS),
        "to": _degrees(-180, 180),
        "sink": _degrees(1, 40, "cm"),
        "leg": LEG,
        "arm": ARM,
    },
    "move",
    faults=_move_faults,
)

_KEYS: Final[Mapping[str, Spec]] = {
    "view": Choice(posture.VIEWS),
    "support": _SUPPORT,
    "hips": _Place(("floor", "chair", "bench"), number=True),
    "trunk": _ANGLE,
    "head": _ANGLE,
    **dict.fromkeys(("leg", "other_leg", "legs"), LEG),
    **dict.fromkeys(("arm", "other_arm", "arms"), ARM),
    "tool": _TOOL,
    "touches": with_location(Choice(tuple(posture.SPOTS))),
    "at": PER_CENT,
    "move": Either(Choice((_PRESS,)), MOVE),
}


def _make_pose(location: Location, **values: Any) -> posture.Pose:
    for name in ("leg", "arm"):
        both: Any = values.pop(f"{name}s", None) or posture.Limb(location, first=-90.0, bend=0.0)
        values = {name: both, f"other_{name}": both, **values}
    touches, values["touches_at"] = values.get("touches", (None, None))
    values["touches"] = touches
    if values.get("move", _PRESS) == _PRESS:
        values["move"] = posture.Move("press", location)
    usual = posture.SPOTS[touches][2] if touches else 0
    moved = values["move"].start if values["move"].kind == "slide" else float(usual)
    return posture.Pose(location, **{"at": moved, **values})


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


POSE: Final = Record(_make_pose, _KEYS, "a pose", ("trunk",), faults=_pose_faults)
