"""The words and ranges that values of options may have."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

Side: TypeAlias = Literal["left", "right"]
Sides: TypeAlias = Literal["left", "right", "both"]
Talk: TypeAlias = Literal["learn", "follow", "minimal", "auto"]
Safety: TypeAlias = Literal["full", "short"]
Pace: TypeAlias = Literal["relaxed", "normal", "quick"]
Loudness: TypeAlias = Literal["quiet", "normal", "loud"]
Master: TypeAlias = Literal["gym", "home", "flat"]
CueScheme: TypeAlias = Literal["classic", "soft"]
Countdown: TypeAlias = Literal["beeps", "voice", "both"]
KeepAwake: TypeAlias = Literal["off", "low", "high"]
MadeBed: TypeAlias = Literal["rain", "brown"]
Bitrate: TypeAlias = Literal["64k", "96k", "128k"]
CueName: TypeAlias = Literal[
    "start", "halfway", "countdown", "end", "switch", "finish", "tick", "prepare", "bell"
]  # fmt: skip
Call: TypeAlias = Literal["begin", "halfway", "one-minute", "ten-seconds"]
Dose: TypeAlias = Literal["article", "standard", "extended"]

SIDES: Final[tuple[Side, ...]] = get_args(Side)
SIDE_CHOICES: Final[tuple[Sides, ...]] = get_args(Sides)
TALKS: Final[tuple[Talk, ...]] = ("learn", "follow", "minimal")
AUTO_TALK: Final = "auto"
TALK_NAMES: Final[Mapping[str, Talk]] = {**{one: one for one in TALKS}, "full": "learn", "brief": "follow"}
"""Levels of talk by all the names that are taken."""
ALL: Final = "all"
SAFETIES: Final[tuple[Safety, ...]] = get_args(Safety)
PACES: Final[tuple[Pace, ...]] = get_args(Pace)
LOUDNESSES: Final[tuple[Loudness, ...]] = get_args(Loudness)
MASTERS: Final[tuple[Master, ...]] = get_args(Master)
CUE_SCHEMES: Final[tuple[CueScheme, ...]] = get_args(CueScheme)
COUNTDOWNS: Final[tuple[Countdown, ...]] = get_args(Countdown)
KEEP_AWAKES: Final[tuple[KeepAwake, ...]] = get_args(KeepAwake)
MADE_BEDS: Final[tuple[MadeBed, ...]] = get_args(MadeBed)
NO_BED: Final = "off"
BITRATES: Final[tuple[Bitrate, ...]] = get_args(Bitrate)
CUE_NAMES: Final[tuple[CueName, ...]] = get_args(CueName)
CALLS: Final[tuple[Call, ...]] = get_args(Call)
DOSES: Final[tuple[Dose, ...]] = get_args(Dose)
NO_CALLS: Final = "none"
MODEL_SUFFIX: Final = ".onnx"

LEAST_HOLD_S: Final = 5
MOST_HOLD_S: Final = 300
MOST_SETS: Final = 20
LONGEST_HOLD_S: Final = 3600
"""A hold is no longer, and longer than `MOST_HOLD_S` only where its author allows it."""
MOST_REST_S: Final = 600
USUAL_COUNT_S: Final = 3
MOST_COUNT_S: Final = 60
LEAST_BELL_S: Final = 5
LEAST_BED_DB: Final = 12
MOST_BED_DB: Final = 30
LEAST_RATE: Final = 0.5
MOST_RATE: Final = 2.0
MOST_PASSES: Final = 100
MOST_FIT_S: Final = 24 * 3600
