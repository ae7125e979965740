"""A server on this machine's loopback, attacked and loaded: bounded in number and in time.

What the tests attack it with (`tests/phone`: the gate, ranges, sockets that dawdle, bad requests),
their wide sweeps included, then listeners, half-open connections and slow readers at once.
"""

import subprocess
import sys
from typing import Final

from torture.driver import Run
from torture.victim import ROOT

ATTACKS: Final = ("test_gate.py", "test_ranges.py", "test_sockets.py", "test_api.py")
LOADS: Final = ("--listeners 20", "--listeners 10 --half-open 300", "--listeners 10 --slow 20")
_LIMIT_S: Final = 300


def run(run: Run) -> None:
    attacks = [
        # The wide sweeps, which the project's own options leave out, too.
        ["-m", "pytest", f"tests/phone/{file}", "-q", "-n", "0", "-m", "slow or not slow"]
        for file in ATTACKS
    ]
    loads = [["scripts/load.py", *load.split(), "--seconds", "8", "--json"] for load in LOADS]
    for _ in range(run.count):
        for name, words in zip((*ATTACKS, *LOADS), (*attacks, *loads), strict=True):
            if run.is_over:
                return
            run.tell(name)
            status, said = called(words)
            run.tally.judge(name, [said] if status else [])


def called(words: list[str]) -> tuple[int, str]:
    """The status, and the end of what was printed: a failure, or the figures of a load."""
    try:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False, timeout=_LIMIT_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return 1, f"it does not end within {_LIMIT_S} s"
    return done.returncode, (done.stdout + done.stderr).strip()[-600:]
