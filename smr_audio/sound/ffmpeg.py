"""Find and start the ffmpeg that imageio-ffmpeg brings along."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import IO, Final

from smr_audio.errors import MissingError

_FIX: Final = (
    "reinstall it with `python -m pip install --force-reinstall imageio-ffmpeg`, "
    "or set IMAGEIO_FFMPEG_EXE to an ffmpeg that has libmp3lame"
)


def ffmpeg_path() -> str:
    """The path of the binary: what IMAGEIO_FFMPEG_EXE names, or else the wheel's own.

    Raises MissingError if there is none that runs.
    """
    import imageio_ffmpeg  # noqa: PLC0415  (60 ms, and a warm build needs no ffmpeg)

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (RuntimeError, OSError) as error:
        raise MissingError(f"there is no ffmpeg here; {_FIX}") from error


def start_ffmpeg(
    arguments: Sequence[str],
    *,
    stdin: int | IO[bytes],
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
) -> subprocess.Popen[bytes]:
    """Start ffmpeg with these arguments. Raises MissingError if it cannot run."""
    path = ffmpeg_path()
    command = [path, "-hide_banner", "-nostdin", "-loglevel", "error", *arguments]
    try:
        return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MissingError(f"cannot run ffmpeg at {path}: {reason}; {_FIX}") from error


def complaint(stderr: bytes) -> str:
    """What ffmpeg said, as one line to put in a message; "" if it said nothing."""
    lines = stderr.decode("utf-8", "replace").split("\n")
    return "; ".join(line.strip() for line in lines if line.strip())[-500:]


def lacks_encoder(stderr: bytes) -> bool:
    """Whether ffmpeg said that it was built without libmp3lame."""
    return b"Unknown encoder" in stderr


def no_encoder() -> MissingError:
    """The error for an ffmpeg without libmp3lame."""
    return MissingError(f"the ffmpeg at {ffmpeg_path()} cannot write MP3; {_FIX}")
