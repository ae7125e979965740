"""The table of engines, and which voice a name or a language means."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from smr_audio.errors import MissingError, UsageError
from smr_audio.install_hints import to_repair
from smr_audio.storage.paths import expanded
from smr_audio.suggest import did_you_mean
from smr_audio.voices import models, plugins
from smr_audio.voices.engine import Engine, Voice


def _system() -> Engine:
    from smr_audio.voices.system import SystemEngine  # # only if it is wanted

    return SystemEngine()


def _silent() -> Engine:
    from smr_audio.voices.silent import SilentEngine  # # only if it is wanted

    return SilentEngine()


def _natural() -> Engine:
    from smr_audio.voices.piper import PiperEngine  # # only if it is wanted

    return PiperEngine()


ENGINES: Final[Mapping[str, Callable[[], Engine]]] = {
    "piper": _natural,
    "pyttsx3": _system,
    "silent": _silent,
}

AUTO: Final = "auto"
SYSTEM: Final = "pyttsx3"
NATURAL: Final = "piper"
VOICE_VARIABLE: Final = "SMR_AUDIO_VOICE"
"""Names the voice that `auto` means."""
_NATURAL_NAMES: Final = ("joe", "piper", "natural")

# Which kind of a language is meant if no kind is named. espeak and pyttsx3 would make
# English British; macOS and Windows tag Mandarin by country.
_USUAL: Final[Mapping[str, tuple[str, ...]]] = {"en": ("en-us",), "zh": ("cmn", "zh-cn")}


def _to_add_one() -> str:
    """How to have another voice of the system's."""
    if sys.platform == "darwin":
        return "add one in System Settings > Accessibility > Spoken Content"
    if sys.platform == "win32":
        return "add one in Settings > Time & language > Speech"
    return f"install one with: {to_repair('espeakng-loader')}"


def all_voices() -> list[Voice]:
    """Every voice of every engine that can run here: of our own in the order of the table,
    then of plug-ins by name. What is wrong with a plug-in, `plugin_faults` says."""
    found: list[Voice] = []
    for name in _engine_names():
        try:
            engine = _engine(name)
        except MissingError:
            continue
        try:
            found += engine.voices()
        except MissingError:
            continue
        finally:
            engine.close()
    return found


def plugin_faults() -> list[str]:
    """A message for each plug-in engine that cannot be used. Imports them all."""
    return plugins.faults(_taken())


def _taken() -> tuple[str, ...]:
    """Names that mean something else than a plug-in's engine."""
    return (*ENGINES, AUTO, *_NATURAL_NAMES)


def _engine_names() -> list[str]:
    """The engines of the table, then those of plug-ins."""
    return [*ENGINES, *(name for name in plugins.found() if name not in _taken())]


def _engine(name: str) -> Engine:
    """The engine of a name that `_engine_names` has. Raises MissingError if it cannot be made."""
    return ENGINES[name]() if name in ENGINES else plugins.load(name)


def choose(name: str = AUTO, *, language: str, locale: str | None = None) -> tuple[Engine, Voice]:
    """The engine and the voice that a name means; the caller closes the engine.

    `name` is `auto` (a natural voice for the language, or else the system's), `joe`,
    an engine of the table or a plug-in's (`pyttsx3`: its voice for the language), the path of a
    Piper voice's .onnx file, an id (`pyttsx3:gmw/en-us`), or a bare name, title or language tag
    (`en-gb`) of the system's.
    `language` is a BCP 47 tag. `locale` is a POSIX one (`en_GB.UTF-8`): its country counts
    if its language is the one asked for. Raises UsageError for an unknown name, MissingError
    if the engine or a voice for the language is not installed, BuildError for a damaged voice.
    """
    plain = name.strip()
    if plain.lower() == AUTO:
        plain = os.environ.get(VOICE_VARIABLE, "").strip() or AUTO
    prefix, colon, rest = plain.partition(":")
    prefix = prefix.lower()
    if plain.lower() == AUTO and (found := _natural_for(language, locale=locale)):
        return found
    if plain.lower().endswith(models.SUFFIX):
        return _by_path(plain)
    if prefix == NATURAL or plain.lower() in _NATURAL_NAMES:
        return _natural_named(rest.strip() or models.JOE, shown=plain)
    if prefix not in (AUTO, SYSTEM) and prefix in _engine_names():
        return _by_engine(prefix, rest.strip(), language=language, locale=locale)
    if colon and prefix != SYSTEM:
        raise UsageError(f"no voice '{plain}'; {did_you_mean(plain, _names(()))}")
    engine = ENGINES[SYSTEM]()
    try:
        if colon and rest.strip():
            return engine, _named(rest.strip(), engine.voices(), shown=plain, locale=locale)
        if prefix in (AUTO, SYSTEM) and not colon:
            return engine, _best(language, engine.voices(), locale=locale)
        if found := _downloaded(plain):
            return found
        if models.NAME.fullmatch(plain):
            raise _absent(plain)
        return engine, _named(plain, engine.voices(), shown=plain, locale=locale)
    except BaseException:
        engine.close()
        raise


