"""What a request may name, also as the JSON that the page gets; and a request's own JSON, read.

A request has ids of the catalog, numbers, and words of the option table. No text from the network
is ever spoken, opened as a file or put into a command.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from smr_audio.errors import SmrAudioError, UsageError
from smr_audio.library.library import Library, routine_of
from smr_audio.library.models import LocalText
from smr_audio.library.routine import Routine
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.technique import Technique
from smr_audio.options.choices import ALL, MADE_BEDS, NO_BED, TALKS
from smr_audio.options.kinds import MOST_ITEMS, Number, Time, Word
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_JSON, Option, described, fields_of, texts_of
from smr_audio.options.values import Bed
from smr_audio.profile.model import Profile
from smr_audio.publish.listing import technique_json, text_json
from smr_audio.records import dataclass, replace
from smr_audio.session.compile import compile_session
from smr_audio.session.compose import MOST_MUSCLES, Composition
from smr_audio.session.layers import profile_layer
from smr_audio.storage.paths import without_duplicates
from smr_audio.suggest import did_you_mean, not_one_of, printable, shortened
from smr_audio.voices.registry import AUTO, all_voices

MOST_SESSION_S: Final = 4 * 3600
_MOST_TEXT: Final = 100
LIBRARY_FORMAT: Final = "smr-audio/library-1"


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every id by kind, with its title. Content that does not check is left out."""

    routines: Mapping[str, Routine]
    techniques: Mapping[str, Technique]
    tools: Mapping[str, LocalText]
    limits: Mapping[str, LocalText]
    muscles: Mapping[str, LocalText]
    voices: Mapping[str, LocalText]
    languages: tuple[str, ...]
    language: str = DEFAULT_LANGUAGE


def read_catalog(library: Library, language: str = DEFAULT_LANGUAGE) -> Catalog:
    """Read all of a library for sessions in a language, and list the voices of this machine."""
    techniques: dict[str, Technique] = {}
    routines: dict[str, Routine] = {}
    for name in library.technique_ids():
        with suppress(SmrAudioError):  # `check` reports it
            techniques[name] = library.technique(name)
    for name in library.routine_ids():
        with suppress(SmrAudioError):
            routines[name] = library.load(name)
    limits = library.limits()
    worked = {technique.muscle for technique in techniques.values() if technique.presses}
    languages = library.languages()
    for code in languages:
        library.phrases(code)
        library.lexicon(code)
    library.defaults()
    words = library.page(language)
    voices = {AUTO: LocalText({words.language: words("page.voice_auto")}, words.location)}
    for voice in all_voices():  # without files and bare engines
        if any(map(voice.speaks, languages)):
            voices[voice.id] = LocalText({DEFAULT_LANGUAGE: voice.title}, words.location)
    muscles = _words("muscles", library, language)
    return Catalog(
        routines,
        techniques,
        _words("tools", library, language),
        {name: _alone(limits.text(name), library) for name in limits.ids},
        {name: text for name, text in muscles.items() if name in worked},
        voices,
        languages,
        language,
    )


def _words(group: str, library: Library, language: str) -> dict[str, LocalText]:
    """The words of phrases for each id, in a language and in the default one."""
    texts: dict[str, dict[str, str]] = {}
    for code in (DEFAULT_LANGUAGE, language):
        for name, words in getattr(library.phrases(code), group).items():
            texts.setdefault(name, {})[code] = words or name.replace("_", " ")
    place = library.phrases(language).location
    return {name: _alone(LocalText(found, place), library) for name, found in texts.items()}


def _alone(text: LocalText, library: Library) -> LocalText:
    """A name as it stands alone, in each of its languages."""
    shown = {code: library.lexicon(code).alone(words) for code, words in text.texts.items()}
    return LocalText(shown, text.location)


def library_json(catalog: Catalog, library: Library, profile: Profile | None) -> dict[str, Any]:
    """The answer of `api/library`."""
    language = catalog.language
    routines = [_routine(one, library, profile, language) for one in catalog.routines.values()]
    words = {name: list(one.kind.of) for name, one in BY_JSON.items() if isinstance(one.kind, Word)}
    return {
        "format": LIBRARY_FORMAT,
        "title": library.page(language)("site.short"),
        "routines": [one for one in routines if one is not None],
        "techniques": [technique_json(one, language, one.tools) for one in catalog.techniques.values()],
        "tools": _titled(language, catalog.tools),
        "limits": [
            {**one, "medical": one["id"] in library.limits().medical} for one in _titled(language, catalog.limits)
        ],
        "muscles": _titled(language, catalog.muscles),
        "voices": _titled(language, catalog.voices),
        # The words of each option that is one of a few; of talk those for all techniques.
        "choices": {**words, "talk": list(TALKS)},
        "ranges": ranges_json(),
        "profile": profile_json(profile.preferences) if profile else {},
    }


