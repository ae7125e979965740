"""Read what a phone asks for: known ids, numbers and words of a few, and nothing else.

No text from the network is ever spoken, opened as a file or put into a command.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from smr_audio import units
from smr_audio.errors import UsageError
from smr_audio.library.library import routine_of
from smr_audio.library.models import Routine
from smr_audio.options import choices
from smr_audio.options.holds import HoldChange
from smr_audio.options.preferences import Preferences, Swap
from smr_audio.serve.catalog import Known
from smr_audio.session.compose import MOST_MUSCLES, Composition
from smr_audio.suggest import did_you_mean

_MOST_TEXT: Final = 100
_MOST_NAMES: Final = 64


@dataclass(frozen=True, slots=True)
class Wish:
    """A session that a phone asks for."""

    target: Routine | Composition
    preferences: Preferences

    @property
    def id(self) -> str:
        """The routine's id, also of one that is composed."""
        return self.target.id


def read_wish(body: bytes, known: Known) -> Wish:
    """A wish from the JSON of `api/plan`. Raises UsageError with one clear sentence."""
    asked = _parsed(body)
    values = {name: value for name, value in asked.items() if value is not None}
    reads = {**_READS, "routine": _routine, "muscles": _muscles}
    if unknown := next((name for name in asked if name not in reads), None):
        shown = _shown(unknown)
        raise UsageError(f"there is no option {shown}; {did_you_mean(unknown[:40], reads)}")
    if ("routine" in values) == ("muscles" in values):
        raise UsageError("name a routine, or muscles; one of the two")
    target: Any = None
    fields: dict[str, Any] = {}
    for name, value in values.items():
        read = reads[name](name, value, known)
        if name in ("routine", "muscles"):
            target = read
        else:
            fields |= read
    return Wish(target, Preferences(**fields))


