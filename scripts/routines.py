"""Plan, build and verify every routine and technique, and time composing and fitting.

Usage: python scripts/routines.py [--json] [--voice NAME] [--language CODE] [ID...]

One cache for all, in a folder of its own, so the first ones speak and the others share.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import smr_audio
from smr_audio import Cache, Composition, Preferences, Studio
from smr_audio.library.catalog import Library
from smr_audio.mp3.decode import decode_mp3
from smr_audio.session.composing import compose
from smr_audio.units import SAMPLE_RATE

MUSCLES: Final = (("hamstrings",), ("hamstrings", "calves"),
                  ("quadriceps", "gluteals", "calves", "thoracic", "pectorals"))  # fmt: skip
FITTED: Final = (("hamstrings-basic", 7), ("hamstrings", 12), ("full-body", 26))
RUNS: Final = 7


def row_of(name: str, *, studio: Studio, wishes: Preferences, folder: Path) -> dict[str, Any]:
    """One session: its planned, built and decoded length in ms, and what verify says."""
    output = folder / f"{name}.mp3"
    routine = studio.load(name)
    planned = studio.plan(routine, wishes)
    report = studio.build(routine, output, wishes)
    found = smr_audio.verify(output)
    return {
        "id": name,
        "planned_ms": planned.duration_ms,
        "built_ms": report.plan.duration_ms,
        "decoded_ms": decode_mp3(output).size * 1000 / SAMPLE_RATE,
        "checks": len(found.checks),
        "ok": found.ok,
        "warnings": len(report.plan.warnings),
    }


def median_ms(work: Callable[[], object]) -> float:
    """The median of some runs, in ms."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(times), 1)


def timings(studio: Studio, voice: str) -> dict[str, float]:
    """How long composing takes with a library nobody has read, and fitting with clips cached."""
    found = {}
    for muscles in MUSCLES:
        composition = Composition(muscles)
        found[f"compose {','.join(muscles)}"] = median_ms(
            lambda composition=composition: compose(composition, Preferences(), library=Library())  # type: ignore[misc]
        )
    for name, minutes in FITTED:
        wishes = Preferences(voice=voice, fit_ticks=minutes * 60 * 125)
        routine = studio.load(name)
        studio.plan(routine, wishes)
        found[f"fit {name} to {minutes} min"] = median_ms(
            lambda routine=routine, wishes=wishes: studio.plan(routine, wishes)  # type: ignore[misc]
        )
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--voice", default="auto", help="a voice that `voices` lists")
    parser.add_argument("--language", help="a language such as zh; en if not given")
    arguments = parser.parse_args()
    library = Library()
    names = arguments.ids or [*library.routine_ids(), *library.technique_ids()]
    wishes = Preferences(voice=arguments.voice, language=arguments.language)
    with tempfile.TemporaryDirectory() as place:
        studio = Studio(cache=Cache(Path(place) / "cache"))
        rows = [row_of(n, studio=studio, wishes=wishes, folder=Path(place)) for n in names]
        times = {} if arguments.language else timings(studio, arguments.voice)
    if arguments.json:
        print(json.dumps({"sessions": rows, "times_ms": times}, indent=2))
        return
    for row in rows:
        equal = row["planned_ms"] == row["built_ms"] == row["decoded_ms"]
        length = f"{row['planned_ms'] / 1000:9.3f} s"
        verdict = "ok" if row["ok"] and equal else "NOT AS PLANNED"
        print(f"{row['id']:<28} {length}  {row['checks']} checks  {verdict}")
    for name, spent_ms in times.items():
        print(f"{name:<60} {spent_ms:7.1f} ms")


if __name__ == "__main__":
    main()
