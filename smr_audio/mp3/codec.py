"""Encode pieces of sound to MP3 frames that each stand alone, prove that it worked, and decode MP3s.

A session is linked from these segments. LAME carries state from one sound to
the next, so each piece has an encoder of its own: one ffmpeg process with an input and an output
for each, because a process costs more than a piece. Where the system refuses so much at once, it
gets fewer pieces, which changes no byte of any. Without the bit reservoir, no frame leans on
the one before it. The floor before and after a piece is encoded along and cut off, so that the
frames that are kept fit to those of a neighbour as if both had been encoded in one go.
"""

import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.errors import BuildError, ShortageError
from smr_audio.mp3.frames import bytes_per_frame, check_frames
from smr_audio.sound.ffmpeg import failure, run_ffmpeg
from smr_audio.sound.floor import Floor
from smr_audio.storage.atomic import private_folder, temporary_place, without_room
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_FRAME

AT_ONCE: Final = 16  # each takes five threads and two files of ffmpeg; 64 are no faster
FRAMES_AHEAD: Final = 2  # with no more, a piece's frames are those of one long encoding
FRAMES_BEHIND: Final = 2
# LAME's own levels 2 to 6 shape the noise up to where it should just be masked, and without the
# reservoir leave the bits over unused. At 7 it spends them: for our speech at 96 kbit/s the noise
# is 7 to 15 dB lower in every band up to 12 kHz, the SNR 37 dB instead of 25, in 40 % of the time.
_LEVEL: Final = "7"
_FLUSHED: Final = 1  # the frame that LAME's delay of 1105 samples adds
_INTERRUPTED: Final = (255, -2, -15)  # its own way to say so, and by SIGINT and SIGTERM
_LIMIT_S: Final = 120.0  # 16 pieces of 10 s take about 1
# What one piece alone is refused, a voice that speaks meanwhile may soon give back.
WAITS_S: Final = (0.25, 0.5, 1.0, 2.0)


def encode_pieces(pieces: Sequence[NDArray[np.int16]], *, floor: Floor, kbps: int) -> list[bytes]:
    """The frames of each piece of sound, int16 of shape (n * 1152,): n frames each.

    Every piece has to begin and end as a tile of this floor does. The same piece gives the
    same bytes, whatever is encoded with it. Frame k decodes to the samples
    `[k * 1152 - 1105, (k + 1) * 1152 - 1105)` of the piece.
    Raises MissingError if ffmpeg cannot run or lacks LAME, BuildError if it fails with one piece
    alone or any frame is missing or broken.
    """
    encoded: list[bytes] = []
    most = AT_ONCE
    waits = iter(WAITS_S)
    while len(encoded) < len(pieces):
        batch = pieces[len(encoded) : len(encoded) + most]
        try:
            encoded += _encode(batch, floor=floor, kbps=kbps)
        except _EndedError:
            raise
        except BuildError as error:
            if len(batch) > 1:
                most = len(batch) // 2
            elif isinstance(error, ShortageError) and (wait_s := next(waits, None)):
                time.sleep(wait_s)
            else:
                raise
    return encoded


class _EndedError(BuildError):
    """ffmpeg took too long or was interrupted, as by Ctrl-C: it is not tried again."""


