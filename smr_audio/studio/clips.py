"""Get the clip of every sentence and cue: from the cache, or spoken once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from smr_audio.errors import BuildError, Location
from smr_audio.sound.cache import Cache, Key
from smr_audio.sound.clip import Clip, clip_key, make_clip
from smr_audio.sound.cues import TONES, cue_clip, cue_key
from smr_audio.sound.level import TARGET_LUFS
from smr_audio.studio.progress import Progress
from smr_audio.timeline.timeline import CueName
from smr_audio.voices.engine import Engine, SpeechError, Voice


@dataclass(frozen=True, slots=True)
class Clips:
    """The sounds of a session by what they say; `spoken` and `cached` count its sentences."""

    sentences: Mapping[str, Clip]
    cues: Mapping[CueName, Clip]
    spoken: int
    cached: int


def get_clips(
    sentences: Mapping[str, Location],
    *,
    engine: Engine,
    voice: Voice,
    rate: float,
    cache: Cache,
    progress: Progress,
) -> Clips:
    """Clips of all sentences in one voice, and of the six cues.

    Raises BuildError that points at the line if the voice cannot say it. Nothing is kept
    but whole clips.
    """
    fingerprint = engine.fingerprint(voice)
    keys = {
        sentence: clip_key(
            fingerprint=fingerprint, sentence=sentence, rate=rate, target_lufs=TARGET_LUFS
        )
        for sentence in sentences
    }
    found = {sentence: clip for sentence, key in keys.items() if (clip := _kept(cache, key))}
    missing = [sentence for sentence in sentences if sentence not in found]
    if missing:
        progress("speaking", 0, len(missing))
        spoken = engine.speak(missing, voice=voice, rate=rate)
        try:
            for done, (index, speech) in enumerate(spoken, 1):
                clip = make_clip(speech, target_lufs=TARGET_LUFS)
                cache.put(keys[missing[index]], clip.to_bytes())
                found[missing[index]] = clip
                progress("speaking", done, len(missing))
        except SpeechError as error:
            place = sentences[missing[error.index]]
            raise BuildError(f"{place}: {error}") from error
    cues = {name: _cue(name, cache) for name in TONES}
    return Clips(found, cues, len(missing), len(sentences) - len(missing))


def _kept(cache: Cache, key: Key) -> Clip | None:
    data = cache.get(key)
    if data is None:
        return None
    try:
        return Clip.from_bytes(data)
    except ValueError:
        return None


def _cue(name: CueName, cache: Cache) -> Clip:
    key = cue_key(name, target_lufs=TARGET_LUFS)
    clip = _kept(cache, key)
    if clip is None:
        clip = cue_clip(name, target_lufs=TARGET_LUFS)
        cache.put(key, clip.to_bytes())
    return clip
