"""What a request may name: every id of the library, also as the JSON that the page gets."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from smr_audio.errors import SmrAudioError
from smr_audio.library.library import Library
from smr_audio.library.models import Routine, Technique
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.choices import TALKS
from smr_audio.options.kinds import Number, Word
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_JSON
from smr_audio.profile.model import Profile
from smr_audio.session.compile import compile_session
from smr_audio.session.compose import MOST_MUSCLES
from smr_audio.session.layers import Layers, profile_layer
from smr_audio.voices.registry import AUTO, all_voices

MOST_SESSION_S: Final = 4 * 3600
LIBRARY_FORMAT: Final = "smr-audio/library-1"
SHORT_ON_WORDS: Final = "It is short on words: the first time, choose more talk."


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every id by kind, with its title. Content that does not check is left out."""

    routines: Mapping[str, Routine]
    techniques: Mapping[str, Technique]
    tools: Mapping[str, str]
    limits: Mapping[str, str]
    medical: frozenset[str]
    muscles: Mapping[str, str]
    voices: Mapping[str, str]
    languages: tuple[str, ...]


def read_catalog(library: Library) -> Catalog:
    """Read all of a library, and list the voices of this machine."""
    techniques: dict[str, Technique] = {}
    routines: dict[str, Routine] = {}
    for name in library.technique_ids():
        with suppress(SmrAudioError):  # `check` reports it
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
    voices = {AUTO: "The best voice here"}  # files and bare engines are left out
    for voice in all_voices():
        if any(map(voice.speaks, languages)):
            voices[voice.id] = voice.title
    return Catalog(
        routines,
        techniques,
        {name: words or name.replace("_", " ") for name, words in phrases.tools.items()},
        {name: limits.text(name).shown(DEFAULT_LANGUAGE) for name in limits.ids},
        frozenset(limits.medical),
        {name: words for name, words in phrases.muscles.items() if name in worked},
        voices,
        languages,
    )


def library_json(catalog: Catalog, library: Library, profile: Profile | None) -> dict[str, Any]:
    """The answer of `api/library`."""
    routines = [_routine(one, library, profile) for one in catalog.routines.values()]
    return {
        "format": LIBRARY_FORMAT,
        "routines": [one for one in routines if one is not None],
        "techniques": [_technique(technique) for technique in catalog.techniques.values()],
        "tools": _titled(catalog.tools),
        "limits": [
            {"id": name, "title": title, "medical": name in catalog.medical}
            for name, title in catalog.limits.items()
        ],
        "muscles": _titled(catalog.muscles),
        "voices": _titled(catalog.voices),
        "choices": choices_json(),
        "ranges": ranges_json(),
        "profile": profile_json(profile.preferences) if profile else {},
    }


def choices_json() -> dict[str, list[str]]:
    """The words of each option that is one of a few; of talk those for all techniques."""
    words = {name: list(one.kind.of) for name, one in BY_JSON.items() if isinstance(one.kind, Word)}
    return {**words, "talk": list(TALKS)}


def ranges_json() -> dict[str, list[float]]:
    counts = {
        name: [one.kind.least, one.kind.most]
        for name, one in BY_JSON.items()
        if isinstance(one.kind, Number) and one.kind.whole
    }
    return {**counts, "minutes": [1, MOST_SESSION_S // 60], "muscles": [1, MOST_MUSCLES]}


def profile_json(preferences: Preferences) -> dict[str, Any]:
    return {
        name: one.kind.plain(value)
        for name, one in BY_JSON.items()
        if one.field != "only" and (value := getattr(preferences, one.field)) not in (None, ())
    }


def _routine(routine: Routine, library: Library, profile: Profile | None) -> dict[str, Any] | None:
    """A routine with the techniques that the profile selects; all of them if it selects none."""
    layer = profile_layer(profile, routine) if profile else None
    for applied in (layer, None):
        try:
            made = compile_session(routine, Preferences(), library=library, profile=applied)
        except SmrAudioError:
            continue
        blocks = made.work.blocks
        return {
            "id": routine.id,
            "title": routine.title.shown(DEFAULT_LANGUAGE),
            "about": _about(routine, made.layers),
            "tools": list(dict.fromkeys(t for b in blocks for t in b.technique.tools)),
            "muscles": list(dict.fromkeys(block.technique.muscle for block in blocks)),
            "techniques": [block.technique.id for block in blocks],
        }
    return None


def _about(routine: Routine, layers: Layers) -> str:
    """What the page says of a routine; also that it is short on words, if it is."""
    about = routine.about.shown(DEFAULT_LANGUAGE)
    return f"{about} {SHORT_ON_WORDS}" if layers.short_on_words else about


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
