"""A clip: one sentence or cue as it goes into a session, and its exact form in bytes."""

from __future__ import annotations

import hashlib
import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.records import dataclass
from smr_audio.sound.keys import CLIP_FORMAT, TAKE_FORMAT
from smr_audio.sound.levels import BLOCK_TICKS
from smr_audio.sound.loudness import BLOCK_SAMPLES, hop_powers, lufs_of_ticks, true_peak_dbtp
from smr_audio.units import ticks_of_samples
from smr_audio.voices.engine import Speech

_TAKE_HEAD: Final = struct.Struct("<2I")  # rate in Hz, bytes a sample
_WHOLE: Final = np.float32(32768)
_DIGEST_BYTES: Final = 32


def _sealed(kind: str, version: int, body: bytes) -> bytes:
    """A body in a form of its own: what it is, its version, and the SHA-256 of all."""
    whole = b"smr%s\n" % kind.encode() + struct.pack("<I", version) + body
    return whole + hashlib.sha256(whole).digest()


def _opened(kind: str, version: int, data: bytes) -> bytes:
    """What was sealed. Raises ValueError if it is another, or a single bit is not as it was."""
    head = _sealed(kind, version, b"")[:-_DIGEST_BYTES]
    body = data[len(head) : -_DIGEST_BYTES]
    if _sealed(kind, version, body) != data:
        raise ValueError(f"not a {kind} of this format, or damaged")
    return body


def take_bytes(speech: Speech) -> bytes:
    """Speech in bytes, with nothing lost: 16 bits a sample if it came so, else floats."""
    scaled = speech.samples * _WHOLE
    whole = np.rint(scaled)
    exact = bool((whole == scaled).all() and (np.abs(whole) <= _WHOLE - 1).all())
    samples: NDArray[np.generic] = whole.astype("<i2") if exact else speech.samples.astype("<f4")
    head = _TAKE_HEAD.pack(speech.sample_rate, samples.itemsize)
    return _sealed("take", TAKE_FORMAT, head + samples.tobytes())


def take_from(data: bytes) -> Speech:
    """The speech that `take_bytes` wrote. Raises ValueError for anything else."""
    body = _opened("take", TAKE_FORMAT, data)
    rate, width = _TAKE_HEAD.unpack_from(body)
    kind, full = ("<i2", _WHOLE) if width == 2 else ("<f4", np.float32(1))
    samples = np.frombuffer(body, kind, offset=_TAKE_HEAD.size)
    return Speech(samples.astype(np.float32) / full, rate)


RINGING_TICKS: Final = 6
"""How long the K weighting of a sound rings after it."""

_HEAD: Final = struct.Struct("<ddI")  # LUFS, dBTP, samples


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
        """This clip in bytes, the same on every machine."""
        head = _HEAD.pack(self.lufs, self.true_peak_dbtp, self.samples.size)
        body = head + self.samples.astype("<i2").tobytes() + self.powers.astype("<f4").tobytes()
        return _sealed("clip", CLIP_FORMAT, body)

    @classmethod
    def from_bytes(cls, data: bytes) -> Clip:
        """The clip that `to_bytes` wrote. Raises ValueError if a single bit is not as it was."""
        body = _opened("clip", CLIP_FORMAT, data)
        lufs, true_peak, size = _HEAD.unpack_from(body)
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
