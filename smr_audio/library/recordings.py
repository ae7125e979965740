"""Recordings that lines name: which paths are taken, and where the files are."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from smr_audio.library.models import Line

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fault_of(path: str, text: str) -> str | None:
    """What is wrong with the path of a line's recording, or None; `text` is what the line says.

    A path stays below the folder of the file that names it, so a folder of content can be moved
    and handed on. Where the words change with the side, so must the recording.
    """
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive or "\\" in path:
        return "must be a path from the folder of this file, with / between, such as anna/knee.wav"
    if ".." in PurePosixPath(path).parts:
        return "must lie below the folder of this file; take the .. out"
    there = set(_PLACEHOLDER.findall(path))
    known = there | ({"other"} if "side" in there else set())
    lacking = [name for name in _PLACEHOLDER.findall(text) if name not in known]
    if lacking:
        return (
            f"must have {{{lacking[0]}}} in it, since what the line says changes with it: "
            f"such as {{{lacking[0]}}}-{PurePosixPath(path).name}"
        )
    return None


def path_of(line: Line, language: str, values: Mapping[str, str]) -> Path | None:
    """Where the recording of a line is in this language, filled in; None if a voice says it."""
    if line.sound is None or language not in line.sound.texts:
        return None
    folder = Path(line.sound.location.path).parent
    return folder / line.sound.texts[language].format(**values)


def any_of(lines: Iterable[Line]) -> Iterator[Path]:
    """Every recording there is that lines may name, whatever stands for their placeholders."""
    for line in lines:
        for path in line.sound.texts.values() if line.sound else ():
            folder = Path(line.sound.location.path).parent if line.sound else Path()
            escaped = "*".join(map(glob.escape, _PLACEHOLDER.split(path)[::2]))
            try:
                found = sorted(folder.glob(re.sub(r"\*{2,}", "*", escaped)))  # ** is every folder
            except (ValueError, IndexError, NotImplementedError):  # empty, "." or absolute
                continue
            yield from found


def paths_of(line: Line, words: Mapping[str, Mapping[str, str]]) -> Iterator[Path]:
    """The recordings of a line as far as they are known without a session.

    `words` are those for `left` and `right` by language; a path that needs more is left out.
    """
    for language in line.sound.texts if line.sound else ():
        sides = words.get(language, {})
        for side, other in (("left", "right"), ("right", "left")):
            try:
                values = {"side": sides[side], "other": sides[other]}
                path = path_of(line, language, values)
            except KeyError:
                continue
            if path is not None:
                yield path