def _encode(pieces: Sequence[NDArray[np.int16]], *, floor: Floor, kbps: int) -> list[bytes]:
    before = floor.stretch(FRAMES_AHEAD, from_frame=-FRAMES_AHEAD)
    after = floor.stretch(FRAMES_BEHIND)
    try:
        with private_folder() as folder:
            for number, piece in enumerate(pieces):
                sound = np.concatenate([before, piece, after]).astype("<i2")
                (folder / f"{number}.pcm").write_bytes(sound.tobytes())
            _run(_arguments(folder, len(pieces), kbps=kbps))
            return [
                _proven(folder / f"{number}.mp3", piece.size // SAMPLES_PER_FRAME, kbps=kbps)
                for number, piece in enumerate(pieces)
            ]
    except OSError as error:
        raise without_room("encode", error) from error


def _arguments(folder: Path, count: int, *, kbps: int) -> list[str]:
    arguments = ["-y", "-filter_threads", "1"]  # by itself one a core, for each piece
    pieces = [f"file:{folder / str(number)}" for number in range(count)]
    for piece in pieces:
        arguments += ["-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", f"{piece}.pcm"]
    mp3 = f"-c:a libmp3lame -b:a {kbps}k -compression_level {_LEVEL} -reservoir 0"
    bare = "-write_xing 0 -id3v2_version 0 -f mp3"
    for number, piece in enumerate(pieces):
        arguments += ["-map", f"{number}:a", *mp3.split(), *bare.split(), f"{piece}.mp3"]
    return arguments


def _run(arguments: Sequence[str]) -> None:
    try:
        run = run_ffmpeg(arguments, limit_s=_LIMIT_S)
    except subprocess.TimeoutExpired as error:
        raise _EndedError("ffmpeg does not finish; it was stopped, try again") from error
    if status := run.returncode:
        ended = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        failed = failure(run, f"ffmpeg {ended} while encoding")
        raise _EndedError(str(failed)) if status in _INTERRUPTED else failed


def _proven(path: Path, frames: int, *, kbps: int) -> bytes:
    """The frames of the piece alone. Raises BuildError if ffmpeg wrote anything else."""
    written = FRAMES_AHEAD + frames + FRAMES_BEHIND + _FLUSHED
    try:
        data = path.read_bytes()
        check_frames(data, kbps=kbps, frames=written)
    except FileNotFoundError:
        raise BuildError("ffmpeg wrote no sound; is the disk full?") from None
    except ValueError as error:
        raise BuildError(f"ffmpeg wrote other frames than asked: {error}; try again") from error
    size = bytes_per_frame(kbps)
    return data[FRAMES_AHEAD * size : (FRAMES_AHEAD + frames) * size]


@contextmanager
def decoded(path: Path, *, most_s: int | None = None) -> Iterator[NDArray[np.int16]]:
    """The samples of an MP3 at 48 kHz mono, int16, shape (n,), mapped from a temporary file.

    ffmpeg takes out the delay and padding that the LAME tag gives, so sample 0 is the first
    that was encoded and the length is exact. Four hours take next to no memory, and 1.4 GB of the
    disk. Decoding ends after `most_s` seconds. Raises BuildError if the file cannot be decoded,
    MissingError if there is no ffmpeg.
    """
    limit = ["-t", str(most_s)] if most_s else []
    with tempfile.TemporaryFile(dir=temporary_place()) as pcm:
        try:
            run = run_ffmpeg(_decoding(f"file:{path}", limit), stdout=pcm)
        except OSError as error:
            raise without_room("decode", error) from error
        if run.returncode != 0:
            raise failure(run, f"cannot decode {path}")
        # A file without a sample cannot be mapped.
        size = pcm.seek(0, 2) // 2
        yield np.memmap(pcm, dtype="<i2", mode="r", shape=(size,)) if size else np.empty(0, "<i2")


def decode_frames(frames: bytes) -> NDArray[np.int16]:
    """The samples of frames that have no bit reservoir, 1152 for each, int16.

    Those of the first frame are exact only if the MP3 begins with it. Raises as `decoded`.
    """
    run = run_ffmpeg(_decoding("pipe:0", ()), given=frames, stdout=subprocess.PIPE)
    if run.returncode != 0:
        raise failure(run, "cannot decode the frames")
    return np.frombuffer(run.stdout, dtype="<i2")


def _decoding(source: str, limit: Sequence[str]) -> list[str]:
    # Told, and not guessed: a file may be a list in disguise, of others to be opened.
    given = ["-f", "mp3", "-protocol_whitelist", "file,pipe", "-i", source, "-map", "0:a:0", *limit]
    # Without the filter it goes frame by frame, which takes a third longer.
    return [*given, *f"-af asetnsamples=n=57600:p=0 -f s16le -ar {SAMPLE_RATE} -ac 1 pipe:1".split()]
