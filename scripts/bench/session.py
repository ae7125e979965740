"""The sessions to measure: ordinary content written to a folder, and what their plans hold."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from smr_audio import Cache, Preferences
from smr_audio import plan as make_plan

Plan: TypeAlias = dict[str, Any]  # the JSON of `smr-audio plan --json`
Piece: TypeAlias = dict[str, Any]

TECHNIQUES: Final = 36
SETS: Final = {"20min": 1, "60min": 3, "4h": 12}
"""Sets of each of the 36 techniques: the same lines, more holds."""

# A tone of about the cue's pitch; every rival plays a cue as one sine, which is the least.
CUE_HZ: Final = {
    "start": 660, "halfway": 880, "countdown": 784, "end": 1047, "switch": 988, "finish": 698,
}  # fmt: skip

_MUSCLES: Final = (
    "adductors", "calves", "forearms", "gluteals", "hamstrings", "lats", "outer_thigh",
    "pectorals", "plantar_foot", "quadriceps", "shins", "thoracic",
)  # fmt: skip

# Less talk says a technique's number and no name, so the number's line is the one of its own.
_PHRASES: Final = """\
kind: phrases
language: en
lines:
  number: {en: "Exercise {n} of {total}, slow and easy.", then_s: 0}
  get_ready_both: {en: "Get ready.", then_s: 0.5}
"""

_TECHNIQUE: Final = """\
kind: technique
id: bench-NUMBER
name: "Exercise NUMBER"
about: "An exercise made up for measuring."
muscle: MUSCLE
tools: []
position: chair
sides: 1
mode: roll
level: 1
cap: 5
hold: {least: 20, default: 30, most: 300}
setup:
  - {en: "Sit tall.", then_s: 0}
move:
  - "Roll slowly."
load: {en: "Lean on it.", then_s: 0}
coaching:
  breath: "Breathe out slowly."
finish:
  - {en: "Done.", then_s: 0}
"""

_ROUTINE: Final = """\
kind: routine
id: bench-NAME
title: "A session of NAME"
about: "Made up for measuring."
safety: short
settings: {talk: minimal, sets: SETS, rest: 0}
steps:
"""


@dataclass(frozen=True, slots=True)
class Session:
    """A session under the name its figures have; `words` name it on the command line."""

    name: str
    target: str
    content: tuple[Path, ...] = ()

    @property
    def words(self) -> list[str]:
        return [self.target, *(word for path in self.content for word in ("--content", str(path)))]


def write_sessions(folder: Path) -> dict[str, Session]:
    """The shipped `hamstrings` and the made-up sessions, whose files are written to `folder`."""
    _write(folder / "phrases" / "en.yaml", _PHRASES)
    numbers = [f"{number:02}" for number in range(1, TECHNIQUES + 1)]
    for index, number in enumerate(numbers):
        muscle = _MUSCLES[index % len(_MUSCLES)]
        text = _TECHNIQUE.replace("NUMBER", number).replace("MUSCLE", muscle)
        _write(folder / "techniques" / f"bench-{number}.yaml", text)
    sessions = {"hamstrings": Session("hamstrings", "hamstrings")}
    for name, sets in SETS.items():
        head = _ROUTINE.replace("NAME", name).replace("SETS", str(sets))
        steps = "".join(f"  - {{technique: bench-{number}}}\n" for number in numbers)
        _write(folder / "routines" / f"bench-{name}.yaml", head + steps)
        sessions[name] = Session(name, f"bench-{name}", (folder,))
    return sessions


def plan_of(session: Session, *, cache: Path, voice: str | None = None) -> Plan:
    wishes = Preferences(voice=voice)
    plan = make_plan(session.target, wishes, content=session.content, cache=Cache(cache))
    return plan.as_json()


def counts(plan: Plan) -> dict[str, Any]:
    """What a session really holds: lines and sentences said, how many differ, holds, minutes."""
    lines = [event["text"] for event in plan["events"] if event["kind"] == "speech"]
    holds = [event for event in plan["events"] if event["kind"] == "hold"]
    return {
        "minutes": round(plan["duration_ms"] / 60_000, 2),
        "holds": len(holds),
        "hold_s": sorted({(hold["end_ms"] - hold["start_ms"]) / 1000 for hold in holds}),
        "lines": len(lines),
        "distinct_lines": len(set(lines)),
        "sentences": sum(line.count(mark) for line in lines for mark in ".!?"),
        "cues": sum(event["kind"] == "cue" for event in plan["events"]),
        "voice": plan["voice"],
    }


def pieces_of(plan: Plan) -> dict[str, Any]:
    """A session as a rival is given it: every sound in order, where it starts and how long it is.

    `duration_ms` is the whole; a piece is a line's `text` or a cue's `cue` and `hz`, with
    `start_ms` and `length_ms`, and `slot_ms` to the start of the next one or to the end.
    """
    sounds = [event for event in plan["events"] if event["kind"] in ("speech", "cue")]
    ends = [*(sound["start_ms"] for sound in sounds[1:]), plan["duration_ms"]]
    pieces = [_piece(sound, end) for sound, end in zip(sounds, ends, strict=True)]
    return {"duration_ms": plan["duration_ms"], "pieces": pieces}


def _piece(sound: dict[str, Any], next_ms: int) -> Piece:
    start = sound["start_ms"]
    times = {"start_ms": start, "length_ms": sound["end_ms"] - start, "slot_ms": next_ms - start}
    if sound["kind"] == "speech":
        return {"text": sound["text"], **times}
    return {"cue": sound["cue"], "hz": CUE_HZ[sound["cue"]], **times}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
