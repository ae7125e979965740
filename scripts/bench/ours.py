"""Time smr-audio: cold, warm, with every hold changed, its help; its peak memory; bare writes.

A bare write puts the bytes of such files on the disk and does nothing else. No program that leaves
the same files behind can be faster, so it says how much of a figure is the disk's.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Literal

from bench.stage import BenchError, Case, Stage, peak_mb, run, smr_audio
from smr_audio import Cache, Job, Preferences, Routine, Studio, build_many, parse_hold

COLD: Final = ("hamstrings", "20min")
WARM: Final = ("hamstrings", "20min", "60min")
MEMORY: Final = ("20min", "4h")
IN_PROCESS: Final = ("20min", "60min")
WRITTEN_HOLD_S: Final = 30
"""What every hold of the sessions is, as their content has it."""

CHUNK_BYTES: Final = 1 << 16
BATCH_FILES: Final = 100
CORES: Final = os.cpu_count() or 1

Sink = Literal["null", "disk"]


def cases(stage: Stage) -> Iterator[Case]:
    """Every figure of ours that the stage has the session for."""
    known = stage.sessions
    yield Case("help/any", partial(help_s, stage))
    yield from (Case(f"cold/{n}", partial(cold_s, stage, n)) for n in COLD if n in known)
    yield from (Case(f"warm/{n}", partial(warm_s, stage, n)) for n in WARM if n in known)
    yield from (Case(f"changed/{n}", partial(changed_s, stage, n)) for n in WARM if n in known)
    for name in IN_PROCESS:
        if name in known:
            yield Case(f"in-process-null/{name}", partial(in_process, stage, name, "null"))
            yield Case(f"in-process-disk/{name}", partial(in_process, stage, name, "disk"))
            yield Case(f"bare-write/{name}", partial(write_s, stage, name))
    yield Case("batch/20min", partial(batch, stage), unit="MB/s")
    yield Case("bare-batch/20min", partial(bare_batch, stage), unit="MB/s")
    for name in MEMORY:
        if name in known:
            yield Case(f"memory/{name}", partial(memory_mb, stage, name), unit="MB", once=True)


def help_s(stage: Stage, _: int) -> float:
    return run([*smr_audio(), "--help"], folder=stage.folder, environment={})[0]


def cold_s(stage: Stage, name: str, _: int) -> float:
    """Seconds of a build with an empty cache: every sentence is spoken, all sound is made."""
    with tempfile.TemporaryDirectory(dir=stage.folder) as text:
        output = Path(text) / "cold.mp3"
        wall_s = stage.build(name, output, cache=Path(text) / "cache")
        stage.check_length(name, output)
    return wall_s


def warm_s(stage: Stage, name: str, _: int) -> float:
    """Seconds of a build like one before it, over that one's file."""
    output = stage.built(name)
    wall_s = stage.build(name, output)
    stage.check_length(name, output)
    return wall_s


def changed_s(stage: Stage, name: str, number: int) -> float:
    """Seconds of a warm build with every hold longer, and in no two rounds by as much."""
    stage.built(name)
    longer_s = number + 1
    output = stage.folder / f"changed-{name}.mp3"
    wall_s = stage.build(name, output, "--hold", str(WRITTEN_HOLD_S + longer_s))
    stage.check_length(name, output, longer_s=longer_s)
    output.unlink()
    return wall_s


def memory_mb(stage: Stage, name: str, _: int) -> float:
    """Peak memory of a warm build, in MB; voices and encoders have processes of their own."""
    words = stage.build_words(name, stage.built(name))
    return peak_mb(words, folder=stage.folder, environment={"SMR_AUDIO_CACHE": str(stage.cache)})


