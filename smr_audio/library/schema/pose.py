"""The keys of a pose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from smr_audio.errors import Location
from smr_audio.library import pose as models
from smr_audio.library.pose import IN_HANDS, SPOTS, SUPPORTS, TOOLS, Limb, Move
from smr_audio.library.schema.specs import (
    BAD,
    Choice,
    Key,
    ListOf,
    Number,
    Problems,
    Record,
    Schema,
    Text,
    WithLocation,
)
from smr_audio.library.yaml_reader import Mapping, Node, Scalar
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
            return models.Place("", float(text), node.location)
        if word not in self.words:
            hint = f"; {did_you_mean(word, self.words)}" if word.isalpha() else ""
            return problems.must_be(f"a place such as {self.words[0]} 40", node, name, hint)
        if cm and not re.fullmatch(_CM, cm):
            return problems.add(node, f"{name}: '{cm}' is no number of cm; write {word} 40")
        return models.Place(word, float(cm) if cm else None, node.location)

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


@dataclass(frozen=True, slots=True)
class _Whole(Record):
    """A record whose keys belong together: `faults` tells what is wrong with those given.

    A `word` stands for one without keys.
    """

    faults: Callable[[set[str], str], Iterator[str]] = field(kw_only=True)
    word: str | None = None

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        if isinstance(node, Scalar) and node.text == self.word:
            return self.make(node.location, **dict.fromkeys(self.keys))
        before = len(problems.found)
        given = {key.text for key, _ in getattr(node, "entries", ())}
        # What is misspelt may be what is missed.
        if isinstance(node, Mapping) and given <= self.keys.keys():
            for message in self.faults(given, name):
                problems.add(node, message)
        whole = Record.read(self, node, name, problems)
        return BAD if len(problems.found) > before else whole

    def schema(self) -> Schema:
        whole = Record.schema(self)
        return {"anyOf": [{"const": self.word}, whole]} if self.word else whole


_ANGLE: Final = Key(_Degrees())


def _limb(what: str, *names: str) -> Record:
    """A limb that something places: its end, or the direction of a segment."""
    end, rest, first, second, bend, _ = names

    def faults(given: set[str], name: str) -> Iterator[str]:
        if len(given & {end, rest, first}) > 1 or given >= {second, bend}:
            yield f"{name} is placed twice over; keep one of its keys"
        elif not given & {end, rest, first, second}:
            yield f"nothing places {name}; add `{end}: floor 40`"

    keys = {
        end: Key(_Place((*SUPPORTS, *models.ON_BODY))),
        rest: Key(_Place(SUPPORTS)),
        **dict.fromkeys(names[2:], _ANGLE),
        "out": Key(_Degrees(0, 80), default=0.0),
    }
    fields = ("place", "flat", "first", "second", "bend", "end")
    rename = dict(zip(names, fields, strict=True))
    return _Whole(Limb, keys, what, rename, faults=faults)


LEG: Final = _limb("a leg", "foot", "heel", "thigh", "shank", "knee", "ankle")
ARM: Final = _limb("an arm", "hand", "rest", "upper_arm", "forearm", "elbow", "wrist")


_LENGTH: Final = _Degrees(10, 200, "cm")
_X: Final = _Degrees(-300, 300, "cm")
# A wall's number is how far away it is.
_HEIGHTS: Final[dict[str, _Degrees]] = {**dict.fromkeys(SUPPORTS, _LENGTH), "wall": _X}
_SIZE: Final = Record(
    lambda location, **given: {key: cm for key, cm in given.items() if cm is not None},
    {"height": Key(_LENGTH), "from": Key(_X), "to": Key(_X)},
    "a support",
    rename={"from": "start", "to": "end"},
)


@dataclass(frozen=True, slots=True)
class _Supports:
    """`bench`, `[chair, table]`, or `{bench: 50}` with another height than the usual."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """Each by its kind; the floor is always there."""
        found = {"floor": models.USUAL["floor"]}
        usual: Any = ((kind, None) for kind in getattr(node, "items", (node,)))
        for key, value in node.entries if isinstance(node, Mapping) else usual:
            kind, size = Choice(SUPPORTS).read(key, name, problems), {}
            if isinstance(value, Scalar):
                size["height"] = _HEIGHTS.get(key.text, _X).read(value, key.text, problems)
            elif value is not None:
                size = _SIZE.read(value, key.text, problems)
            if kind is BAD or size is BAD:
                continue
            if kind == "wall":
                size = dict.fromkeys(("start", "end"), size.get("height", 0.0))
            found[kind] = replace(models.USUAL[kind], **size)
        return found

    def schema(self) -> Schema:
        one = Choice(SUPPORTS).schema()
        more = _SIZE.schema()
        kinds = {kind: {"anyOf": [cm.schema(), more]} for kind, cm in _HEIGHTS.items()}
        changed = {"type": "object", "additionalProperties": False, "properties": kinds}
        return {"anyOf": [one, {"type": "array", "items": one}, changed]}


def _make_move(location: Location, **values: Any) -> Move:
    kinds: Any = (kind for kind, value in values.items() if kind != "to" and value is not None)
    start, end = values["slide"] or (0, values["to"] or values["sink"] or 0)
    limb = values["leg"] or values["arm"]
    return Move(next(kinds, "press"), location, start, end, values["swing"], limb)


def _move_faults(given: set[str], name: str) -> Iterator[str]:
    kinds = given - {"to"}
    if len(kinds) != 1 or (kinds == {"swing"}) != ("to" in given):
        yield (
            f"{name} is 'press', or one of {{slide: [10, 80]}}, {{swing: knee, to: 90}}, "
            "{sink: 10} and {arm: {hand: wall 180}}"
        )


PER_CENT: Final = _Degrees(0, 100, "per cent")

MOVE: Final = _Whole(
    _make_move,
    {
        "slide": Key(ListOf(PER_CENT, 2, 2, "end")),
        "swing": Key(Choice(models.JOINTS)),
        "to": Key(_Degrees(-180, 180)),
        "sink": Key(_Degrees(1, 40, "cm")),
        "leg": Key(LEG),
        "arm": Key(ARM),
    },
    "move",
    faults=_move_faults,
    word="press",
)

_TOOL: Final = f"({'|'.join(TOOLS)}) (on ({'|'.join(SUPPORTS)})|in {IN_HANDS})"
_WHAT: Final = f"a tool and where it is, as in 'roller on floor' ({', '.join(TOOLS)})"
_KEYS: Final = {
    "view": Key(Choice(models.VIEWS), default="side"),
    "support": Key(_Supports(), default={"floor": models.USUAL["floor"]}),
    "hips": Key(_Place(("floor", "chair", "bench"), number=True)),
    "trunk": Key(_Degrees(), True),
    "head": _ANGLE,
    **{key: Key(LEG) for key in ("leg", "other_leg", "legs")},
    **{key: Key(ARM) for key in ("arm", "other_arm", "arms")},
    "tool": Key(WithLocation(Text(pattern=_TOOL, what=_WHAT))),
    "touches": Key(WithLocation(Choice(tuple(SPOTS)))),
    "at": Key(PER_CENT),
    "move": Key(MOVE),
}


def _make_pose(location: Location, **values: Any) -> models.Pose:
    limbs = values["limbs"] = {}
    for name in ("leg", "arm"):
        both = values.pop(f"{name}s") or Limb(location, first=-90.0, bend=0.0)
        for key in (name, f"other_{name}"):
            limbs[key] = values.pop(key) or both
    if values["tool"] is not None:
        text, where = values["tool"]
        kind, _, on = text.split()
        values["tool"] = models.PoseTool(kind, on, where)
    values["touches"], values["touches_at"] = values["touches"] or (None, None)
    move = values["move"] = values["move"] or Move("press", location)
    if values["at"] is None:
        usual = SPOTS[values["touches"]][2] if values["touches"] else 0
        values["at"] = move.start if move.kind == "slide" else float(usual)
    return models.Pose(location, **values)


def _pose_faults(given: set[str], _: str) -> Iterator[str]:
    if ("tool" in given) != ("touches" in given):
        touches = "the tool touches nothing; add `touches: calf` or what it is"
        yield touches if "tool" in given else "touches needs a `tool`; add it"
    for one in ("leg", "arm"):
        if given >= {one, f"other_{one}", f"{one}s"}:
            yield f"'{one}s' has nothing left to place; take it out"
    if "legs" not in given and not given >= {"leg", "other_leg"}:
        yield "a pose needs 'legs', or 'leg' and 'other_leg'; add them"


POSE: Final = _Whole(_make_pose, _KEYS, "a pose", faults=_pose_faults)
