"""What is kept of sounds: lengths and names in memory, clips in the cache."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smr_audio.options.choices import CueName
from smr_audio.sound.ffmpeg import encoder_identity
from smr_audio.sound.keys import (
    LENGTH_FORMAT,
    clip_key,
    cue_key,
    length_key,
    recording_key,
    take_key,
)
from smr_audio.sound.settings import SoundSettings, digest_of_sound
from smr_audio.storage.cache import Cache, Key, key_digest
from smr_audio.voices.engine import Speech

if TYPE_CHECKING:  # brings numpy, and lengths need none
    from smr_audio.sound.clip import Clip

_LENGTH: Final = struct.Struct("<8sII")  # magic, format, ticks
_MAGIC: Final = b"smrleng\n"


class ClipStore:
    """Clips and their lengths under the names of their sounds, for any number of sessions.

    A sound's name is the digest of its clip's key, so one name is one sound. A length is kept
    apart from its clip: planning and linking read a few bytes a sentence.
    """

    def __init__(self, cache: Cache) -> None:
        """Keep clips in this cache, and what was looked up in memory."""
        self.cache = cache
        self._keys: dict[str, Key] = {}
        self._ticks: dict[str, int] = {}
        self._sentences: dict[tuple[str, float, SoundSettings], dict[str, str]] = {}
        self._cues: dict[tuple[CueName, SoundSettings], str] = {}

    def sentences(
        self, sentences: Iterable[str], *, fingerprint: str, rate: float, settings: SoundSettings
    ) -> dict[str, str]:
        """The names of sentences' sounds; `fingerprint` is the engine's."""
        known = self._sentences.setdefault((fingerprint, rate, settings), {})
        for each in sentences:
            if each not in known:
                known[each] = self._named(
                    clip_key(fingerprint=fingerprint, sentence=each, rate=rate, settings=settings)
                )
        return {each: known[each] for each in sentences}

    def recording(self, path: str, settings: SoundSettings) -> str:
        """The name of a recording's sound. Raises OSError if its file cannot be read."""
        digest = digest_of_sound(Path(path))
        key = recording_key(digest=digest, encoder=encoder_identity(), settings=settings)
        return self._named(key)

    def cue(self, name: CueName, settings: SoundSettings) -> str:
        """The name of a cue's sound."""
        if (name, settings) not in self._cues:
            key = cue_key(name, encoder=encoder_identity(), settings=settings)
            self._cues[name, settings] = self._named(key)
        return self._cues[name, settings]

    def ticks(self, sound: str) -> int | None:
        """The length of a sound, or None if it was never made."""
        if sound not in self._ticks:
            ticks = self.cache.read(length_key(sound), _ticks_from)
            if ticks is None:
                return None
            self._ticks[sound] = ticks
        return self._ticks[sound]

    def clip(self, sound: str) -> Clip | None:
        """The clip of a sound, or None if it is gone."""
        from smr_audio.sound.clip import Clip

        return self.cache.read(self._keys[sound], Clip.from_bytes)

    def take(self, sentence: str, *, fingerprint: str, rate: float) -> Speech | None:
        """What a voice spoke, or None if it never did."""
        from smr_audio.sound.clip import take_from

        key = take_key(fingerprint=fingerprint, sentence=sentence, rate=rate)
        return self.cache.read(key, take_from)

    def keep_take(self, take: Speech, sentence: str, *, fingerprint: str, rate: float) -> None:
        """Keep what a voice spoke."""
        from smr_audio.sound.clip import take_bytes

        key = take_key(fingerprint=fingerprint, sentence=sentence, rate=rate)
        self.cache.put(key, take_bytes(take))

    def keep(self, sound: str, clip: Clip) -> None:
        """Keep a clip and its length."""
        self.cache.put(self._keys[sound], clip.to_bytes())
        self.cache.put(length_key(sound), length_bytes(clip.ticks))
        self._ticks[sound] = clip.ticks

    def _named(self, key: Key) -> str:
        digest = key_digest(key)
        self._keys[digest] = key
        return digest


def length_bytes(ticks: int) -> bytes:
    """A length in bytes."""
    return _LENGTH.pack(_MAGIC, LENGTH_FORMAT, ticks)


def _ticks_from(data: bytes) -> int:
    """The length that `length_bytes` wrote. Raises ValueError for anything else."""
    if len(data) != _LENGTH.size:
        raise ValueError("not a length")
    magic, version, ticks = _LENGTH.unpack(data)
    if (magic, version) != (_MAGIC, LENGTH_FORMAT):
        raise ValueError("not a length of this format")
    return int(ticks)
