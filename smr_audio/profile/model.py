"""The profile: a person's tools, limits and preferences, in a file of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from smr_audio.errors import ContentError, Location, Problem, SmrAudioError, UsageError
from smr_audio.library.library import Library
from smr_audio.library.schema import specs
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.yaml_reader import Mapping as Entries
from smr_audio.library.yaml_reader import Scalar, read_in_part, read_yaml, scalars_of
from smr_audio.options.choices import ALL, SIDES, Side
from smr_audio.options.preferences import Preferences, techniques_in
from smr_audio.options.table import BY_FLAG, BY_KEY
from smr_audio.storage.paths import is_there, named_in
from smr_audio.suggest import did_you_mean
from smr_audio.units import TICK

PROFILE_VARIABLE: Final = "SMR_AUDIO_PROFILE"
EVERY_ROUTINE: Final = ALL
"""Stands for the routine of the one length that older profiles have for all routines."""


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a routine's sessions in ticks, and its place in the profile."""

    ticks: int
    location: Location


@dataclass(frozen=True, slots=True)
class Profile:
    """Preferences for every session, the places of the keys in the file, and lengths by routine.

    The weaker side is worked first, while the person is fresh.
    """

    stored: Preferences
    weaker_side: Side | None = None
    location: Location | None = None
    places: Mapping[str, Location] = field(default_factory=dict)
    lengths: Mapping[str, Length] = field(default_factory=dict)

    @property
    def preferences(self) -> Preferences:
        """The preferences for every session; it begins with the weaker side."""
        if self.weaker_side is None or self.stored.first is not None:
            return self.stored
        return replace(self.stored, first=self.weaker_side)

    def preferences_of(self, routine: str) -> Preferences:
        """The preferences for the sessions of one routine, with its length."""
        length = self.lengths.get(routine)
        preferences = self.preferences
        return preferences if length is None else replace(preferences, fit=length.ticks * TICK)


def profile_path() -> Path:
    """The file that SMR_AUDIO_PROFILE names, or else the one in the user's folder for settings."""
    if named := named_in(PROFILE_VARIABLE):
        return named
    import platformdirs  # tests and those who name a file need none

    folder = platformdirs.user_config_dir("smr-audio", appauthor=False)
    return Path(folder) / "profile.yaml"


def is_profile(path: Path) -> bool:
    """Whether a file says that it is a profile. Raises ContentError for one that is no YAML."""
    node, _ = read_in_part(path)
    kind = node.get("kind") if isinstance(node, Entries) else None
    return isinstance(kind, Scalar) and kind.text == "profile"


def load_profile(library: Library, path: Path | None = None) -> Profile | None:
    """The profile of a file, or the user's own; None if there is none. Raises ContentError."""
    path = path or profile_path()
    if not is_there(path):
        return None
    try:
        node = read_yaml(path)
    except UsageError as error:  # the user did not name this file
        reason = str(error).removeprefix(f"{path}: ")
        raise ContentError([Problem(Location(str(path)), reason)]) from None
    problems = specs.Problems()
    profile: Profile | None = PROFILE.read(node, "the profile", problems)
    if profile is not None and isinstance(node, Entries):
        places = {}
        for key, _ in node.entries:
            option = BY_KEY.get(key.text) or BY_FLAG.get(key.text)  # a profile has `fit` by routine
            places[option.field if option else key.text] = key.location
        if profile.weaker_side is not None and "first" not in places:
            places["first"] = places["weaker_side"]
        profile = replace(profile, places=places)
        problems.found += _contradictions(profile, node, library)
    if problems.found or profile is None:
        raise ContentError(specs.finish(problems.found))
    return profile


def unknown_elsewhere(profile: Profile, library: Library) -> Iterator[Problem]:
    """Unknown tools and routines in a profile: other content may have them, so no session fails."""
    tools = library.phrases(DEFAULT_LANGUAGE).tools
    for name in profile.stored.tools:
        if name not in tools and name != ALL:
            message = f"there is no tool '{name}'; {did_you_mean(name, tools)}"
            yield Problem(profile.places["tools"], message)
    for name, length in profile.lengths.items():
        if name != EVERY_ROUTINE and (unknown := unknown_routine(name, library)):
            yield Problem(length.location, unknown)


def unknown_routine(name: str, library: Library) -> str | None:
    known = (*library.routine_ids(), *library.technique_ids())
    if name in known:
        return None
    return f"there is no routine or technique '{name}'; {did_you_mean(name, known)}"


def warnings_of(profile: Profile, library: Library) -> Iterator[Problem]:
    """What in a profile has no effect: unknown techniques, and the length of an older profile."""
    if length := profile.lengths.get(EVERY_ROUTINE):
        yield Problem(
            length.location,
            "a length is of one routine, so this one is left aside; write 'fit: {full-body: 25m}' "
            "in its place, or take it out with `smr-audio profile unset fit`",
        )
    for key, names in techniques_in(profile.stored).items():
        for name in dict.fromkeys(names):
            if message := _unknown(name, library):
                yield Problem(profile.places.get(key, profile.location or Location("")), message)


def _unknown(name: str, library: Library) -> str | None:
    try:
        if library.find("technique", name):
            return None
    except SmrAudioError as error:  # in two packs, or in one that cannot be read
        return str(error)
    hint = did_you_mean(name, library.technique_ids())
    return f"there is no technique '{name}'; {hint}"


def _contradictions(profile: Profile, node: Entries, library: Library) -> Iterator[Problem]:
    stored, places = profile.stored, profile.places
    known = library.limits().ids
    for name in stored.limits:
        if name not in known:
            message = f"there is no limit '{name}'; {did_you_mean(name, known)}"
            found = (one.location for one in scalars_of(node.get("limits")) if one.text == name)
            yield Problem(next(found, places["limits"]), message)
    if "first_session" in stored.limits and (stored.level or 1) > 1:
        message = f"level {stored.level} and the limit first_session exclude each other; drop one"
        yield Problem(places["level"], message)
    for swap in stored.swaps:
        if not any(_unknown(name, library) for name in (swap.old, swap.new)):
            muscles = [library.technique(name).muscle for name in (swap.old, swap.new)]
            if muscles[0] != muscles[1]:
                message = f"'{swap.new}' is for another muscle than '{swap.old}'; swap within one"
                yield Problem(places["swaps"], message)
    for key, side in (("extra", stored.extra), ("weaker_side", profile.weaker_side)):
        if side and stored.sides not in (None, "both", side):
            message = f"{key} is {side}, but only the {stored.sides} side is worked; drop one of them"
            yield Problem(places[key], message)


def _make_profile(
    location: Location, weaker_side: Side | None = None, fit: Mapping[str, Length] | None = None, **values: Any
) -> Profile:
    return Profile(specs.preferences_from(**values), weaker_side, location, lengths=fit or {})


_LENGTH: Final = specs.Made(specs.OptionSpec(BY_FLAG["fit"]), lambda time, place: Length(time // TICK, place))
_LENGTHS: Final = specs.Either(
    specs.Made(_LENGTH, lambda one, _: {EVERY_ROUTINE: one}), specs.MapOf(specs.NAME, _LENGTH)
)

PROFILE: Final = specs.Record(
    _make_profile,
    {
        "kind": specs.Choice(("profile",)),
        "weaker_side": specs.Choice(SIDES),
        **specs.option_keys("step", "settings", "profile", besides="only"),
        "fit": _LENGTHS,
    },
    "a profile",
    ("kind",),
)
