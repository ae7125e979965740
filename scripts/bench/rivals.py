"""Time the other ways to make the same session, each as a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from bench import shell
from bench.process import Unavailable, run
from bench.stage import Case, Stage

SESSIONS: Final = ("hamstrings", "20min", "60min")


def cases(stage: Stage) -> Iterator[Case]:
    """The plain script and the shell script for each session; an hour of either only once."""
    for name in SESSIONS:
        if name in stage.sessions:
            once = name == "60min"
            yield Case(f"plain/{name}", partial(plain_s, stage, name), once=once)
            yield Case(f"shell/{name}", partial(shell_s, stage, name), once=once)


def plain_s(stage: Stage, name: str, _: int) -> float:
    """Seconds of `plain.py`, from starting Python to the whole MP3."""
    if sys.platform != "linux":
        raise Unavailable("the plain script is written for espeak-ng on Linux")
    script = str(Path(__file__).with_name("plain.py"))
    output = stage.folder / f"plain-{name}.mp3"
    command = [sys.executable, script, str(stage.pieces(name)), str(output)]
    wall_s, _said = run(command, folder=stage.folder, environment={})
    stage.check_length(name, output)
    output.unlink()
    return wall_s


def shell_s(stage: Stage, name: str, _: int) -> float:
    """Seconds of the shell script, run by `sh` in a folder of its own."""
    if absent := shell.missing():
        raise Unavailable(f"not installed: {', '.join(absent)}")
    given = json.loads(stage.pieces(name).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(dir=stage.folder) as text:
        folder = Path(text)
        (folder / "session.sh").write_text(shell.script(given), encoding="utf-8")
        wall_s, _said = run(["sh", "session.sh"], folder=folder, environment={})
        stage.check_length(name, folder / shell.OUTPUT)
    return wall_s
