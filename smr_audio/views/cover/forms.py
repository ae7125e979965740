"""What a cover is made of: its colours, and frozen forms in units of which a cover is 600 wide.

What is drawn later covers what is drawn earlier, and what lies outside is cut off. A palette is a
dark paper and one accent, and the bands between the two: whatever stands on a paper or a band has a
contrast of 4.5 or more by WCAG 2 (a test looks).
"""

from pathlib import Path
from typing import Final, TypeAlias

from smr_audio.records import dataclass
from smr_audio.views.strip.shapes import TextShape

TITLE: Final = "#fbf8f1"
INK: Final = "#14181f"

_BANDS: Final = (0.06, 0.12, 0.18, 0.25, 0.32, 0.38)
_TINT: Final = 0.6


@dataclass(frozen=True, slots=True)
class Palette:
    """A cover's colours: its ground, and what is drawn and written on it."""

    paper: str
    accent: str

    @property
    def bands(self) -> tuple[str, ...]:
        """From nearly the paper towards the accent."""
        return tuple(mixed(self.paper, self.accent, share) for share in _BANDS)

    @property
    def tint(self) -> str:
        """The colour of the text below the title: the accent, lighter."""
        return mixed(self.accent, TITLE, _TINT)

    @property
    def all(self) -> tuple[str, ...]:
        return (self.paper, *self.bands, self.accent, self.tint, TITLE, INK)


PALETTES: Final = tuple(
    Palette(*line.split()) for line in Path(__file__).with_name("palettes.txt").read_text("utf-8").splitlines()
)


def mixed(one: str, other: str, share: float) -> str:
    """A colour so far on the way from one to the other."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of `#rrggbb`, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


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
