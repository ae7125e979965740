"""A clip: one sentence or cue as it goes into a session, and its exact form in bytes."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.keys import CLIP_FORMAT
from smr_audio.sound.level import (
    RINGING_TICKS,
    SESSION_CALIBRATION_LU,
    level,
    measure,
    resample,
    trim_recording,
)
from smr_audio.sound.level import trim as trim_silence
from smr_audio.sound.loudness import true_peak_dbtp
from smr_audio.sound.mastering import mastered
from smr_audio.sound.styles import Master
from smr_audio.units import ticks_of_samples
from smr_audio.voices.engine import Speech

_MAGIC: Final = b"smrclip\n"
_HEAD: Final = struct.Struct("<8sIddI")  # magic, format, LUFS, dBTP, samples
_DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A sound ready to be placed: int16 at 48 kHz mono, shape (n,), not writable.

    `lufs` is integrated over the clip with 0.4 s of silence on each side, -inf for silence;
    `powers` are the K-weighted mean squares of its ticks and of 6 more, float32;
    `true_peak_dbtp` is its true peak, -inf for silence.
    """

    samples: NDArray[np.int16]
    lufs: float
    powers: NDArray[np.float32]
    true_peak_dbtp: float

    def __post_init__(self) -> None:
        """Take a copy that nobody can write to. Raises ValueError for another shape or type."""
        if self.samples.dtype != np.int16 or self.samples.ndim != 1:
            raise ValueError("a clip is int16 of shape (n,)")
        own = self.samples.copy()
        own.flags.writeable = False
        object.__setattr__(self, "samples", own)

    @property
    def ticks(self) -> int:
        """Its length in ticks, rounded up."""
        return ticks_of_samples(self.samples.size)

    def to_bytes(self) -> bytes:
        """This clip in bytes, the same on every machine: head, samples, SHA-256 of both."""
        head = _HEAD.pack(_MAGIC, CLIP_FORMAT, self.lufs, self.true_peak_dbtp, self.samples.size)
        body = head + self.samples.astype("<i2").tobytes() + self.powers.astype("<f4").tobytes()
        return body + hashlib.sha256(body).digest()

    @classmethod
    def from_bytes(cls, data: bytes) -> Clip:
        """The clip that `to_bytes` wrote. Raises ValueError if a single bit is not as it was."""
        body, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
        if len(body) < _HEAD.size or hashlib.sha256(body).digest() != digest:
            raise ValueError("damaged clip")
        magic, version, lufs, true_peak, size = _HEAD.unpack_from(body)
        ticks = ticks_of_samples(size) + RINGING_TICKS
        if (
            magic != _MAGIC
            or version != CLIP_FORMAT
            or len(body) != _HEAD.size + 2 * size + 4 * ticks
        ):
            raise ValueError("not a clip of this format")
        samples = np.frombuffer(body, dtype="<i2", offset=_HEAD.size, count=size)
        powers = np.frombuffer(body, dtype="<f4", offset=_HEAD.size + 2 * size)
        return cls(samples.astype(np.int16), lufs, powers.astype(np.float32), true_peak)


def clip_of(samples: NDArray[np.int16]) -> Clip:
    """A clip of finished samples, with its loudness and peak measured."""
    return Clip(samples, *measure(samples), true_peak_dbtp=true_peak_dbtp(samples))


def make_recorded_clip(
    sound: NDArray[np.float64], *, target_lufs: float, master: Master = "flat"
) -> Clip:
    """Trim, master and level a person's recording at 48 kHz mono, shape (n,), as `make_clip`."""
    mastered_sound = mastered(trim_recording(sound), master)
    levelled = level(mastered_sound, target_lufs=target_lufs + SESSION_CALIBRATION_LU)
    return Clip(levelled.samples, levelled.lufs, levelled.powers, levelled.true_peak_dbtp)


def make_clip(speech: Speech, *, target_lufs: float, master: Master = "flat") -> Clip:
    """Trim, resample, master and level what an engine spoke, for a session of `target_lufs`.

    The clip itself is aimed `SESSION_CALIBRATION_LU` higher. Speech that is all zeros keeps
    its length. Raises BuildError if a sample is no number.
    """
    sound = mastered(trim_silence(resample(speech)), master)
    levelled = level(sound, target_lufs=target_lufs + SESSION_CALIBRATION_LU)
    return Clip(levelled.samples, levelled.lufs, levelled.powers, levelled.true_peak_dbtp)
