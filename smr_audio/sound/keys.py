"""The cache keys of sounds and of their encoded frames.

A key lists everything that shapes one: every input, and the versions of the code and the libraries
that compute. This module imports none of what makes sound.
"""

from functools import cache
from typing import Final

from smr_audio.installed import version_of
from smr_audio.options.choices import CueName, KeepAwake
from smr_audio.sound.settings import LOUDNESS_LUFS, BedSettings, SoundSettings
from smr_audio.sound.tones import CUE_FORMAT
from smr_audio.storage.cache import Key

CLIP_FORMAT: Final = 5  # raise it when the same speech would give another clip, or other bytes
OWN_SOUND_FORMAT: Final = 3  # raise it when a user's file would be decoded or trimmed otherwise
TAKE_FORMAT: Final = 2  # raise it when what a voice spoke would have other bytes
LENGTH_FORMAT: Final = 1
FLOOR_FORMAT: Final = 2  # raise it when the same setting would give another floor
BED_FORMAT: Final = 1  # raise it when the same bed would sound otherwise
MASTER_FORMAT: Final = 1  # raise it when the same speech would be mastered otherwise
ISLAND_FORMAT: Final = 2  # raise it when the same sounds would be laid out or encoded otherwise


@cache
def _versions(*more: str) -> str:
    return " ".join(f"{name}-{version_of(name)}" for name in ("numpy", "pydub", "soxr", *more))


def recipe(*, encoder: str) -> Key:
    """What shapes whole files besides content, preferences and voice."""
    forms = [CLIP_FORMAT, CUE_FORMAT, OWN_SOUND_FORMAT, FLOOR_FORMAT, BED_FORMAT, ISLAND_FORMAT, MASTER_FORMAT]
    return {"formats": forms, "loudness": dict(LOUDNESS_LUFS), "tools": _versions("num2words"), "encoder": encoder}


def take_key(*, fingerprint: str, sentence: str, rate: float) -> Key:
    return _key("take", TAKE_FORMAT, engine=fingerprint, sentence=sentence, rate=float(rate))


def clip_key(*, fingerprint: str, sentence: str, rate: float, settings: SoundSettings) -> Key:
    """The key of a sentence's clip.

    `fingerprint` is the engine's, `rate` the factor the sentence was spoken at.
    """
    return _mastered_key("clip", settings, engine=fingerprint, sentence=sentence, rate=float(rate))


def recording_key(*, digest: str, encoder: str, settings: SoundSettings) -> Key:
    """The key of a recording's clip; `digest` is its file's, `encoder` names what decodes it."""
    return _mastered_key("recording", settings, file=digest, decoder=[encoder, OWN_SOUND_FORMAT])


def cue_key(name: CueName, *, encoder: str, settings: SoundSettings) -> Key:
    """The key of a cue's clip; `encoder` names what decodes a file of the user's own."""
    own = settings.own(name)
    sound = [own.digest, encoder, OWN_SOUND_FORMAT] if own else settings.cues
    what = {"name": name, "sound": sound, "target_lufs": settings.target_lufs}
    return _key("cue", CUE_FORMAT, tools=_versions(), **what)


def _mastered_key(kind: str, settings: SoundSettings, **what: object) -> Key:
    how = {"target_lufs": settings.target_lufs, "master": [settings.master, MASTER_FORMAT]}
    return _key(kind, CLIP_FORMAT, tools=_versions(), **how, **what)


def _key(kind: str, version: int, **what: object) -> Key:
    return {"kind": kind, "format": version, **what}


def length_key(clip: str) -> Key:
    """The key of a clip's length; `clip` is the digest of the clip's own key."""
    return _key("length", LENGTH_FORMAT, clip=clip)


def bed_key(*, digest: str, encoder: str) -> Key:
    """The key of a user's bed, levelled; `digest` is its file's, `encoder` names what decodes it."""
    return _key("bed", BED_FORMAT, tools=_versions(), file=digest, decoder=[encoder, OWN_SOUND_FORMAT])


def frames_key(
    *, kind: str, encoder: str, kbps: int, keep_awake: KeepAwake, bed: BedSettings | None = None, **what: object
) -> Key:
    """The key of encoded frames of a kind. `what` is, of an island, what is in its `Shape`."""
    what["floor"] = [keep_awake, FLOOR_FORMAT]
    if bed:
        what["bed"] = [bed.digest or bed.sound, bed.lufs, bed.ducked_db, BED_FORMAT]
    return _key(kind, ISLAND_FORMAT, tools=_versions(), encoder=encoder, kbps=kbps, **what)
