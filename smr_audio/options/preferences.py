"""What can be asked for: holds, sets, sides, pace and the rest, each left open until said.

The same type serves every layer: the options of a command, a routine's own settings. Which
layer wins is decided in `smr_audio.session`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from smr_audio import units
from smr_audio.errors import Location, UsageError
from smr_audio.options.choices import (
    ALL_CALLS,
    CALLS,
    COUNTDOWNS,
    CUE_NAMES,
    CUE_SCHEMES,
    DOSES,
    KEEP_AWAKES,
    LEAST_LEVEL,
    LEAST_RATE,
    LOUDNESSES,
    MASTERS,
    MODEL_SUFFIX,
    MOST_FIT_S,
    MOST_LEVEL,
    MOST_RATE,
    MOST_REST_S,
    MOST_SETS,
    NO_CALLS,
    PACES,
    SIDE_CHOICES,
    SIDES,
    TALKS,
    Countdown,
    CueName,
    CueScheme,
    Dose,
    KeepAwake,
    Loudness,
    Master,
    Pace,
    Side,
    Sides,
    Talk,
)
from smr_audio.options.holds import HoldChange
from smr_audio.suggest import did_you_mean

_ID = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)?[a-z0-9]+(-[a-z0-9]+)*")
_NAMES = ("skip", "only", "calls", "tools", "limits")


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
class Swap:
    """A technique to do in place of another one for the same muscle."""

    old: str
    new: str

    def __post_init__(self) -> None:
        """Refuse what names no techniques. Raises UsageError."""
        for name in (self.old, self.new):
            if not _ID.fullmatch(name):
                raise UsageError(f"'{name}' is no technique; write OLD=NEW, two techniques")
        if self.old == self.new:
            raise UsageError(f"'{self.old}' cannot take its own place; name another technique")


def parse_swap(text: str) -> Swap:
    """Read `OLD=NEW` as the `--swap` option takes it. Raises UsageError."""
    old, equals, new = text.partition("=")
    if not equals:
        raise UsageError(f"'{text}' names one technique; write OLD=NEW")
    return Swap(old.strip(), new.strip())


def parse_names(text: str) -> tuple[str, ...]:
    """Read `foam_roller,bench`: words with commas between, each once. Raises UsageError."""
    names = (word.lower().replace("-", "_") for word in re.split(r"[\s,;]+", text.strip()) if word)
    if not (found := tuple(dict.fromkeys(names))):
        raise UsageError("this is empty; name at least one, with commas between several")
    return found


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is asked for; None (or an empty tuple) leaves it to the next layer.

    `rest_ticks` is the rest between sets in ticks, `rate` the pace of the voice as a factor,
    `voice` a name as `smr_audio.voices.registry.choose` takes it. `calls` are those to be said
    in a hold, `all` of them or `none`; `cue_sounds` take the place of a scheme's tones.
    `tools` are all that there are (none named: every one), `limits` are of the body, `level` is
    1 for a beginner, to 3. `fit_ticks` is how long the session shall be, to the tick; 0 leaves
    that open.
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
    tools: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    level: int | None = None
    swaps: tuple[Swap, ...] = ()
    dose: Dose | None = None
    fit_ticks: int | None = None

    def __post_init__(self) -> None:
        """Refuse values out of range, whoever made them. Raises UsageError."""
        if not all(isinstance(change, HoldChange) for change in self.holds):
            raise UsageError("holds must be a tuple of what parse_hold gives")
        for name in _NAMES:
            if isinstance(getattr(self, name), str):
                raise UsageError(f"{name} must be a tuple of names, not one text")
        if not all(isinstance(sound, CueSound) for sound in self.cue_sounds):
            raise UsageError("cue_sounds must be a tuple of what parse_cue_sound gives")
        if not isinstance(self.metronome, bool | None):
            raise UsageError(f"metronome must be true or false, not {self.metronome!r}")
        if not all(isinstance(swap, Swap) for swap in self.swaps):
            raise UsageError("swaps must be a tuple of what parse_swap gives")
        for name in ("sets", "rest_ticks", "level", "fit_ticks"):
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
        _in_range("level", self.level, LEAST_LEVEL, MOST_LEVEL)
        _in_range("fit", self.fit_ticks, 0, MOST_FIT_S * units.TICKS_PER_SECOND)
        _one_of("dose", self.dose, DOSES)
        _check_calls(self.calls)

    def over(self, below: Preferences) -> Preferences:
        """These preferences, with what they leave open taken from the layer below.

        Holds are not merged, since a relative one needs the value below it. Sounds of cues
        are, cue by cue, and swaps by what they swap; limits and skips add up.
        """
        said = {
            name: value
            for name in self.__slots__
            if (value := getattr(self, name)) not in (None, ())
        }
        if self.cue_sounds and below.cue_sounds:
            by_cue = {sound.cue: sound for sound in (*below.cue_sounds, *self.cue_sounds)}
            said["cue_sounds"] = tuple(by_cue.values())
        if self.swaps and below.swaps:
            by_old = {swap.old: swap for swap in (*below.swaps, *self.swaps)}
            said["swaps"] = tuple(by_old.values())
        for name in ("limits", "skip"):
            both = (*getattr(below, name), *getattr(self, name))
            if both:
                said[name] = tuple(dict.fromkeys(both))
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
