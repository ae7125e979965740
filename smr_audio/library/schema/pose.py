"""The keys of a pose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, cast

from smr_audio.errors import Location
from smr_audio.library import pose as models
from smr_audio.library import yaml_reader
from smr_audio.library.pose import (
    IN_HANDS,
    JOINTS,
    ON_BODY,
    SPOTS,
    SUPPORTS,
    TOOLS,
    VIEWS,
    Furniture,
    Limb,
    Move,
    Place,
    PoseTool,
)
from smr_audio.library.schema.specs import (
    BAD,
    Choice,
    Key,
    ListOf,
    Number,
    Problems,
    Record,
    Schema,
    WithLocation,
)
from smr_audio.library.yaml_reader import Items, Node, Scalar
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
            return Place("", float(text), node.location)
        if word not in self.words:
            hint = f"; {did_you_mean(word, self.words)}" if word.isalpha() else ""
            return problems.must_be(f"a place such as {self.words[0]} 40", node, name, hint)
        if cm and not re.fullmatch(_CM, cm):
            return problems.add(node, f"{name}: '{cm}' is no number of cm; write {word} 40")
        return Place(word, float(cm) if cm else None, node.location)

    def schema(self) -> Schema:
        text: Schema = {"type": "string", "pattern": f"^({'|'.join(self.words)})( {_CM})?$"}
        return {"anyOf": [text, {"type": "number"}]} if self.number else text


@dataclass(frozen=True, slots=True)
class _Degrees(Number):
    """A number as a float: an angle, unless its unit is another."""

    least: float = -360
    most: float = 360
    unit: str = "degrees"
    parts: bool = True

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        value = Number.read(self, node, name, problems)
        return BAD if value is BAD else float(value)


_ON_SUPPORT: Final = _Place(SUPPORTS)
_END: Final = _Place((*SUPPORTS, *ON_BODY))
_ANGLE: Final = Key(_Degrees())


class _LimbRecord(Record):
    """A limb that something places: its end, or the direction of a segment."""

    __slots__ = ()

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        limb = super().read(node, name, problems)
        if limb is BAD:
            return BAD
        given = [one is not None for one in (limb.place, limb.flat, limb.first)]
        if sum(given) > 1 or (limb.bend is not None and limb.second is not None):
            return problems.add(node, f"{name} is placed twice over; keep one of its keys")
        if not any(given) and limb.second is None:
            first = next(iter(self.keys))
            return problems.add(node, f"nothing places {name}; add `{first}: floor 40`")
        return limb


_RENAMED: Final = {
    **{"foot": "place", "heel": "flat", "thigh": "first", "shank": "second", "knee": "bend"},
    **{"hand": "place", "rest": "flat", "upper_arm": "first", "forearm": "second"},
    **{"elbow": "bend", "ankle": "end", "wrist": "end"},
}


def _limb(ends: tuple[str, str], angles: tuple[str, ...], what: str) -> Record:
    keys = {
        ends[0]: Key(_END),
        ends[1]: Key(_ON_SUPPORT),
        **dict.fromkeys(angles, _ANGLE),
        "out": Key(_Degrees(0, 80), default=0.0),
    }
    return _LimbRecord(Limb, keys, what, rename=_RENAMED)


LEG: Final = _limb(("foot", "heel"), ("thigh", "shank", "knee", "ankle"), "a leg")
ARM: Final = _limb(("hand", "rest"), ("upper_arm", "forearm", "elbow", "wrist"), "an arm")


_LENGTH: Final = _Degrees(10, 200, "cm")
_X: Final = _Degrees(-300, 300, "cm")
# A wall's number is how far away it is.
_HEIGHTS: Final[dict[str, _Degrees]] = {**dict.fromkeys(SUPPORTS, _LENGTH), "wall": _X}
FURNITURE: Final = Record(
    dict,
    {"height": Key(_LENGTH), "from": Key(_X), "to": Key(_X)},
    "a support",
    rename={"from": "start", "to": "end"},
)


@dataclass(frozen=True, slots=True)
class _Supports:
    """`bench`, `[chair, table]`, or `{bench: 50}` with another height than the usual."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        if not isinstance(node, yaml_reader.Mapping):
            nodes = node.items if isinstance(node, Items) else (node,)
            kinds = [Choice(SUPPORTS).read(one, name, problems) for one in nodes]
            return tuple(
                Furniture(k, one.location) for k, one in zip(kinds, nodes, strict=True) if k
            )
        found = []
        for key, value in node.entries:
            kind = Choice(SUPPORTS).read(key, name, problems)
            if isinstance(value, Scalar):
                read: Any = {"height": _HEIGHTS.get(key.text, _X).read(value, key.text, problems)}
            else:
                read = FURNITURE.read(value, key.text, problems)
            if kind is not BAD and read is not BAD:
                found.append(Furniture(kind, **{**read, "location": key.location}))
        return tuple(found)

    def schema(self) -> Schema:
        one = Choice(SUPPORTS).schema()
        more = FURNITURE.schema()
        kinds = {kind: {"anyOf": [cm.schema(), more]} for kind, cm in _HEIGHTS.items()}
        changed = {"type": "object", "additionalProperties": False, "properties": kinds}
        return {"anyOf": [one, {"type": "array", "items": one}, changed]}


