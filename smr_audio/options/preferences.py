"""Preferences: a value for each option, or none. `smr_audio.session` decides which layer wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from smr_audio.errors import UsageError
from smr_audio.options.choices import (
    Countdown,
    CueScheme,
    Dose,
    KeepAwake,
    Loudness,
    Master,
    Pace,
    Safety,
    Side,
    Sides,
)
from smr_audio.options.holds import HoldChange
from smr_audio.options.table import BY_FIELD, described
from smr_audio.options.talk import TalkChoice, merged
from smr_audio.options.values import CueSound, Swap


@dataclass(frozen=True, slots=True)
class Preferences:
    """A value for each option; None (or an empty tuple) leaves it to the layer below.

    `rest_ticks` is the rest between sets in ticks, `rate` the pace of the voice as a factor,
    `voice` a name as `smr_audio.voices.registry.chosen` takes it. `calls` are those to be said
    in a hold, `all` of them or `none`; `cue_sounds` take the place of a scheme's tones.
    `tools` are all that there are (none named: every one), `limits` are of the body, `level` is
    1 (beginner) to 3. `fit_ticks` is the exact length of the session; 0 leaves it open.
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
    talk: tuple[TalkChoice, ...] = ()
    safety: Safety | None = None
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
        """Raises UsageError for a value out of range."""
        for option in BY_FIELD.values():
            if (value := getattr(self, option.field)) is not None:
                try:
                    option.kind.check(value)
                except UsageError as error:
                    raise UsageError(described(option.title, error)) from None

    def over(self, below: Preferences) -> Preferences:
        """These preferences, with what they leave open taken from the layer below.

        Holds are not merged, since a relative one needs the value below it. Sounds of cues
        are, cue by cue, and swaps by what they swap; limits and skips add up. Talk for all
        techniques leaves none of the layer below.
        """
        values = {
            name: value
            for name in self.__slots__
            if (value := getattr(self, name)) not in (None, ())
        }
        if self.cue_sounds and below.cue_sounds:
            by_cue = {sound.cue: sound for sound in (*below.cue_sounds, *self.cue_sounds)}
            values["cue_sounds"] = tuple(by_cue.values())
        if self.talk and below.talk:
            values["talk"] = merged(self.talk, below.talk)
        if self.swaps and below.swaps:
            by_old = {swap.old: swap for swap in (*below.swaps, *self.swaps)}
            values["swaps"] = tuple(by_old.values())
        for name in ("limits", "skip"):
            both = (*getattr(below, name), *getattr(self, name))
            if both:
                values[name] = tuple(dict.fromkeys(both))
        return replace(below, **values) if values else below


def unknown_names(preferences: Preferences, ids: Iterable[str]) -> tuple[str, ...]:
    """The techniques that preferences name and `ids` do not hold, in order."""
    named = [one.technique for one in preferences.holds if one.technique]
    named += [one.technique for one in preferences.talk if one.technique]
    known = set(ids)
    return tuple(n for n in (*preferences.skip, *preferences.only, *named) if n not in known)
