"""What can be asked for: holds, sets, sides, pace and the rest, each left open until said.

The same type serves every layer: the options of a command, a routine's own settings. Which
layer wins is decided in `smr_audio.session`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, get_args

from smr_audio import units
from smr_audio.errors import UsageError

Side: TypeAlias = Literal["left", "right"]
Sides: TypeAlias = Literal["left", "right", "both"]
Talk: TypeAlias = Literal["full", "brief", "minimal"]
Pace: TypeAlias = Literal["relaxed", "normal", "quick"]

SIDES: Final[tuple[Side, ...]] = get_args(Side)
SIDE_CHOICES: Final[tuple[Sides, ...]] = get_args(Sides)
TALKS: Final[tuple[Talk, ...]] = get_args(Talk)
PACES: Final[tuple[Pace, ...]] = get_args(Pace)

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
class Preferences:
    """What is asked for; None (or an empty tuple) leaves it to the next layer.

    `rest_ticks` is the rest between sets in ticks, `rate` the pace of the voice as a factor,
    `voice` a name as `smr_audio.voices.registry.choose` takes it.
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

    def __post_init__(self) -> None:
        """Refuse values out of range, whoever made them. Raises UsageError."""
        if not all(isinstance(change, HoldChange) for change in self.holds):
            raise UsageError("holds must be a tuple of what parse_hold gives")
        for name in ("skip", "only"):
            if isinstance(getattr(self, name), str):
                raise UsageError(f"{name} must be a tuple of technique ids, not one text")
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

    def over(self, below: Preferences) -> Preferences:
        """These preferences, with what they leave open taken from the layer below.

        Holds are not merged, since a relative one needs the value below it.
        """
        said = {
            name: value
            for name in self.__slots__
            if (value := getattr(self, name)) not in (None, ())
        }
        return replace(below, **said) if said else below


def unknown_names(preferences: Preferences, ids: Iterable[str]) -> tuple[str, ...]:
    """The techniques that preferences name and `ids` do not hold, in order."""
    named = [change.technique for change in preferences.holds if change.technique]
    known = set(ids)
    return tuple(n for n in (*preferences.skip, *preferences.only, *named) if n not in known)


def _in_range(name: str, value: float | None, least: float, most: float) -> None:
    if value is not None and not least <= value <= most:
        raise UsageError(f"{name} must be {least:g} to {most:g}, not {value:g}")


def _one_of(name: str, value: Any, known: Iterable[str]) -> None:
    if value is not None and value not in known:
        raise UsageError(f"{name} must be one of {', '.join(known)}, not {value!r}")
