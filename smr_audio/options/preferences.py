"""Preferences: a value for each option, or none. `smr_audio.session` decides which layer wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from datetime import timedelta
from typing import Any, Final, TypeVar

from smr_audio.errors import UsageError
from smr_audio.options import choices
from smr_audio.options.kinds import Bells
from smr_audio.options.table import BY_FIELD, described
from smr_audio.options.values import Bed, CueSound, HoldChange, Swap, TalkChoice, merged
from smr_audio.records import dataclass, replace
from smr_audio.units import TICK

T = TypeVar("T", HoldChange, TalkChoice)

_ADDED: Final = {"cue_sounds": "cue", "swaps": "old", "limits": "", "skip": ""}
"""Lists of all layers that are combined, and by what an upper layer's item replaces another."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """A value for each option; None (or an empty tuple) leaves it to the layer below.

    `rest` is the time between sets, `rest_between` that between techniques, `switch` that to change
    sides and `prepare` that before a hold, in seconds or as a timedelta, and `fit` the exact length
    of the session, where 0 leaves it open; all are kept as a timedelta of whole ticks. `holds` are
    what `parse_hold` makes, `talk` what `parse_talk` does. `rate` is the pace of the voice as a
    factor, `voice` a name as `smr_audio.voices.registry.chosen` takes it. `calls` are those to be
    said in a hold, `all` of them or `none`; `countdown` is `beeps`, `voice`, `both`, `10` or
    `voice 10`. `cue_sounds` take the place of a scheme's tones. `bed` is `off`,
    `rain`, `brown` or a file, and kept as a `Bed`; `bed_level` is in dB under the voice. `tools` are all that there are
    (none named: every one), `limits` are of the body, `level` is 1 (beginner) to 3.
    """

    holds: tuple[HoldChange, ...] = ()
    sets: int | None = None
    rest: int | float | timedelta | None = None
    rest_between: int | float | timedelta | None = None
    switch: int | float | timedelta | None = None
    sides: choices.Sides | None = None
    first: choices.Side | None = None
    extra: choices.Side | None = None
    skip: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    pace: choices.Pace | None = None
    talk: tuple[TalkChoice, ...] = ()
    safety: choices.Safety | None = None
    rate: float | None = None
    voice: str | None = None
    language: str | None = None
    master: choices.Master | None = None
    loudness: choices.Loudness | None = None
    cues: choices.CueScheme | None = None
    cue_sounds: tuple[CueSound, ...] = ()
    metronome: bool | None = None
    countdown: str | None = None
    prepare: int | float | timedelta | None = None
    bell: Bells | None = None
    calls: tuple[str, ...] = ()
    keep_awake: choices.KeepAwake | None = None
    bed: Bed | str | None = None
    bed_level: float | None = None
    bitrate: choices.Bitrate | None = None
    artist: str | None = None
    album_title: str | None = None
    tools: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    level: int | None = None
    swaps: tuple[Swap, ...] = ()
    dose: choices.Dose | None = None
    fit: int | float | timedelta | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for a value out of range or of another type."""
        for option in BY_FIELD.values():
            if (value := getattr(self, option.field)) is not None:
                try:
                    object.__setattr__(self, option.field, option.kind.kept(value))
                except UsageError as error:
                    raise UsageError(described(option.field, error)) from None

    @property
    def rest_ticks(self) -> int | None:
        return _ticks(self.rest)

    @property
    def rest_between_ticks(self) -> int | None:
        return _ticks(self.rest_between)

    @property
    def switch_ticks(self) -> int:
        return _ticks(self.switch) or 0

    @property
    def prepare_ticks(self) -> int:
        return _ticks(self.prepare) or 0

    @property
    def fit_ticks(self) -> int | None:
        return _ticks(self.fit)

    def given(self) -> dict[str, Any]:
        """What is not left open, by field."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) not in (None, ())}

    def over(self, below: Preferences) -> Preferences:
        """These preferences, with what they leave open taken from the layer below.

        Holds are not merged, since a relative one needs the value below it. Sounds of cues
        are, cue by cue, and swaps by what they swap; limits and skips add up. Talk for all
        techniques leaves none of the layer below.
        """
        values = self.given()
        if self.talk and below.talk:
            values["talk"] = merged(self.talk, below.talk)
        for name, by in _ADDED.items():
            if both := (*getattr(below, name), *getattr(self, name)):
                values[name] = tuple({getattr(one, by) if by else one: one for one in both}.values())
        combined = copy(below)  # not `replace`: each layer has checked its values
        for name, value in values.items():
            object.__setattr__(combined, name, value)
        return combined


def _ticks(time: Any) -> int | None:
    return None if time is None else time // TICK


def techniques_in(preferences: Preferences) -> dict[str, list[str]]:
    """The techniques that preferences name, by the field that names them."""
    return {
        "holds": [one.technique for one in preferences.holds if one.technique],
        "talk": [one.technique for one in preferences.talk if one.technique],
        "skip": [*preferences.skip],
        "only": [*preferences.only],
        "swaps": [name for swap in preferences.swaps for name in (swap.old, swap.new)],
    }


def unknown_names(preferences: Preferences, ids: Iterable[str]) -> tuple[str, ...]:
    """The techniques that preferences name, but to swap, and `ids` do not hold, in order."""
    known, named = set(ids), techniques_in(replace(preferences, swaps=()))
    return tuple(name for names in named.values() for name in names if name not in known)


def named_in_full(preferences: Preferences, full: Callable[[str], str]) -> Preferences:
    """Preferences with `full` names of techniques in place of bare ids.

    Inside a pack, an id means the pack's own technique first. Outside, a bare id of a pack's
    technique works as well as `PACK.ID`, as long as nothing else has it.
    """

    def renamed(one: T) -> T:
        return replace(one, technique=full(one.technique)) if one.technique else one

    return replace(
        preferences,
        holds=tuple(map(renamed, preferences.holds)),
        talk=tuple(map(renamed, preferences.talk)),
        skip=tuple(map(full, preferences.skip)),
        only=tuple(map(full, preferences.only)),
        # Of two names for one technique, `choose` reports the names as given.
        swaps=tuple(
            one if full(one.old) == full(one.new) else Swap(full(one.old), full(one.new)) for one in preferences.swaps
        ),
    )
