"""Everything that shapes a sound or its encoded frames, as keys for the cache.

A key lists every input and the versions of whatever computes; what is made by other code or
from other words has another key. Nothing here makes a sound or imports what does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from smr_audio.sound.cache import Key
from smr_audio.sound.tiles import FLOOR_FORMAT, KeepAwake
from smr_audio.sound.tones import CUE_FORMAT
from smr_audio.sound.toolkit import toolkit
from smr_audio.timeline.timeline import CueName

TARGET_LUFS: Final = -16.0
"""Integrated loudness of a session, as AES TD1008 advises for speech on phones."""

CLIP_FORMAT: Final = 2  # raise it when the same speech would give another clip, or other bytes
ISLAND_FORMAT: Final = 2  # raise it when the same sounds would be laid out or encoded otherwise


def recipe(*, encoder: str) -> Key:
    """All that shapes any sound but content, wishes and voice, for who keeps whole files."""
    return {
        "formats": [CLIP_FORMAT, CUE_FORMAT, FLOOR_FORMAT, ISLAND_FORMAT, TARGET_LUFS],
        "tools": toolkit(),
        "encoder": encoder,
    }


def clip_key(*, fingerprint: str, sentence: str, rate: float, target_lufs: float) -> Key:
    """The key of a sentence's clip.

    `fingerprint` is the engine's, `rate` the factor the sentence was spoken at.
    """
    return {
        "kind": "clip",
        "format": CLIP_FORMAT,
        "tools": toolkit(),
        "engine": fingerprint,
        "sentence": sentence,
        "rate": float(rate),
        "target_lufs": float(target_lufs),
    }


def cue_key(name: CueName, *, target_lufs: float) -> Key:
    """The key of a cue's clip."""
    return {
        "kind": "cue",
        "format": CUE_FORMAT,
        "tools": toolkit(),
        "name": name,
        "target_lufs": float(target_lufs),
    }


def length_key(clip: str) -> Key:
    """The key of a clip's length; `clip` is the digest of the clip's own key."""
    return {"kind": "length", "clip": clip}


def object_key(
    *, encoder: str, kbps: int, keep_awake: KeepAwake, frames: int, sounds: Sequence[object]
) -> Key:
    """The key of an island's frames.

    `sounds` are its (tick from its start, digest of the clip's key), in order; the phase
    within a frame is in those ticks.
    """
    return {
        "kind": "island",
        "format": ISLAND_FORMAT,
        "tools": toolkit(),
        "encoder": encoder,
        "kbps": kbps,
        "floor": [keep_awake, FLOOR_FORMAT],
        "frames": frames,
        "sounds": sounds,
    }


def tiles_key(*, encoder: str, kbps: int, keep_awake: KeepAwake) -> Key:
    """The key of the floor's encoded tiles."""
    return {
        "kind": "tiles",
        "format": ISLAND_FORMAT,
        "tools": toolkit(),
        "encoder": encoder,
        "kbps": kbps,
        "floor": [keep_awake, FLOOR_FORMAT],
    }
