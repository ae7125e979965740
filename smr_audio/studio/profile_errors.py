"""Add to an error which values of a profile cause it, and how to undo them.

The code that raises an error does not know where an option came from. So the same is tried again
without each value of the profile.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any, Final

from smr_audio import units
from smr_audio.errors import BuildError, SmrAudioError
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_FIELD
from smr_audio.profile.save import shown, values_of
from smr_audio.session.layers import Layer, Layers
from smr_audio.voices.engine import SpeechError

_NOTHING: Final = Preferences()
_FIELDS: Final = tuple(each.name for each in fields(Preferences))


@contextmanager
def naming_profile(
    layer: Layer | None, attempt: Callable[[Layer | None], Any], *, names: Sequence[str] = _FIELDS
) -> Iterator[None]:
    """Name the values of a profile that an error comes from; `names` are those that may be.

    `attempt` does the same for another profile, or for none.
    """
    try:
        yield
    except SmrAudioError as error:
        if layer is not None and layer.preferences != _NOTHING:
            found, given = [], layer.preferences
            for name in names:
                others = replace(given, **{name: getattr(_NOTHING, name)})
                if others != given and _better(error, attempt, replace(layer, preferences=others)):
                    found.append(name)
            if found:
                error.add(_note(layer, found))
            elif _better(error, attempt, None):
                error.add("your profile has a part in it; leave it aside with --no-profile")
        raise


@contextmanager
def naming_voice(layers: Layers) -> Iterator[None]:
    """Name the profile where its voice cannot say a sentence: speaking is not tried again."""
    try:
        yield
    except BuildError as error:
        asked_by = layers.origin("voice")[1].source
        if isinstance(error.__cause__, SpeechError) and asked_by == "profile":
            error.add(_note(layers.profile, ("voice",)))
        raise


def _better(
    error: SmrAudioError, attempt: Callable[[Layer | None], Any], layer: Layer | None
) -> bool:
    """Whether it goes well so, or fails for another reason; a length always fails otherwise."""
    try:
        attempt(layer)
    except SmrAudioError as other:
        return not isinstance(other, BuildError) and str(other) != str(error)
    return True


def _note(layer: Layer, names: Sequence[str]) -> str:
    """What is from the profile, where it stands there and how to undo it."""
    places = {name: layer.places.get(name, layer.location) for name in names}
    notes = ", and ".join(
        f"{_shown(layer, name)} is from your profile ({place or 'given by the program'})"
        for name, place in places.items()
    )
    keys = " ".join(_key(layer, name) for name in names)
    return f"{notes}; undo it with `smr-audio profile unset {keys}`, or use --no-profile"


def _shown(layer: Layer, name: str) -> str:
    if name == "fit":
        ticks = layer.preferences.fit_ticks or 0
        return f"the length {units.clock(ticks // units.TICKS_PER_SECOND)}"
    value = values_of(layer.preferences)[BY_FIELD[name].title]
    return f"'{_key(layer, name)}: {shown(value)}'"


def _key(layer: Layer, name: str) -> str:
    places = layer.places
    if name == "first" and "weaker_side" in places and places["first"] == places["weaker_side"]:
        return "weaker_side"
    return BY_FIELD[name].title
