"""The engines there are, and which voice a name or a language means.

A built-in engine is a row of `ENGINES`; other packages name theirs in the entry-point group
`smr_audio.engines`. Both are looked up, loaded and wrapped by the same code.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final, NamedTuple

from smr_audio.errors import BuildError, MissingError, SmrAudioError, UsageError
from smr_audio.installed import has_builds, installed, package_of, to_repair
from smr_audio.storage.cache import Cache
from smr_audio.storage.paths import expanded
from smr_audio.suggest import did_you_mean
from smr_audio.voices import models
from smr_audio.voices.engine import Engine, SpeechError, Voice
from smr_audio.voices.models import Model
from smr_audio.voices.proven import ProvenEngine, described

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENGINES: Final = {
    "hibari": "smr_audio.voices.natural:HibariEngine",
    "piper": "smr_audio.voices.natural:PiperEngine",
    "kokoro": "smr_audio.voices.natural:KokoroEngine",
    "pyttsx3": "smr_audio.voices.system:SystemEngine",
    "silent": "smr_audio.voices.silent:SilentEngine",
}
"""The built-in engines: what each name loads, written as in an entry point."""

GROUP: Final = "smr_audio.engines"

AUTO: Final = "auto"
SYSTEM: Final = "pyttsx3"
NATURAL: Final = (models.HIBARI, models.KOKORO, models.PIPER)
"""The engines of natural voices, the preferred one first."""
VOICE_VARIABLE: Final = "SMR_AUDIO_VOICE"
"""Names the voice that `auto` means."""
_HEART: Final = f"{models.HIBARI}:{models.HEART}"
_JOE: Final = f"{models.PIPER}:{models.JOE}"
_ALIASES: Final = {models.HEART: _HEART, "natural": _HEART, models.JOE: _JOE, models.PIPER: _JOE}
_TRIALS: Final = {"en": "Ready.", "zh": "准备。"}
"""What a voice of a language says to show that it speaks."""
_LONG_S: Final = 10.0  # a trial that takes longer to fail is remembered

# Which kind of a language is meant if no kind is named. espeak and pyttsx3 would make
# English British; macOS and Windows tag Mandarin by country.
_USUAL: Final[Mapping[str, tuple[str, ...]]] = {"en": ("en-us",), "zh": ("cmn", "zh-cn")}


def user_locale() -> str | None:
    """The user's locale as a POSIX name such as `en_GB.UTF-8`, read as gettext does."""
    if sys.platform == "win32":
        import ctypes
        import locale

        language = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return locale.windows_locale.get(language)
    variables = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, variables), None)


def plugins() -> dict[str, EntryPoint]:
    """The engines of other packages by name in lower case; imports none of them.

    Of two with one name the first by package wins, and a built-in name is not given away:
    `plugin_faults` reports both.
    """
    return {point.name.lower(): point for point, fault in _plugin_points() if not fault}


def plugin_faults() -> list[str]:
    """A message for each engine of another package that cannot be used. Imports them all."""
    messages = []
    for point, fault in _plugin_points():
        try:
            if fault:
                raise MissingError(fault)
            load(point.name).close()
        except SmrAudioError as error:
            messages.append(str(error))
    return messages


def _plugin_points() -> Iterator[tuple[EntryPoint, str]]:
    """Each engine of another package, and why it is not used, if so."""
    owners = dict.fromkeys((*ENGINES, AUTO, *_ALIASES), "smr-audio")
    for point in sorted(installed(GROUP), key=package_of):
        owner = owners.setdefault(point.name.lower(), package_of(point))
        fault = f"{_who(point)} is not used, since {owner} has one of that name; rename it, or uninstall one of them"
        yield point, "" if owner == package_of(point) else fault


def load(name: str) -> Engine:
    """The engine of a name; the caller closes it. Raises MissingError if it cannot be used."""
    target = ENGINES.get(name)
    point = None if target else plugins()[name.lower()]
    who = _who(point) if point else f"the engine '{name}' of smr-audio"
    try:
        engine = point.load()() if point else resolve_name(ENGINES[name])()
    except (Exception, SystemExit) as error:  # an engine of another package can raise anything
        message = f"{who} cannot be loaded: {described(error)}; update or uninstall it"
        raise MissingError(message) from error
    methods = ("voices", "fingerprint", "speak", "close")
    lacking = [each for each in methods if not callable(getattr(engine, each, None))]
    if lacking:
        raise MissingError(f"{who} is not an engine: it lacks {', '.join(lacking)}; update it")
    return ProvenEngine(engine, name=point.name if point else name, package=package_of(point) if point else "")


def _who(point: EntryPoint) -> str:
    return f"the engine '{point.name}' of {package_of(point)}"


