"""A pose as an author writes it: where hands and feet are, what the tool touches, and its keys."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from smr_audio.errors import Location
from smr_audio.library.schema import specs
from smr_audio.library.schema.specs import Choice, Made, Record, Value
from smr_audio.library.yaml_reader import Node, Scalar
from smr_audio.options import kinds
from smr_audio.records import dataclass, replace
from smr_audio.suggest import did_you_mean

View: TypeAlias = Literal["side", "front", "above"]
Support: TypeAlias = Literal["floor", "chair", "bench", "table", "wall", "rack"]
ToolKind: TypeAlias = Literal["roller", "ball", "double_ball", "bar", "stick"]
Segment: TypeAlias = Literal["trunk", "thigh", "shank", "foot", "upper_arm", "forearm"]
Face: TypeAlias = Literal["front", "back", "any"]
Joint: TypeAlias = Literal["knee", "ankle", "elbow", "wrist"]

VIEWS: Final[tuple[View, ...]] = get_args(View)
SUPPORTS: Final[tuple[Support, ...]] = get_args(Support)
TOOLS: Final[tuple[ToolKind, ...]] = get_args(ToolKind)
JOINTS: Final[tuple[Joint, ...]] = get_args(Joint)
ON_BODY: Final = ("head", "chest", "hip", "knee", "tool")
"""Places for a hand or foot that are no support: `knee` is the other leg's for a foot."""
IN_HANDS: Final = "hands"

_TABLES: Final[Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))

SPOTS: Final[Mapping[str, tuple[Segment, Face, int]]] = _TABLES["spots"]
"""What a tool may touch: the segment, its face and the usual place in per cent of its length.

A trunk's length counts from the hips, a limb's from the body, a sole's from the heel. Seen from
the front, the front of the trunk and of a leg is the worked side's outer face.
"""

PARTS: Final[Mapping[Segment, tuple[int, ...]]] = _TABLES["parts"]
"""Parts of a segment that have a name, by the per cent of its length where they begin."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hand, foot or the hips are: on a support at so many cm, or on the body.

    The cm are along the floor from the hips, or up a wall or rack.
    """

    on: str
    at: float | None
    location: Location


@dataclass(frozen=True, slots=True)
class Limb:
    """A leg or an arm, by the place of its end or by angles in degrees.

    `first` and `second` are directions of its two long segments: 0 is forward, 90 up. `bend` is
    that of the knee or elbow, `end` of the ankle or wrist; 0 is straight. `flat` has the heel or
    the forearm on a support. `out` turns the limb out of the picture, but no `second`.
    """

    location: Location
    place: Place | None = None
    flat: Place | None = None
    first: float | None = None
    second: float | None = None
    bend: float | None = None
    end: float | None = None
    out: float = 0

    @property
    def on(self) -> str:
        """What its end is on; empty without a place."""
        return self.place.on if self.place else ""


@dataclass(frozen=True, slots=True)
class Surface:
    """A support in its place: a top at `height` from `start` to `end`, or upright at `start`."""

    kind: Support
    height: float
    start: float
    end: float

    @property
    def upright(self) -> bool:
        return self.kind in ("wall", "rack")


USUAL: Final = {kind: Surface(kind, *_TABLES["supports"][kind]) for kind in SUPPORTS}
"""Supports as they usually are, in cm: heights of seats and tops, of a rack its bar; reach from the
hips."""


@dataclass(frozen=True, slots=True)
class PoseTool:
    """A tool and what carries it: a support, or the hands."""

    kind: ToolKind
    on: str
    location: Location


@dataclass(frozen=True, slots=True)
class Move:
    """What moves: the tool slides `start` to `end` per cent, a joint swings to `end` degrees, the
    body sinks `end` cm along a wall, the worked leg or arm goes where `limb` says, or nothing."""

    kind: Literal["slide", "swing", "sink", "leg", "arm", "press"]
    location: Location
    start: float = 0
    end: float = 0
    joint: Joint | None = None
    limb: Limb | None = None

    @property
    def mover(self) -> Literal["leg", "arm"]:
        """The limb that swings or goes, if one does."""
        return "leg" if self.kind == "leg" or self.joint in ("knee", "ankle") else "arm"


