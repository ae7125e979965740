"""What can be asked for: holds, sets, sides, pace and the rest, each left open until said.

The same type serves every layer: the options of a command, a routine's own settings. Which
layer wins is decided in `smr_audio.session`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, cast, get_args

from smr_audio import units
from smr_audio.errors import Location, UsageError
from smr_audio.suggest import did_you_mean

Side: TypeAlias = Literal["left", "right"]
Sides: TypeAlias = Literal["left", "right", "both"]
Talk: TypeAlias = Literal["full", "brief", "minimal"]
Pace: TypeAlias = Literal["relaxed", "normal", "quick"]
Loudness: TypeAlias = Literal["quiet", "normal", "loud"]
Master: TypeAlias = Literal["gym", "flat"]
CueScheme: TypeAlias = Literal["classic", "soft"]
Countdown: TypeAlias = Literal["beeps", "voice", "both"]
KeepAwake: TypeAlias = Literal["off", "low", "high"]
CueName: TypeAlias = Literal["start", "halfway", "countdown", "end", "switch", "finish", "tick"]
Call: TypeAlias = Literal["begin", "halfway", "one-minute", "ten-seconds"]

SIDES: Final[tuple[Side, ...]] = get_args(Side)
SIDE_CHOICES: Final[tuple[Sides, ...]] = get_args(Sides)
TALKS: Final[tuple[Talk, ...]] = get_args(Talk)
PACES: Final[tuple[Pace, ...]] = get_args(Pace)
LOUDNESSES: Final[tuple[Loudness, ...]] = get_args(Loudness)
MASTERS: Final[tuple[Master, ...]] = get_args(Master)
CUE_SCHEMES: Final[tuple[CueScheme, ...]] = get_args(CueScheme)
COUNTDOWNS: Final[tuple[Countdown, ...]] = get_args(Countdown)
KEEP_AWAKES: Final[tuple[KeepAwake, ...]] = get_args(KeepAwake)
CUE_NAMES: Final[tuple[CueName, ...]] = get_args(CueName)
CALLS: Final[tuple[Call, ...]] = get_args(Call)
ALL_CALLS: Final = "all"
NO_CALLS: Final = "none"
MODEL_SUFFIX: Final = ".onnx"

LEAST_HOLD_S: Final = 5
MOST_HOLD_S: Final = 300
MOST_SETS: Final = 20
MOST_REST_S: Final = 600
LEAST_RATE: Final = 0.5
MOST_RATE: Final = 2.0

_ADD = re.compile(r"[+-](?P<rest>\d.*)")
_TIMES = re.compile(r"x(?P<factor>\d{1,4}(\.\d{1,4})?)")
_TARGET = re.compile(r"(?P<technique>[A-Za-z0-9._-]+)(:(?P<side>[A-Za-z]+))?")


@dataclass(frozen=True, slots=True)
class HoldChange:
    """One wish for the length of holds.

    `how` says what `amount` is: the seconds themselves, seconds to add, or a factor.
    `technique` and `side` narrow it; None means all.
    """

    how: Literal["exact", "add", "times"]
    amount: Fraction
    technique: str | None = None
    side: Side | None = None

    def __post_init__(self) -> None:
        """Refuse what is no hold, whoever made it. Raises UsageError.

        A bare length may pass 300 s, since it is cut to each technique's most later.
        """
        if self.how == "exact":
            most = MOST_HOLD_S if self.technique else math.inf
            if self.amount != int(self.amount):
                raise UsageError(f"a hold must be whole seconds, not {self.amount_text}")
            if not LEAST_HOLD_S <= self.amount <= most:
                raise UsageError(
                    f"a hold must be {LEAST_HOLD_S} to {MOST_HOLD_S} seconds, "
                    f"not {self.amount_text}"
                )
        if self.how == "times" and self.amount <= 0:
            raise UsageError(f"a hold must be times more than 0, not {self.amount_text}")

    @property
    def amount_text(self) -> str:
        """The change as `--hold` takes it: `45`, `+10`, `-5`, `x1.5`."""
        sign = {"exact": "", "add": "+" if self.amount >= 0 else "", "times": "x"}[self.how]
        return f"{sign}{float(self.amount):g}"

    def apply(self, seconds: int) -> int:
        """The hold in whole seconds; relative ones round half up and stay within 5 to 300."""
        if self.how == "exact":
            return int(self.amount)
        changed = seconds + self.amount if self.how == "add" else seconds * self.amount
        return max(LEAST_HOLD_S, min(MOST_HOLD_S, units.round_half_up(changed)))


def parse_hold_value(
    text: str, *, technique: str | None = None, side: Side | None = None
) -> HoldChange:
    """Read `45`, `45s`, `1m30s`, `+10`, `-5` or `x1.5`. Raises UsageError."""
    if match := _TIMES.fullmatch(text):
        return HoldChange("times", Fraction(match["factor"]), technique, side)
    relative = _ADD.fullmatch(text)
    try:
        seconds = units.parse_seconds(relative["rest"] if relative else text)
    except ValueError:
        raise UsageError(f"'{text}' is no hold; write 45, 45s, 1m30s, +10, -5 or x1.5") from None
    if relative:
        return HoldChange("add", -seconds if text[0] == "-" else seconds, technique, side)
    return HoldChange("exact", seconds, technique, side)


def parse_hold(text: str) -> HoldChange:
    """Read `[ID[:SIDE]=]VALUE` as the `--hold` option takes it. Raises UsageError."""
    target, equals, value = text.rpartition("=")
    if not equals:
        return parse_hold_value(text.strip())
    return parse_hold_for(target.strip(), value.strip())


def parse_hold_for(target: str, value: str) -> HoldChange:
    """Read a value for `ID` or `ID:SIDE`. Raises UsageError."""
    match = _TARGET.fullmatch(target)
    if not match:
        raise UsageError(f"'{target}' is no technique; write ID=45 or ID:left=45")
    side = match["side"]
    if side is not None and side not in SIDES:
        raise UsageError(f"side must be left or right, not '{side}'")
    return parse_hold_value(value, technique=match["technique"], side=side)


@dataclass(frozen=True, slots=True)
class CueSound:
    """A sound file of one's own for a cue, in place of its tones; and where content names it."""

    cue: CueName
    path: str
    location: Location | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Refuse what is no cue or no path, whoever made it. Raises UsageError."""
        if self.cue not in CUE_NAMES:
            raise UsageError(f"'{self.cue}' is no cue; {did_you_mean(str(self.cue), CUE_NAMES)}")
        if not isinstance(self.path, str) or not self.path.strip() or "\0" in self.path:
            raise UsageError(f"the cue '{self.cue}' needs the path of a sound file")


def is_model(voice: str) -> bool:
    """Whether a voice is named by the path of its model."""
    return voice.strip().lower().endswith(MODEL_SUFFIX)


def parse_cue_sound(text: str) -> CueSound:
    """Read `CUE=FILE` as the `--cue-sound` option takes it. Raises UsageError."""
    cue, equals, path = text.partition("=")
    if not equals:
        raise UsageError(f"'{text}' names no cue and file; write start=bell.wav")
    return CueSound(cast("CueName", cue.strip()), path.strip())


def parse_calls(text: str) -> tuple[str, ...]:
    """Read `all`, `none` or calls such as `halfway,ten-seconds`. Raises UsageError."""
    calls = tuple(dict.fromkeys(word for word in re.split(r"[\s,;]+", text.strip()) if word))
    _check_calls(calls)
    if not calls:
        raise UsageError(f"calls must be {ALL_CALLS}, {NO_CALLS} or some of {', '.join(CALLS)}")
    return calls


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is asked for; None (or an empty tuple) leaves it to the next layer.

    `rest_ticks` is the rest between sets in ticks, `rate` the pace of the voice as a factor,
    `voice` a name as `smr_audio.voices.registry.choose` takes it. `calls` are those to be said
    in a hold, `all` of them or `none`; `cue_sounds` take the place of a scheme's tones.
    """

    holds: tuple[HoldChange, ...] = ()
    sets: int | None = None
    rest_ticks: int | None = None
    sides: Sides | None = None
    first: Side | None = None
    extra: Side | None = None
    skip: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    pace: Pace | None = None
    talk: Talk | None = None
    rate: float | None = None
    voice: str | None = None
    language: str | None = None
    master: Master | None = None
    loudness: Loudness | None = None
    cues: CueScheme | None = None
    cue_sounds: tuple[CueSound, ...] = ()
    metronome: bool | None = None
    countdown: Countdown | None = None
    calls: tuple[str, ...] = ()
    keep_awake: KeepAwake | None = None

    def __post_init__(self) -> None:
        """Refuse values out of range, whoever made them. Raises UsageError."""
        if not all(isinstance(change, HoldChange) for change in self.holds):
            raise UsageError("holds must be a tuple of what parse_hold gives")
        for name in ("skip", "only", "calls"):
            if isinstance(getattr(self, name), str):
                raise UsageError(f"{name} must be a tuple of names, not one text")
        if not all(isinstance(sound, CueSound) for sound in self.cue_sounds):
            raise UsageError("cue_sounds must be a tuple of what parse_cue_sound gives")
        if not isinstance(self.metronome, bool | None):
            raise UsageError(f"metronome must be true or false, not {self.metronome!r}")
        for name in ("sets", "rest_ticks"):
            if not isinstance(getattr(self, name), int | None):
                raise UsageError(f"{name} must be a whole number, not {getattr(self, name)!r}")
        _in_range("sets", self.sets, 1, MOST_SETS)
        _in_range("rest", self.rest_ticks, 0, MOST_REST_S * units.TICKS_PER_SECOND)
        _in_range("rate", self.rate, LEAST_RATE, MOST_RATE)
        _one_of("sides", self.sides, SIDE_CHOICES)
        _one_of("first", self.first, SIDES)
        _one_of("extra", self.extra, SIDES)
        _one_of("pace", self.pace, PACES)
        _one_of("talk", self.talk, TALKS)
        _one_of("master", self.master, MASTERS)
        _one_of("loudness", self.loudness, LOUDNESSES)
        _one_of("cues", self.cues, CUE_SCHEMES)
        _one_of("countdown", self.countdown, COUNTDOWNS)
        _one_of("keep_awake", self.keep_awake, KEEP_AWAKES)
        _check_calls(self.calls)

    def over(self, below: Preferences) -> Preferences:
        """These preferences, with what they leave open taken from the layer below.

        Holds are not merged, since a relative one needs the value below it. Sounds of cues
        are, cue by cue.
        """
        said = {
            name: value
            for name in self.__slots__
            if (value := getattr(self, name)) not in (None, ())
        }
        if self.cue_sounds and below.cue_sounds:
            by_cue = {sound.cue: sound for sound in (*below.cue_sounds, *self.cue_sounds)}
            said["cue_sounds"] = tuple(by_cue.values())
        return replace(below, **said) if said else below


def unknown_names(preferences: Preferences, ids: Iterable[str]) -> tuple[str, ...]:
    """The techniques that preferences name and `ids` do not hold, in order."""
    named = [change.technique for change in preferences.holds if change.technique]
    known = set(ids)
    return tuple(n for n in (*preferences.skip, *preferences.only, *named) if n not in known)


def _check_calls(calls: Iterable[str]) -> None:
    named = tuple(calls)
    known = (*CALLS, ALL_CALLS, NO_CALLS)
    for call in named:
        if call not in known:
            raise UsageError(f"there is no call '{call}'; {did_you_mean(str(call), known)}")
    if len(named) > 1 and (ALL_CALLS in named or NO_CALLS in named):
        raise UsageError(f"'{ALL_CALLS}' and '{NO_CALLS}' stand alone; name the calls instead")


def _in_range(name: str, value: float | None, least: float, most: float) -> None:
    if value is not None and not least <= value <= most:
        raise UsageError(f"{name} must be {least:g} to {most:g}, not {value:g}")


def _one_of(name: str, value: Any, known: Iterable[str]) -> None:
    if value is not None and value not in known:
        raise UsageError(f"{name} must be one of {', '.join(known)}, not {value!r}")
