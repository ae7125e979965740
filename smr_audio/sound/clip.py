"""A clip: one sentence or cue as it goes into a session, its exact form in bytes, and where its sound begins and ends.

There is one definition of what is heard of a sentence: clips are cut and files are verified by it.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from smr_audio.records import dataclass
from smr_audio.sound.keys import CLIP_FORMAT, TAKE_FORMAT
from smr_audio.sound.levels import BLOCK_TICKS
from smr_audio.sound.loudness import BLOCK_SAMPLES, as_float, hop_powers, lufs_of_ticks, true_peak_dbtp
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_TICK, amplitude_of_db, ticks_of_samples
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
    body = data[len(_sealed(kind, version, b"")) - _DIGEST_BYTES : -_DIGEST_BYTES]
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
    return Speech(np.frombuffer(body, kind, offset=_TAKE_HEAD.size).astype(np.float32) / full, rate)


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


LEAST_POWER: Final = 10 ** (-55 / 10)  # where there is no floor
ABOVE_FLOOR: Final = 4.0  # in power, 6 dB
# A click, or a smack of the lips, takes a few milliseconds, and then nothing is heard for a while.
# A plosive goes on with breath at once: none of 2000 sentences in three voices, some at half the
# pace, began with a sound of up to 8 ticks and a gap of 4 after it.
_CLICK_TICKS: Final = 4
_AFTER_CLICK_TICKS: Final = 12

# Mastered and levelled such speech is 13 dB above `LEAST_POWER` or more, also if it is only flat.
_SURE_PART: Final = 10 ** (-35 / 10)

AUDIBLE_PART: Final = amplitude_of_db(-22.0)
"""A sound of unknown shape begins where its level reaches this part of its highest, if the noise
allows: what is softer before that is the room, or a swell that is not taken for the signal."""

LEVEL_SAMPLES: Final = 5 * SAMPLE_RATE // 1000


class Edges(NamedTuple):
    """How many ticks of a clip may lie before its words and after them."""

    before: int
    after: int


SPOKEN_EDGES: Final = Edges(10, 18)
"""Soft consonants are not heard over the floor: 8 ticks of an f or a th before, 17 of a plosive
or an s after, at half the pace. A voice's click or breath was 21 ticks and more away."""

RECORDED_EDGES: Final = Edges(60, 56)
"""A person breathes, and a room has noise into which a recording is faded."""


def heard(powers: NDArray[np.floating], *, floor_power: float = 0.0) -> NDArray[np.bool_]:
    """Whether each tick is heard over a floor; both are K-weighted mean squares."""
    return np.asarray(powers > max(floor_power * ABOVE_FLOOR, LEAST_POWER))


def surely_heard(speech: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each whole tick of speech, not mastered yet, will surely be `heard`; some more will.

    It is by the steps from sample to sample, for mastering takes low sounds away.
    """
    steps = np.diff(speech, prepend=0.0)[: speech.size // SAMPLES_PER_TICK * SAMPLES_PER_TICK]
    powers = np.square(steps).reshape(-1, SAMPLES_PER_TICK).mean(axis=1)
    return np.asarray(powers > np.percentile(powers, 90) * _SURE_PART)


def words_in(sounding: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The ticks `[start, end)` of what is heard, without a click before it; None for silence."""
    ticks = np.flatnonzero(sounding)
    if not ticks.size:
        return None
    end = int(ticks[-1]) + 1
    gaps = np.flatnonzero(np.diff(ticks) > _AFTER_CLICK_TICKS)
    if gaps.size and ticks[gaps[0]] - ticks[0] < _CLICK_TICKS:
        ticks = ticks[gaps[0] + 1 :]
    return int(ticks[0]), end


class Onset(NamedTuple):
    """The sample at which a sound begins, and its likeness there: 1 is the same up to gain."""

    sample: int
    likeness: float


def find_onset(samples: NDArray[Any], *, sound: NDArray[Any], near_sample: int, within_samples: int) -> Onset:
    """The best match for `sound` that begins `within_samples` of `near_sample` or nearer.

    All at one rate, mono, int16 or float. Beyond the recording is taken as silence. The
    likeness is the normalised correlation over the sound's length, in [-1, 1].
    """
    first = near_sample - within_samples
    places = 2 * within_samples + 1
    size = places + sound.size - 1
    window = np.zeros(size)
    low, high = max(0, first), min(samples.size, first + size)
    if high > low:
        window[low - first : high - first] = as_float(samples[low:high])
    wanted = as_float(sound)
    fft_size = 1 << (size - 1).bit_length()
    spectrum = np.fft.rfft(window, fft_size) * np.conj(np.fft.rfft(wanted, fft_size))
    matches = np.fft.irfft(spectrum, fft_size)[:places]
    running = np.concatenate([[0.0], np.cumsum(np.square(window))])
    energies = running[sound.size :] - running[: -sound.size]
    energy = float(np.sum(np.square(wanted)))
    # Where there is next to nothing, likeness to it means nothing either.
    likeness = matches / np.sqrt(np.maximum(energies, 1e-4 * energy) * energy)
    best = int(np.argmax(likeness))
    return Onset(sample=first + best, likeness=float(likeness[best]))


def rms_levels(samples: NDArray[Any]) -> NDArray[np.float64]:
    """The RMS of the 5 ms that end with each sample, shape (n,), in the samples' own unit.

    A sharp onset lifts it within a sample or two; a single sample of noise hardly does.
    """
    running = np.cumsum(np.pad(np.square(samples, dtype=np.float64), (LEVEL_SAMPLES, 0)))
    powers = (running[LEVEL_SAMPLES:] - running[:-LEVEL_SAMPLES]) / LEVEL_SAMPLES
    return np.asarray(np.sqrt(np.maximum(powers, 0.0)))