def in_process(stage: Stage, name: str, sink: Sink, number: int) -> float:
    """Seconds to compile, schedule and link in this process after every hold has changed.

    `null` drops the bytes; `disk` writes them beside a target, takes their SHA-256, brings them
    to the disk and puts the file in place. What the first call imports and reads is not counted.
    """
    stage.built(name)
    session = stage.sessions[name]
    studio, routine = _opened(stage.cache, session.content, session.target)
    studio.link(routine)
    output = stage.folder / f"in-process-{name}.mp3"
    longer_s = number + 1
    wishes = Preferences(holds=(parse_hold(str(WRITTEN_HOLD_S + longer_s)),))
    started = time.perf_counter()
    if sink == "disk":
        studio.build(routine, output, wishes)
        spent_s = time.perf_counter() - started
        stage.check_length(name, output, longer_s=longer_s)
        output.unlink()
        return spent_s
    linked = studio.file_of(studio.link(routine, wishes))
    size = sum(len(chunk) for chunk in linked.chunks())
    spent_s = time.perf_counter() - started
    if size != linked.bytes:
        raise BenchError(f"{name}: {size} bytes were linked, and {linked.bytes} promised")
    return spent_s


def batch(stage: Stage, number: int) -> float:
    """MB (10**6 bytes) a second of many versions of the 20 min session, each a file.

    As many files as `BATCH_FILES`, no two of a round the same, over what
    `stage.built("20min")` has cached. The workers have built such files already, as they have
    in a run of ten thousand.
    """
    stage.built("20min")
    session = stage.sessions["20min"]
    with tempfile.TemporaryDirectory(dir=stage.folder) as text:
        warm, workers = Cache(stage.cache), _workers()
        build = partial(build_many, content=session.content, cache=warm, executor=workers)
        jobs = _jobs(session.target)
        build(jobs, Path(text) / "first")
        shutil.rmtree(Path(text) / "first")
        started = time.perf_counter()
        report = build(jobs, Path(text) / "files")
        wall_s = time.perf_counter() - started
    if report.failed:
        raise BenchError(f"batch: {report.failed[0].error}")
    return sum(result.bytes for result in report.results) / 1e6 / wall_s


def _jobs(target: str) -> list[Job]:
    """Jobs with holds of ten lengths, and one technique's longer: each another file."""
    wishes = (
        (str(WRITTEN_HOLD_S + number % 10), f"bench-{1 + number // 10 % 36:02}=45") for number in range(BATCH_FILES)
    )
    return [Job(target, Preferences(holds=tuple(map(parse_hold, holds)))) for holds in wishes]


@cache
def _workers() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(CORES, mp_context=get_context("spawn"))


@cache
def _opened(folder: Path, content: tuple[Path, ...], target: str) -> tuple[Studio, Routine]:
    """A studio over the warm cache, and the session's routine; the same each time."""
    studio = Studio(content=content, cache=Cache(folder))
    return studio, studio.load(target)


def write_s(stage: Stage, name: str, _: int) -> float:
    data = stage.built(name).read_bytes()
    target = stage.folder / f"bare-{name}.mp3"
    target.write_bytes(data)
    return written_s(data, [target])


def bare_batch(stage: Stage, _: int) -> float:
    data = stage.built("20min").read_bytes()
    targets = [stage.folder / f"bare-{number}.mp3" for number in range(BATCH_FILES)]
    return len(data) * BATCH_FILES / 1e6 / written_s(data, targets)


def written_s(data: bytes, targets: list[Path]) -> float:
    """Seconds to write the bytes to each target; the files are deleted then."""
    started = time.perf_counter()
    for target in targets:
        write(data, target)
    wall_s = time.perf_counter() - started
    for target in targets:
        target.unlink()
    return wall_s


def write(data: bytes, target: Path) -> None:
    """Write a temporary file in chunks, and put it in the target's place."""
    temporary = target.with_suffix(".tmp")
    view = memoryview(data)
    with temporary.open("wb", buffering=0) as file:
        for at in range(0, len(view), CHUNK_BYTES):
            file.write(view[at : at + CHUNK_BYTES])
    temporary.replace(target)
