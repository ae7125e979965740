"""Recordings of lines: which paths are valid, and where the files are."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smr_audio.library.schema.lines import Line

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fault_of(path: str, text: str) -> str | None:
    """What is wrong with the path of a recording, or None; `text` is that of the line.

    A path must be below the folder of its file, so that a folder of content can be moved. If the
    text changes with the side, the path must too.
    """
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive or "\\" in path:
        return "must be a path from the folder of this file, with / between, such as anna/knee.wav"
    if ".." in PurePosixPath(path).parts:
        return "must lie below the folder of this file; take the .. out"
    there = set(_PLACEHOLDER.findall(path))
    known = there | ({"other"} if "side" in there else set())
    lacking = [name for name in _PLACEHOLDER.findall(text) if name not in known]
    if lacking:
        name = f"{{{lacking[0]}}}"
        return f"must have {name} in it, since what the line says changes with it: such as {name}-{Path(path).name}"
    return None


def path_of(line: Line, language: str, values: Mapping[str, str]) -> Path | None:
    """The path of a line's recording, filled in; None if a voice says the line."""
    if line.sound is None or language not in line.sound.texts:
        return None
    folder = Path(line.sound.location.path).parent
    return folder / line.sound.texts[language].format(**values)


def any_of(lines: Iterable[Line]) -> Iterator[Path]:
    """Every existing recording that lines may name, whatever their placeholders become."""
    for sound in (line.sound for line in lines if line.sound):
        folder = Path(sound.location.path).parent
        for path in sound.texts.values():
            escaped = "*".join(map(glob.escape, _PLACEHOLDER.split(path)[::2]))
            try:
                found = sorted(folder.glob(re.sub(r"\*{2,}", "*", escaped)))  # ** is every folder
            except (ValueError, IndexError, NotImplementedError):  # empty, "." or absolute
                continue
            yield from found


def paths_of(line: Line, words: Mapping[str, Mapping[str, str]]) -> Iterator[Path]:
    """The recordings of a line that do not depend on a session.

    `words` are those for `left` and `right` by language; paths that need others are left out.
    """
    for language in line.sound.texts if line.sound else ():
        sides = words.get(language, {})
        for side, other in (("left", "right"), ("right", "left")):
            with suppress(KeyError):
                values = {"side": sides[side], "other": sides[other]}
                if path := path_of(line, language, values):
                    yield path
