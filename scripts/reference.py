"""Write the tables of docs/usage.md that are made from the code. `--check` only compares.

Usage: python scripts/reference.py [--check]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from smr_audio.options.kinds import Flag, Word
from smr_audio.options.table import GROUPS, OPTIONS, Option

USAGE = Path(__file__).resolve().parent.parent / "docs" / "usage.md"


def options_table() -> str:
    """The table of options: flag, key in a routine or profile, and what it does."""
    rows = ["| option | key | meaning |", "|---|---|---|"]
    for group, title in GROUPS.items():
        rows.append(f"| **{title}** | | |")
        rows += [_row(option) for option in OPTIONS if option.group == group]
    return "\n".join(rows)


def _row(option: Option) -> str:
    kind = option.kind
    value = "\\|".join(kind.of) if isinstance(kind, Word) else option.metavar or ""
    flag = f"--{option.flag}" + ("" if isinstance(kind, Flag) else f" {value}")
    names = f"`{flag}`" + (f", `--no-{option.flag}`" if isinstance(kind, Flag) else "")
    profile = " (profile)" if option.scope == "profile" else ""
    key = f"`{option.key}`{profile}" if option.key else ""
    range_ = f" {kind.range[0].upper()}{kind.range[1:]}." if kind.range else ""
    default = option.default not in (None, False)
    return f"| {names} | {key} | {option.help}{range_}{f' Default: {option.default}.' * default} |"


def with_tables(text: str) -> str:
    """The page with its tables made anew."""
    block = f"<!-- options: scripts/reference.py -->\n{options_table()}\n<!-- /options -->"
    return re.sub(r"<!-- options: .*?<!-- /options -->", lambda _: block, text, flags=re.DOTALL)


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` return 1 if it would change."""
    text = USAGE.read_text("utf-8")
    made = with_tables(text)
    if "--check" in arguments:
        return int(made != text)
    USAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
