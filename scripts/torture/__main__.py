"""Start an ordeal: python scripts/torture NAME [OPTIONS]; without a name, list them."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Final

# Started by its folder, this is no module of a package: name the folder it is one in.
if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    sys.path.insert(1, str(Path(__file__).resolve().parents[2]))

from torture import driver

OF_ITS_OWN: Final = {
    "fuzz": "Read, check and plan mutated content files.",
    "mutate": "Change the code, and see whether the tests notice.",
    "supply": "Known faults of the packages; warnings; honest extras.",
}
"""Ordeals with options of their own: a module each, which has `main(argv)`, and a short help."""

SUBCOMMANDS: Final = {**{name: text for name, (text, _) in driver.ALL.items()}, **OF_ITS_OWN}
"""Every ordeal with its short help."""


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in SUBCOMMANDS:
        wanted_help = argv[:1] in ([], ["-h"], ["--help"])
        out = sys.stdout if wanted_help else sys.stderr
        if not wanted_help:
            print(f"there is no ordeal '{argv[0]}'; name one of these:", file=out)
        for name, text in SUBCOMMANDS.items():
            print(f"{name:<10}{text}", file=out)
        return 0 if wanted_help else 2
    if argv[0] in driver.ALL:
        return driver.main(argv)
    status: int = import_module(f"torture.{argv[0]}").main(argv[1:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