def _by_engine(
    prefix: str, name: str, *, language: str, locale: str | None
) -> tuple[Engine, Voice]:
    engine = _engine(prefix)
    try:
        voices = engine.voices()
        if name:
            return engine, _named(name, voices, shown=f"{prefix}:{name}", locale=locale)
        anything = [voice for voice in voices if not voice.languages]
        if anything and not any(voice.speaks(language) for voice in voices if voice.languages):
            return engine, anything[0]
        return engine, _best(language, voices, locale=locale)
    except BaseException:
        engine.close()
        raise


def stands_in(voice: Voice, *, name: str, language: str) -> bool:
    """Whether `choose(name)` gave the system's voice only since no natural one is installed."""
    asked = os.environ.get(VOICE_VARIABLE, "").strip() or AUTO
    automatic = name.strip().lower() == AUTO and asked.lower() == AUTO
    family = language.split("-", maxsplit=1)[0].lower()
    return automatic and voice.engine == SYSTEM and family == "en" and not _has_joe()


def _has_joe() -> bool:
    return models.is_installed() and models.joe() is not None


def _natural_for(language: str, *, locale: str | None) -> tuple[Engine, Voice] | None:
    if not models.is_installed():
        return None
    engine = ENGINES[NATURAL]()
    speakers = [voice for voice in engine.voices() if voice.speaks(language)]
    return (engine, _best(language, speakers, locale=locale)) if speakers else None


def _natural_named(name: str, *, shown: str) -> tuple[Engine, Voice]:
    if found := _downloaded(name):
        return found
    if name.lower() == models.JOE or not models.is_installed():
        raise MissingError(f"the voice '{shown}' needs {models.extra()}")
    if models.NAME.fullmatch(name):
        raise _absent(name)
    known = [voice.name for voice in ENGINES[NATURAL]().voices()]
    raise UsageError(
        f"no voice '{shown}'; {did_you_mean(name, known)}; `smr-audio voices download` gets more"
    )


def _absent(name: str) -> MissingError:
    if not models.is_installed():
        return MissingError(f"the voice '{name}' needs {models.extra()}")
    return MissingError(
        f"the voice '{name}' is not here; get it with: smr-audio voices download {name}"
    )


def _downloaded(name: str) -> tuple[Engine, Voice] | None:
    """A natural voice of this very name."""
    if not models.is_installed():
        return None
    engine = ENGINES[NATURAL]()
    for voice in engine.voices():
        if voice.name.lower() == name.lower():
            return engine, voice
    return None


def _by_path(path: str) -> tuple[Engine, Voice]:
    model = models.by_path(expanded(path))
    if not models.is_installed():
        raise MissingError(f"the voice '{path}' needs {models.extra()}")
    from smr_audio.voices.piper import PiperEngine  # # only if it is wanted

    return PiperEngine(model), model.voice


def _named(wanted: str, voices: Sequence[Voice], *, shown: str, locale: str | None) -> Voice:
    key = wanted.lower()
    for voice in voices:
        if key in (voice.name.lower(), voice.title.lower()):
            return voice
    tag = _tag(wanted)
    if any(_speaks(voice, tag) for voice in voices):
        return _best(tag, voices, locale=locale)
    # espeak's British voice is `gmw/en`; the name that its neighbours lead one to expect,
    # `gmw/en-gb`, is as good.
    folder, slash, tag = tag.rpartition("/")
    for voice in voices:
        if slash and tag == voice.languages[0] and voice.name.startswith(f"{folder}/"):
            return voice
    raise UsageError(f"no voice '{shown}'; {did_you_mean(wanted, _names(voices))}")


def _names(voices: Sequence[Voice]) -> list[str]:
    # Not "no" and its like: a tag of two letters is near to every short word.
    tags = {tag for voice in voices for tag in voice.languages if "-" in tag}
    return [AUTO, models.JOE, *_engine_names(), *(voice.name for voice in voices), *tags]


def _best(language: str, voices: Sequence[Voice], *, locale: str | None) -> Voice:
    """The first voice of the first tag that any speaks, from the most exact tag on."""
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
    for voice in voices:
        if _speaks(voice, family):
            return voice
    raise MissingError(f"the system has no voice for the language '{language}'; {_to_add_one()}")


def _speaks(voice: Voice, tag: str) -> bool:
    return any(each == tag or each.startswith(f"{tag}-") for each in voice.languages)


def _tag(text: str) -> str:
    """A BCP 47 tag in lower case from one, or from a POSIX locale (`en_GB.UTF-8@euro`)."""
    return re.split(r"[.@]", text.strip())[0].replace("_", "-").lower()
