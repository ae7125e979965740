"""What came of every fault: counted, and what was broken told in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

KEPT: Final = "kept"
BROKEN: Final = "BROKEN"
MOST_TOLD: Final = 20


@dataclass(slots=True)
class Tally:
    """Counts of outcomes by fault. Any outcome but `BROKEN` keeps what is promised."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def note(self, fault: str, outcome: str = KEPT, *, times: int = 1) -> None:
        """One more of a fault that ended well, in a way that has a name."""
        self.counts.setdefault(fault, Counter())[outcome] += times

    def broke(self, fault: str, why: str) -> None:
        """One more of a fault that broke a promise."""
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
        """How many faults there were."""
        return sum(count.total() for count in self.counts.values())

    @property
    def is_broken(self) -> bool:
        """Whether any promise was broken."""
        return any(count[BROKEN] for count in self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"faults": {k: dict(v) for k, v in self.counts.items()}, "broken": self.told}

    def lines(self) -> list[str]:
        """A table of fault against outcome, and what was broken."""
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
