"""The versions of what computes our sounds, for the keys of the cache."""

from __future__ import annotations

from functools import cache
from typing import Final

TOOLS: Final = ("numpy", "pydub", "soxr")
OTHERS: Final = ("mutagen", "num2words")


@cache
def others() -> str:
    """Names and versions of the libraries that shape tags and words, so whole files."""
    from importlib.metadata import version  # noqa: PLC0415  some milliseconds that help need not

    return " ".join(f"{name}-{version(name)}" for name in OTHERS)


@cache
def toolkit() -> str:
    """Names and versions of the libraries that shape clips and cues."""
    from importlib.metadata import version  # noqa: PLC0415  some milliseconds that help need not

    return " ".join(f"{name}-{version(name)}" for name in TOOLS)
