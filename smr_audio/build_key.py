"""The key of a job: a digest of all that its file is built from."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from smr_audio.errors import SmrAudioError
from smr_audio.library import search
from smr_audio.library.library import Library
from smr_audio.library.load import lines_of, read_content
from smr_audio.library.models import Content
from smr_audio.library.routine import Routine
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE, recordings_of
from smr_audio.library.yaml_reader import MAX_BYTES
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import Bed
from smr_audio.sound.ffmpeg import encoder_identity
from smr_audio.sound.keys import recipe
from smr_audio.sound.settings import MOST_BED_BYTES, digest_of_sound
from smr_audio.storage.cache import Cache
from smr_audio.storage.paths import is_file
from smr_audio.views.cover.key import cover_tools
from smr_audio.voices.registry import AUTO, chosen, user_locale


class Keys:
    """Makes the keys of one run; content is read once. `cache` is as in `registry.chosen`."""

    def __init__(self, content: Sequence[str], *, version: str, cache: Cache | None = None) -> None:
        self._library = Library(content)
        self._shared = [
            version,
            user_locale(),  # it decides which voice `auto` is
            dict(recipe(encoder=encoder_identity())),
            cover_tools(),
            _digest(search.yaml_entries(search.shipped_content())),
            [pack.id for pack in self._library.packs()],
            *(_digest_of_folder(folder) for folder in self._library.folders()),
        ]
        self._digest_of_folder = lru_cache(_digest_of_folder)
        self._digest_of_sounds = lru_cache(_digest_of_sounds)
        self._file_of = lru_cache(self._file)
        self._facts_of = lru_cache(_facts)
        self._fingerprint_of = lru_cache(partial(_fingerprint, cache))

    def content(self, routine: str | Path) -> str:
        """A digest of the content that a job may use, except the routine itself."""
        folder = search.content_root(routine.parent) if isinstance(routine, Path) else None
        return _sha256([self._shared, folder and self._digest_of_folder(folder)])

    def key(self, routine: str | Path, preferences: Preferences) -> str:
        digest, settings = self._facts_of(self._file_of(routine))
        resolved = preferences.over(settings)
        voice = self._fingerprint_of(resolved.voice, resolved.language)
        sounds = self._digest_of_sounds(_sounds_of(preferences))
        name = routine if isinstance(routine, str) else ""
        return _sha256([self.content(routine), name, digest, asdict(preferences), voice, sounds])

    def _file(self, routine: str | Path) -> Path | None:
        if isinstance(routine, Path):
            return routine
        with suppress(SmrAudioError):  # the build reports it
            found = self._library.find("routine", routine)
            return found[0] if found else None
        return None


def _fingerprint(cache: Cache | None, voice: str | None, language: str | None) -> str:
    language = language or DEFAULT_LANGUAGE
    try:
        found = chosen(voice or AUTO, language=language, locale=user_locale(), cache=cache)
        with closing(found.engine):
            return found.engine.fingerprint(found.voice)
    except SmrAudioError:
        return ""  # the build reports it


def _facts(routine: Path | None) -> tuple[str, Preferences]:
    """A digest of a routine's file with the sounds that its settings name, and those, if it can be read."""
    read = _read(routine)
    settings = read.settings if isinstance(read, Routine) else Preferences()
    return _digest([routine] if routine else []) + _digest_of_sounds(_sounds_of(settings)), settings


def _read(path: Path | None) -> Content | None:
    """What is in a content file; None where there is none, or a fault that the build reports."""
    with suppress(SmrAudioError):
        return read_content(path) if path and is_file(path) else None
    return None


def _sounds_of(preferences: Preferences) -> tuple[str, ...]:
    """The user's own files that preferences name."""
    bed = preferences.bed
    beds = (bed.sound,) if isinstance(bed, Bed) and bed.is_file else ()
    return (*(sound.path for sound in preferences.cue_sounds), *beds)


def _digest_of_sounds(sounds: tuple[str, ...]) -> str:
    return ",".join(_digest_of_sound(Path(sound)) for sound in sounds)


def _digest_of_sound(path: Path) -> str:
    try:
        return digest_of_sound(path, most=MOST_BED_BYTES)
    except OSError:
        return "none"  # the build reports it


def _sha256(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _digest_of_folder(folder: Path) -> str:
    """Of what any routine may use, so not of other routines."""
    return _digest(
        path
        for kind in ("technique", "phrases", "lexicon", "page")
        for path in search.yaml_entries(folder / search.FOLDERS[kind])
    )


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        data, sounds = b"none", ""
        with suppress(OSError):  # the build reports it
            if is_file(path):
                with path.open("rb") as file:
                    content = file.read(MAX_BYTES + 1)
                data = hashlib.sha256(content).digest()
                sounds = _digest_of_recordings(path) if b"sound" in content else ""
        digest.update(hashlib.sha256(path.name.encode("utf-8", "replace")).digest() + data)
        digest.update(sounds.encode())
    return digest.hexdigest()


def _digest_of_recordings(path: Path) -> str:
    """Of the recordings that the lines of a file name."""
    read = _read(path)
    found = recordings_of(lines_of(read) if read else ())
    return "".join(f"{each.name}:{_digest_of_sound(each)} " for each in found)
