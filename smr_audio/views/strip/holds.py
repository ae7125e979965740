"""Draw holds and pauses: sides differ in colour, in edge and in name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.timeline.timeline import GateEvent, HoldEvent, Side
from smr_audio.views.strip.shapes import (
    BOTH,
    INK,
    LEFT,
    PAPER,
    RIGHT,
    ROW,
    Box,
    Shape,
    Teeth,
    TextShape,
)
from smr_audio.views.text import width_px

Place: TypeAlias = tuple[float, float, float]
"""x, y and width of a piece."""

HEIGHT: Final = 20
TOOTH: Final = 3
LABEL: Final = 11
_BASELINE: Final = 13
_PAD: Final = 4
COLOURS: Final[dict[Side | None, str]] = {"left": LEFT, "right": RIGHT, None: BOTH}
NAMES: Final[dict[Side | None, str]] = {"left": "Left", "right": "Right", None: "Both"}


def hold(event: HoldEvent, places: Sequence[Place], *, with_set: bool) -> Iterator[Shape]:
    """A hold in its pieces. One of them says which it is, the others only the side."""
    name, seconds = NAMES[event.side], _seconds(event)
    labels = [f"{name} {seconds} s", f"{name[0]} {seconds} s", name[0]]
    if with_set:
        labels.insert(0, f"{name}, set {event.set}, {seconds} s")
    speaker = _speaker(labels[0], places)
    for number, place in enumerate(places):
        yield from block(place, event.side)
        yield from _label(labels if number == speaker else labels[-1:], place, PAPER)


def block(place: Place, side: Side | None) -> Iterator[Shape]:
    """A piece of a hold. Right has teeth below, both have them above and below, left has none."""
    x, y, width = place
    yield Box(f"hold {side or 'both'}", x, y, width, HEIGHT, COLOURS[side])
    if side != "left":
        yield Teeth(x, y + HEIGHT - TOOTH, width, TOOTH, ROW)
    if side is None:
        yield Teeth(x, y, width, TOOTH, ROW)


def gate(event: GateEvent, places: Sequence[Place]) -> Iterator[Shape]:
    """Silence for setting up: an empty frame."""
    seconds = _seconds(event)
    labels = [f"Pause to set up, {seconds} s", f"Pause {seconds} s", "Pause"]
    speaker = _speaker(labels[0], places)
    for number, place in enumerate(places):
        yield frame(place)
        if number == speaker:
            yield from _label(labels, place, INK)


def frame(place: Place) -> Shape:
    """A piece of a pause."""
    x, y, width = place
    return Box("gate", x, y, width, HEIGHT, PAPER, INK)


def _speaker(label: str, places: Sequence[Place]) -> int:
    """The number of the piece for the label: the first that is wide enough, or the widest."""
    wide = [number for number, place in enumerate(places) if _fits(label, place)]
    return wide[0] if wide else max(range(len(places)), key=lambda n: places[n][2], default=0)


def _fits(label: str, place: Place) -> bool:
    return width_px(label, LABEL) <= place[2] - 2 * _PAD


def _label(labels: Iterable[str], place: Place, colour: str) -> Iterator[Shape]:
    """The first of the labels that fits."""
    x, y, width = place
    for label in labels:
        if _fits(label, place):
            room = width - 2 * _PAD
            yield TextShape("label", x + _PAD, y + _BASELINE, label, LABEL, colour, room)
            return


def _seconds(event: HoldEvent | GateEvent) -> int:
    return (event.end_tick - event.start_tick) // units.TICKS_PER_SECOND
