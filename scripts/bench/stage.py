"""What all parts share: processes that are timed, the sessions, a warm cache, files built once."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from mutagen.mp3 import MP3

from bench.session import Plan, Session, pieces_of

LENGTH_TOLERANCE_S: Final = 2.0
"""How far a file's length may be from its plan's: another voice may overrun the last silence."""

Unit = Literal["s", "MB", "MB/s"]

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


def run(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> tuple[float, str]:
    """Run to the end: wall time in seconds, and what it wrote on stderr. Raises BenchError."""
    started = time.perf_counter()
    whole = {**os.environ, **environment}
    whole.pop("PYTHONDONTWRITEBYTECODE", None)  # users' Pythons keep compiled modules
    done = subprocess.run(
        command, cwd=folder, env=whole, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    wall_s = time.perf_counter() - started
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["nothing was said"]
        raise BenchError(f"{Path(command[0]).name} ended with {done.returncode}: {said[0]}")
    return wall_s, done.stderr


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


@dataclass(frozen=True, slots=True)
class Case:
    """One figure: `run` measures it, given the number of the round, counted from 0.

    `once` is for what takes minutes: one round must do. `key` is `PART/SESSION`.
    """

    key: str
    run: Callable[[int], float]
    unit: Unit = "s"
    once: bool = False

    @property
    def part(self) -> str:
        return self.key.partition("/")[0]


@dataclass(slots=True)
class Stage:
    """A temporary folder with all that is measured; `cache` is the warm one."""

    folder: Path
    sessions: dict[str, Session]
    plans: dict[str, Plan]
    cache: Path
    _built: dict[str, Path] = field(default_factory=dict)

    def pieces(self, name: str) -> Path:
        path = self.folder / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(pieces_of(self.plans[name])), encoding="utf-8")
        return path

    def built(self, name: str) -> Path:
        """The session's MP3, built once with the warm cache, so that the cache is warm for it."""
        if name not in self._built:
            self._built[name] = self.folder / f"{name}.mp3"
            self.build(name, self._built[name])
        return self._built[name]

    def build(self, name: str, output: Path, *words: str, cache: Path | None = None) -> float:
        """Seconds that a whole build process takes. Raises BenchError."""
        command = [*smr_audio(), *self.build_words(name, output), *words]
        environment = {"SMR_AUDIO_CACHE": str(cache or self.cache)}
        return run(command, folder=self.folder, environment=environment)[0]

    def build_words(self, name: str, output: Path) -> list[str]:
        """The words of `smr-audio` that build a session at `output`."""
        return ["build", *self.sessions[name].words, "-o", str(output)]

    def check_length(self, name: str, output: Path, *, longer_s: int = 0) -> None:
        """Raise BenchError unless a file is as long as its plan, with each hold longer so much.

        So nobody is timed for leaving something out.
        """
        plan = self.plans[name]
        holds = sum(event["kind"] == "hold" for event in plan["events"])
        wanted_s = plan["duration_ms"] / 1000 + holds * longer_s
        info: Any = MP3(output).info  # type: ignore[no-untyped-call]
        found_s = info.length
        if abs(found_s - wanted_s) > LENGTH_TOLERANCE_S:
            raise BenchError(f"{name}: the file is {found_s:.1f} s long, not {wanted_s:.1f} s")
