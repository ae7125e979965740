"""Measure what the project promises, on this machine: exactness, sound, time and memory.

Usage: python scripts/figures.py [--json] [--voice NAME] [ROUTINE]

Builds the routine with three sets of options, cold and warm, each build a process of its own,
in a cache of its own, and holds the decoded files against their plans.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_audio import Cache, Preferences, parse_hold
from smr_audio import plan as make_plan
from smr_audio.mp3.decode import decode_mp3
from smr_audio.sound.loudness import BLOCK_SAMPLES, block_powers, integrated_lufs
from smr_audio.studio.plan import Plan
from smr_audio.units import SAMPLE_RATE, samples_of_ticks

OPTIONS: Final[dict[str, tuple[list[str], Preferences]]] = {
    "as written": ([], Preferences()),
    "--hold 45 --talk brief --pace quick": (
        ["--hold", "45", "--talk", "brief", "--pace", "quick"],
        Preferences(holds=(parse_hold("45"),), talk="brief", pace="quick"),
    ),
    "--hold x1.5 --sets 2 --first right --rate 0.9": (
        ["--hold", "x1.5", "--sets", "2", "--first", "right", "--rate", "0.9"],
        Preferences(holds=(parse_hold("x1.5"),), sets=2, first="right", rate=0.9),
    ),
}


# Linux's ru_maxrss remembers the parent from before exec; VmHWM is the process's own.
WRAPPER: Final = """
import atexit, sys
def tell():
    try:
        lines = open("/proc/self/status").read().splitlines()
    except OSError:
        return
    peak = next(line for line in lines if line.startswith("VmHWM"))
    print("peak_kb", peak.split()[1], file=sys.stderr)
atexit.register(tell)
from smr_audio.cli.main import main
main()
"""


def timed_build(arguments: list[str], cache: Path) -> dict[str, Any]:
    """Build in a process of its own: its report, wall time in s and peak memory in MB.

    The memory is of the main process; the voice's workers and ffmpeg have their own.
    """
    command = [sys.executable, "-c", WRAPPER, "build", *arguments, "--json", "--no-profile"]
    started = time.perf_counter()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SMR_AUDIO_CACHE": str(cache)},
    )
    wall_s = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"the build of {arguments} failed: {done.stderr}")
    peaks = [line.split()[1] for line in done.stderr.splitlines() if line.startswith("peak_kb")]
    peak_mb = int(peaks[0]) // 1024 if peaks else None
    return {"report": json.loads(done.stdout), "wall_s": round(wall_s, 2), "peak_mb": peak_mb}


def line_loudness(plan: Plan, samples: NDArray[np.int16]) -> list[float]:
    """Loudness in LUFS of each line of a second or more, as it is heard."""
    found = []
    for event in plan.timeline.speech:
        start, end = samples_of_ticks(event.start_tick), samples_of_ticks(event.end_tick)
        if end - start >= SAMPLE_RATE:
            padded = np.pad(samples[start:end], BLOCK_SAMPLES)
            found.append(integrated_lufs(block_powers(padded)))
    return found


def measure(routine: str, words: list[str], options: Preferences, folder: Path) -> dict[str, Any]:
    """Every figure of one set of options."""
    cache = folder / "cache"
    cold = timed_build([routine, *words, "-o", str(folder / "cold.mp3")], cache)
    warm = timed_build([routine, *words, "-o", str(folder / "warm.mp3")], cache)
    again = timed_build([routine, *words, "-o", str(folder / "b.mp3")], folder / "other-cache")
    plan = make_plan(routine, options, cache=Cache(cache))
    samples = decode_mp3(folder / "cold.mp3")
    sys.path.append(str(Path(__file__).parents[1]))
    from tests.studio.compare import compare  # the tests measure with it as well

    found = compare(plan, samples)
    lines = line_loudness(plan, samples)
    digests = {run["report"]["files"][0]["sha256"] for run in (cold, warm, again)}
    late = [abs(cue.late_samples) for cue in found.cues]
    asked = [hold.end_tick - hold.start_tick for hold in plan.timeline.holds]
    return {
        "length_s": plan.duration_ms / 1000,
        "extra_samples": found.extra_samples,
        "holds_s": sorted({ticks / 125 for ticks in asked}),
        "cues": len(late),
        "cue_late_samples_max": max(late),
        "cue_late_ms_max": round(max(late) / 48, 3),
        "sentences": len(found.sentences),
        "sentence_likeness_min": round(min(one.likeness for one in found.sentences), 4),
        "lines_lufs": [round(min(lines), 2), round(max(lines), 2)],
        "loudness_lufs": round(found.loudness_lufs, 2),
        "loudness_lufs_composed": cold["report"]["loudness_lufs"],
        "true_peak_dbtp": round(found.true_peak_dbtp, 2),
        "floor_dbfs": round(found.floor_dbfs, 1),
        "zero_run_ms_max": round(found.zero_run / 48, 2),
        "builds_equal": len(digests) == 1,
        "cold_s": cold["wall_s"],
        "cold_peak_mb": cold["peak_mb"],
        "warm_s": warm["wall_s"],
        "warm_peak_mb": warm["peak_mb"],
        "clips_spoken_cold": cold["report"]["clips"]["spoken"],
        "clips_spoken_warm": warm["report"]["clips"]["spoken"],
        "islands_encoded_cold": cold["report"]["islands"]["encoded"],
        "islands_encoded_warm": warm["report"]["islands"]["encoded"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("routine", nargs="?", default="hamstrings")
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--voice", default="auto", help="a voice that `voices` lists")
    arguments = parser.parse_args()
    figures = {}
    for name, (words, options) in OPTIONS.items():
        with tempfile.TemporaryDirectory() as folder:
            figures[name] = measure(
                arguments.routine,
                [*words, "--voice", arguments.voice],
                replace(options, voice=arguments.voice),
                Path(folder),
            )
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    for name, found in figures.items():
        print(f"{arguments.routine} {name}")
        for key, value in found.items():
            print(f"  {key:<24}{value}")


if __name__ == "__main__":
    main()
