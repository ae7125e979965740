"""Read a file of jobs, CSV or JSON Lines, row by row; a bad row does not stop the others."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

from smr_audio.errors import ContentError, Location, Problem, UsageError
from smr_audio.studio.job_fields import COLUMNS, BadRow, Field, Job, job_of, shortened
from smr_audio.studio.job_lines import read_lines
from smr_audio.suggest import did_you_mean

_SEPARATORS: Final = ",;\t"


class _RefusedError(Exception):
    """JSON that Python takes and the standard does not: what it is, and its text."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


def read_jobs(path: Path) -> Iterator[Job | BadRow]:
    """The job of each row, in order, or what is wrong with it; blank lines are no rows.

    The paths of routines are relative to the file's folder. Raises UsageError for a file that
    is not there or has another ending than .csv and .jsonl, ContentError for a header that is
    wrong and for a file without rows.
    """
    readers = {".csv": _csv_rows, ".jsonl": _json_rows, ".ndjson": _json_rows}
    if path.suffix.lower() not in readers:
        raise UsageError(f"{path}: a file of jobs ends in .csv or .jsonl; name one")
    empty = True
    for row in readers[path.suffix.lower()](path):
        empty = False
        yield row
    if empty:
        message = "there are no jobs in this file; write one a line"
        raise ContentError([Problem(Location(str(path)), message)])


def _csv_rows(path: Path) -> Iterator[Job | BadRow]:
    """Rows below a header. A line is a row, so that a quote left open spoils no other row."""
    separator, header = "", [""]
    for number, text in read_lines(path):
        if isinstance(text, Problem):
            if not separator:
                raise ContentError([text])
            yield BadRow((text,))
        elif not separator and text.strip():
            separator = max(_SEPARATORS, key=text.count)
            header = _header(text, separator, path=str(path), line=number)
        elif text.strip(f'{separator} "'):
            yield _csv_row(text, header, separator, file=path, line=number)


def _header(text: str, separator: str, *, path: str, line: int) -> list[str]:
    """The names of the columns. Raises ContentError with all that is wrong with them."""
    cells = _cells(text, separator, Location(path, line, 1))
    if isinstance(cells, Problem):
        raise ContentError([cells])
    names = [cell.strip() for cell in cells]
    problems = []
    for at, name in enumerate(names):
        place = Location(path, line, _column(text, separator, at))
        if name not in COLUMNS and name:
            hint = did_you_mean(name, COLUMNS)
            problems.append(Problem(place, shortened(f"there is no column '{name}'; {hint}")))
        elif name and name in names[:at]:
            problems.append(Problem(place, f"the column '{name}' is there twice; drop one"))
    if "routine" not in names:
        message = (
            "the column 'routine' is missing; begin the file with a header such as routine,name"
        )
        problems.append(Problem(Location(path, line, 1), message))
    if problems:
        raise ContentError(problems)
    return names


def _csv_row(
    text: str, header: list[str], separator: str, *, file: Path, line: int
) -> Job | BadRow:
    place = Location(str(file), line, 1)
    cells = _cells(text, separator, place)
    if isinstance(cells, Problem):
        return BadRow((cells,))
    fields = {}
    for at, cell in enumerate(cells):
        name = header[at] if at < len(header) else ""
        if not cell.strip():
            continue
        there = Location(str(file), line, _column(text, separator, at))
        if not name:
            return BadRow((Problem(there, "this cell is under no column; take it out"),))
        fields[name] = Field(cell, there)
    return job_of(fields, place=place, folder=file.parent)


def _cells(text: str, separator: str, place: Location) -> list[str] | Problem:
    if "\r" in text:
        return Problem(place, "this is no line's end that a table has; save the file anew")
    try:
        (cells,) = csv.reader([text], delimiter=separator, strict=True)
    except csv.Error:
        cells = []
    # The reader takes a quote inside a cell without quotes, which is half of a broken row.
    if not cells or text.count('"') % 2:
        message = (
            "the quotes of this row do not match; write a quote in a cell twice, "
            "and no line's end in a cell"
        )
        return Problem(Location(place.path, place.line, text.find('"') + 1), message)
    return cells


def _column(text: str, separator: str, index: int) -> int:
    """Where the cell of this index begins, from 1."""
    quoted = False
    for at, character in enumerate(text):
        if index == 0:
            return at + 1
        quoted ^= character == '"'
        index -= character == separator and not quoted
    return len(text) + 1


def _json_rows(path: Path) -> Iterator[Job | BadRow]:
    for number, text in read_lines(path):
        if isinstance(text, Problem):
            yield BadRow((text,))
        elif text.strip():
            yield _json_row(text, path, number)


def _json_row(text: str, file: Path, line: int) -> Job | BadRow:
    def bad(message: str, column: int = 1) -> BadRow:
        return BadRow((Problem(Location(str(file), line, column), shortened(message)),))

    try:
        row = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return bad(f"this is not JSON: {error.msg}; write one object a line", error.colno)
    except _RefusedError as error:
        return bad(str(error), max(text.rfind(error.text), 0) + 1)
    except (ValueError, RecursionError):
        return bad("this is larger or deeper than any job; write one object a line")
    if not isinstance(row, dict):
        return bad('this is no object; write one a line: {"routine": "hamstrings"}')
    fields = {
        key: Field(value, Location(str(file), line, max(text.find(json.dumps(key)), 0) + 1))
        for key, value in row.items()
    }
    return job_of(fields, place=Location(str(file), line, 1), folder=file.parent)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for key, value in pairs:
        if key in whole:
            raise _RefusedError(f"the key '{key}' is there twice; drop one", json.dumps(key))
        whole[key] = value
    return whole


def _refuse(constant: str) -> NoReturn:
    raise _RefusedError(f"{constant} is no number in JSON; write one or leave it out", constant)
