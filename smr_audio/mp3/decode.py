"""Decode an MP3 to samples with ffmpeg, for measuring what was really written."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.ffmpeg import failure, run_ffmpeg
from smr_audio.storage.leftovers import temporary_place, without_room
from smr_audio.units import SAMPLE_RATE


def decode_mp3(path: Path) -> NDArray[np.int16]:
    """The samples of an MP3 at 48 kHz mono, int16, shape (n,).

    ffmpeg takes out the delay and padding that the LAME tag gives, so sample 0 is the first
    that was encoded and the length is exact. Raises BuildError if the file cannot be decoded,
    MissingError if there is no ffmpeg.
    """
    with decoded(path) as samples:
        return np.array(samples, dtype=np.int16)


@contextmanager
def decoded(path: Path, *, most_s: int | None = None) -> Iterator[NDArray[np.int16]]:
    """Like `decode_mp3`, but mapped from a temporary file: four hours take next to no memory.

    Meanwhile they take 1.4 GB of the disk. Decoding ends after `most_s` seconds.
    """
    # Told, and not guessed: a file may be a list in disguise, of others to be opened.
    source = ["-f", "mp3", "-protocol_whitelist", "file,pipe", "-i", f"file:{path}"]
    limit = f"-t {most_s} " if most_s else ""
    # Without the filter it goes frame by frame, which takes a third longer.
    sound = f"-map 0:a:0 {limit}-af asetnsamples=n=57600:p=0 -f s16le -ar {SAMPLE_RATE} -ac 1"
    arguments = [*source, *sound.split(), "pipe:1"]
    with tempfile.TemporaryFile(dir=temporary_place()) as pcm:
        try:
            run = run_ffmpeg(arguments, stdout=pcm)
        except OSError as error:
            raise without_room("decode", error) from error
        if run.returncode != 0:
            raise failure(run, f"cannot decode {path}")
        # A file without a sample cannot be mapped.
        size = pcm.seek(0, 2) // 2
        yield np.memmap(pcm, dtype="<i2", mode="r", shape=(size,)) if size else np.empty(0, "<i2")