@dataclass(frozen=True, slots=True)
class Pose:
    """A posture as data. Of `limbs`, `leg` and `arm` are the worked or nearer ones, and there are
    `other_leg` and `other_arm`.

    `trunk` and `head` are directions: 90 is upright, 0 face down, 180 on the back. `hips` is a
    place, a height of the hip joints in cm, or None where legs or the tool tell. `at` is in per
    cent of the touched segment.
    """

    location: Location
    trunk: float
    limbs: Mapping[str, Limb]
    move: Move
    support: Mapping[str, Surface]
    view: View = "side"
    head: float | None = None
    hips: Place | None = None
    tool: PoseTool | None = None
    touches: specs.Placed | None = None
    at: float = 0

    @property
    def segment(self) -> Segment:
        """What the tool touches; the trunk if nothing does."""
        return SPOTS[self.touches][0] if self.touches else "trunk"

    @property
    def opens(self) -> bool:
        """Whether the arm moves towards the viewer, which from the side is hardly seen."""
        limb = self.move.limb if self.move.kind == "arm" and self.view == "side" else None
        return limb is not None and limb.out > self.limbs["arm"].out

    @property
    def works(self) -> Literal["leg", "arm", "trunk"]:
        if self.segment == "trunk":
            return "trunk"
        return "arm" if self.segment in ("forearm", "upper_arm") else "leg"


_CM: Final = r"-?[0-9]{1,3}(\.[0-9])?"


@dataclass(frozen=True, slots=True)
class _PlaceSpec:
    """`floor 40`, `wall 120`, `head`: a word, and for a support cm. With `number`, cm alone too."""

    words: tuple[str, ...]
    number: bool = False

    def read(self, node: Node, name: str, problems: specs.Problems) -> Any:
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

    keys: dict[str, specs.Spec] = {end: _PlaceSpec((*SUPPORTS, *ON_BODY)), rest: _PlaceSpec(SUPPORTS)}
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
        pattern=f"({'|'.join(TOOLS)}) (on ({'|'.join(SUPPORTS)})|in {IN_HANDS})",
        what=f"a tool and where it is, as in 'roller on floor' ({', '.join(TOOLS)})",
    ),
    lambda text, location: PoseTool(text.split()[0], text.split()[2], location),
)


def _make_move(location: Location, to: float = 0, **moved: Any) -> Move:
    kind: Any = next(iter(moved))
    start, end = moved.get("slide", (0, moved.get("sink", to)))
    return Move(kind, location, start, end, moved.get("swing"), moved.get("leg", moved.get("arm")))


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
        "swing": Choice(JOINTS),
        "to": _degrees(-180, 180),
        "sink": _degrees(1, 40, "cm"),
        "leg": LEG,
        "arm": ARM,
    },
    "move",
    faults=_move_faults,
)

_KEYS: Final[Mapping[str, specs.Spec]] = {
    "view": Choice(VIEWS),
    "support": _SUPPORT,
    "hips": _PlaceSpec(("floor", "chair", "bench"), number=True),
    "trunk": _ANGLE,
    "head": _ANGLE,
    **dict.fromkeys(("leg", "other_leg", "legs"), LEG),
    **dict.fromkeys(("arm", "other_arm", "arms"), ARM),
    "tool": _TOOL,
    "touches": Made(Choice(tuple(SPOTS)), specs.Placed.at),
    "at": PER_CENT,
    "move": specs.Either(Choice(("press",)), MOVE),
}


def _make_pose(location: Location, touches: specs.Placed | None = None, **values: Any) -> Pose:
    values = {"support": {"floor": USUAL["floor"]}, "move": "press", "limbs": {}, **values}
    for name in ("leg", "arm"):
        both = values.pop(f"{name}s", Limb(location, first=-90.0, bend=0.0))
        values["limbs"] |= {key: values.pop(key, both) for key in (name, f"other_{name}")}
    if values["move"] == "press":
        values["move"] = Move("press", location)
    usual = float(SPOTS[touches][2]) if touches else 0.0
    at = values["move"].start if values["move"].kind == "slide" else usual
    return Pose(location, touches=touches, **{"at": at, **values})


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
