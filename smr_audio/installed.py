"""Packages that are installed here: their versions, and the entry points of voices and packs."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def this_version() -> str:
    """The installed version; `unknown` in a checkout that is not installed."""
    return version_of("smr-audio")


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
