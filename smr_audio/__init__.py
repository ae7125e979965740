"""Compile self-massage routines into exact, spoken, phone-ready MP3s.

    from smr_audio import Preferences, build, parse_hold

    report = build("hamstrings", "hamstrings.mp3", Preferences(holds=(parse_hold("45"),)))
    print(report.plan.duration_ms, report.files[0].sha256)

The names are those of `__init__.pyi`. They are imported when they are first used (PEP 562), so that
importing the package, and with it the command line's help, costs nothing.
"""

import re
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

_TYPES = Path(__file__).with_suffix(".pyi").read_text("utf-8")
_HOMES = {name: home for home, name in re.findall(r"from (\S+) import \w+ as (\w+)", _TYPES)}
_MADE = "Cache Composition CueSound History HoldChange Job PastSession Preferences Studio Swap"
"""The classes that callers make."""

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used; what is called with it is checked."""
    if name not in _HOMES:
        raise AttributeError(f"module 'smr_audio' has no attribute {name!r}")
    from smr_audio.options.arguments import public  # not for the command line

    found = getattr(import_module(_HOMES[name]), name)
    if name in _MADE.split() or isinstance(found, FunctionType):
        found = public(found)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
