"""The lines of a job file, one at a time: in UTF-8 and of bounded length, or told why not."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from smr_audio.errors import ContentError, Location, Problem, UsageError
from smr_audio.library.places import is_file, is_folder, is_there

MOST_LINE_BYTES: Final = 100_000
"""A row is a hundred; what is much longer has lost its line ends."""

# A byte that is not UTF-8 is decoded to one of these, so that its place is known.
_NOT_TEXT = re.compile("[\0\udc80-\udcff]")
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_lines(path: Path) -> Iterator[tuple[int, str | Problem]]:
    """Each line with its number from 1; of a line that cannot be read, the reason.

    Raises UsageError if there is no such file, ContentError if none of it is UTF-8.
    """
    with _opened(path) as file:
        number = 0
        while line := file.readline(MOST_LINE_BYTES):
            number += 1
            if number == 1:
                if line.startswith(_UTF_16):
                    message = "this is UTF-16 text; save the file as UTF-8"
                    raise ContentError([Problem(Location(str(path), 1, 1), message)])
                line = line.removeprefix(codecs.BOM_UTF8)
            if len(line) >= MOST_LINE_BYTES and not line.endswith(b"\n"):
                _skip_line(file)
                most_kb = MOST_LINE_BYTES // 1000
                message = f"the line is longer than {most_kb} kB; write one row a line"
                yield number, Problem(Location(str(path), number, 1), message)
            else:
                yield number, _decoded(line.rstrip(b"\r\n"), str(path), number)


def _opened(path: Path) -> BinaryIO:
    if is_there(path) and not is_file(path) and not is_folder(path):
        # A pipe or a device may never end, and a link may lead nowhere.
        raise UsageError(f"{path}: this is no ordinary file; name one")
    try:
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{path}: there is no such file; check the path") from None
    except IsADirectoryError:
        raise UsageError(f"{path}: this is a folder; name a file of jobs in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: cannot be read: {reason}") from None


def _skip_line(file: BinaryIO) -> None:
    while (rest := file.readline(MOST_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _decoded(line: bytes, path: str, number: int) -> str | Problem:
    text = line.decode("utf-8", "surrogateescape")
    found = _NOT_TEXT.search(text)
    if found is None:
        return text
    place = Location(path, number, found.start() + 1)
    if found[0] == "\0":
        return Problem(place, "a NUL character is not allowed; take it out")
    return Problem(place, "this is not UTF-8 text; save the file as UTF-8 (in Excel: CSV UTF-8)")
