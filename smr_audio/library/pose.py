"""A pose as an author writes it: where hands and feet are, and what the tool touches."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from smr_audio.errors import Location

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
    touches: str | None = None
    touches_at: Location | None = None
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
