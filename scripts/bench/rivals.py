"""Time the other ways to make the same session, each as a process of its own.

The shell script is the one that a user of espeak-ng, sox and lame would write. Kind where it can
be: each distinct sound with the silence after it is made once, everything is joined once and
encoded once, at LAME's own quality. A sound longer than its place is cut there, so that times are
those of the session. The three programs are the system's.
"""

import json
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench.stage import Case, Stage, Unavailable, run

SESSIONS: Final = ("hamstrings", "20min", "60min")
PROGRAMS: Final = ("espeak-ng", "sox", "lame")
OUTPUT: Final = "session.mp3"
FORMAT: Final = "-r 48000 -c 1 -b 16"
_MOST_FILES: Final = 500
"""Files joined in one go: sox opens them all at once, and a process may often open 1024."""


def cases(stage: Stage) -> Iterator[Case]:
    """The plain script and the shell script for each session; an hour of either only once."""
    for name in SESSIONS:
        if name in stage.sessions:
            once = name == "60min"
            yield Case(f"plain/{name}", partial(plain_s, stage, name), once=once)
            yield Case(f"shell/{name}", partial(shell_s, stage, name), once=once)


def plain_s(stage: Stage, name: str, _: int) -> float:
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
    if absent := [name for name in PROGRAMS if shutil.which(name) is None]:
        raise Unavailable(f"not installed: {', '.join(absent)}")
    given = json.loads(stage.pieces(name).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(dir=stage.folder) as text:
        folder = Path(text)
        (folder / "session.sh").write_text(script(given), encoding="utf-8")
        wall_s, _said = run(["sh", "session.sh"], folder=folder, environment={})
        stage.check_length(name, folder / OUTPUT)
    return wall_s


def script(given: dict[str, Any]) -> str:
    """A shell script that makes `OUTPUT` of a session's pieces in the working folder."""
    spoken: dict[str, str] = {}
    made: dict[tuple[str, int], str] = {}
    order = ["lead.wav"]
    lead_s = _seconds(given["pieces"][0]["start_ms"])
    lines = ["set -e", f"sox -V1 -n {FORMAT} lead.wav trim 0 {lead_s}"]
    for piece in given["pieces"]:
        name = piece.get("text") or piece["cue"]
        if "text" in piece and name not in spoken:
            spoken[name] = f"line-{len(spoken)}.wav"
            lines.append(f"espeak-ng -v en-us -w {spoken[name]} {shlex.quote(name)}")
        key = (name, piece["slot_ms"])
        if key not in made:
            made[key] = f"piece-{len(made)}.wav"
            slot_s = _seconds(piece["slot_ms"])
            place = f"{FORMAT} {made[key]}"
            fit = f"pad 0 {slot_s} trim 0 {slot_s}"
            if "text" in piece:
                lines.append(f"sox -V1 {spoken[name]} {place} {fit}")
            else:
                tone = f"synth {_seconds(piece['length_ms'])} sine {piece['hz']} vol 0.5"
                lines.append(f"sox -V1 -n {place} {tone} {fit}")
        order.append(made[key])
    lines += [*_joined(order), f"lame --quiet -b 96 -m m all.wav {OUTPUT}"]
    return "\n".join([*lines, ""])


def _joined(files: list[str]) -> list[str]:
    if len(files) <= _MOST_FILES:
        return [f"sox {' '.join(files)} all.wav"]
    batches = [files[at : at + _MOST_FILES] for at in range(0, len(files), _MOST_FILES)]
    parts = [f"part-{number}.wav" for number in range(len(batches))]
    joins = [f"sox {' '.join(batch)} {part}" for batch, part in zip(batches, parts, strict=True)]
    return [*joins, f"sox {' '.join(parts)} all.wav"]


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.3f}"
