"""Encode PCM to MP3 with one ffmpeg process, and prove that it did."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Final

from smr_audio.errors import BuildError
from smr_audio.mp3.info import StreamInfo, read_info
from smr_audio.sound.ffmpeg import complaint, lacks_encoder, no_encoder, start_ffmpeg
from smr_audio.units import SAMPLE_RATE

ENCODER_OVERSHOOT_DB: Final = 1.0  # most that a peak was seen to grow in coding speech at 96k
ENCODER_GAIN_DB: Final = -0.446  # LAME's presets scale by 0.95; the same at 64 to 128 kbit/s

_LAST_WORDS_S = 60  # after the last sample LAME has a few frames to flush, so this is ample


def encode(
    chunks: Iterable[bytes],
    target: Path,
    *,
    kbps: int = 96,
    on_progress: Callable[[int], None] | None = None,
) -> StreamInfo:
    """Encode s16le at 48 kHz mono to a CBR MP3 with an Info frame and no tag at `target`.

    The same samples give the same bytes. They should make whole frames, as a session's do:
    of a last frame with 1 to 46 samples ffmpeg makes 47, which is found out. `on_progress`
    gets the samples handed over so far.
    Raises MissingError if ffmpeg cannot run or lacks LAME, BuildError if it fails or if the
    file does not hold exactly the samples given; there is no file at `target` then.
    """
    try:
        with tempfile.TemporaryFile() as stderr:
            fed = _run(chunks, target, kbps=kbps, stderr=stderr, on_progress=on_progress)
        return _proven(target, samples=fed, kbps=kbps)
    except BaseException:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        raise


def _run(
    chunks: Iterable[bytes],
    target: Path,
    *,
    kbps: int,
    stderr: IO[bytes],
    on_progress: Callable[[int], None] | None,
) -> int:
    """Feed ffmpeg and wait for it; the samples fed."""
    # What ffmpeg complains goes to a file: a pipe that nobody reads meanwhile could fill up.
    process = start_ffmpeg(
        _arguments(target, kbps=kbps),
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=stderr,
    )  # fmt: skip
    try:
        fed_bytes = _feed(process, chunks, on_progress=on_progress)
        status = process.wait(timeout=_LAST_WORDS_S)
    except subprocess.TimeoutExpired as error:
        raise BuildError("ffmpeg does not finish; it was stopped, try again") from error
    finally:
        _stop(process)
    stderr.seek(0)
    said = stderr.read()
    if lacks_encoder(said):
        raise no_encoder()
    if fed_bytes is None or status != 0:
        raise BuildError(f"ffmpeg {_ending(status)} while encoding: {complaint(said) or 'no word'}")
    return fed_bytes // 2


def _arguments(target: Path, *, kbps: int) -> list[str]:
    return [
        "-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", "pipe:0",
        "-map_metadata", "-1", "-c:a", "libmp3lame", "-b:a", f"{kbps}k",
        "-write_xing", "1", "-id3v2_version", "0", "-write_id3v1", "0",
        # Without these the file names the version of ffmpeg that wrote it.
        "-fflags", "+bitexact", "-flags:a", "+bitexact",
        "-f", "mp3", "-y", f"file:{target}",
    ]  # fmt: skip


def _feed(
    process: subprocess.Popen[bytes],
    chunks: Iterable[bytes],
    *,
    on_progress: Callable[[int], None] | None,
) -> int | None:
    """Hand over every chunk; the bytes, or None if ffmpeg hung up before the end."""
    assert process.stdin is not None  # noqa: S101  (we asked for the pipe)
    fed_bytes = 0
    for chunk in chunks:
        try:
            process.stdin.write(chunk)
        except OSError:  # a broken pipe; on Windows an invalid argument
            return None
        fed_bytes += len(chunk)
        if on_progress:
            on_progress(fed_bytes // 2)
    try:
        process.stdin.close()
    except OSError:
        return None
    return fed_bytes


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Leave no process and no pipe behind, however we got here."""
    if process.poll() is None:
        process.kill()
        process.wait()
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


def _ending(status: int) -> str:
    return f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"


def _proven(target: Path, *, samples: int, kbps: int) -> StreamInfo:
    try:
        info = read_info(target)
    except (OSError, ValueError) as error:
        raise BuildError(f"ffmpeg wrote no sound MP3: {error}; is the disk full?") from error
    if info.samples != samples or info.kbps != kbps:
        raise BuildError(
            f"ffmpeg wrote {info.samples} samples at {info.kbps} kbit/s "
            f"for {samples} at {kbps} kbit/s"
        )
    return info
