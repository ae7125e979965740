"""The least that writing such files takes: their bytes from memory to disk, and their SHA-256.

No program that leaves the same files behind can be faster than this, whatever it does to make
them; so it says how much of a figure is the disk's.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from bench.stage import Case, Stage

CHUNK_BYTES: Final = 1 << 16
BATCH_FILES: Final = 100
SESSIONS: Final = ("20min", "60min")


def cases(stage: Stage) -> Iterator[Case]:
    """Writes of each session's own bytes, and a batch of them."""
    for name in SESSIONS:
        if name in stage.sessions:
            yield Case(f"bare-write/{name}", partial(write_s, stage, name))
            yield Case(f"bare-fsync/{name}", partial(write_s, stage, name, fsync=True))
            yield Case(f"bare-sha/{name}", partial(write_s, stage, name, digest=True))
    yield Case("bare-batch/20min", partial(batch_mb_s, stage), unit="MB/s")


def write_s(stage: Stage, name: str, _: int, *, fsync: bool = False, digest: bool = False) -> float:
    """Seconds to write a session's bytes over an old file of it."""
    data = stage.built(name).read_bytes()
    target = stage.folder / f"bare-{name}.mp3"
    target.write_bytes(data)
    started = time.perf_counter()
    write(data, target, fsync=fsync, digest=digest)
    wall_s = time.perf_counter() - started
    target.unlink()
    return wall_s


def batch_mb_s(stage: Stage, _: int) -> float:
    """MB (10**6 bytes) a second of `BATCH_FILES` such files, one after the other."""
    data = stage.built("20min").read_bytes()
    targets = [stage.folder / f"bare-{number}.mp3" for number in range(BATCH_FILES)]
    started = time.perf_counter()
    for target in targets:
        write(data, target)
    wall_s = time.perf_counter() - started
    for target in targets:
        target.unlink()
    return len(data) * BATCH_FILES / 1e6 / wall_s


def write(data: bytes, target: Path, *, fsync: bool = False, digest: bool = False) -> str:
    """Write beside the target in chunks and replace it; the SHA-256 in hex, "" if not asked for."""
    temporary = target.with_suffix(".tmp")
    view = memoryview(data)
    sha256 = hashlib.sha256()
    with temporary.open("wb", buffering=0) as file:
        for at in range(0, len(view), CHUNK_BYTES):
            chunk = view[at : at + CHUNK_BYTES]
            file.write(chunk)
            if digest:
                sha256.update(chunk)
        if fsync:
            os.fsync(file.fileno())
    os.replace(temporary, target)  # noqa: PTH105  (the name this call is known by)
    return sha256.hexdigest() if digest else ""
