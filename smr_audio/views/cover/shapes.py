"""What a cover is made of: frozen forms, in units of which a cover is 600 wide.

What is drawn later covers what is drawn earlier, and what lies outside is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from smr_audio.views.strip.shapes import TextShape


@dataclass(frozen=True, slots=True)
class Cover:
    """What a cover shows. `muscles` are in words, in the order in which they are worked.

    `minutes` are written as `units.about_minutes` has them.
    """

    title: str
    minutes: str
    muscles: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle."""

    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle with round corners of this radius."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    fill: str


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon."""

    points: tuple[tuple[float, float], ...]
    fill: str


Form: TypeAlias = Disc | Bar | Polygon | TextShape
