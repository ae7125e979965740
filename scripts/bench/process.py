"""Run a command as a whole process and time it, or read its peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

# Linux's ru_maxrss remembers the parent from before exec; VmHWM is the process's own.
_WRAPPER: Final = """
import atexit, sys
def tell():
    lines = open("/proc/self/status").read().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    print("peak_kb", peak.split()[1], file=sys.stderr)
atexit.register(tell)
from smr_audio.cli.main import main
main()
"""


class BenchError(Exception):
    """Something that was to be measured did not work; the message says what it said."""


class Unavailable(Exception):
    """Something cannot be measured on this machine; the message says why."""


def run(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str]
) -> tuple[float, str]:
    """Run to the end: wall time in seconds, and what it wrote on stderr. Raises BenchError."""
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    wall_s = time.perf_counter() - started
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["nothing was said"]
        raise BenchError(f"{Path(command[0]).name} ended with {done.returncode}: {said[0]}")
    return wall_s, done.stderr


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    """This process's, but for what keeps Python from using compiled modules, as users' do."""
    whole = {**os.environ, **own}
    whole.pop("PYTHONDONTWRITEBYTECODE", None)
    return whole


def smr_audio() -> list[str]:
    """The installed command of this Python's environment, or else its module."""
    script = Path(sys.executable).parent / "smr-audio"
    return [str(script)] if script.is_file() else [sys.executable, "-m", "smr_audio"]


def peak_mb(words: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> float:
    """Peak memory in MB (2**20) of the command's own process, without its children.

    Raises BenchError, or Unavailable where the system does not tell.
    """
    if not Path("/proc/self/status").exists():
        raise Unavailable("peak memory is read from /proc, which is not here")
    command = [sys.executable, "-c", _WRAPPER, *words]
    _, said = run(command, folder=folder, environment=environment)
    peaks = [line.split()[1] for line in said.splitlines() if line.startswith("peak_kb")]
    return int(peaks[-1]) / 1024
