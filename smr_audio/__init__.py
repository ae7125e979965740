"""Compile self-massage routines into exact, spoken, phone-ready MP3s.

    from smr_audio import Preferences, build, parse_hold

    report = build("hamstrings", "hamstrings.mp3", Preferences(holds=(parse_hold("45"),)))
    print(report.plan.duration_ms, report.files[0].sha256)

The names are those of `__init__.pyi`. They are imported when they are first used (PEP 562), so that
importing the package, and with it the command line's help, costs nothing.
"""

_MADE = "Bed Cache Composition CueSound History HoldChange Job PastSession Preferences Studio Swap"
"""The classes that callers make."""

# Nothing is imported here: the command line cannot answer Ctrl-C before.


def __getattr__(name: str) -> object:
    """Import a public name when it is first used; what is called with it is checked."""
    from importlib import import_module
    from types import FunctionType

    homes = _homes()
    if name == "__all__":
        return list(homes)
    if name not in homes:
        raise AttributeError(f"module 'smr_audio' has no attribute {name!r}")
    from smr_audio.options.arguments import public  # not for the command line

    found = getattr(import_module(homes[name]), name)
    if name in _MADE.split() or isinstance(found, FunctionType):
        found = public(found)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(_homes())


def _homes() -> dict[str, str]:
    """The module of each public name."""
    import re
    from pathlib import Path

    types = Path(__file__).with_suffix(".pyi").read_text("utf-8")
    return {name: home for home, name in re.findall(r"from (\S+) import \w+ as (\w+)", types)}
