"""The body and the tools of `body.ini`: lengths in cm, masses, how far joints go."""

from collections.abc import Mapping
from configparser import ConfigParser
from pathlib import Path
from typing import Final

_TABLES: Final = ConfigParser(inline_comment_prefixes=";")
_TABLES.read_string(Path(__file__).with_name("body.ini").read_text("utf-8"))


def _numbers(table: str) -> dict[str, float]:
    return {name: float(text) for name, text in _TABLES[table].items()}


def _pairs(table: str) -> dict[str, tuple[float, float]]:
    pairs = ((name, text.split()) for name, text in _TABLES[table].items())
    return {name: (float(one), float(other)) for name, (one, other) in pairs}


STATURE_CM: Final = 175.0
LENGTH: Final = {name: share * STATURE_CM for name, share in _numbers("length").items()}
RADIUS: Final = _numbers("radius")
FRONT_TRUNK: Final = 15.5
"""Half the width of the trunk at the hips, in cm, seen from the front."""
MASS: Final = _pairs("mass")
LIMITS: Final[Mapping[str, Mapping[str, tuple[float, float]]]] = {
    view: _pairs(view) for view in ("side", "front", "above")
}
TOOL_RADIUS: Final = _numbers("tool radius")
