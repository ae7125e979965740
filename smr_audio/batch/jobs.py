"""Jobs, read from CSV or JSON Lines row by row, where a bad row does not stop the others; and what became of them."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

from smr_audio.errors import BuildError, ContentError, Location, Problem, UsageError
from smr_audio.library.library import is_path
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_FLAG, BY_KEY, Option, described, fields_of, texts_of
from smr_audio.options.values import Bed, is_model
from smr_audio.records import asdict, dataclass, field, replace
from smr_audio.storage.paths import expanded, opened, without_duplicates
from smr_audio.suggest import did_you_mean, nearest, shortened

BATCH_FORMAT: Final = "smr-audio/batch-1"

Status: TypeAlias = Literal["built", "unchanged", "failed"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)


COLUMNS: Final = ("routine", "name", *BY_FLAG)
"""What a row may say: a routine, a name, and the options of a session by their long names."""

_NAMES: Final = {
    **{key.replace("_", "-"): option.flag for key, option in BY_KEY.items()},
    **{name: name for name in COLUMNS},
}
"""The columns by every name that is read, an option's key too."""

_SEPARATORS: Final = ",;\t"
_SEPARATOR_LINE: Final = re.compile(f'"?sep=([{_SEPARATORS}|])"?', re.IGNORECASE)
_NO_TEXT: Final = (b"PK\3\4", b"\xd0\xcf\x11\xe0")  # a ZIP, as of Excel, and its older files
_SAVE_AS_CSV: Final = "save a spreadsheet as CSV (in Excel: CSV UTF-8) and name that"
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
class JobResult:
    """What became of a row.

    `path` is where its file is, or would be; `place` is that of the row. `error` says what failed,
    and `exit_status` of which kind it is, as the command line's are: 0 for what did not fail.
    """

    row: int
    name: str
    path: Path
    status: Status
    error: str | None = None
    exit_status: int = 0
    bytes: int = 0
    duration_ms: int = 0
    warnings: tuple[str, ...] = ()
    place: str = ""

    def failed(self, error: str, exit_status: int = BuildError.exit_status) -> JobResult:
        error = f"{self.place}: {error}" if self.place else error
        return replace(self, error=error, exit_status=exit_status)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "path": str(self.path), "warnings": list(self.warnings)}


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of every row, in their order; `path` is where the same stands as JSON.

    `warnings` are of the table as a whole.
    """

    results: tuple[JobResult, ...]
    path: Path
    elapsed_s: float
    warnings: tuple[str, ...] = ()

    def count(self, status: Status) -> int:
        return sum(result.status == status for result in self.results)

    @property
    def failed(self) -> tuple[JobResult, ...]:
        return tuple(result for result in self.results if result.status == "failed")

    @property
    def built_per_second(self) -> float:
        return self.count("built") / self.elapsed_s if self.elapsed_s else 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "format": BATCH_FORMAT,
            "summary": {
                "rows": len(self.results),
                **{status: self.count(status) for status in STATUSES},
                "elapsed_s": round(self.elapsed_s, 3),
                "built_per_second": round(self.built_per_second, 1),
            },
            "warnings": list(self.warnings),
            "rows": [result.as_json() for result in self.results],
        }


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a row as the file gives it, and where."""

    value: Any
    place: Location


Fields: TypeAlias = dict[str, Field]


def read_jobs(path: Path, *, on_warning: Callable[[str], None] = lambda text: None) -> Iterator[Job | BadRow]:
    """The job of each row, in order, or what is wrong with it; blank lines are no rows.

    The paths of routines are relative to the file's folder. `on_warning` hears of columns that are
    left aside. Raises UsageError for a file that is not there or is of another kind than .csv, .tsv
    and .jsonl, ContentError for a header that is wrong and for a file without rows.
    """
    row, ending = None, path.suffix.lower()
    if ending not in (".csv", ".tsv", ".jsonl", ".ndjson"):
        raise UsageError(f"{path}: a file of jobs ends in .csv, .tsv or .jsonl; {_SAVE_AS_CSV}")
    lines = _lines(path)
    of_json = (row for place, line in lines for row in _rows(line, place, partial(_json_fields, place=place)))
    for row in _csv_rows(lines, on_warning) if ending in (".csv", ".tsv") else of_json:
        yield row
    if row is None:
        raise _fault(Location(str(path)), "there are no jobs in this file; write one a line", 0)


