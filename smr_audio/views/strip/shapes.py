"""What a picture is made of: frozen shapes in px of a picture 360 px wide.

x grows to the right and y downwards, from the upper left corner. What is drawn later covers
what is drawn earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

WIDTH: Final = 360
"""The width of a small phone in CSS px, so that nothing is scaled down there."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; with a `stroke`, outlined inside its edges. `kind` says what it stands for."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str | None = None


@dataclass(frozen=True, slots=True)
class Teeth:
    """A row of small squares from x to x + width, a tooth and a gap of `height` in turn."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class TextShape:
    """A line of text from x on, or with its `middle` there; y is its baseline.

    It must be no wider than `room`.
    """

    kind: str
    x: float
    y: float
    text: str
    size: int
    colour: str
    room: float
    bold: bool = False
    middle: bool = False


Shape: TypeAlias = Box | Teeth | TextShape


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: its height, what it shows in words, and its shapes from back to front."""

    height: float
    label: str
    shapes: tuple[Shape, ...]