def all_voices() -> list[Voice]:
    """The voices of all engines that work here, the built-in engines first."""
    found: list[Voice] = []
    for name in (*ENGINES, *plugins()):
        with suppress(MissingError), closing(load(name)) as engine:
            found += engine.voices()
    return found


class Chosen(NamedTuple):
    """The engine and the voice that a name means; the caller closes the engine.

    If `auto` chose another voice than the preferred natural one, `stands_in` says why; otherwise
    it is empty.
    """

    engine: Engine
    voice: Voice
    stands_in: str = ""


def chosen(name: str = AUTO, *, language: str, locale: str | None = None, cache: Cache | None = None) -> Chosen:
    """The engine and the voice that a name means; the caller closes the engine.

    `name` is `auto` (a natural voice for the language that works, or else the system's), `heart`,
    `joe`, an engine (`pyttsx3`: its voice for the language), an id (`pyttsx3:gmw/en-us`), the path
    of a Piper voice's .onnx file, a natural voice's name, or a name, title or language tag
    (`en-gb`) of the system's.
    `language` is a BCP 47 tag. `locale` is a POSIX one (`en_GB.UTF-8`): its country counts
    if its language is the same. `cache` keeps which natural voices have spoken here. Raises
    UsageError for an unknown name, MissingError if the engine or a voice for the language is not
    installed, BuildError for a damaged voice.
    """
    shown = name.strip()
    if shown.lower() == AUTO:
        named = os.environ.get(VOICE_VARIABLE, "").strip() or AUTO
        if named.lower() == AUTO:
            return _automatic(language, locale=locale, cache=cache)
        try:
            return chosen(named, language=language, locale=locale)
        except SmrAudioError as error:
            error.add(f"{VOICE_VARIABLE} names it")
            raise
    if shown.lower().endswith(models.SUFFIX):
        model = models.by_path(expanded(shown))
        if not models.is_installed(models.PIPER):
            raise MissingError(f"the voice '{shown}' needs {models.extra_of(models.PIPER)}")
        from smr_audio.voices.natural import PiperEngine

        return Chosen(ProvenEngine(PiperEngine(model), name=models.PIPER), model.voice)
    prefix, colon, rest = _ALIASES.get(shown.lower(), shown).partition(":")
    engine, wanted = prefix.lower(), rest.strip()
    if engine not in ENGINES and engine not in plugins():
        if colon or not shown:
            raise UsageError(f"no voice '{shown}'; {did_you_mean(shown, _names(()))}")
        here = {model.voice.name.lower(): each for each in NATURAL for model in models.usable(each)}
        engine, wanted = here.get(shown.lower()) or _natural_engine(shown) or SYSTEM, shown
    return Chosen(*_voice_of(engine, wanted, shown=shown, language=language, locale=locale))


def _automatic(language: str, *, locale: str | None, cache: Cache | None) -> Chosen:
    """The best natural voice for the language that works here, or else the system's."""
    here = [model for engine in NATURAL for model in models.usable(engine)]
    left = [model for model in here if model.voice.speaks(language)]
    why = ""  # the preferred voice does not speak
    while left:
        voice = _best(language, [model.voice for model in left], locale=locale)
        model = next(model for model in left if model.voice == voice)
        engine = load(voice.engine)
        fault = _fault_of(engine, model, cache)
        if not fault:
            return Chosen(engine, voice, why and f"the voice {voice.id} speaks; {why}")
        engine.close()
        in_trial = isinstance(fault, SpeechError)
        # The line that it advises to reword is ours.
        why = why or (f"{fault}".partition(";")[0] if in_trial else f"{fault}")
        # A damaged model says nothing about the others of its engine.
        is_damaged = isinstance(fault, BuildError) and not in_trial
        others = [one for one in left if one.voice != voice]
        left = [one for one in others if is_damaged or one.voice.engine != voice.engine]
    engine, voice = _voice_of(SYSTEM, "", shown=AUTO, language=language, locale=locale)
    why = why or _why_none(language, here)
    return Chosen(engine, voice, f"the system's voice {voice.id} speaks; {why}")


def _why_none(language: str, here: Sequence[Model]) -> str:
    """Why there is no natural voice to try, and what to do about it."""
    family = language.split("-", maxsplit=1)[0].lower()
    if near := [model.voice.name for model in here if model.voice.speaks(family)]:
        return f"no natural one here speaks {language}, and --voice {near[0]} is near"
    if extra := {"en": "natural", "zh": "chinese"}.get(family):
        how = "`smr-audio doctor` says how to install it" if has_builds(extra) else "this Python cannot have it"
        return f"a natural one needs the extra '{extra}', and {how}"
    return "`smr-audio voices download` adds a natural one, such as de_DE-thorsten-medium"


