"""What a machine gives a build beside voices and an encoder: its Python, folders, clock, extras.

Each trial says what it found, or raises BuildError or MissingError. What is asked of the system is
a parameter with the system's own answer as its default.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from smr_audio.errors import BuildError, MissingError
from smr_audio.install_hints import to_add
from smr_audio.storage.leftovers import temporary_place
from smr_audio.storage.paths import is_folder, is_there

LEAST_PYTHON: Final = (3, 10)
LEAST_FREE_BYTES: Final = 100_000_000
"""Less than a first build takes: its speech, its frames, and what it writes beside them."""
_NO_CLOCK_BEFORE_S: Final = 1_704_067_200  # 2024 began; whatever is earlier was never set
_PROBE: Final = "腘绳肌 é"
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "natural": ("piper",),
    "phone": ("starlette", "uvicorn", "segno"),
    "cluster": ("distributed",),
    "watch": ("watchfiles",),
}
"""What each extra brings, by the names that are imported."""


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> str:
    """Whether this Python is new enough."""
    said = ".".join(map(str, version))
    if version < LEAST_PYTHON:
        raise MissingError(f"this is Python {said}, and it takes 3.10 or newer")
    return f"Python {said} on {platform.system()} {platform.machine()}"


def text(names: str = sys.getfilesystemencoding(), console: str | None = None) -> str:
    """Whether names of files can be in any script; a console that cannot show one is no fault."""
    try:
        _PROBE.encode(names)
    except (UnicodeError, LookupError):
        raise BuildError(f"names of files are in {names}, so that not all can be written") from None
    console = console or getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        _PROBE.encode(console)
    except (UnicodeError, LookupError):
        return f"names in {names}; this console shows {console}, and ? for the rest"
    return f"names in {names}, this console shows {console}"


def folder(
    wanted: Path, free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
) -> str:
    """Whether a folder, or what will be one in the nearest that is there, takes a file."""
    there = wanted.absolute()
    while not is_there(there) and there != there.parent:
        there = there.parent
    if not is_folder(there):
        raise BuildError(f"{there} is no folder, or one that cannot be asked")
    data = os.urandom(1000)
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(data)
            file.seek(0)
            same = file.read() == data
        left = free(there)
    except OSError as error:
        raise BuildError(f"{there} takes no file: {error.strerror or error}") from None
    if not same:
        raise BuildError(f"{there} does not give back what it was given")
    if left < LEAST_FREE_BYTES:
        raise BuildError(f"{there} has only {left / 1e6:.0f} MB left, too little for a build")
    return f"{there} takes files, {left / 1e9:.1f} GB left"


def temporary() -> str:
    """Whether there is a folder for what lives as long as a build."""
    try:
        return folder(temporary_place())
    except FileNotFoundError:
        raise BuildError("no temporary folder takes a file") from None


def clock(now_s: float | None = None) -> str:
    """Whether the clock was ever set, and time zones are known."""
    now_s = time.time() if now_s is None else now_s
    said = time.strftime("%Y-%m-%d %H:%M", time.gmtime(now_s))
    if now_s < _NO_CLOCK_BEFORE_S:
        raise BuildError(f"it is {said} UTC here, so downloads are refused and feeds are old")
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # only here

    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        raise MissingError("no time zones are known; install tzdata") from None
    return f"{said} UTC, with time zones"


def extras(is_here: Callable[[str], bool] = lambda name: find_spec(name) is not None) -> str:
    """Which extras are here. None is needed, but a half one is a fault."""
    whole, none = [], []
    for name, modules in EXTRAS.items():
        missing = [module for module in modules if not is_here(module)]
        if not missing:
            whole.append(name)
        elif len(missing) == len(modules):
            none.append(name)
        else:
            raise MissingError(
                f"the extra '{name}' lacks {', '.join(missing)}; install it with: {to_add(name)}"
            )
    more = f"; not here: {', '.join(none)}; to have them: {to_add(*none)}" if none else ""
    return f"{', '.join(whole) or 'none'}{more}"