def _lines(path: Path) -> Iterator[tuple[Location, bytes]]:
    """Each line as UTF-8 with its place, without its end.

    Raises UsageError if there is no such file, ContentError if it is no text.
    """
    with opened(path) as file:
        head = file.read(4)
        file.seek(0)
        if head.startswith(_NO_TEXT):
            raise _fault(Location(str(path)), f"this is no text; {_SAVE_AS_CSV}", 0)
        lines: Iterable[bytes] = file
        if head.startswith(_UTF_16):  # Excel's "Unicode text"
            lines = file.read().decode("utf-16").encode().split(b"\n")
        for number, line in enumerate(lines, 1):
            place = Location(str(path), number, 1)
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


def _csv_rows(lines: Iterable[tuple[Location, bytes]], on_warning: Callable[[str], None]) -> Iterator[Job | BadRow]:
    """Rows below a header. A line is a row, so that a quote left open spoils no other row."""
    header, separator = list[str | None](), ""
    for place, line in lines:
        if header:
            fields = partial(_csv_fields, header=header, separator=separator, place=place)
            yield from _rows(line, place, fields, f'{separator} "')
            continue
        text = _decoded(line, place)
        if not separator and (found := _SEPARATOR_LINE.fullmatch(text)):
            separator = found[1]
        elif text.strip():
            separator = separator or max(_SEPARATORS, key=text.count)
            cells = _cells(text, separator, place)
            header = _header(cells, place)
            both = zip(cells, header, strict=True)
            if aside := [cell.value.strip() for cell, name in both if name is None]:
                message = f"columns that are no options are left aside: {', '.join(aside)}"
                if near := [name for one in aside if (name := nearest(one, COLUMNS))]:
                    message += f"; did you mean {', '.join(near)}?"
                on_warning(shortened(f"{place}: {message}"))


def _header(cells: Sequence[Field], place: Location) -> list[str | None]:
    """What each column is for: `""` without a name, None with a name that is none of ours.

    Raises ContentError with all that is wrong with them.
    """
    written = [re.sub(r"[\s_]+", "-", cell.value.strip().lower()) for cell in cells]
    names = [_NAMES.get(name) if name else "" for name in written]
    problems = [
        Problem(cell.place, f"the column '{name}' is there twice; remove one")
        for at, (name, cell) in enumerate(zip(names, cells, strict=True))
        if name and name in names[:at]
    ]
    if "routine" not in names:
        remedy = "begin the file with a header such as routine,name"
        problems.append(Problem(place, f"the column 'routine' is missing; {remedy}"))
    if problems:
        raise ContentError(problems)
    return names


def _csv_fields(text: str, *, header: Sequence[str | None], separator: str, place: Location) -> Fields:
    fields = {}
    for name, cell in zip(chain(header, repeat("")), _cells(text, separator, place), strict=False):
        if name is not None and cell.value.strip():
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
        message = "the quotes of this row do not match; write a quote in a cell twice, and no line break in a cell"
        raise _fault(place, message, text.find('"') + 1)
    starts, quoted = [1], False
    for column, character in enumerate(text, 2):
        quoted ^= character == '"'
        if character == separator and not quoted:
            starts.append(column)
    columns = chain(starts, repeat(len(text) + 1))
    return [Field(cell, replace(place, column=column)) for cell, column in zip(cells, columns, strict=False)]


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
        key: Field(value, replace(place, column=max(text.find(json.dumps(key)), 0) + 1)) for key, value in row.items()
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
    target = folder / routine if is_path(routine) else routine.lower()
    return Job(target, placed(Preferences(**fields_of(values)), folder), called, place)


def placed(preferences: Preferences, folder: Path) -> Preferences:
    """Preferences whose files are counted from a folder. Raises UsageError for an unknown `~`."""
    voice = preferences.voice
    if voice is not None and is_model(voice):
        voice = str(folder / expanded(voice))
    sounds = tuple(replace(one, path=str(folder / one.path)) for one in preferences.cue_sounds)
    bed = preferences.bed
    if isinstance(bed, Bed) and bed.is_file:
        bed = Bed(str(folder / bed.sound))
    return replace(preferences, voice=voice, cue_sounds=sounds, bed=bed)


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
