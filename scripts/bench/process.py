"""A whole command in a process of its own: how long it takes, its work, its memory.

This process imports nothing large: on Linux a child's peak memory is at least its parent's size.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.request import Request, urlopen

Process: TypeAlias = subprocess.Popen[bytes]

SMR_AUDIO: Final = (sys.executable, "-m", "smr_audio")


class BenchError(Exception):
    """Something that was to be measured did not work, or is not here; the message says why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Wall time, user and system time of the whole tree, peak memory of its largest process."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to run in, with a cache of its own and the voice that `auto` means."""

    folder: Path
    voice: str = "silent"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def environment(self) -> dict[str, str]:
        own = {"CACHE": str(self.cache), "VOICE": self.voice, "PROFILE": str(self.folder / "none.yaml")}
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return kept | {f"SMR_AUDIO_{name}": value for name, value in own.items()}


def run(place: Place, *words: str) -> Sample:
    """What a command took; one that begins with no path is smr-audio's. Raises BenchError."""
    command = words if words[0].startswith("/") else (*SMR_AUDIO, *words)
    return _measured(command, place)


def tap(place: Place, routine: str) -> Sample:
    """Like `run`, of a server; its wall time is from a tap on a routine to the first byte.

    The page plans a session when it is opened, and makes it on *Play*: no pause is between. Raises BenchError.
    """
    words = ("serve", "--host", "127.0.0.1", "--port", "0", "--no-profile", "--json")
    took_s = 0.0

    def play(server: Process) -> None:
        nonlocal took_s
        assert server.stdout is not None
        try:
            base = json.loads(server.stdout.readline())["url"]
            started = time.perf_counter()
            session = _answer(f"{base}api/plan", {"routine": routine, "voice": place.voice})["session"]
            _answer(f"{base}api/session/{session}", {})
            with urlopen(f"{base}audio/{session}.mp3") as sound:
                sound.read(1)
                took_s = time.perf_counter() - started
        except (OSError, ValueError, KeyError) as error:
            raise BenchError(f"serve: {error}") from error
        finally:
            server.send_signal(signal.SIGTERM)

    sample = _measured((*SMR_AUDIO, *words), place, play)
    return Sample(took_s, sample.cpu_s, sample.peak_mb)


def _measured(command: Sequence[str], place: Place, use: Callable[[Process], None] | None = None) -> Sample:
    place.folder.mkdir(parents=True, exist_ok=True)
    output = subprocess.PIPE if use else subprocess.DEVNULL
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        with subprocess.Popen(
            command, cwd=place.folder, env=place.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=said
        ) as process:
            try:
                if use:
                    use(process)
            finally:
                _, status, used = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.perf_counter() - started
        if process.returncode not in (0, -signal.SIGTERM):
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines() or ["nothing was said"]
            raise BenchError(f"{' '.join(command[1:5])} ended with {process.returncode}: {lines[-1]}")
    return Sample(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6)


def _answer(url: str, body: Mapping[str, str]) -> Any:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        return json.load(answer)
