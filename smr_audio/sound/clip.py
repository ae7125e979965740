"""A clip: one sentence or cue as it goes into a session, and its exact form in bytes."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.options.choices import Master
from smr_audio.sound.edges import RECORDED_EDGES, SPOKEN_EDGES, Edges, heard, surely_heard, words_in
from smr_audio.sound.keys import CLIP_FORMAT, TAKE_FORMAT
from smr_audio.sound.level import (
    RINGING_TICKS,
    SESSION_CALIBRATION_LU,
    Levelled,
    level,
    measure,
    resample,
    trim,
    trim_recording,
)
from smr_audio.sound.loudness import true_peak_dbtp
from smr_audio.sound.mastering import STRENGTHS, mastered
from smr_audio.units import SAMPLES_PER_TICK, ticks_of_samples
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


def make_recorded_clip(
    sound: NDArray[np.float64], *, target_lufs: float, master: Master = "flat"
) -> Clip:
    """Trim, master and level a person's recording at 48 kHz mono, shape (n,), as `make_clip`."""
    return _made(sound, trim_recording, RECORDED_EDGES, target_lufs=target_lufs, master=master)


def make_clip(speech: Speech, *, target_lufs: float, master: Master = "flat") -> Clip:
    """Trim, resample, master and level what an engine spoke, for a session of `target_lufs`.

    The clip itself is aimed `SESSION_CALIBRATION_LU` higher. Speech that is all zeros keeps
    its length. Raises BuildError if a sample is not a number.
    """
    sound = resample(speech)
    return _made(sound, trim, SPOKEN_EDGES, target_lufs=target_lufs, master=master)


def sure_ticks(speech: Speech) -> int | None:
    """How many ticks the clip of what an engine spoke will have, if that is sure before mastering.

    It is when so much is surely heard near both ends that `make_clip` will cut nothing off. Most
    sentences are. Raises BuildError as `make_clip` does.
    """
    kept = trim(resample(speech))
    if not kept.any():
        return None
    cut = _near_words(kept, surely_heard(kept), SPOKEN_EDGES)
    return ticks_of_samples(kept.size) if trim(cut).size == kept.size else None


def _made(
    sound: NDArray[np.float64],
    trimmed: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    edges: Edges,
    *,
    target_lufs: float,
    master: Master,
) -> Clip:
    """The clip of a sound, cut to its words without clicks or breaths before and after.

    What is heard is known when the sound has been levelled. Few sounds must then be cut and
    levelled again.
    """

    def levelled(kept: NDArray[np.float64]) -> Levelled:
        done = mastered(kept, STRENGTHS[master])
        return level(done, target_lufs=target_lufs + SESSION_CALIBRATION_LU)

    kept = trimmed(sound)
    made = levelled(kept)
    cut = _near_words(kept, heard(made.powers), edges)
    if cut.size < kept.size:
        made = levelled(trimmed(cut))
    return Clip(made.samples, made.lufs, made.powers, made.true_peak_dbtp)


def _near_words(
    sound: NDArray[np.float64], sounding: NDArray[np.bool_], edges: Edges
) -> NDArray[np.float64]:
    """The part of a sound within `edges` of its words; all of it if nothing is heard."""
    words = words_in(sounding)
    if words is None:
        return sound
    first, end = max(0, words[0] - edges.before), words[1] + edges.after
    return sound[first * SAMPLES_PER_TICK : end * SAMPLES_PER_TICK]
