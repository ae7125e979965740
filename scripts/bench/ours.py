"""Time smr-audio: cold, warm, with every hold changed, its help; and its peak memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final, Literal

from bench.process import peak_mb, run, smr_audio
from bench.stage import Case, Stage

COLD: Final = ("hamstrings", "20min")
WARM: Final = ("hamstrings", "20min", "60min")
MEMORY: Final = ("20min", "4h")
IN_PROCESS: Final = ("20min", "60min")
WRITTEN_HOLD_S: Final = 30
"""What every hold of the sessions is, as their content has it."""

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
    yield Case("batch/20min", partial(batch, stage), unit="MB/s")
    for name in MEMORY:
        if name in known:
            yield Case(f"memory/{name}", partial(memory_mb, stage, name), unit="MB", once=True)


def help_s(stage: Stage, _: int) -> float:
    """Seconds of `smr-audio --help`."""
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
    environment = {"SMR_AUDIO_CACHE": str(stage.cache)}
    return peak_mb(words, folder=stage.folder, environment=environment)


def in_process(stage: Stage, name: str, sink: Sink, number: int) -> float:
    """Seconds to compile, schedule and link in this process after every hold has changed.

    To be written: with all that `stage.built(name)` has cached loaded beforehand, take the
    routine with `WRITTEN_HOLD_S + number + 1` seconds a hold to its MP3. `null` hands the bytes
    to a function that drops them; `disk` writes them beside a target, takes their SHA-256 and
    puts the file in place. What a first call imports is not counted.
    """
    raise NotImplementedError


def batch(stage: Stage, number: int) -> float:
    """MB (10**6 bytes) a second of many versions of the 20 min session, each a file.

    To be written: as many files as `bare.BATCH_FILES`, no two with the same holds, over what
    `stage.built("20min")` has cached. `bare-batch` writes as many files with nothing to do but
    write, in MB a second too, so that lengths that differ do not matter.
    """
    raise NotImplementedError
