"""A server on this machine's loopback, attacked and loaded: bounded in number and in time.

What the tests attack it with (`tests/phone`: the gate, ranges, sockets that dawdle, bad requests),
their wide sweeps included, then listeners, half-open connections and slow readers at once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Final

from torture.driver import Run
from torture.victim import ROOT

ATTACKS: Final = {
    "the gate": "test_gate.py",
    "ranges": "test_ranges.py",
    "sockets": "test_sockets.py",
    "requests": "test_api.py",
}
LOADS: Final = {
    "20 listeners": ("--listeners", "20"),
    "10 listeners, 300 half-open": ("--listeners", "10", "--half-open", "300"),
    "10 listeners, 20 slow": ("--listeners", "10", "--slow", "20"),
}
_SECONDS: Final = "8"
_LIMIT_S: Final = 300


def run(run: Run) -> None:
    """Each attack and each load once a round."""
    for _ in range(run.count):
        for name, file in ATTACKS.items():
            if run.is_over:
                return
            run.tell(name)
            # What the project's own options leave out, too.
            both = ("-m", "slow or not slow")
            words = ["-m", "pytest", f"tests/phone/{file}", "-q", "-n", "0", *both]
            status, said, _ = called(words)
            run.tally.judge(name, [said] if status else [])
        for name, load in LOADS.items():
            if run.is_over:
                return
            run.tell(name)
            words = ["scripts/load.py", *load, "--seconds", _SECONDS, "--json"]
            status, said, printed = called(words)
            run.tally.judge(name, broken_by(printed) or [said] if status else [])


def called(words: list[str]) -> tuple[int, str, str]:
    """The status, the last that was said, and all that was printed."""
    try:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False, timeout=_LIMIT_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return 1, f"it does not end within {_LIMIT_S} s", ""
    return done.returncode, (done.stdout + done.stderr).strip()[-400:], done.stdout


def broken_by(printed: str) -> list[str]:
    """What of a load's figures is not as promised; nothing if there are none."""
    try:
        found = json.loads(printed)
    except ValueError:
        return []
    names = ("gaps", "longest_gap_ms", "failures", "failed_with", "first_byte_p95_ms")
    return [f"{name} {found.get(name)}" for name in (*names, "peak_rss_mb")]
