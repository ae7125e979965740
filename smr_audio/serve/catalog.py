"""What there is to ask for: the ids that a phone may name, and the library as it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from smr_audio.errors import SmrAudioError
from smr_audio.library.library import Library
from smr_audio.library.models import Routine, Technique
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.kinds import Word
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_JSON
from smr_audio.profile.model import Profile
from smr_audio.session.compile import compile_session
from smr_audio.session.layers import profile_layer
from smr_audio.voices.engine import Voice
from smr_audio.voices.registry import AUTO, all_voices

LIBRARY_FORMAT: Final = "smr-audio/library-1"


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every id there is, by kind, with its title. Content that does not check is not there."""

    routines: Mapping[str, Routine]
    techniques: Mapping[str, Technique]
    tools: Mapping[str, str]
    limits: Mapping[str, str]
    medical: frozenset[str]
    muscles: Mapping[str, str]
    voices: Mapping[str, str]
    languages: tuple[str, ...]


def known_of(library: Library) -> Catalog:
    """Read all that a library has, and the voices of this machine."""
    techniques: dict[str, Technique] = {}
    routines: dict[str, Routine] = {}
    for name in library.technique_ids():
        with suppress(SmrAudioError):  # `check` tells of it; the rest can be done
            techniques[name] = library.technique(name)
    for name in library.routine_ids():
        with suppress(SmrAudioError):
            routines[name] = library.load(name)
    phrases, limits = library.phrases(DEFAULT_LANGUAGE), library.limits()
    worked = {technique.muscle for technique in techniques.values()}
    languages = library.languages()
    for language in languages:
        library.phrases(language)
        library.lexicon(language)
    library.defaults()
    return Catalog(
        routines,
        techniques,
        {name: words or name.replace("_", " ") for name, words in phrases.tools.items()},
        {name: limits.text(name).shown(DEFAULT_LANGUAGE) for name in limits.ids},
        frozenset(limits.medical),
        {name: words for name, words in phrases.muscles.items() if name in worked},
        _voices(all_voices(), languages),
        languages,
    )


def _voices(voices: Iterable[Voice], languages: Sequence[str]) -> dict[str, str]:
    """Those that speak one of the languages, by id: a phone may name no file and no engine."""
    found = {AUTO: "The best voice there is"}
    for voice in voices:
        if any(voice.speaks(language) for language in languages):
            found[voice.id] = voice.title
    return found


def library_json(known: Catalog, library: Library, profile: Profile | None) -> dict[str, Any]:
    """The answer of `api/library`."""
    told = [_routine(routine, library, profile) for routine in known.routines.values()]
    return {
        "format": LIBRARY_FORMAT,
        "routines": [one for one in told if one is not None],
        "techniques": [_technique(technique) for technique in known.techniques.values()],
        "tools": _titled(known.tools),
        "limits": [
            {"id": name, "title": title, "medical": name in known.medical}
            for name, title in known.limits.items()
        ],
        "muscles": _titled(known.muscles),
        "voices": _titled(known.voices),
        "choices": {
            name: list(one.kind.of) for name, one in BY_JSON.items() if isinstance(one.kind, Word)
        },
        "profile": profile_json(profile.preferences) if profile else {},
    }


def profile_json(asks: Preferences) -> dict[str, Any]:
    """What a profile asks for, as a request of the page has it."""
    return {
        name: one.kind.plain(value)
        for name, one in BY_JSON.items()
        if one.field != "only" and (value := getattr(asks, one.field)) not in (None, ())
    }


def _routine(routine: Routine, library: Library, profile: Profile | None) -> dict[str, Any] | None:
    """A routine with the techniques that the person would get; as it is, if there are none."""
    layer = profile_layer(profile, routine) if profile else None
    for asked in (layer, None):
        try:
            blocks = compile_session(
                routine, Preferences(), library=library, profile=asked
            ).work.blocks
        except SmrAudioError:
            continue
        return {
            "id": routine.id,
            "title": routine.title.shown(DEFAULT_LANGUAGE),
            "about": routine.about.shown(DEFAULT_LANGUAGE),
            "tools": list(dict.fromkeys(t for b in blocks for t in b.technique.tools)),
            "muscles": list(dict.fromkeys(block.technique.muscle for block in blocks)),
            "techniques": [block.technique.id for block in blocks],
        }
    return None


def _technique(technique: Technique) -> dict[str, Any]:
    hold = technique.hold
    return {
        "id": technique.id,
        "title": technique.name.shown(DEFAULT_LANGUAGE),
        "muscle": technique.muscle,
        "tools": list(technique.tools),
        "sides": technique.sides,
        "level": technique.level,
        "hold": {"least": hold.least, "default": hold.default, "most": hold.most},
    }


def _titled(titles: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"id": name, "title": title} for name, title in titles.items()]