def _parsed(body: bytes) -> dict[str, Any]:
    def refuse(word: str) -> None:
        raise ValueError(word)

    def pairs(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(entries)) < len(entries):
            raise UsageError("an option stands there twice; say it once")
        return dict(entries)

    try:
        asked = json.loads(body.decode("utf-8"), parse_constant=refuse, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        raise UsageError("this is no JSON; send an object of options") from None
    if not isinstance(asked, dict):
        raise UsageError("send an object of options")
    return asked


def _routine(name: str, value: Any, known: Known) -> Routine:
    """A routine, or a technique as a session of its own, by its id; as it was at the start."""
    _id(name, value, {**known.techniques, **known.routines}, "routine or technique")
    found = known.routines.get(value)
    return routine_of(known.techniques[value]) if found is None else found


def _muscles(name: str, value: Any, known: Known) -> Composition:
    muscles = _ids(name, value, known.muscles, "muscle")
    if not 1 <= len(muscles) <= MOST_MUSCLES:
        raise UsageError(f"name 1 to {MOST_MUSCLES} muscles, not {len(muscles)}")
    return Composition(muscles)


def _holds(name: str, value: Any, known: Known) -> dict[str, Any]:
    holds = []
    for target, seconds in _entries(name, value).items():
        technique, colon, side = target.partition(":")
        _id(name, technique, known.techniques, "technique")
        if colon and side not in choices.SIDES:
            raise UsageError(f"a side must be left or right, not {_shown(side)}")
        wanted = Fraction(_whole(f"the hold of {technique}", seconds))
        holds.append(HoldChange("exact", wanted, technique, side or None))  # type: ignore[arg-type]
    return {"holds": tuple(holds)}


def _swaps(name: str, value: Any, known: Known) -> dict[str, Any]:
    swaps = []
    for old, new in _entries(name, value).items():
        _id(name, old, known.techniques, "technique")
        swaps.append(Swap(old, _id(name, new, known.techniques, "technique")))
    return {"swaps": tuple(swaps)}


def _number_in(least: float, most: float) -> Callable[[str, Any, Known], float]:
    def read(name: str, value: Any, _: Known) -> float:
        number = _number(name, value)
        if not least <= number <= most:
            raise UsageError(f"{name} must be {least:g} to {most:g}, not {number:g}")
        return number

    return read


def _rest(name: str, value: Any, known: Known) -> dict[str, Any]:
    seconds = _number_in(0, choices.MOST_REST_S)(name, value, known)
    return {"rest_ticks": units.ticks_of_seconds(seconds)}


def _minutes(name: str, value: Any, known: Known) -> dict[str, Any]:
    minutes = _number_in(1, choices.MOST_FIT_S / 60)(name, value, known)
    return {"fit_ticks": units.ticks_of_seconds(60 * Fraction(str(minutes)))}


def _calls(name: str, value: Any, _: Known) -> dict[str, Any]:
    """Some calls in a list, or `all` or `none`."""
    known = (*choices.CALLS, choices.ALL_CALLS, choices.NO_CALLS)
    return {"calls": _ids(name, [value] if isinstance(value, str) else value, known, "call")}


def _flag(name: str, value: Any, _: Known) -> dict[str, Any]:
    if not isinstance(value, bool):
        raise UsageError(f"{name} must be true or false")
    return {name: value}


def _count(name: str, value: Any, _: Known) -> dict[str, Any]:
    return {name: _whole(name, value)}


def _word(known: Iterable[str]) -> Callable[[str, Any, Known], dict[str, Any]]:
    return lambda name, value, _: {name: _id(name, value, known, f"{name}")}


def _named(
    kind: str, of: Callable[[Known], Iterable[str]]
) -> Callable[[str, Any, Known], dict[str, Any]]:
    return lambda name, value, known: {name: _ids(name, value, of(known), kind)}


def _tools(name: str, value: Any, known: Known) -> dict[str, Any]:
    tools = _ids(name, value, (*known.tools, "all"), "tool")
    if not tools:  # it would mean every one, to somebody who has none
        raise UsageError("name at least one tool, or leave tools out for every one")
    return {name: tools}


def _entries(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{name} must be an object, technique by technique")
    if len(value) > _MOST_NAMES:
        raise UsageError(f"{name} may name {_MOST_NAMES} techniques at most, not {len(value)}")
    return value


def _ids(name: str, value: Any, known: Iterable[str], kind: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise UsageError(f"{name} must be a list")
    if len(value) > _MOST_NAMES:
        raise UsageError(f"{name} may have {_MOST_NAMES} at most, not {len(value)}")
    return tuple(dict.fromkeys(_id(name, each, known, kind) for each in value))


def _id(name: str, value: Any, known: Iterable[str], kind: str) -> str:
    names = tuple(known)
    if not isinstance(value, str):
        raise UsageError(f"{name} must name a {kind} by its id")
    if value not in names:
        if len(value) > _MOST_TEXT:
            raise UsageError(f"{name} has a text of {len(value)} letters; that is no {kind}")
        raise UsageError(f"there is no {kind} {_shown(value)}; {did_you_mean(value, names)}")
    return value


def _whole(name: str, value: Any) -> int:
    number = _number(name, value)
    if number != int(number):
        raise UsageError(f"{name} must be a whole number, not {number:g}")
    return int(number)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"{name} must be a number")
    if not abs(value) <= 1e9:  # so also no NaN; and a whole number may be too long for a float
        raise UsageError(f"{name} is out of every range")
    return value


def _shown(text: str) -> str:
    """Text from outside, fit for a message: short, and nothing in it that steers a terminal."""
    cut = text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"
    return "'" + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut) + "'"


_TECHNIQUES: Final = _named("technique", lambda known: known.techniques)
_READS: Final[dict[str, Callable[[str, Any, Known], Any]]] = {
    "holds": _holds,
    "sets": _count,
    "rest_s": _rest,
    "sides": _word(choices.SIDE_CHOICES),
    "first": _word(choices.SIDES),
    "extra": _word(choices.SIDES),
    "skip": _TECHNIQUES,
    "only": _TECHNIQUES,
    "swaps": _swaps,
    "tools": _tools,
    "limits": _named("limit", lambda known: known.limits),
    "level": _count,
    "dose": _word(choices.DOSES),
    "minutes": _minutes,
    "pace": _word(choices.PACES),
    "talk": _word(choices.TALKS),
    "rate": lambda name, value, _: {name: _number(name, value)},
    "voice": lambda name, value, known: {name: _id(name, value, known.voices, "voice")},
    "metronome": _flag,
    "countdown": _word(choices.COUNTDOWNS),
    "calls": _calls,
    "loudness": _word(choices.LOUDNESSES),
    "cues": _word(choices.CUE_SCHEMES),
    "language": lambda name, value, known: {name: _id(name, value, known.languages, "language")},
}
"""How each option is read, into fields of `Preferences`."""
