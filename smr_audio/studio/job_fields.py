"""What a row of a job file means: its columns by name, and the job they make."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from smr_audio import units
from smr_audio.errors import Location, Problem, UsageError
from smr_audio.library.catalog import is_path
from smr_audio.library.choices import CUE_NAMES, MOST_FIT_S, MOST_REST_S
from smr_audio.library.holds import joined, parse_hold, parse_passes
from smr_audio.library.preferences import (
    Preferences,
    is_model,
    parse_calls,
    parse_cue_sound,
    parse_names,
    parse_swap,
)
from smr_audio.suggest import did_you_mean

_WHOLE = re.compile(r"[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_NEXT_CUE = re.compile(rf"\s*;\s*(?=(?:{'|'.join(CUE_NAMES)})=)")
_MOST_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class Job:
    """One session to build: a routine's id or YAML file, what is asked for, and a file's name.

    Without a `name` the file is named after the routine and the row. `place` says where the
    job stands, if it comes from a file.
    """

    routine: str | Path
    preferences: Preferences = field(default_factory=Preferences)
    name: str | None = None
    place: Location | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that makes no job: all that is wrong with it, and its name if that can be read."""

    problems: tuple[Problem, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a row as the file gives it, and where."""

    value: Any
    place: Location


def job_of(fields: Mapping[str, Field], *, place: Location, folder: Path) -> Job | BadRow:
    """The job of a row at `place`, in a file in `folder`, or everything that is wrong with it."""
    problems: list[Problem] = []
    texts: dict[str, list[str]] = {}
    wishes: dict[str, Any] = {}
    for name, given in fields.items():
        try:
            if name not in COLUMNS:
                raise UsageError(f"there is no '{name}' in a job; {did_you_mean(name, COLUMNS)}")
            texts[name] = _texts(given.value, many=name in _MANY, flag=name in _FLAGS)
            if name in _WISHES and texts[name]:
                wish = _from(folder, _WISHES[name](texts[name]))
                Preferences(**wish)  # each alone, so that an error is at its place
                _add(wishes, wish)
        except UsageError as error:
            problems.append(Problem(given.place, shortened(str(error))))
    routine, called = _only(texts.get("routine")), _only(texts.get("name"))
    if "routine" not in fields or texts.get("routine") == []:
        message = "'routine' is missing; name a routine's id or its YAML file"
        problems.append(Problem(place, message))
    if problems or routine is None:
        return BadRow(tuple(problems), called)
    target = folder / routine if is_path(routine) else routine
    return Job(target, Preferences(**wishes), called, place)


def _add(wishes: dict[str, Any], wish: dict[str, Any]) -> None:
    """Take a wish in. Raises UsageError for one that another column has said already."""
    for name, value in wish.items():
        if name == "holds":
            wishes[name] = joined(wishes.get(name, ()), value)
        elif name in wishes:
            raise UsageError("fit and minutes are one wish; give one of them")
        else:
            wishes[name] = value


def _from(folder: Path, wish: dict[str, Any]) -> dict[str, Any]:
    """A wish, with files counted from a folder as routines are."""
    voice = str(wish.get("voice") or "")
    if is_model(voice) and not voice.startswith("~"):
        return {"voice": str(folder / voice)}
    if "cue_sounds" not in wish:
        return wish
    sounds = (replace(one, path=str(folder / one.path)) for one in wish["cue_sounds"])
    return {"cue_sounds": tuple(sounds)}


def shortened(text: str) -> str:
    """A message that a value of any length may stand in."""
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _texts(value: Any, *, many: bool, flag: bool = False) -> list[str]:
    """A value as the texts it is made of; none if it was not given."""
    if value is None:
        return []
    if isinstance(value, list) and many:
        return [text for item in value for text in _texts(item, many=False)]
    if isinstance(value, bool) and not flag:
        raise UsageError("this must be a text or a number, not true or false")
    if not isinstance(value, str | int | float):
        raise UsageError(f"this must be a text or a number; lists are for {', '.join(_MANY)}")
    text = str(value).strip()
    if found := _NO_TEXT.search(text):
        raise UsageError(f"character U+{ord(found[0]):04X} is not allowed; take it out")
    return [text] if text else []


def _only(texts: Sequence[str] | None) -> str | None:
    return texts[0] if texts else None


def _words(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from text.replace(";", " ").split()


def _cue_sounds(texts: Sequence[str]) -> Iterator[str]:
    """`start=a.wav; end=b.wav` apart; a file's name may have spaces, and a `;` of its own."""
    for text in texts:
        yield from _NEXT_CUE.split(text)


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise UsageError(f"'{text}' is no whole number; write one such as 2")
    return int(text)


def _ticks(name: str, text: str, most_s: int) -> int:
    try:
        seconds = units.parse_seconds(text)
    except ValueError:
        raise UsageError(f"'{text}' is no time; write 10, 10s or 1m30s") from None
    if seconds > most_s:
        raise UsageError(f"{name} must be 0 to {most_s} seconds, not {text}")
    return units.ticks_of_seconds(seconds)


def _fit(text: str) -> int:
    ticks = 0 if text == "off" else _ticks("fit", text, MOST_FIT_S)
    if text != "off" and ticks < units.TICKS_PER_SECOND:
        raise UsageError(f"fit must be 1 to {MOST_FIT_S} seconds, or off, not {text}")
    return ticks


def _minutes(text: str) -> int:
    if not _DECIMAL.fullmatch(text):
        raise UsageError(f"'{text}' is no number of minutes; write one such as 8 or 7.5")
    ticks = units.ticks_of_seconds(60 * Fraction(text))
    if not 0 < ticks <= MOST_FIT_S * units.TICKS_PER_SECOND:
        raise UsageError(f"minutes must be more than 0, to {MOST_FIT_S // 60}, not {text}")
    return ticks


def _factor(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"'{text}' is no factor; write one such as 0.9") from None


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("true", "false", "yes", "no"):
        raise UsageError(f"'{text}' is neither true nor false")
    return text.lower() in ("true", "yes")


_MANY: Final = (
    "hold", "passes", "skip", "only", "swap", "tools", "limit", "calls", "cue-sound",
)  # fmt: skip
_FLAGS: Final = ("metronome",)
_WISHES: Final[Mapping[str, Callable[[Sequence[str]], dict[str, Any]]]] = {
    "hold": lambda texts: {"holds": tuple(parse_hold(word) for word in _words(texts))},
    "passes": lambda texts: {"holds": tuple(parse_passes(word) for word in _words(texts))},
    "sets": lambda texts: {"sets": _whole(texts[0])},
    "rest": lambda texts: {"rest_ticks": _ticks("rest", texts[0], MOST_REST_S)},
    "sides": lambda texts: {"sides": texts[0]},
    "first": lambda texts: {"first": texts[0]},
    "extra": lambda texts: {"extra": texts[0]},
    "skip": lambda texts: {"skip": tuple(_words(texts))},
    "only": lambda texts: {"only": tuple(_words(texts))},
    "swap": lambda texts: {"swaps": tuple(parse_swap(word) for word in _words(texts))},
    "tools": lambda texts: {"tools": parse_names(" ".join(texts))},
    "limit": lambda texts: {"limits": parse_names(" ".join(texts))},
    "level": lambda texts: {"level": _whole(texts[0])},
    "dose": lambda texts: {"dose": texts[0]},
    "fit": lambda texts: {"fit_ticks": _fit(texts[0])},
    "minutes": lambda texts: {"fit_ticks": _minutes(texts[0])},
    "pace": lambda texts: {"pace": texts[0]},
    "talk": lambda texts: {"talk": texts[0]},
    "rate": lambda texts: {"rate": _factor(texts[0])},
    "voice": lambda texts: {"voice": texts[0]},
    "language": lambda texts: {"language": texts[0]},
    "master": lambda texts: {"master": texts[0]},
    "loudness": lambda texts: {"loudness": texts[0]},
    "cues": lambda texts: {"cues": texts[0]},
    "cue-sound": lambda texts: {"cue_sounds": tuple(map(parse_cue_sound, _cue_sounds(texts)))},
    "metronome": lambda texts: {"metronome": _yes_or_no(texts[0])},
    "countdown": lambda texts: {"countdown": texts[0]},
    "calls": lambda texts: {"calls": parse_calls(" ".join(texts))},
    "keep-awake": lambda texts: {"keep_awake": texts[0]},
}
COLUMNS: Final = ("routine", "name", *_WISHES)
"""What a row may say: a routine, a name, and the options of a session by their long names."""
