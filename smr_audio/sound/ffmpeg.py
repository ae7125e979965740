"""Find and run the ffmpeg that imageio-ffmpeg installs."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from smr_audio.errors import BuildError, MissingError, ShortageError, reason_of
from smr_audio.installed import to_repair
from smr_audio.storage.paths import package_folder

_VARIABLE: Final = "IMAGEIO_FFMPEG_EXE"
_SIGKILL: Final = 9  # how a system without memory ends a process
_MOST_READ: Final = 20_000
_MOST_SHOWN: Final = 500


def _fix() -> str:
    other = f"or set {_VARIABLE} to an ffmpeg that has libmp3lame"
    return f"reinstall it with `{to_repair('imageio-ffmpeg')}`, {other}"


def ffmpeg_path() -> str:
    """The path of the binary: what IMAGEIO_FFMPEG_EXE names, or else the wheel's own.

    Raises MissingError if there is none.
    """
    if binary := _binary():
        return str(binary)
    raise MissingError(f"there is no ffmpeg {os.environ.get(_VARIABLE) or 'here'}; {_fix()}")


def encoder_identity() -> str:
    """A text that changes whenever another ffmpeg would encode. Runs and imports nothing.

    The wheel's binary has its version in its name; another is identified by its path, size and
    time. Empty if there is none.
    """
    binary = _binary()
    if binary is None:
        return ""
    size = f"{binary.name} {binary.stat().st_size}"
    if not os.environ.get(_VARIABLE) and binary.parent.name == "binaries":
        return size
    return f"{binary} {size} {binary.stat().st_mtime_ns}"


def run_ffmpeg(
    arguments: Sequence[str],
    *,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    given: bytes | None = None,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    limit_s: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run ffmpeg with these arguments to its end; it never stays behind. It may be `given` its stdin.

    Raises MissingError if it cannot run, is too old or lacks LAME, ShortageError if the
    system allows no more processes, OSError if a disk is full, TimeoutExpired if it takes longer
    than `limit_s`.
    """
    path = ffmpeg_path()
    command = [path, "-hide_banner", "-nostdin", "-loglevel", "error", *arguments]
    source: dict[str, Any] = {"stdin": stdin} if given is None else {"input": given}
    try:
        run = subprocess.run(command, **source, stdout=stdout, stderr=subprocess.PIPE, timeout=limit_s, check=False)
    except OSError as error:
        if refused := ShortageError.of(error, "cannot start ffmpeg"):
            raise refused from error
        what = f"cannot run ffmpeg at {path}: {reason_of(error)}"
        raise MissingError(f"{what}; {_fix()}") from error
    if b"No space left" in run.stderr:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if b"Unknown encoder" in run.stderr:
        raise MissingError(f"the ffmpeg at {path} cannot write this: {complaint(run.stderr)}; {_fix()}")
    if b"Protocol not found" in run.stderr:
        raise MissingError(f"the ffmpeg at {path} is older than version 6; {_fix()}")
    return run


def feed_ffmpeg(arguments: Sequence[str], pieces: Iterable[bytes | memoryview]) -> subprocess.CompletedProcess[bytes]:
    """Run ffmpeg with pieces as its input, made one after the other while it works.

    Raises as `run_ffmpeg` does, and whatever making a piece raises.
    """
    from concurrent.futures import ThreadPoolExecutor  # brings logging, and a warm build runs nothing

    output, feed = os.pipe()

    def write() -> None:
        with os.fdopen(feed, "wb") as file:
            file.writelines(pieces)

    with ThreadPoolExecutor(1) as pool:
        with os.fdopen(output, "rb") as source:
            writing = pool.submit(write)
            run = run_ffmpeg(arguments, stdin=source)
        # Closed by now: what ffmpeg has left unread keeps nobody waiting.
        with suppress(*(OSError,) if run.returncode else ()):
            writing.result()
    return run


def _binary() -> Path | None:
    """The ffmpeg that imageio-ffmpeg would find; to import that takes 60 ms, and to try it 100."""
    named = os.environ.get(_VARIABLE)
    folder = package_folder("imageio_ffmpeg")  # its source package and conda's have no binary
    bundled = min((folder / "binaries").glob("ffmpeg-*"), default=None) if folder else None
    if bundled and not named:
        return bundled
    conda = (str(Path(sys.prefix, *parts)) for parts in (("bin",), ("Library", "bin")))
    places = os.pathsep.join((*conda, os.environ.get("PATH", "")))
    path = shutil.which(named) if named else shutil.which("ffmpeg", path=places)
    return Path(path).resolve() if path else None


def complaint(stderr: bytes) -> str:
    """The last lines that ffmpeg printed, as one line for a message; "" if there are none."""
    lines = stderr[-_MOST_READ:].decode("utf-8", "replace").splitlines()
    found = [line.strip()[:_MOST_SHOWN] for line in lines if line.strip()]
    while len(found) > 1 and len("; ".join(found)) > _MOST_SHOWN:
        del found[0]
    return "; ".join(found)


def failure(run: subprocess.CompletedProcess[bytes], what: str) -> BuildError:
    """What to raise for an ffmpeg that failed at `what`: it may have lacked threads or memory."""
    if run.returncode == -_SIGKILL:
        return ShortageError(what, memory=True)
    return ShortageError.in_words(run.stderr.decode("utf-8", "replace"), what) or BuildError(
        f"{what}: {complaint(run.stderr) or 'it does not say why'}"
    )
