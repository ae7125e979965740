"""The versions of smr-audio and of other packages that are installed here."""

import os
import re
import sys
from contextlib import suppress
from functools import lru_cache


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
