"""Layers of preferences: routine, profile, options; each wins over those before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, reduce
from typing import Any, Final, Literal, TypeAlias

from smr_audio.errors import Location
from smr_audio.library.routine import Routine, Step
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import DEFAULTS
from smr_audio.options.values import level_of
from smr_audio.profile.model import Profile
from smr_audio.records import dataclass, field, replace

Source: TypeAlias = Literal["option", "profile", "routine", "technique", "default", "dose", "fit", "limit", "composed"]
"""Where a value came from. `dose` and `fit` are computed from the preferences of another layer."""

BASE: Final = Preferences(**DEFAULTS)
"""What holds where no layer sets a value."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: the layer, its own text of the value, and its place in a file."""

    source: Source
    text: str
    location: Location | None = field(default=None, compare=False)

    def __str__(self) -> str:
        place = f" ({self.location})" if self.location is not None else ""
        return f"{self.source}: {self.text}{place}" if self.text else f"{self.source}{place}"


Trail: TypeAlias = tuple[Origin, ...]
"""How a value came about, from what it was to what decided it."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The preferences of one layer, and their places by field of `Preferences`."""

    source: Source
    preferences: Preferences
    location: Location | None = None
    places: Mapping[str, Location] = field(default_factory=dict)

    def origin(self, name: str, text: str) -> Origin:
        return Origin(self.source, text, self.places.get(name, self.location))


@dataclass(frozen=True)
class Layers:
    """The three layers of a session, lowest first."""

    routine: Layer
    profile: Layer
    options: Layer

    def __iter__(self) -> Iterator[Layer]:
        return iter((self.routine, self.profile, self.options))

    @cached_property
    def combined(self) -> Preferences:
        """All layers as one, complete but for holds, sets and rest."""
        return reduce(lambda below, layer: layer.preferences.over(below), self, BASE)

    def at(self, step: Step) -> Layers:
        """The layers of a step: what it says itself stands in the layer of its routine."""
        usual, own = self.routine, step.settings
        if not (own.given() or step.holds):
            return self
        holds = (*usual.preferences.holds, *step.holds)
        places = {**usual.places, **dict.fromkeys(own.given(), step.location)}
        preferences = replace(own.over(usual.preferences), holds=holds)
        return replace(self, routine=replace(usual, preferences=preferences, places=places))

    def origin(self, name: str) -> tuple[Any, Origin]:
        """The value of a field of `Preferences`, and its origin."""
        value = getattr(self.combined, name)
        for layer in (self.options, self.profile, self.routine):
            if getattr(layer.preferences, name) not in (None, ()):
                return value, layer.origin(name, "")
        return value, Origin("default", "")

    @property
    def short_on_words(self) -> bool:
        """Whether the routine chose follow, and nobody who uses it chose another level."""
        choices, origin = self.origin("talk")
        return origin.source == "routine" and level_of(choices) == "follow"


def profile_layer(profile: Profile, routine: Routine) -> Layer:
    """A profile's preferences for the sessions of a routine, as a layer."""
    preferences, places = profile.preferences, profile.places
    if not routine.composed and (length := profile.lengths.get(routine.id)):
        preferences, places = profile.preferences_of(routine.id), {**places, "fit": length.location}
    return Layer("profile", preferences, profile.location, places)
