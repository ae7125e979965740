"""Plan, build and verify every routine and technique, and time composing and fitting.

Usage: python scripts/routines.py [--json] [--voice NAME]... [--language CODE] [ID...]

One cache for all, in a folder of its own, so the first ones speak and the others share. Ends with
status 1 if a session is not as planned.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import smr_audio
from smr_audio import Cache, Composition, Preferences, Studio
from smr_audio.library.library import Library
from smr_audio.mp3.decode import decode_mp3
from smr_audio.session.compose import compose
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
    decoded_ms = decode_mp3(output).size * 1000 / SAMPLE_RATE
    return {
        "id": name,
        "planned_ms": planned.duration_ms,
        "built_ms": report.plan.duration_ms,
        "decoded_ms": decoded_ms,
        "voice": report.plan.voice.id,
        "checks": len(found.checks),
        "ok": found.ok and planned.duration_ms == report.plan.duration_ms == decoded_ms,
        "findings": [f"{check.name}: {one}" for check in found.failed for one in check.findings],
        "warnings": len(report.plan.warnings),
    }


def line_of(row: dict[str, Any]) -> str:
    """A session in a line, and below it what is wrong."""
    length = f"{row['planned_ms'] / 1000:9.3f} s"
    verdict = "ok" if row["ok"] else "NOT AS PLANNED"
    line = f"{row['id']:<28} {row['voice']:<20} {length}  {row['checks']} checks  {verdict}"
    return "\n    ".join([line, *row["findings"]])


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
    parser.add_argument("--voice", action="append", help="a voice that `voices` lists; repeatable")
    parser.add_argument("--language", help="a language such as zh; en if not given")
    arguments = parser.parse_args()
    library = Library()
    names = arguments.ids or [*library.routine_ids(), *library.technique_ids()]
    voices = arguments.voice or ["auto"]
    rows = []
    with tempfile.TemporaryDirectory() as place:
        studio = Studio(cache=Cache(Path(place) / "cache"))
        for voice in voices:
            wishes = Preferences(voice=voice, language=arguments.language)
            for name in names:
                rows.append(row_of(name, studio=studio, wishes=wishes, folder=Path(place)))
                if not arguments.json:
                    print(line_of(rows[-1]), flush=True)
        times = {} if arguments.language else timings(studio, voices[0])
    if arguments.json:
        print(json.dumps({"sessions": rows, "times_ms": times}, indent=2))
    else:
        for name, spent_ms in times.items():
            print(f"{name:<60} {spent_ms:7.1f} ms")
    sys.exit(0 if all(row["ok"] for row in rows) else 1)


if __name__ == "__main__":
    main()
