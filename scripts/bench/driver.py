"""Set the stage, measure round by round, report."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench import ours, report, rivals
from bench.session import counts, plan_of, write_sessions
from bench.stage import BenchError, Case, Stage, Unavailable

QUICK: Final = ("hamstrings", "20min")
"""The sessions of a quick run."""
QUICK_ROUNDS: Final = 2
Tell = Callable[[str], None]


def main(arguments: Sequence[str]) -> int:
    """Run the command: 0 when all was measured, 1 when something that was tried failed."""
    options = _parser().parse_args(arguments)
    # The rivals speak with it too.
    os.environ["SMR_AUDIO_VOICE"] = "pyttsx3"
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else 5)
    with tempfile.TemporaryDirectory(prefix="smr-bench-") as text:
        stage = set_stage(Path(text), names=QUICK if options.quick else None)
        cases = chosen([*rivals.cases(stage), *ours.cases(stage)], options.only)
        system = {"system": platform.platform(), "python": platform.python_version()}
        facts: dict[str, Any] = {
            "options": {"rounds": rounds, "quick": options.quick, "only": options.only},
            "machine": {"cores": os.cpu_count(), **system},
            "sessions": {name: counts(plan) for name, plan in stage.plans.items()},
            "load_before": os.getloadavg(),
        }
        found = measure(cases, rounds, tell=partial(print, file=sys.stderr, flush=True))
    _write(report.as_json(found, **facts, load_after=os.getloadavg()), options.json)
    return int(bool(found.failed))


def set_stage(folder: Path, *, names: Iterable[str] | None, voice: str | None = None) -> Stage:
    """Write the sessions and plan them; the cache then holds what they say."""
    sessions = write_sessions(folder / "content")
    kept = {name: sessions[name] for name in names or sessions}
    cache = folder / "cache"
    plans = {name: plan_of(one, cache=cache, voice=voice) for name, one in kept.items()}
    return Stage(folder, kept, plans, cache)


def chosen(cases: Sequence[Case], only: Sequence[str]) -> list[Case]:
    """The cases of the named parts; `bare` names all of `bare-...`. Exits for an unknown name."""
    parts = list(dict.fromkeys(case.part for case in cases))
    for name in only:
        if not any(_is_named(part, name) for part in parts):
            sys.exit(f"bench: there is no part '{name}'; there are {', '.join(parts)}")
    return [case for case in cases if not only or any(_is_named(case.part, n) for n in only)]


def measure(cases: Sequence[Case], rounds: int, *, tell: Tell) -> report.Found:
    """Run the cases and tell of each.

    A round is every case once, so that what else the machine does falls on all of them, and
    every other round goes backwards, so that none always comes after the same other.
    """
    found = report.Found({case.key: [] for case in cases}, {c.key: c.unit for c in cases})
    for number in range(rounds):
        for case in cases if number % 2 == 0 else cases[::-1]:
            if case.key in found.absent or case.key in found.failed or (case.once and number):
                continue
            started = time.perf_counter()
            said = _measured(case, number, found)
            spent_s = time.perf_counter() - started
            tell(f"round {number + 1} of {rounds}  {case.key}: {said}  ({spent_s:.1f} s)")
    return found


def _measured(case: Case, number: int, found: report.Found) -> str:
    """Put a case's value, or why there is none, into `found`; the same for people."""
    try:
        value = case.run(number)
    except Unavailable as error:
        said = found.absent[case.key] = str(error)
    except BenchError as error:
        said = found.failed[case.key] = str(error)
    else:
        found.values[case.key].append(value)
        said = f"{value:.4g} {case.unit}"
    return said


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measure smr-audio and its rivals.")
    parser.add_argument("--quick", action="store_true", help="two sessions, two rounds")
    parser.add_argument("--json", metavar="FILE", help="write JSON to a file, or - for stdout")
    parser.add_argument("--rounds", type=int, choices=range(1, 51), metavar="N", help="1 to 50")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these parts")
    return parser


def _is_named(part: str, name: str) -> bool:
    return part == name or part.startswith(f"{name}-")


def _write(found: Mapping[str, Any], target: str | None) -> None:
    text = json.dumps(found, indent=2)
    if target == "-":
        print(text)
        return
    if target:
        Path(target).write_text(text + "\n", encoding="utf-8")
    print("\n".join(report.tables(found)))
