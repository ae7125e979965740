"""Read the sound that an engine wrote, and check that it is the whole of its sentence."""

import io
import math
import re
import struct
import wave
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.voices.engine import Fault, Speech
from smr_audio.voices.sentence import least_letters


def read_sound(path: Path) -> Speech:
    """The sound of a PCM file as mono, whatever its name. Raises Fault if it is not complete.

    On macOS the driver writes AIFF under any name, elsewhere WAV. In both the header's number of
    frames must agree with the data.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise Fault("no sound file was written") from None
    if content[:4] == b"RIFF":
        return _read_wav(content)
    if content[:4] == b"FORM" and content[8:12] in (b"AIFF", b"AIFC"):
        return _read_aiff(content)
    raise Fault("an empty sound file was written" if not content else "it wrote no known sound")


def _read_wav(content: bytes) -> Speech:
    try:
        with wave.open(io.BytesIO(content)) as file:
            channels, width, rate, frames, _, _ = file.getparams()
            data = file.readframes(frames)
    except (wave.Error, EOFError) as error:
        raise Fault(f"the sound file does not open ({error or 'cut short'})") from error
    if width != 2:
        raise Fault(f"the sound has {8 * width} bits a sample, not 16")
    return _speech(data, "<i2", channels=channels, frames=frames, rate=rate)


def _read_aiff(content: bytes) -> Speech:
    """AIFF and AIFF-C 1.3 (Apple, 1991): big-endian chunks of even length."""
    chunks = _aiff_chunks(content)
    common, sound = chunks.get(b"COMM", b""), chunks.get(b"SSND", b"")
    if len(common) < 18 or len(sound) < 8:
        raise Fault("the sound file is cut short")
    channels, frames, bits = struct.unpack_from(">hLh", common)
    # "sowt" is "twos" backwards: the same samples, little-endian.
    coding = common[18:22] if content[8:12] == b"AIFC" else b"NONE"
    kind = {b"NONE": ">i2", b"twos": ">i2", b"sowt": "<i2", b"fl32": ">f4", b"FL32": ">f4"}
    if coding not in kind or (bits != 16 and not kind[coding].endswith("f4")):
        raise Fault(f"the sound is {bits}-bit {coding.decode('latin-1')!r}, not 16-bit PCM")
    (skip,) = struct.unpack_from(">L", sound)
    rate = _extended(common[8:18])
    return _speech(sound[8 + skip :], kind[coding], channels=channels, frames=frames, rate=rate)


def _aiff_chunks(content: bytes) -> dict[bytes, bytes]:
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from(">4sL", content, at)
        if at + 8 + size > len(content):
            raise Fault("the sound file is cut short")
        chunks.setdefault(name, content[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return chunks


def _extended(field: bytes) -> int:
    """A whole number from an 80-bit IEEE 754 extended float; AIFF gives its rate so."""
    exponent, mantissa = struct.unpack(">HQ", field)
    if exponent >= 0x7FFF:  # infinity, NaN, or a sign bit: no rate
        return 0
    return math.floor(math.ldexp(mantissa, max(exponent - 16383, -99) - 63) + 0.5)


def _speech(data: bytes, kind: str, *, channels: int, frames: int, rate: int) -> Speech:
    if channels < 1 or not 8_000 <= rate <= 192_000:
        raise Fault(f"the sound has {channels} channels at {rate} Hz")
    sample = np.dtype(kind)
    if len(data) != frames * channels * sample.itemsize:
        raise Fault(f"the sound file promises {frames} frames and holds other data")
    full = 32768.0 if sample.kind == "i" else 1.0
    samples: NDArray[np.float32] = np.frombuffer(data, sample).astype(np.float32) / np.float32(full)
    if channels > 1:
        samples = samples.reshape(-1, channels).mean(axis=1, dtype=np.float32)
    return Speech(samples, rate)


# The fastest of our lines takes 0.055 s a letter at every rate (espeak's English), the usual one
# 0.08, so half a sentence mostly takes less than 0.035. Less is known of other languages and
# engines, but a sound that lacks most of its words does not reach 0.02.
LEAST_SECONDS_PER_LETTER: Final = 0.02
ESPEAK_ENGLISH_SECONDS_PER_LETTER: Final = 0.035
_SILENCE: Final = 0.004  # of full scale, 48 dB down; the weakest word peaks near 0.3
_QUIET: Final = 0.005  # of the clip's own peak, 46 dB down

# Measured on espeak's 141 voices at twice the pace, where pauses are shortest: a sentence ends in
# 43 ms of zeros or more and a comma in 23, but what it reads as an abbreviation ("Dr.", a last
# "A.") in 4.
_ESPEAK_TAIL_MS: Final = 20
_ANY_TAIL_MS: Final = 4
_ABBREVIATION: Final = re.compile(r"\b\w{1,3}\.\W*$")


# Of 0.02 s stretches of our lines the loud tenth is 12 dB or more above the quiet tenth, whatever
# engine and rate; of a noise or a hum, less than 1 dB.
_LEAST_SPREAD_DB: Final = 5.0
_STRETCH_S: Final = 0.02
# Espeak's loudest sample is at 0.7 of full scale, and Piper scales each sentence to have one at it.
_FULL: Final = 0.999
_MOST_CLIPPED: Final = 0.03
_LEAST_STRETCHES: Final = 15  # a single short word may be all one vowel


def prove(
    speech: Speech,
    text: str,
    *,
    rate: float,
    espeak: bool,
    least_s_per_letter: float = LEAST_SECONDS_PER_LETTER,
    least_s: float = 0.0,
) -> None:
    """Raise Fault unless the sound has a voice in it, is long enough, unclipped and ends quietly.

    Only espeak promises a pause after the last word; of other engines the last few milliseconds
    must be quiet. `least_s` is how many seconds the sound must last in any case, for engines
    that know.
    """
    level = np.abs(speech.samples)
    if not np.isfinite(level).all():
        raise Fault("the sound has values that are not numbers")
    peak = float(level.max(initial=0.0))
    if peak < _SILENCE:
        raise Fault("it makes no sound")
    loud = np.flatnonzero(level > _QUIET * peak)
    first, last = int(loud[0]), int(loud[-1])
    voiced_s = (last + 1 - first) / speech.sample_rate
    if voiced_s < max(least_s, least_letters(text) * least_s_per_letter / rate):
        raise Fault(f"the sound is too short for its words ({voiced_s:.2f} s)")
    if _is_even(speech.samples[first : last + 1], stretch=int(speech.sample_rate * _STRETCH_S)):
        raise Fault("the sound is an even noise or hum, not speech")
    if np.count_nonzero(level >= _FULL) > _MOST_CLIPPED * (last + 1 - first):
        raise Fault("the sound is clipped")
    strict = espeak and not _ABBREVIATION.search(text)
    tail_ms = 1000 * (len(level) - 1 - last) / speech.sample_rate
    if tail_ms < (_ESPEAK_TAIL_MS if strict else _ANY_TAIL_MS):
        raise Fault("the sound breaks off at its end")


def _is_even(samples: NDArray[np.float32], *, stretch: int) -> bool:
    """Whether all stretches of so many samples are about as loud, which speech never is."""
    stretches = samples.size // stretch
    if stretches < _LEAST_STRETCHES:
        return False
    powers = np.square(samples[: stretches * stretch], dtype=np.float64).reshape(-1, stretch)
    levels_db = 10 * np.log10(powers.mean(axis=1) + 1e-12)
    quiet_db, loud_db = np.percentile(levels_db, (10, 90))
    return bool(loud_db - quiet_db < _LEAST_SPREAD_DB)
