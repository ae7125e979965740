"""Fifty people listen at once: gaps, first bytes, memory and time of one server process.

Usage: python scripts/load.py [--listeners N] [--seconds N] [--half-open N] [--slow N]
                              [--voice VOICE] [--json]

Starts `smr-audio serve` on a free loopback port, makes one session, and lets each listener play
it at real time with a buffer of some seconds and seek now and then. `--half-open` connections
that never finish their headers and `--slow` ones that read a byte a second can join in. All of it
is bounded, and talks to nobody but this machine.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

BYTES_PER_S: Final = 12_000  # 96 kbit/s
BUFFER_S: Final = 5.0
SEEK_EVERY_S: Final = 5.0
FIRST_BYTE_MS: Final = 50
MOST_RSS_MB: Final = 250
ROUTINE: Final = "hamstrings"


@dataclass(slots=True)
class Tally:
    """What all listeners found."""

    first_byte_ms: list[float] = field(default_factory=list)
    gaps_s: list[float] = field(default_factory=list)
    played_bytes: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server is: loopback, and the path of its secret."""

    port: int
    path: str


async def request(
    place: Place, method: str, path: str, *, headers: str = "", body: bytes = b""
) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port, limit=16_384)
    head = f"{method} {place.path}{path} HTTP/1.1\r\nHost: load\r\nConnection: close\r\n{headers}"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    status = int((await reader.readuntil(b"\r\n\r\n")).split()[1])
    return status, reader, writer


async def asked(place: Place, method: str, path: str, body: bytes = b"") -> Any:
    status, reader, writer = await request(place, method, path, body=body)
    answer = json.loads(await reader.read(-1))
    writer.close()
    if status != 200:
        raise SystemExit(f"load: {method} {path}: {status} {answer}")
    return answer


async def tapped(place: Place, name: str) -> float:
    """Seconds from a tap on Play to the first byte of the sound."""
    started = time.monotonic()
    await asked(place, "POST", f"api/session/{name}")
    _, reader, writer = await request(place, "GET", f"audio/{name}.mp3")
    await reader.readexactly(1)
    writer.close()
    return time.monotonic() - started


async def made(place: Place, voice: str) -> tuple[str, int, dict[str, float]]:
    """The id of a session, its bytes, and seconds: cold, to make it all, and warm."""
    wanted = json.dumps({"routine": ROUTINE, "voice": voice}).encode()
    planned = await asked(place, "POST", "api/plan", wanted)
    name, started = planned["session"], time.monotonic()
    took = {"cold_tap_s": await tapped(place, name)}
    while not (told := await asked(place, "GET", f"api/session/{name}")).get("whole", True):
        if told["state"] == "failed":
            raise SystemExit(f"load: {told['error']}")
        await asyncio.sleep(0.1)
    took |= {"making_s": time.monotonic() - started, "warm_tap_s": await tapped(place, name)}
    return name, told["plan"]["duration_ms"] * BYTES_PER_S // 1000, took


async def listen(place: Place, name: str, size: int, tally: Tally, *, end_s: float, seed: int) -> None:
    """Play from anywhere, and go somewhere else now and then, until the end."""
    chance = random.Random(seed)
    await asyncio.sleep(chance.random())
    while time.monotonic() < end_s:
        until_s = min(end_s, time.monotonic() + chance.expovariate(1 / SEEK_EVERY_S))
        start = chance.randrange(max(1, size - 40 * BYTES_PER_S))
        try:
            await play(place, name, start, tally, until_s=until_s)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
            tally.failures.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(0.5)


async def play(place: Place, name: str, start: int, tally: Tally, *, until_s: float) -> None:
    asked_s = time.monotonic()
    path, headers = f"audio/{name}.mp3", f"Range: bytes={start}-\r\n"
    status, reader, writer = await request(place, "GET", path, headers=headers)
    try:
        if status != 206:
            tally.failures.append(f"status {status}")
            await asyncio.sleep(0.5)
            return
        got = len(await asyncio.wait_for(reader.readexactly(1), 10))
        begun_s = time.monotonic()
        tally.first_byte_ms.append(1000 * (begun_s - asked_s))
        while (now_s := time.monotonic()) < until_s:
            ahead_s = got / BYTES_PER_S - (now_s - begun_s)
            if ahead_s > BUFFER_S:
                await asyncio.sleep(min(0.25, until_s - now_s))
                continue
            chunk = await asyncio.wait_for(reader.read(8192), 10)
            if not chunk:
                return
            late_s = (time.monotonic() - begun_s) - got / BYTES_PER_S
            if late_s > 0 and got > 1:
                tally.gaps_s.append(late_s)
                begun_s += late_s  # it goes on from there
            got += len(chunk)
        tally.played_bytes += got
    finally:
        writer.close()


