"""Read a file of jobs, CSV or JSON Lines, row by row; a bad row does not stop the others."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Final, TypeAlias

from smr_audio.errors import ContentError, Location, Problem, UsageError
from smr_audio.library.library import is_path
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_FLAG, Option, described, fields_of, texts_of
from smr_audio.options.values import is_model
from smr_audio.storage.paths import expanded, opened, without_duplicates
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


Fields: TypeAlias = dict[str, Field]


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
        raise _fault(Location(str(path)), "there are no jobs in this file; write one a line", 0)


def _lines(path: Path) -> Iterator[tuple[Location, bytes]]:
    """Each line with its place, without its end.

    Raises UsageError if there is no such file, ContentError if it is UTF-16.
    """
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            place = Location(str(path), number, 1)
            if number == 1 and line.startswith(_UTF_16):
                raise _fault(place, "this is UTF-16 text; save the file as UTF-8")
            data = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            yield place, data.rstrip(b"\r\n")


def _fault(place: Location, message: str, column: int = 1) -> ContentError:
    return ContentError([Problem(replace(place, column=column), message)])


def _decoded(line: bytes, place: Location) -> str:
    text = line.decode("utf-8", "surrogateescape")
    if found := _NOT_TEXT.search(text):
        message = "this is not UTF-8 text; save the file as UTF-8 (in Excel: CSV UTF-8)"
        if found[0] == "\0":
            message = "a NUL character is not allowed; remove it"
        raise _fault(place, message, found.start() + 1)
    return text


def _rows(
    line: bytes, place: Location, fields: Callable[[str], Fields], blank: str | None = None
) -> Iterator[Job | BadRow]:
    """The row of a line; none if it has nothing but `blank` characters, or space."""
    try:
        text = _decoded(line, place)
        if text.strip(blank):
            yield job_of(fields(text), place)
    except ContentError as error:
        yield BadRow(error.problems)
    except UsageError as error:
        yield BadRow((Problem(place, str(error)),))


def _csv_rows(path: Path) -> Iterator[Job | BadRow]:
    """Rows below a header. A line is a row, so that a quote left open spoils no other row."""
    header, separator = list[str](), ""
    for place, line in _lines(path):
        if header:
            fields = partial(_csv_fields, header=header, separator=separator, place=place)
            yield from _rows(line, place, fields, f'{separator} "')
        elif (text := _decoded(line, place)).strip():
            separator = max(_SEPARATORS, key=text.count)
            header = _header(text, separator, place)


def _header(text: str, separator: str, place: Location) -> list[str]:
    """The names of the columns. Raises ContentError with all that is wrong with them."""
    cells = _cells(text, separator, place)
    names = [cell.value.strip() for cell in cells]
    problems = []
    for at, (name, cell) in enumerate(zip(names, cells, strict=True)):
        if name not in COLUMNS and name:
            message = shortened(f"there is no column '{name}'; {did_you_mean(name, COLUMNS)}")
            problems.append(Problem(cell.place, message))
        elif name and name in names[:at]:
            problems.append(Problem(cell.place, f"the column '{name}' is there twice; remove one"))
    if "routine" not in names:
        remedy = "begin the file with a header such as routine,name"
        problems.append(Problem(place, f"the column 'routine' is missing; {remedy}"))
    if problems:
        raise ContentError(problems)
    return names


def _csv_fields(text: str, *, header: list[str], separator: str, place: Location) -> Fields:
    fields = {}
    for name, cell in zip(chain(header, repeat("")), _cells(text, separator, place), strict=False):
        if cell.value.strip():
            if not name:
                raise ContentError([Problem(cell.place, "this cell is under no column; remove it")])
            fields[name] = cell
    return fields


def _cells(text: str, separator: str, place: Location) -> list[Field]:
    if "\r" in text:
        raise _fault(place, "a line may end in LF or CRLF only; save the file again")
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
        raise _fault(place, message, text.find('"') + 1)
    starts, quoted = [1], False
    for column, character in enumerate(text, 2):
        quoted ^= character == '"'
        if character == separator and not quoted:
            starts.append(column)
    columns = chain(starts, repeat(len(text) + 1))
    return [
        Field(cell, replace(place, column=column))
        for cell, column in zip(cells, columns, strict=False)
    ]


def _json_rows(path: Path) -> Iterator[Job | BadRow]:
    for place, line in _lines(path):
        yield from _rows(line, place, partial(_json_fields, place=place))


def _json_fields(text: str, *, place: Location) -> Fields:
    try:
        row = json.loads(text, object_pairs_hook=without_duplicates)
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error.msg}; write one object a line"
        raise _fault(place, message, error.colno) from None
    except (ValueError, RecursionError):
        message = "this is larger or deeper than any job; write one object a line"
        raise _fault(place, message) from None
    if not isinstance(row, dict):
        message = 'this is not an object; write one a line: {"routine": "hamstrings"}'
        raise _fault(place, message)
    return {
        key: Field(value, replace(place, column=max(text.find(json.dumps(key)), 0) + 1))
        for key, value in row.items()
    }


def job_of(fields: Fields, place: Location) -> Job | BadRow:
    """The job of a row at `place`, or everything that is wrong with it."""
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
    folder = Path(place.path).parent
    target = folder / routine if is_path(routine) else routine
    return Job(target, placed(Preferences(**fields_of(values)), folder), called, place)


def placed(preferences: Preferences, folder: Path) -> Preferences:
    """Preferences whose files are counted from a folder. Raises UsageError for an unknown `~`."""
    voice = preferences.voice
    if voice is not None and is_model(voice):
        voice = str(folder / expanded(voice))
    sounds = tuple(replace(one, path=str(folder / one.path)) for one in preferences.cue_sounds)
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
