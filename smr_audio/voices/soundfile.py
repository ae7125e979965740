"""Read the WAV or AIFF file that an engine wrote, if it is complete."""

from __future__ import annotations

import io
import math
import struct
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from smr_audio.voices.engine import Fault, Speech


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