async def hold(place: Place, count: int, end_s: float) -> None:
    """Connections that begin a request and never end it; those that are ended are opened anew."""
    writers = []
    for _ in range(count):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", place.port)
            writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
            writers.append(writer)
    await asyncio.sleep(max(0.0, end_s - time.monotonic()))
    for writer in writers:
        writer.transport.abort()
    await asyncio.sleep(0.1)


async def trickle(place: Place, name: str, end_s: float) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        _, reader, writer = await request(place, "GET", f"audio/{name}.mp3")
        while time.monotonic() < end_s and await reader.read(1):
            await asyncio.sleep(1)
        writer.close()


def process_figures(pid: int) -> dict[str, float]:
    """Seconds of processor and peak memory of a process, where /proc tells."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return {}
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    ticks = int(fields[11]) + int(fields[12])
    return {"cpu_s": ticks / os.sysconf("SC_CLK_TCK"), "peak_rss_mb": peak_kb / 1000}


async def measure(place: Place, pid: int, options: argparse.Namespace) -> dict[str, Any]:
    name, size, took = await made(place, options.voice)
    before, tally = process_figures(pid), Tally()
    end_s = time.monotonic() + options.seconds
    others = [hold(place, options.half_open, end_s)]
    others += [trickle(place, name, end_s) for _ in range(options.slow)]
    count = range(options.listeners)
    listeners = [listen(place, name, size, tally, end_s=end_s, seed=seed) for seed in count]
    await asyncio.gather(*listeners, *others)
    after = process_figures(pid)
    first = sorted(tally.first_byte_ms)
    figures: dict[str, Any] = {
        **{key: getattr(options, key) for key in ("listeners", "seconds", "half_open", "slow")},
        **{key: round(seconds, 2) for key, seconds in took.items()},
        "requests": len(first),
        "played_mb": round(tally.played_bytes / 1e6, 1),
        "first_byte_p50_ms": round(first[len(first) // 2], 1) if first else None,
        "first_byte_p95_ms": round(first[len(first) * 95 // 100], 1) if first else None,
        "gaps": len(tally.gaps_s),
        "longest_gap_ms": round(1000 * max(tally.gaps_s, default=0)),
        "failures": len(tally.failures),
        "failed_with": sorted(set(tally.failures))[:5],
    }
    if after:
        figures["peak_rss_mb"] = round(after["peak_rss_mb"])
        cores = (after["cpu_s"] - before["cpu_s"]) / options.seconds
        figures["cpu_of_one_core"] = f"{cores:.0%}"
    return figures


@contextlib.contextmanager
def served() -> Iterator[tuple[Place, int]]:
    """The command itself, with a cache of its own, for as long as this lasts."""
    with tempfile.TemporaryDirectory(prefix="smr-audio-load-") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "smr_audio", "serve", "--host", "127.0.0.1", "--port", "0",
             "--no-profile", "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "SMR_AUDIO_CACHE": folder},
        )  # fmt: skip
        try:
            assert process.stdout is not None
            url = urlsplit(json.loads(process.stdout.readline())["url"])
            yield Place(url.port or 0, url.path), process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=50, choices=range(1, 201), metavar="N")
    parser.add_argument("--seconds", type=int, default=20, choices=range(1, 121), metavar="N")
    parser.add_argument("--half-open", type=int, default=0, choices=range(601), metavar="N")
    parser.add_argument("--slow", type=int, default=0, choices=range(101), metavar="N")
    parser.add_argument("--voice", default="silent", help="its id, such as hibari:heart")
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    options = parser.parse_args(words)
    with served() as (place, pid):
        figures = asyncio.run(measure(place, pid, options))
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for key, value in figures.items():
            print(f"{key.replace('_', ' '):<20} {value}")
    kept = (
        not figures["gaps"] and not figures["failures"]
        and (figures["first_byte_p95_ms"] or 0) <= FIRST_BYTE_MS
        and figures.get("peak_rss_mb", 0) <= MOST_RSS_MB
    )  # fmt: skip
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
