"""Read a file of jobs, CSV or JSON Lines, row by row; a bad row does not stop the others."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from smr_audio.errors import ContentError, Location, Problem, UsageError
from smr_audio.library.library import is_path
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_FLAG, Option, described, fields_of, texts_of
from smr_audio.options.values import is_model
from smr_audio.storage.reading import opened, without_duplicates
from smr_audio.suggest import did_you_mean, shortened

COLUMNS: Final = ("routine", "name", *BY_FLAG)
"""What a row may say: a routine, a name, and the options of a session by their long names."""

_SEPARATORS: Final = ",;\t"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A byte that is not UTF-8 is decoded to one of these, so that its place is known.
_NOT_TEXT: Final = re.compile("[\0\udc80-\udcff]")
_NOT_ALLOWED: Final = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Job:
    """One session to build: a routine's id or YAML file, preferences, and a file name.

    Without a `name` the file is named after the routine and the row. `place` says where the
    job stands, if it comes from a file.
    """

    routine: str | Path
    preferences: Preferences = field(default_factory=Preferences)
    name: str | None = None
    place: Location | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that makes no job: all that is wrong with it, and its name if that can be read."""

    problems: tuple[Problem, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a row as the file gives it, and where."""

    value: Any
    place: Location


def read_jobs(path: Path) -> Iterator[Job | BadRow]:
    """The job of each row, in order, or what is wrong with it; blank lines are no rows.

    The paths of routines are relative to the file's folder. Raises UsageError for a file that
    is not there or has another ending than .csv and .jsonl, ContentError for a header that is
    wrong and for a file without rows.
    """
    readers = {".csv": _csv_rows, ".jsonl": _json_rows, ".ndjson": _json_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"{path}: a file of jobs ends in .csv or .jsonl; name one")
    row = None
    for row in reader(path):
        yield row
    if row is None:
        message = "there are no jobs in this file; write one a line"
        raise ContentError([Problem(Location(str(path)), message)])


def read_lines(path: Path) -> Iterator[tuple[int, str | Problem]]:
    """Each line with its number from 1; of a line that cannot be read, the reason.

    Raises UsageError if there is no such file, ContentError if it is UTF-16.
    """
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            if number == 1 and line.startswith(_UTF_16):
                message = "this is UTF-16 text; save the file as UTF-8"
                raise ContentError([Problem(Location(str(path), 1, 1), message)])
            data = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            yield number, _decoded(data.rstrip(b"\r\n"), str(path), number)


def _decoded(line: bytes, path: str, number: int) -> str | Problem:
    text = line.decode("utf-8", "surrogateescape")
    found = _NOT_TEXT.search(text)
    if found is None:
        return text
    place = Location(path, number, found.start() + 1)
    if found[0] == "\0":
        return Problem(place, "a NUL character is not allowed; remove it")
    return Problem(place, "this is not UTF-8 text; save the file as UTF-8 (in Excel: CSV UTF-8)")


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
            problems.append(Problem(place, f"the column '{name}' is there twice; remove one"))
    if "routine" not in names:
        remedy = "begin the file with a header such as routine,name"
        message = f"the column 'routine' is missing; {remedy}"
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
            return BadRow((Problem(there, "this cell is under no column; remove it"),))
        fields[name] = Field(cell, there)
    return job_of(fields, place=place, folder=file.parent)


def _cells(text: str, separator: str, place: Location) -> list[str] | Problem:
    if "\r" in text:
        return Problem(place, "a line may end in LF or CRLF only; save the file again")
    try:
        (cells,) = csv.reader([text], delimiter=separator, strict=True)
    except csv.Error:
        cells = []
    # The reader takes a quote inside a cell without quotes, which is half of a broken row.
    if not cells or text.count('"') % 2:
        message = (
            "the quotes of this row do not match; write a quote in a cell twice, "
            "and no line break in a cell"
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
        return BadRow((Problem(Location(str(file), line, column), message),))

    try:
        row = json.loads(text, object_pairs_hook=without_duplicates)
    except json.JSONDecodeError as error:
        return bad(f"this is not JSON: {error.msg}; write one object a line", error.colno)
    except UsageError as error:
        return bad(str(error))
    except (ValueError, RecursionError):
        return bad("this is larger or deeper than any job; write one object a line")
    if not isinstance(row, dict):
        return bad('this is not an object; write one a line: {"routine": "hamstrings"}')
    fields = {
        key: Field(value, Location(str(file), line, max(text.find(json.dumps(key)), 0) + 1))
        for key, value in row.items()
    }
    return job_of(fields, place=Location(str(file), line, 1), folder=file.parent)


def job_of(fields: Mapping[str, Field], *, place: Location, folder: Path) -> Job | BadRow:
    """The job of a row at `place`, in a file in `folder`, or everything that is wrong with it."""
    problems: list[Problem] = []
    texts: dict[str, list[str]] = {}
    values: list[tuple[Option, Any]] = []
    for name, given in fields.items():
        try:
            if name not in COLUMNS:
                raise UsageError(f"there is no '{name}' in a job; {did_you_mean(name, COLUMNS)}")
            texts[name] = _texts(given.value, name)
            if name in BY_FLAG and texts[name]:
                values.append((BY_FLAG[name], BY_FLAG[name].read(texts[name], name)))
                fields_of(values)  # each as it comes, so that an error is at its place
        except UsageError as error:
            problems.append(Problem(given.place, shortened(str(error))))
    routine, called = (next(iter(texts.get(name, ())), None) for name in ("routine", "name"))
    if "routine" not in fields or texts.get("routine") == []:
        message = "'routine' is missing; name a routine's id or its YAML file"
        problems.append(Problem(place, message))
    if problems or routine is None:
        return BadRow(tuple(problems), called)
    target = folder / routine if is_path(routine) else routine
    preferences = _from(folder, Preferences(**fields_of(values)))
    return Job(target, preferences, called, place)


def _from(folder: Path, preferences: Preferences) -> Preferences:
    """Preferences whose files are counted from a folder, as routines are."""
    voice, sounds = preferences.voice, preferences.cue_sounds
    if voice is not None and is_model(voice) and not voice.startswith("~"):
        voice = str(folder / voice)
    sounds = tuple(replace(one, path=str(folder / one.path)) for one in sounds)
    return replace(preferences, voice=voice, cue_sounds=sounds)


def _texts(value: Any, name: str) -> list[str]:
    if value is None:
        return []
    try:
        texts = [text.strip() for text in texts_of(value)]
    except UsageError as error:
        raise UsageError(described(name, error)) from None
    if name in ("routine", "name") and (len(texts) > 1 or not isinstance(value, str | int | float)):
        raise UsageError(f"{name} must be one text")
    for text in texts:
        if found := _NOT_ALLOWED.search(text):
            raise UsageError(f"character U+{ord(found[0]):04X} is not allowed; remove it")
    return [text for text in texts if text]