@dataclass(frozen=True, slots=True)
class _Tool:
    """`roller on floor`, `stick in hands`."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        text = node.text if isinstance(node, Scalar) else ""
        if not (match := re.fullmatch(self._pattern(), text)):
            what = f"a tool and where it is, as in 'roller on floor' ({', '.join(TOOLS)})"
            return problems.must_be(what, node, name)
        return PoseTool(cast(Any, match[1]), match[3] or IN_HANDS, node.location)

    def _pattern(self) -> str:
        return f"({'|'.join(TOOLS)}) (on ({'|'.join(SUPPORTS)})|in {IN_HANDS})"

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{self._pattern()}$"}


def _make_move(location: Location, **values: Any) -> Move:
    if values["slide"] is not None:
        return Move("slide", location, *values["slide"])
    if values["swing"] is not None:
        return Move("swing", location, end=values["to"] or 0, joint=values["swing"])
    if (kind := next((one for one in ("leg", "arm") if values[one]), None)) is not None:
        return Move(kind, location, limb=values[kind])
    return Move("sink", location, end=values["sink"] or 0)


class _MoveRecord(Record):
    """One movement; `press` alone is a word."""

    __slots__ = ()

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        if isinstance(node, Scalar) and node.text == "press":
            return Move("press", node.location)
        if isinstance(node, yaml_reader.Mapping):
            kinds = [key.text for key, _ in node.entries if key.text != "to"]
            if len(kinds) != 1 or (kinds == ["swing"]) != (node.get("to") is not None):
                return problems.add(
                    node,
                    f"{name} is 'press', or one of {{slide: [10, 80]}}, {{swing: knee, to: 90}}, "
                    "{sink: 10} and {arm: {hand: wall 180}}",
                )
        return super().read(node, name, problems)

    def schema(self) -> Schema:
        return {"anyOf": [{"const": "press"}, Record.schema(self)]}


PER_CENT: Final = _Degrees(0, 100, "per cent")

MOVE: Final = _MoveRecord(
    _make_move,
    {
        "slide": Key(ListOf(PER_CENT, 2, 2, "end")),
        "swing": Key(Choice(JOINTS)),
        "to": Key(_Degrees(-180, 180)),
        "sink": Key(_Degrees(1, 40, "cm")),
        "leg": Key(LEG),
        "arm": Key(ARM),
    },
    "move",
)

_KEYS: Final = {
    "view": Key(Choice(VIEWS), default="side"),
    "support": Key(_Supports(), default=()),
    "hips": Key(_Place(("floor", "chair", "bench"), number=True)),
    "trunk": Key(_Degrees(), True),
    "head": _ANGLE,
    **{key: Key(LEG) for key in ("leg", "other_leg", "legs")},
    **{key: Key(ARM) for key in ("arm", "other_arm", "arms")},
    "tool": Key(_Tool()),
    "touches": Key(WithLocation(Choice(tuple(SPOTS)))),
    "at": Key(PER_CENT),
    "move": Key(MOVE),
}


def _make_pose(location: Location, **values: Any) -> models.Pose:
    for name in ("leg", "arm"):
        both = values.pop(f"{name}s") or Limb(location, first=-90.0, bend=0.0)
        for key in (name, f"other_{name}"):
            values[key] = values[key] or both
    values["touches"], values["touches_at"] = values["touches"] or (None, None)
    move = values["move"] = values["move"] or Move("press", location)
    if values["at"] is None:
        usual = SPOTS[values["touches"]][2] if values["touches"] else 0
        values["at"] = move.start if move.kind == "slide" else float(usual)
    return models.Pose(location, **values)


class _PoseRecord(Record):
    """A pose whose parts belong together."""

    __slots__ = ()

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        given = [key.text for key, _ in getattr(node, "entries", ())]
        before = len(problems.found)
        if ("tool" in given) != ("touches" in given):
            message = "the tool touches nothing; add `touches: calf` or what it is"
            problems.add(node, message if "tool" in given else "touches needs a `tool`; add it")
        for one in ("leg", "arm"):
            both = f"{one}s"
            if both in given and {one, f"other_{one}"} <= {*given}:
                problems.add(node, f"'{both}' has nothing left to place; take it out")
        if "legs" not in given and not {"leg", "other_leg"} <= {*given}:
            problems.add(node, "a pose needs 'legs', or 'leg' and 'other_leg'; add them")
        pose = super().read(node, name, problems)
        return BAD if len(problems.found) > before else pose


POSE: Final = _PoseRecord(_make_pose, _KEYS, "a pose")
