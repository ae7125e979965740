"""Ask the file system without falling over what it answers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smr_audio.errors import UsageError

SUFFIXES: Final = (".yaml", ".yml")
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_file(path: Path) -> bool:
    """Whether an ordinary file is there; also False for a name too long or a locked folder."""
    return os.path.isfile(path)  # noqa: PTH113  pathlib's raises for those


def expanded(name: str) -> Path:
    """A path with `~` filled in. Raises UsageError for a user nobody knows."""
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise UsageError(f"'{name}': {error}; write the path in full") from None


def is_folder(path: Path) -> bool:
    """Whether a folder is there that can be asked."""
    return os.path.isdir(path)  # noqa: PTH112  pathlib's raises for a name too long


def is_there(path: Path) -> bool:
    """Whether anything is there, a broken link too."""
    return os.path.lexists(path)


def real_path(path: Path) -> str:
    """The path without links, to tell whether two are one; a loop of links is left as it is."""
    return os.path.realpath(path)


def is_id(name: str) -> bool:
    """Whether a name has the shape of an id, so that it cannot lead out of its folder."""
    return len(name) <= 60 and _NAME.fullmatch(name) is not None


def yaml_entries(folder: Path) -> Iterator[Path]:
    """What ends in .yaml or .yml directly in a folder, hidden files aside, by name."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208  names are all that is wanted
    except OSError:
        return
    for name in names:
        if not name.startswith(".") and name.lower().endswith(SUFFIXES):
            yield folder / name


def yaml_tree(root: Path) -> Iterator[Path]:
    """Like `yaml_entries`, for a folder and all below it; links to folders are not followed."""
    for folder, below, _ in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        yield from yaml_entries(Path(folder))
