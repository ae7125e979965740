"""The keys of a pose."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from smr_audio.errors import Location
from smr_audio.library import pose as posture
from smr_audio.library.pose import SPOTS, SUPPORTS, TOOLS, USUAL, Limb, Move
from smr_audio.library.schema import specs
from smr_audio.library.schema.specs import Choice, Made, Record, Value
from smr_audio.library.yaml_reader import Node, Scalar
from smr_audio.options import kinds
from smr_audio.suggest import did_you_mean

_CM: Final = r"-?[0-9]{1,3}(\.[0-9])?"


@dataclass(frozen=True, slots=True)
class _Place:
    """`floor 40`, `wall 120`, `head`: a word, and for a support cm. With `number`, cm alone too."""

    words: tuple[str, ...]
    number: bool = False

    def read(self, node: Node, name: str, problems: specs.Problems) -> Any:
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

    def schema(self) -> specs.Schema:
        text: specs.Schema = {"type": "string", "pattern": f"^({'|'.join(self.words)})( {_CM})?$"}
        return {"anyOf": [text, {"type": "number"}]} if self.number else text


def _degrees(least: float = -360, most: float = 360, unit: str = "degrees") -> Value:
    """A number as a float: an angle, unless its unit is another."""
    return Value(kinds.Number(least, most, unit=unit))


_ANGLE: Final = _degrees()


def _limb(what: str, *names: str) -> Record:
    """A limb that something places, its end or the direction of a segment, and nothing twice."""
    end, rest, first, second, bend, _ = names

    def faults(name: str, given: Mapping[str, Any]) -> Iterator[str]:
        if len(given.keys() & {end, rest, first}) > 1 or given.keys() >= {second, bend}:
            yield f"{name} is placed twice over; keep one of its keys"
        elif not given.keys() & {end, rest, first, second}:
            yield f"nothing places {name}; add `{end}: floor 40`"

    keys: dict[str, specs.Spec] = {end: _Place((*SUPPORTS, *posture.ON_BODY)), rest: _Place(SUPPORTS)}
    keys |= {**dict.fromkeys(names[2:], _ANGLE), "out": _degrees(0, 80)}
    fields = ("place", "flat", "first", "second", "bend", "end")
    return Record(Limb, keys, what, (), dict(zip(names, fields, strict=True)), faults)


LEG: Final = _limb("a leg", "foot", "heel", "thigh", "shank", "knee", "ankle")
ARM: Final = _limb("an arm", "hand", "rest", "upper_arm", "forearm", "elbow", "wrist")


_X: Final = _degrees(-300, 300, "cm")
_LENGTH: Final = _degrees(10, 200, "cm")
_SIZE: Final = specs.mapping(
    "a support", {"height": _LENGTH, "from": _X, "to": _X}, rename={"from": "start", "to": "end"}
)
_HIGH: Final = specs.Either(Made(_LENGTH, lambda cm, _: {"height": cm}), _SIZE)
_AWAY: Final = specs.Either(Made(_X, lambda cm, _: {"start": cm, "end": cm}), _SIZE)
_SUPPORT: Final = Made(
    specs.Either(
        Made(specs.ListOf(Choice(SUPPORTS), alone=True), lambda kinds, _: {kind: {} for kind in kinds}),
        replace(_SIZE, keys={**dict.fromkeys(SUPPORTS, _HIGH), "wall": _AWAY}),
    ),
    lambda sizes, _: {kind: replace(USUAL[kind], **size) for kind, size in {"floor": {}, **sizes}.items()},
)

_TOOL: Final = Made(
    specs.Text(
        pattern=f"({'|'.join(TOOLS)}) (on ({'|'.join(SUPPORTS)})|in {posture.IN_HANDS})",
        what=f"a tool and where it is, as in 'roller on floor' ({', '.join(TOOLS)})",
    ),
    lambda text, location: posture.PoseTool(text.split()[0], text.split()[2], location),
)


def _make_move(location: Location, to: float = 0, **moved: Any) -> Move:
    kind: Any = next(iter(moved))
    start, end = moved.get("slide", (0, moved.get("sink", to)))
    limb = moved.get("leg", moved.get("arm"))
    return Move(kind, location, start, end, moved.get("swing"), limb)


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
        "slide": specs.ListOf(PER_CENT, 2, 2, "end"),
        "swing": Choice(posture.JOINTS),
        "to": _degrees(-180, 180),
        "sink": _degrees(1, 40, "cm"),
        "leg": LEG,
        "arm": ARM,
    },
    "move",
    faults=_move_faults,
)

_KEYS: Final[Mapping[str, specs.Spec]] = {
    "view": Choice(posture.VIEWS),
    "support": _SUPPORT,
    "hips": _Place(("floor", "chair", "bench"), number=True),
    "trunk": _ANGLE,
    "head": _ANGLE,
    **dict.fromkeys(("leg", "other_leg", "legs"), LEG),
    **dict.fromkeys(("arm", "other_arm", "arms"), ARM),
    "tool": _TOOL,
    "touches": specs.with_location(Choice(tuple(SPOTS))),
    "at": PER_CENT,
    "move": specs.Either(Choice(("press",)), MOVE),
}


def _make_pose(location: Location, touches: Any = (None, None), **values: Any) -> posture.Pose:
    values = {"support": {"floor": USUAL["floor"]}, "move": "press", "limbs": {}, **values}
    for name in ("leg", "arm"):
        both = values.pop(f"{name}s", Limb(location, first=-90.0, bend=0.0))
        values["limbs"] |= {key: values.pop(key, both) for key in (name, f"other_{name}")}
    if values["move"] == "press":
        values["move"] = Move("press", location)
    usual = float(SPOTS[touches[0]][2]) if touches[0] else 0.0
    at = values["move"].start if values["move"].kind == "slide" else usual
    return posture.Pose(location, touches=touches[0], touches_at=touches[1], **{"at": at, **values})


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
