"""The sub-commands, the seed, the table, and the exit status."""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

KEPT: Final = "kept"
BROKEN: Final = "BROKEN"
MOST_TOLD: Final = 20

ALL: Final = {
    "kill": ("Kill builds at random moments.", 300),
    "together": ("Eight builds of one cache at once, while others clear and trim it.", 3),
    "disk": ("Fill the disk, take the folder away, fail at each call on files.", 60),
    "engine": ("Have the voice's engine fail in every way, in a real worker.", 1),
    "serve": ("Attack and load a server on this machine's loopback.", 1),
    "fuzz": ("Read, check and plan mutated content files.", 0),
}
"""Every sub-command with what it does and how often if nothing is said."""


@dataclass(slots=True)
class Tally:
    """Counts of outcomes by fault. Any outcome but `BROKEN` keeps what is promised."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def note(self, fault: str, outcome: str = KEPT, *, times: int = 1) -> None:
        """One more of a fault that ended well, in a way that has a name."""
        self.counts.setdefault(fault, Counter())[outcome] += times

    def broke(self, fault: str, why: str) -> None:
        self.note(fault, BROKEN)
        self.told.append(f"{fault}: {why}")

    def judge(self, fault: str, broken: list[str], outcome: str = KEPT) -> None:
        """One more of a fault: broken if there is anything in the list."""
        if broken:
            self.broke(fault, "; ".join(broken))
        else:
            self.note(fault, outcome)

    @property
    def total(self) -> int:
        return sum(count.total() for count in self.counts.values())

    @property
    def is_broken(self) -> bool:
        return any(count[BROKEN] for count in self.counts.values())

    def as_json(self) -> dict[str, Any]:
        return {"faults": {k: dict(v) for k, v in self.counts.items()}, "broken": self.told}

    def lines(self) -> list[str]:
        outcomes = list(dict.fromkeys(o for count in self.counts.values() for o in count))
        width = max([len("fault"), *map(len, self.counts)])
        head = "  ".join([f"{'fault':<{width}}", *(f"{o:>8}" for o in outcomes)])
        rows = [
            "  ".join([f"{fault:<{width}}", *(f"{count[o] or '–':>{max(8, len(o))}}"
                                              for o in outcomes)])
            for fault, count in self.counts.items()
        ]  # fmt: skip
        more = len(self.told) - MOST_TOLD
        tail = [f"… and {more} more"] if more > 0 else []
        return [head, *rows, *(f"BROKEN {each}" for each in self.told[:MOST_TOLD]), *tail]


@dataclass(slots=True)
class Run:
    """What a sub-command gets: its dice, how much to do, where, and what it found."""

    seed: int
    count: int
    folder: Path
    end_s: float
    tally: Tally = field(default_factory=Tally)
    chance: random.Random = field(init=False)
    tell: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.end_s


def main(arguments: Sequence[str]) -> int:
    """Run one: 0 when every promise was kept, 1 when any was broken."""
    if arguments[:1] == ["fuzz"]:  # has options of its own
        return int(import_module("torture.fuzz").main(list(arguments[1:])))
    options = _parser().parse_args(arguments)
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    print(f"seed {seed}", file=sys.stderr)
    # A shell has what it starts behind it ignore Ctrl-C, and so would all that this starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="smr-torture-") as folder:
        run = Run(
            seed=seed,
            count=options.count or ALL[options.what][1],
            folder=Path(folder),
            end_s=started + 60 * options.minutes,
            tell=lambda text: print(text, file=sys.stderr, flush=True),
        )
        import_module(f"torture.{options.what}").run(run)
    took_s = round(time.monotonic() - started)
    if options.json:
        facts = {"what": options.what, "seed": seed, "seconds": took_s, **run.tally.as_json()}
        print(json.dumps(facts, indent=1))
    else:
        print("\n".join(run.tally.lines()))
        print(f"{run.tally.total} faults in {took_s} s, seed {seed}")
    return int(run.tally.is_broken)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python scripts/torture", description=__doc__)
    parser.add_argument("what", choices=ALL, help="; ".join(f"{k}: {v[0]}" for k, v in ALL.items()))
    parser.add_argument("--seed", type=int, help="of the dice; another each time if not given")
    parser.add_argument("--minutes", type=float, default=60, help="stop after so many (60)")
    parser.add_argument("--count", type=int, help="how many faults, or rounds of them")
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    return parser
