"""Decode a sound file of the user, of one of a few formats, recognized by its content.

ffmpeg gets an open file and may use no other format or protocol, so it opens no file or address
itself, and only samples come back.
"""

import struct
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.errors import Location
from smr_audio.sound.ffmpeg import complaint, run_ffmpeg
from smr_audio.sound.resampling import resample
from smr_audio.sound.settings import SOUND_KINDS, SoundError, bytes_of_sound, useless_recording
from smr_audio.storage.atomic import temporary_place, without_room
from smr_audio.units import SAMPLE_RATE, amplitude_of_db

QUIETEST_DBFS: Final = -50.0
"""A file whose highest sample is below this counts as silent."""

CLIPPED_S: Final = 0.00017
"""A sound that stays at full scale for longer is clipped: 8 samples at 48 kHz."""

_FULL_SCALE: Final = 0.9998  # of 16 bits, and of 24
_MOST_RECORDED_S: Final = 60.0
_LIMIT_S: Final = 30.0  # a minute of FLAC takes a tenth of a second
_MOST_DECODED: Final = 96 << 20  # a minute in stereo at 192 kHz, in floats
_LONG_FORM: Final = f"-ac 1 -ar {SAMPLE_RATE} -c:a pcm_s16be"  # a tenth of the memory
_MOST_CLIPPED: Final = 0.02  # of all samples: loud masters have a thousandth at full scale
_DEMUXERS: Final = "wav,flac,mp3,aac,ogg,mov,matroska,amr"  # mov is M4A, MP4 and 3GP too
_PROTECTED: Final = b"sinf\0\0\0\x0cfrma"  # how an MP4 says that its sound is encrypted
_CUT_SHORT: Final = (b"partial file", b"File ended prematurely")
_AU_HEAD: Final = struct.Struct(">6I")  # magic, where the data begins, size, coding, rate, channels


def decode_recording(path: Path, place: Location) -> NDArray[np.float64]:
    """The sound of a recording of the line at a place, as `decode_bytes`, or ContentError."""
    try:
        # A coach who shouts into a phone clips a few samples, and is understood all the same.
        return decode_bytes(bytes_of_sound(path), most_s=_MOST_RECORDED_S, may_clip=True)
    except (OSError, SoundError) as error:
        raise useless_recording(path, place, error) from None


def decode_bytes(data: bytes, *, most_s: float, may_clip: bool = False) -> NDArray[np.float64]:
    """The sound of a file's bytes at 48 kHz mono, float64 in about [-1, 1], shape (n,).

    Channels are averaged; the file's tags and stored gains do not matter. Raises SoundError with
    the reason for one that is not sound, is silent, is longer than `most_s`, or is clipped unless
    it `may_clip`; MissingError without ffmpeg.
    """
    samples, rate = _decoded(data, most_s=most_s)
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
        mono = resample(mono, rate, SAMPLE_RATE)
    return np.asarray(mono, dtype=np.float64)


def decode_long(data: bytes, *, most_s: float) -> NDArray[np.float64]:
    """The sound of a file of minutes, as `decode_bytes`; mastered music may be at full scale."""
    samples, _ = _decoded(data, most_s=most_s, is_long=True)
    if samples.shape[0] > most_s * SAMPLE_RATE:
        raise SoundError(f"it is longer than {most_s / 60:g} minutes")
    if np.count_nonzero(np.abs(samples) >= _FULL_SCALE) > _MOST_CLIPPED * samples.size:
        raise SoundError("it is distorted: too loud, and cut off at full scale")
    if float(np.max(np.abs(samples), initial=0.0)) < amplitude_of_db(QUIETEST_DBFS):
        raise SoundError("it is silent")
    return np.asarray(samples[:, 0], dtype=np.float64)


def _decoded(data: bytes, *, most_s: float, is_long: bool = False) -> tuple[NDArray[np.float32], int]:
    """The file's samples, shape (n, channels), and its rate, if ffmpeg can read it.

    The whole has no more than `_MOST_DECODED` bytes, or if it `is_long` little more than `most_s` of
    `_LONG_FORM`.
    """
    form = _LONG_FORM if is_long else "-c:a pcm_f32be"
    most = round(2 * SAMPLE_RATE * (most_s + 1)) if is_long else _MOST_DECODED
    if _PROTECTED in data:
        raise SoundError("it is protected against copying; save it without")
    # A phone writes where the sound lies at the end of an MP4, so ffmpeg must be able to seek.
    arguments = (
        f"-protocol_whitelist fd -format_whitelist {_DEMUXERS} -i fd: -map 0:a:0 "
        f"-t {most_s + 0.1:g} -map_metadata -1 -bitexact {form} -fs {most} "
        "-f au pipe:1"
    ).split()
    try:
        with tempfile.TemporaryFile(dir=temporary_place()) as file:
            file.write(data)
            file.seek(0)
            run = run_ffmpeg(arguments, stdin=file, stdout=subprocess.PIPE, limit_s=_LIMIT_S)
    except subprocess.TimeoutExpired:
        raise SoundError(f"decoding it does not end within {_LIMIT_S:g} s") from None
    except OSError as error:
        raise without_room("decode", error) from error
    if b"matches no streams" in run.stderr:
        raise SoundError("there is no sound in it")
    if run.returncode != 0:
        reason = complaint(run.stderr).rpartition(";")[2].strip() or "ffmpeg failed"
        raise SoundError(f"it is no {SOUND_KINDS} sound that can be decoded ({reason})")
    if any(words in run.stderr for words in _CUT_SHORT):
        raise SoundError("it ends within its sound; copy it again")
    if len(run.stdout) >= most:
        raise SoundError("it has too many channels, or samples a second")
    if len(run.stdout) < _AU_HEAD.size:
        raise SoundError("there is no sound in it")
    # The size in its head is not known when it is written to a pipe: the data goes to the end.
    _, start, _, _, rate, channels = _AU_HEAD.unpack_from(run.stdout)
    if is_long:
        samples = np.frombuffer(run.stdout, ">i2", offset=start).astype(np.float32) / np.float32(32768)
    else:
        samples = np.frombuffer(run.stdout, ">f4", offset=start).astype(np.float32)
    return samples.reshape(-1, channels), rate


def _is_clipped(samples: NDArray[np.float32], rate: int) -> bool:
    """Whether any channel stays at full scale for longer than an unclipped sound does."""
    width = max(8, round(rate * CLIPPED_S))
    full = np.abs(samples) >= _FULL_SCALE
    if full.shape[0] < width:
        return False
    return bool(np.lib.stride_tricks.sliding_window_view(full, width, axis=0).all(axis=-1).any())
