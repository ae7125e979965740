"""What to measure with: made-up content of any size, tables of jobs, full caches, pieces for rivals."""

import hashlib
import json
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from bench.process import SMR_AUDIO, Place

Piece: TypeAlias = dict[str, Any]

# A tone of about the cue's pitch; every rival plays a cue as one sine, which is the least.
CUE_HZ: Final = {
    "start": 660, "halfway": 880, "countdown": 784, "end": 1047, "switch": 988, "finish": 698,
}  # fmt: skip

_TECHNIQUE: Final = """\
kind: technique
id: bench-{number}
name: "Exercise {number}"
about: "An exercise made up for measuring."
muscle: {muscle}
tools: []
position: chair
sides: 1
mode: roll
level: 1
cap: 5
hold: {{least: 20, default: 60, most: 300}}
setup:
  - {{en: "Sit tall.", then_s: 0}}
move:
  - "Roll slowly."
load: {{en: "Lean on it.", then_s: 0}}
coaching:
  breath: "Breathe out slowly."
finish:
  - {{en: "Done.", then_s: 0}}
"""

_ROUTINE: Final = """\
kind: routine
id: {name}
title: "Made up for measuring"
about: "Made up for measuring."
safety: short
settings: {{talk: minimal, sets: {sets}, rest: 0}}
steps:
"""

_MUSCLES: Final = ("calves", "gluteals", "hamstrings", "lats", "pectorals", "quadriceps", "shins", "thoracic")
_ENTRY_BYTES: Final = 200


def write_library(folder: Path, techniques: int, routines: Mapping[str, tuple[int, int]]) -> Path:
    """So many techniques, and for each routine's name how many of them it has in how many sets."""
    for number in range(1, techniques + 1):
        text = _TECHNIQUE.format(number=number, muscle=_MUSCLES[number % len(_MUSCLES)])
        write(folder / "techniques" / f"bench-{number}.yaml", text)
    for name, (count, sets) in routines.items():
        steps = "".join(f"  - {{technique: bench-{number}}}\n" for number in range(1, count + 1))
        write(folder / "routines" / f"{name}.yaml", _ROUTINE.format(name=name, sets=sets) + steps)
    return folder


def write_table(path: Path, routine: str, *, rows: int, distinct: int) -> Path:
    """Jobs of one routine with so many different holds."""
    lines = [f"{routine},{number},{30 + number % distinct}\n" for number in range(rows)]
    return write(path, "".join(["routine,name,hold\n", *lines]))


def fill_cache(cache: Path, entries: int) -> None:
    """Small entries that nothing asks for."""
    for shard in "0123456789abcdef":
        (cache / shard).mkdir(parents=True, exist_ok=True)
    for number in range(entries):
        name = hashlib.sha256(str(number).encode()).hexdigest()
        (cache / name[0] / f"{name}.smr").write_bytes(bytes(_ENTRY_BYTES))


def pieces(place: Place, *words: str) -> Callable[[], Path]:
    """Where the sounds of the session that these words of `plan` name are, planned when asked for."""

    @cache
    def path() -> Path:
        command = [*SMR_AUDIO, "plan", *words, "--no-profile", "--json"]
        place.folder.mkdir(parents=True, exist_ok=True)
        plan = subprocess.check_output(command, cwd=place.folder, env=place.environment, stderr=subprocess.DEVNULL)
        return write(place.folder / "pieces.json", json.dumps(pieces_of(json.loads(plan))))

    return path


def pieces_of(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan's JSON as a rival is given it: every sound in order, where it starts and how long it is.

    `duration_ms` is the whole; a piece is a line's `text` or a cue's `cue` and `hz`, with
    `start_ms` and `length_ms`, and `slot_ms` to the start of the next one or to the end.
    """
    sounds = [event for event in plan["events"] if event["kind"] in ("speech", "cue")]
    ends = [*(sound["start_ms"] for sound in sounds[1:]), plan["duration_ms"]]
    return {
        "duration_ms": plan["duration_ms"],
        "pieces": [_piece(sound, end) for sound, end in zip(sounds, ends, strict=True)],
    }


def _piece(sound: dict[str, Any], next_ms: int) -> Piece:
    start = sound["start_ms"]
    times = {"start_ms": start, "length_ms": sound["end_ms"] - start, "slot_ms": next_ms - start}
    if sound["kind"] == "speech":
        return {"text": sound["text"], **times}
    return {"cue": sound["cue"], "hz": CUE_HZ[sound["cue"]], **times}


def write(path: Path, text: str) -> Path:
    """Write a file in a folder that is made if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
