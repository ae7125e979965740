"""Decode an MP3 to samples with ffmpeg, for measuring what was really written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from smr_audio.errors import BuildError
from smr_audio.sound.ffmpeg import complaint, start_ffmpeg
from smr_audio.units import SAMPLE_RATE


def decode_mp3(path: Path) -> NDArray[np.int16]:
    """The samples of an MP3 at 48 kHz mono, int16, shape (n,).

    ffmpeg takes out the delay and padding that the LAME tag gives, so sample 0 is the first
    that was encoded and the length is exact. Raises BuildError if the file cannot be decoded,
    MissingError if there is no ffmpeg.
    """
    arguments = [
        "-i", f"file:{path}", "-map", "0:a:0",
        "-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "pipe:1",
    ]  # fmt: skip
    with start_ffmpeg(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        pcm, said = process.communicate()
    if process.returncode != 0:
        raise BuildError(f"cannot decode {path}: {complaint(said) or 'ffmpeg failed'}")
    return np.frombuffer(pcm, dtype="<i2").astype(np.int16)
