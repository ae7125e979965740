"""Measure round by round, tell of each figure, write them down."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any, Final

from bench import commands, growth
from bench.cases import Case
from bench.process import BenchError
from bench.report import Figure, as_json, table

SCRIPTS: Final = Path(__file__).resolve().parents[1]
WRITTEN: Final = SCRIPTS.parent / "docs" / "performance.json"


def main(arguments: Sequence[str]) -> int:
    """Run the command: 0 when all was measured, 1 when something failed."""
    options = _parser().parse_args(arguments)
    rounds = options.rounds or (2 if options.quick else 5)
    load = round(os.getloadavg()[0], 1)  # before this makes some of its own
    with tempfile.TemporaryDirectory(prefix="smr-bench-") as text:
        stage = Path(text)
        all_cases = [*commands.cases(stage), *growth.cases(stage, quick=options.quick)]
        figures = measure(chosen(all_cases, options.only), rounds, stage)
    report = as_json(figures, **facts(), load=load, rounds=rounds)
    if options.write:
        WRITTEN.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        subprocess.run([sys.executable, str(SCRIPTS / "reference.py")], check=True)
    print(json.dumps(report, indent=1) if options.json else "\n".join(table(figures)))
    return int(any(figure.why for figure in figures))


def chosen(cases: Sequence[Case], only: Sequence[str]) -> list[Case]:
    """The cases of the named parts. Exits for an unknown name."""
    parts = dict.fromkeys(case.part for case in cases)
    for name in only:
        if name not in parts:
            sys.exit(f"bench: there is no part '{name}'; there are {', '.join(parts)}")
    return [case for case in cases if not only or case.part in only]


def measure(cases: Sequence[Case], rounds: int, stage: Path) -> list[Figure]:
    """Run the cases; what fails is not tried again.

    A round is every case once, so that what else the machine does falls on all of them, and
    every other round goes backwards, so that none always comes after the same other.
    """
    figures = [Figure(case.part, case.what, case.of) for case in cases]
    pairs = [*zip(cases, figures, strict=True)]
    for number in range(rounds):
        for case, figure in pairs if number % 2 == 0 else pairs[::-1]:
            if figure.why or number >= case.rounds:
                continue
            try:
                with tempfile.TemporaryDirectory(dir=stage) as folder:
                    figure.add(*astuple(case.run(Path(folder))))
            except BenchError as error:
                figure.why = str(error)
            print(f"round {number + 1} of {rounds}  {figure.last()}", file=sys.stderr, flush=True)
    return figures


def facts() -> dict[str, Any]:
    """When, of which commit and on what machine."""
    git = ("git", "-C", str(SCRIPTS), "describe", "--always", "--dirty", "--exclude", "*")
    commit = subprocess.run(git, capture_output=True, encoding="utf-8", check=False).stdout.strip()
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "date": date.today().isoformat(), "commit": commit, "cores": os.cpu_count(), "processor": model,
        "memory_gb": round(gb), "system": platform.system(), "python": platform.python_version(),
    }  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measure smr-audio and its rivals.")
    parser.add_argument("--quick", action="store_true", help="two rounds, the two least sizes of what grows")
    parser.add_argument("--rounds", type=int, choices=range(1, 51), metavar="N", help="1 to 50; default: 5")
    parser.add_argument("--only", nargs="+", default=[], metavar="PART", help="only these parts")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/performance.md")
    return parser
