"""Decode a sound file of the user: WAV, FLAC, MP3 or OGG, recognized by its content.

ffmpeg gets the bytes and may use no other format or protocol, so it opens no file itself, and only
samples come back.
"""

from __future__ import annotations

import struct
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.ffmpeg import complaint, start_ffmpeg
from smr_audio.sound.settings import SoundError, bytes_of_sound, reason_of
from smr_audio.storage.leftovers import temporary_place
from smr_audio.units import SAMPLE_RATE, amplitude_of_db

QUIETEST_DBFS: Final = -50.0
"""A file whose highest sample is below this counts as silent."""

CLIPPED_S: Final = 0.00017
"""A sound that stays at full scale for longer is clipped: 8 samples at 48 kHz."""

_FULL_SCALE: Final = 0.9998  # of 16 bits, and of 24
_LIMIT_S: Final = 30.0  # a minute of FLAC takes a tenth of a second
_MOST_DECODED: Final = 96 << 20  # a minute in stereo at 192 kHz, in floats
_WAVE_HEAD: Final = struct.Struct("<HHI")  # format, channels, rate


def decode_sound(path: Path, *, most_s: float, may_clip: bool = False) -> NDArray[np.float64]:
    """The sound of a file at 48 kHz mono, float64 in about [-1, 1], shape (n,).

    Channels are averaged; the file's name, tags and stored gains do not matter. Raises SoundError
    with the reason for a file that cannot be read, is not sound, is silent, is longer than
    `most_s`, or is clipped unless it `may_clip`; MissingError without ffmpeg.
    """
    try:
        data = bytes_of_sound(path)
    except OSError as error:
        raise SoundError(f"it cannot be read ({reason_of(error)})") from None
    return decode_bytes(data, most_s=most_s, may_clip=may_clip)


def decode_bytes(data: bytes, *, most_s: float, may_clip: bool = False) -> NDArray[np.float64]:
    samples, rate = _wave(_decoded(data, most_s=most_s))
    if not samples.size:
        raise SoundError("there is no sound in it")
    if not np.isfinite(samples).all():
        raise SoundError("it has samples that are not numbers")
    if samples.shape[0] > most_s * rate:
        raise SoundError(f"it is longer than {most_s:g} s")
    if not may_clip and _is_clipped(samples, rate):
        raise SoundError("it is distorted: too loud, and cut off at full scale")
    mono = samples.mean(axis=1)
    quietest = amplitude_of_db(QUIETEST_DBFS)
    if float(np.max(np.abs(mono))) < quietest:
        if float(np.max(np.abs(samples))) >= quietest:
            raise SoundError("its channels cancel each other out; save it with one channel")
        raise SoundError("it is silent")
    if rate != SAMPLE_RATE:
        import soxr

        mono = soxr.resample(mono, rate, SAMPLE_RATE, quality="VHQ")
    return np.asarray(mono, dtype=np.float64)


def _decoded(data: bytes, *, most_s: float) -> bytes:
    """The file as a WAV of floats with its own rate and channels, if ffmpeg can read it."""
    arguments = (
        "-protocol_whitelist pipe -format_whitelist wav,flac,mp3,ogg -i pipe:0 -map 0:a:0 "
        f"-t {most_s + 0.1:g} -map_metadata -1 -bitexact -c:a pcm_f32le -fs {_MOST_DECODED} "
        "-f wav pipe:1"
    ).split()
    with tempfile.TemporaryFile(dir=temporary_place()) as file:
        file.write(data)
        file.seek(0)
        process = start_ffmpeg(
            arguments, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            wave, printed = process.communicate(timeout=_LIMIT_S)
        except subprocess.TimeoutExpired:
            raise SoundError(f"decoding it does not end within {_LIMIT_S:g} s") from None
        finally:
            if process.poll() is None:  # also when interrupted
                process.kill()
                process.communicate()
    if b"matches no streams" in printed:
        raise SoundError("there is no sound in it")
    if process.returncode != 0:
        reason = complaint(printed).rpartition(";")[2].strip() or "ffmpeg failed"
        raise SoundError(f"it is no WAV, FLAC, MP3 or OGG sound that can be decoded ({reason})")
    if len(wave) >= _MOST_DECODED:
        raise SoundError("it has too many channels, or samples a second")
    return wave


def _wave(wave: bytes) -> tuple[NDArray[np.float32], int]:
    """Samples, shape (n, channels), and rate of the WAV that ffmpeg wrote to a pipe.

    The sizes in its head are not known when it is written, so the data goes to the end.
    """
    at, channels, rate = 12, 0, 0
    while at + 8 <= len(wave):
        name, size = struct.unpack_from("<4sI", wave, at)
        at += 8
        if name == b"fmt ":
            _, channels, rate = _WAVE_HEAD.unpack_from(wave, at)
        if name == b"data":
            break
        at += size + size % 2
    if not channels or not rate:
        raise SoundError("there is no sound in it")
    whole = (len(wave) - at) // (4 * channels) * channels
    samples = np.frombuffer(wave, dtype="<f4", offset=at, count=whole) if whole > 0 else np.empty(0)
    return np.asarray(samples, dtype=np.float32).reshape(-1, channels), rate


def _is_clipped(samples: NDArray[np.float32], rate: int) -> bool:
    """Whether any channel stays at full scale for longer than an unclipped sound does."""
    width = max(8, round(rate * CLIPPED_S))
    full = np.abs(samples) >= _FULL_SCALE
    if full.shape[0] < width or not full.any():
        return False
    counts = np.cumsum(np.pad(full.astype(np.int32), ((1, 0), (0, 0))), axis=0)
    return bool(((counts[width:] - counts[:-width]) == width).any())
