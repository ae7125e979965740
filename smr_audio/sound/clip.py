"""A clip: one sentence or cue as it goes into a session, and its exact form in bytes."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.keys import CLIP_FORMAT, TAKE_FORMAT
from smr_audio.sound.levels import BLOCK_TICKS
from smr_audio.sound.loudness import BLOCK_SAMPLES, hop_powers, lufs_of_ticks, true_peak_dbtp
from smr_audio.units import ticks_of_samples
from smr_audio.voices.engine import Speech

_TAKE_HEAD: Final = struct.Struct("<8s4I")  # magic, format, rate in Hz, bytes a sample, samples
_TAKE_MAGIC: Final = b"smrtake\n"
_WHOLE: Final = np.float32(32768)


def take_bytes(speech: Speech) -> bytes:
    """Speech in bytes, with nothing lost: 16 bits a sample if it came so, else floats."""
    scaled = speech.samples * _WHOLE
    whole = np.rint(scaled)
    exact = bool((whole == scaled).all() and (np.abs(whole) <= _WHOLE - 1).all())
    samples: NDArray[np.generic] = whole.astype("<i2") if exact else speech.samples.astype("<f4")
    head = _TAKE_HEAD.pack(
        _TAKE_MAGIC, TAKE_FORMAT, speech.sample_rate, samples.itemsize, samples.size
    )
    return head + samples.tobytes()


def take_from(data: bytes) -> Speech:
    """The speech that `take_bytes` wrote. Raises ValueError for anything else."""
    if len(data) <= _TAKE_HEAD.size:
        raise ValueError("not a take")
    magic, version, rate, width, size = _TAKE_HEAD.unpack_from(data)
    known = magic == _TAKE_MAGIC and version == TAKE_FORMAT and width in (2, 4) and rate > 0
    if not known or len(data) != _TAKE_HEAD.size + width * size:
        raise ValueError("not a take of this format")
    if width == 4:
        return Speech(np.frombuffer(data, "<f4", offset=_TAKE_HEAD.size).astype(np.float32), rate)
    samples = np.frombuffer(data, "<i2", offset=_TAKE_HEAD.size).astype(np.float32) / _WHOLE
    return Speech(samples, rate)


RINGING_TICKS: Final = 6
"""How long the K weighting of a sound rings after it."""

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
        known = (magic, version) == (_MAGIC, CLIP_FORMAT)
        if not known or len(body) != _HEAD.size + 2 * size + 4 * ticks:
            raise ValueError("not a clip of this format")
        samples = np.frombuffer(body, dtype="<i2", offset=_HEAD.size, count=size)
        powers = np.frombuffer(body, dtype="<f4", offset=_HEAD.size + 2 * size)
        return cls(samples.astype(np.int16), lufs, powers.astype(np.float32), true_peak)


def clip_of(samples: NDArray[np.int16]) -> Clip:
    """A clip of finished samples, with its loudness and peak measured."""
    return Clip(samples, *measure(samples), true_peak_dbtp=true_peak_dbtp(samples))


def measure(samples: NDArray[np.int16] | NDArray[np.float64]) -> tuple[float, NDArray[np.float32]]:
    """Integrated loudness in LUFS with 0.4 s of silence on each side, -inf for silence; and the
    K-weighted mean square of each tick.

    The padding lets every part of a short clip stand in as many blocks as any other, and
    blocks every 8 ms instead of 100 keep one word from jumping by 0.5 LU as a single block
    enters or leaves the gate.

    There are `RINGING_TICKS` more ticks than the sound has, in which the filter rings out.
    """
    powers = hop_powers(np.pad(samples, BLOCK_SAMPLES))
    ticks = ticks_of_samples(samples.size) + RINGING_TICKS
    return lufs_of_ticks(powers), powers[BLOCK_TICKS : BLOCK_TICKS + ticks].astype(np.float32)
