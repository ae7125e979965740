"""Draw docs/timeline.svg, the README's picture, anew.

Usage: python scripts/picture.py [ROUTINE] [FILE.svg]

Drawn with the silent voice's estimated lengths, so it comes out the same on every machine.
"""

from __future__ import annotations

import sys

from smr_audio import Preferences, draw, plan


def main(arguments: list[str]) -> None:
    name, path = [*arguments, *("hamstrings", "docs/timeline.svg")[len(arguments) :]][:2]
    draw(plan(name, Preferences(voice="silent")), path)


if __name__ == "__main__":
    main(sys.argv[1:])
