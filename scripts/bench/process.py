"""A whole command in a process of its own: how long it takes, its work, its memory."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.error import HTTPError
from urllib.request import Request, urlopen

Process: TypeAlias = subprocess.Popen[bytes]

# On Linux the peak memory of a process is at least its parent's size, so a small one starts it.
_METER: Final = """
import os, signal, sys, time
started = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
_, status, used = os.wait4(child, 0)
with open(sys.argv[1], "w") as file:
    print(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, file=file)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"""
_POLL_S: Final = 0.05
_STOPPED: Final = (0, 128 + signal.SIGTERM)

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
            while not _heard(f"{base}audio/{session}.mp3"):
                time.sleep(_POLL_S)
            took_s = time.perf_counter() - started
        except (OSError, ValueError, KeyError) as error:
            raise BenchError(f"serve: {error}") from error
        finally:
            server.send_signal(signal.SIGTERM)

    sample = _measured((*SMR_AUDIO, *words), place, play)
    return Sample(took_s, sample.cpu_s, sample.peak_mb)


def _measured(command: Sequence[str], place: Place, use: Callable[[Process], None] | None = None) -> Sample:
    """What a command took that ends by itself or that `use` stops. Raises BenchError."""
    place.folder.mkdir(parents=True, exist_ok=True)
    output = subprocess.PIPE if use else subprocess.DEVNULL
    with tempfile.NamedTemporaryFile() as told, tempfile.TemporaryFile() as said:
        words = [sys.executable, "-I", "-S", "-c", _METER, told.name, *command]
        with subprocess.Popen(
            words, cwd=place.folder, env=place.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=said
        ) as process:
            if use:
                use(process)
        if process.returncode not in (_STOPPED if use else (0,)):
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines() or ["nothing was said"]
            raise BenchError(f"{' '.join(command[1:5])} ended with {process.returncode}: {lines[-1]}")
        return Sample(*map(float, told.read().split()))


def _heard(url: str) -> bool:
    """Whether the first byte came; the server asks to try again where making it takes very long."""
    try:
        with urlopen(url) as sound:
            return bool(sound.read(1))
    except HTTPError as error:
        if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
            raise
        return False


def _answer(url: str, body: Mapping[str, str]) -> Any:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        return json.load(answer)