def ranges_json() -> dict[str, list[float]]:
    ranges = {}
    for name, option in BY_JSON.items():
        kind = option.kind
        if isinstance(kind, Number) and kind.whole:
            ranges[name] = [kind.least, kind.most]
        elif isinstance(kind, Time):
            ranges[name] = [kind.least_s, kind.most_s]
    return {**ranges, "minutes": [1, MOST_SESSION_S // 60], "muscles": [1, MOST_MUSCLES]}


def profile_json(preferences: Preferences) -> dict[str, Any]:
    bed = preferences.bed
    named = bed if isinstance(bed, Bed) and not bed.is_file else None  # where a file is is private
    given = replace(preferences, only=(), bed=named).given()
    return {name: one.kind.plain(given[one.field]) for name, one in BY_JSON.items() if one.field in given}


def _routine(routine: Routine, library: Library, profile: Profile | None, language: str) -> dict[str, Any] | None:
    """A routine with the techniques that the profile selects; all of them if it selects none."""
    layer = profile_layer(profile, routine) if profile else None
    for applied in (layer, None):
        try:
            spoken = Preferences(language=language)
            made = compile_session(routine, spoken, library=library, profile=applied)
        except SmrAudioError:
            continue
        blocks = made.work.blocks
        return {
            "id": routine.id,
            **text_json(routine.title, language),
            **text_json(routine.about, language, "about"),
            "short_on_words": made.layers.short_on_words,
            "tools": list(dict.fromkeys(t for b in blocks for t in b.technique.tools)),
            "muscles": list(dict.fromkeys(m for b in blocks if (m := b.technique.muscle))),
            "techniques": list(dict.fromkeys(block.technique.id for block in blocks)),
        }
    return None


def _titled(language: str, titles: Mapping[str, LocalText]) -> list[dict[str, str]]:
    return [{"id": name, **text_json(title, language)} for name, title in titles.items()]


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """A session that a phone asks for."""

    target: Routine | Composition
    preferences: Preferences


def read_request(body: bytes, catalog: Catalog) -> SessionRequest:
    """The request in the body of `api/plan`. Raises UsageError with one clear sentence."""
    given = _parsed(body)
    values = {name: value for name, value in given.items() if value is not None}
    option_names = ("routine", "muscles", *BY_JSON)
    if unknown := next((name for name in given if name not in option_names), None):
        shown = _shown(unknown)
        raise UsageError(f"there is no option {shown}; {did_you_mean(unknown[:40], option_names)}")
    if ("routine" in values) == ("muscles" in values):
        raise UsageError("name a routine, or muscles; one of the two")
    if "routine" in values:
        wanted = values.pop("routine")
        known = {**catalog.techniques, **catalog.routines}
        _check_id("routine", wanted, known, "routine or technique")
        target: Routine | Composition = catalog.routines.get(wanted) or routine_of(catalog.techniques[wanted])
    else:
        muscles = values.pop("muscles")
        if not isinstance(muscles, list):
            raise UsageError("muscles must be a list")
        for one in muscles:
            _check_id("muscles", one, catalog.muscles, "muscle")
        target = Composition(tuple(dict.fromkeys(muscles)))
    options = fields_of(_option(name, value, catalog) for name, value in values.items())
    return SessionRequest(target, Preferences(**options))


def _parsed(body: bytes) -> dict[str, Any]:
    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        value = json.loads(body.decode("utf-8"), parse_constant=refuse, object_pairs_hook=without_duplicates)
    except (ValueError, RecursionError):
        raise UsageError("this is not JSON; send an object of options") from None
    if not isinstance(value, dict):
        raise UsageError("send an object of options")
    return value


def _option(name: str, value: Any, catalog: Catalog) -> tuple[Option, Any]:
    """An option of the table and its value, checked against the catalog."""
    option = BY_JSON[name]
    if isinstance(value, list | dict) and len(value) > MOST_ITEMS:
        raise UsageError(f"{name} may have {MOST_ITEMS} at most, not {len(value)}")
    try:
        texts = texts_of(value)
    except UsageError as error:
        raise UsageError(described(name, error)) from None
    if long := next((text for text in texts if len(text) > _MOST_TEXT), None):
        raise UsageError(f"{name} has a text of {len(long)} characters; that is too long")
    if option.names == "tool" and not texts:  # an empty list elsewhere means every tool
        raise UsageError("name at least one tool, or leave tools out for every one")
    read = option.read(map(printable, texts), name)
    if isinstance(read, Bed) and read.is_file:  # a file is for who runs the server to name
        raise UsageError(f"{name} {not_one_of((NO_BED, *MADE_BEDS), read.sound)}")
    for kind, named in _named(option, read):
        known = getattr(catalog, f"{kind}s")
        _check_id(name, named, (*known, ALL) if kind == "tool" else known, kind)
    return option, read


def _named(option: Option, value: Any) -> Iterator[tuple[str, str]]:
    """The ids that a value names, each with its kind."""
    if option.field in ("holds", "talk"):
        yield from (("technique", one.technique) for one in value if one.technique)
    elif option.field == "swaps":
        yield from (("technique", name) for swap in value for name in (swap.old, swap.new))
    elif option.names is not None:
        names = (value,) if isinstance(value, str) else value
        yield from ((option.names, name) for name in names)


def _check_id(name: str, value: Any, known: Iterable[str], kind: str) -> None:
    if not isinstance(value, str):
        raise UsageError(f"{name} must name a {kind} by its id")
    names = tuple(known)
    if value not in names:
        if len(value) > _MOST_TEXT:
            raise UsageError(f"{name} has a text of {len(value)} letters; that is no {kind}")
        raise UsageError(f"there is no {kind} {_shown(value)}; {did_you_mean(value, names)}")


def _shown(text: str) -> str:
    """Text from outside, cut and quoted for a message."""
    return f"'{printable(shortened(text, _MOST_TEXT))}'"