def _fault_of(engine: Engine, model: Model, cache: Cache | None) -> SmrAudioError | None:
    """What is wrong with a natural voice here, or None. It speaks a word once to show that.

    The cache keeps that it did, until its software or its file changes, and for an hour at most
    that it hung: to find that out takes a minute.
    """
    voice = model.voice
    trial = next((text for language, text in _TRIALS.items() if voice.speaks(language)), None)
    if trial is None:
        return None
    started = time.monotonic()
    try:
        proof = {"kind": "voice", "works": engine.fingerprint(voice), "file": model.stamp()}
        failure = {**proof, "failed_in_hour": int(time.time() // 3600)}
        if cache and cache.get(proof) is not None:
            return None
        if cache and (fault := cache.get(failure)):
            return SpeechError(fault.decode(), index=0)
        list(engine.speak([trial], voice=voice, rate=1.0))
    except SmrAudioError as error:
        took_s = time.monotonic() - started if isinstance(error, SpeechError) else 0.0
        if cache and took_s > _LONG_S:
            cache.put(failure, f"{error}".encode())
        return error
    if cache:
        cache.put(proof, b"it speaks")
    return None


def _voice_of(engine_name: str, wanted: str, *, shown: str, language: str, locale: str | None) -> tuple[Engine, Voice]:
    engine = load(engine_name)
    try:
        voices = engine.voices()
        if not wanted:
            return engine, _best(language, voices, locale=locale)
        if voice := _named(wanted, voices, locale=locale):
            return engine, voice
        if engine_name == models.PIPER and wanted.lower() == models.JOE:
            raise MissingError(f"the voice '{shown}' needs {models.extra_of(engine_name)}")
        if _natural_engine(wanted) == engine_name:
            raise MissingError(f"the voice '{wanted}' is not here; get it with: smr-audio voices download {wanted}")
        raise UsageError(f"no voice '{shown}'; {did_you_mean(wanted, _names(voices))}")
    except BaseException:
        engine.close()
        raise


def _natural_engine(name: str) -> str | None:
    """The engine that a natural voice of this name could be had for."""
    if (known := models.KNOWN.get(name.lower())) and name.lower() != models.JOE:
        return known.engine
    return models.PIPER if models.NAME.fullmatch(name) else None


def _named(wanted: str, voices: Sequence[Voice], *, locale: str | None) -> Voice | None:
    key = wanted.lower()
    for voice in voices:
        if key in (voice.name.lower(), voice.title.lower()):
            return voice
    tag = _tag(wanted)
    if any(voice.languages and voice.speaks(tag) for voice in voices):
        return _best(tag, voices, locale=locale)
    # espeak's British voice is `gmw/en`; `gmw/en-gb`, which its neighbours lead one to expect,
    # means it too.
    folder, slash, tag = tag.rpartition("/")
    for voice in voices:
        if slash and voice.languages[:1] == (tag,) and voice.name.startswith(f"{folder}/"):
            return voice
    return None


def _names(voices: Sequence[Voice]) -> list[str]:
    # Not "no" and the like: a tag of two letters is near to every short word.
    tags = {tag for voice in voices for tag in voice.languages if "-" in tag}
    names = (voice.name for voice in voices)
    return [AUTO, models.HEART, models.JOE, *ENGINES, *plugins(), *names, *tags]


def _best(language: str, voices: Sequence[Voice], *, locale: str | None) -> Voice:
    """The first voice for the most exact tag that any speaks; one for any language comes last."""
    tag = _tag(language)
    family = tag.split("-")[0]
    at_home = _tag(locale or "")
    tags = [*_USUAL.get(family, ()), family]
    if tag != family:
        tags.insert(0, tag)
    elif at_home.startswith(f"{family}-"):
        tags.insert(0, at_home)
    for each in tags:
        speakers = [voice for voice in voices if each in voice.languages]
        if speakers:
            return min(speakers, key=lambda voice: voice.languages.index(each))
    if left := [voice for voice in voices if voice.speaks(family)]:
        return min(left, key=lambda voice: not voice.languages)
    advice = "choose another --voice"
    if all(voice.engine == SYSTEM for voice in voices):
        place = {
            "darwin": "System Settings > Accessibility > Spoken Content",
            "win32": "Settings > Time & language > Speech",
        }.get(sys.platform)
        advice = f"add one in {place}" if place else f"install one with: {to_repair('espeakng-loader')}"
    raise MissingError(f"there is no voice for the language '{language}' here; {advice}")


def _tag(text: str) -> str:
    """A BCP 47 tag in lower case from one, or from a POSIX locale (`en_GB.UTF-8@euro`)."""
    return re.split(r"[.@]", text.strip())[0].replace("_", "-").lower()
