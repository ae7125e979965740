"""A take: what a voice spoke, as it came, so that mastering it otherwise speaks nothing."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.keys import TAKE_FORMAT
from smr_audio.voices.engine import Speech

_HEAD: Final = struct.Struct("<8s4I")  # magic, format, rate in Hz, bytes a sample, samples
_MAGIC: Final = b"smrtake\n"
_WHOLE: Final = np.float32(32768)


def take_bytes(speech: Speech) -> bytes:
    """Speech in bytes, with nothing lost: 16 bits a sample if it came so, else floats."""
    scaled = speech.samples * _WHOLE
    whole = np.rint(scaled)
    exact = bool((whole == scaled).all() and (np.abs(whole) <= _WHOLE - 1).all())
    samples: NDArray[np.generic] = whole.astype("<i2") if exact else speech.samples.astype("<f4")
    head = _HEAD.pack(_MAGIC, TAKE_FORMAT, speech.sample_rate, samples.itemsize, samples.size)
    return head + samples.tobytes()


def take_from(data: bytes) -> Speech:
    """The speech that `take_bytes` wrote. Raises ValueError for anything else."""
    if len(data) <= _HEAD.size:
        raise ValueError("not a take")
    magic, version, rate, width, size = _HEAD.unpack_from(data)
    known = magic == _MAGIC and version == TAKE_FORMAT and width in (2, 4) and rate > 0
    if not known or len(data) != _HEAD.size + width * size:
        raise ValueError("not a take of this format")
    if width == 4:
        return Speech(np.frombuffer(data, "<f4", offset=_HEAD.size).astype(np.float32), rate)
    samples = np.frombuffer(data, "<i2", offset=_HEAD.size).astype(np.float32) / _WHOLE
    return Speech(samples, rate)
