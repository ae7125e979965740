"""Files of jobs: what a row means, and what is said of a row or a file that is wrong."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio import Preferences, TalkChoice, parse_hold
from smr_audio.batch.jobs import COLUMNS, BadRow, Job, read_jobs
from smr_audio.errors import ContentError, Location, UsageError
from tests.tables import tables

TABLES = tables(__file__)


def read(folder: Path, data: str | bytes, *, name: str = "jobs.csv") -> list[Job | BadRow]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read_jobs(path))


def problems(rows: list[Job | BadRow]) -> list[str]:
    """What is wrong, without the folder."""
    return [
        f"{Path(problem.location.path).name}:{problem.location.line}:{problem.location.column}: {problem.message}"
        for row in rows
        if isinstance(row, BadRow)
        for problem in row.problems
    ]


def refusal(folder: Path, data: str | bytes, *, name: str = "jobs.csv") -> str:
    """What is wrong with a whole file."""
    with pytest.raises(ContentError) as caught:
        read(folder, data, name=name)
    return str(caught.value).replace(f"{folder}{os.sep}", "")


def test_a_row_has_a_place_and_several_values_to_a_cell(tmp_path: Path) -> None:
    row = {"routine": "hamstrings", "name": "Anna", "hold": ["45", "left=x1.5"], "skip": "a b"}
    (job,) = read(tmp_path, json.dumps(row), name="jobs.jsonl")
    wishes = Preferences(holds=(parse_hold("45"), parse_hold("left=x1.5")), skip=("a", "b"))
    assert job == Job("hamstrings", wishes, "Anna", Location(str(tmp_path / "jobs.jsonl"), 1, 1))


@pytest.mark.parametrize("text", [
    '\ufeffroutine;name;hold\r\nhamstrings;Anna;"45;hamstring-barbell=20"\r\n;;\r\n',
    "name\thold\troutine\nAnna\t45 hamstring-barbell=20\thamstrings\n",
    '"routine","name","hold"\n\n"hamstrings","Anna"," 45  hamstring-barbell=20 "\n"",""\n',
    "routine,name,hold,\nhamstrings,Anna,45;hamstring-barbell=20,,,",
], ids=["German Excel", "tabs", "quotes", "cells at the end"])  # fmt: skip
def test_every_kind_of_table_is_read(tmp_path: Path, text: str) -> None:
    (job,) = read(tmp_path, text)
    assert isinstance(job, Job)
    assert (job.routine, job.name) == ("hamstrings", "Anna")
    assert job.preferences.holds == (parse_hold("45"), parse_hold("hamstring-barbell=20"))


def test_an_empty_cell_is_not_given(tmp_path: Path) -> None:
    (job,) = read(tmp_path, "routine,name,hold,sets\nhamstrings,,  ,\n")
    assert isinstance(job, Job)
    assert (job.name, job.preferences) == (None, Preferences())


def test_a_path_is_relative_to_the_file(tmp_path: Path) -> None:
    table = f"mine.yaml,start=a.wav;end=my/b.wav\nmy/other.yml,\n{tmp_path}/x.yaml,\n"
    rows = read(tmp_path, f"routine,cue-sound\n{table}")
    assert [row.routine for row in rows if isinstance(row, Job)] == [
        tmp_path / "mine.yaml", tmp_path / "my" / "other.yml", tmp_path / "x.yaml",
    ]  # fmt: skip
    assert isinstance(rows[0], Job)
    assert [(each.cue, each.path) for each in rows[0].preferences.cue_sounds] == [
        ("start", str(tmp_path / "a.wav")), ("end", str(tmp_path / "my" / "b.wav")),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [
    *TABLES["files"],
    (b"PK\3\4\x14\0", "jobs.csv: this is no text; save a spreadsheet as CSV (in Excel: CSV"),
    (b"routine,n\xe4me\n", "jobs.csv:1:10: this is not UTF-8 text"),
    (b"routine\rhamstrings\r", "jobs.csv:1:1: a line may end in LF or CRLF only"),
])  # fmt: skip
def test_a_file_without_a_right_header_or_without_rows_is_refused(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    said = refusal(tmp_path, text, name=message.split(":", maxsplit=1)[0])
    assert said.startswith(message)
    assert len(said) < 400


@pytest.mark.parametrize("data", [
    "Routine,Name,Hold,Keep awake,LIMITS,Minutes,Talk\n"
    'Hamstrings,A,00:00:45,High,hips,"7,5",Brief\n',
    "routine\tname\thold\tkeep_awake\tlimit\tminutes\ttalk\n"
    "hamstrings\tA\t0:45\thigh\tHips\t7:30\tbrief",
    "\ufeffsep=;\r\nroutine;name;hold;keep-awake;limits;minutes;talk\r\n"
    "hamstrings;A;45 sec;high;hips;7.5;follow\r\n;;;;;;\r\n",
    '"sep=|"\nroutine|name|hold|keep-awake|limits|minutes|talk\n'
    "hamstrings|A|45|high|hips|7,5|brief",
    "email,routine,name,hold,keep awake,limits,minutes,talk,hodl\n"
    "a@b.c,hamstrings,A,45,high,hips,7.5,brief,9\n",
])  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_table_is_taken_as_spreadsheets_save_it(tmp_path: Path, data: str, encoding: str) -> None:
    path = tmp_path / ("jobs.tsv" if "\t" in data else "jobs.csv")
    path.write_bytes(data.replace("\ufeff", "" if encoding == "utf-16" else "\ufeff").encode(encoding))
    said: list[str] = []
    (job,) = read_jobs(path, on_warning=said.append)
    assert isinstance(job, Job)
    wanted = Preferences(
        holds=(parse_hold("45"),), keep_awake="high", limits=("hips",), fit=450,
        talk=(TalkChoice("follow"),),
    )  # fmt: skip
    assert (job.routine, job.name, job.preferences) == ("hamstrings", "A", wanted)
    aside = "columns that are no options are left aside: email, hodl; did you mean hold?"
    assert said == ([f"{path}:1:1: {aside}"] if "email" in data else [])


@pytest.mark.parametrize(("row", "message"), [
    *TABLES["rows"],
    (b"x,\xe4,", "2:3: this is not UTF-8 text; save the file as UTF-8"),
    (b"x,4\x005,", "2:4: a NUL character is not allowed"),
    (b"x," + b"9" * 90_000, "2:3: '9999"),
])  # fmt: skip
def test_a_bad_row_of_a_table_stops_no_other(tmp_path: Path, row: str | bytes, message: str | None) -> None:
    data = row.encode() if isinstance(row, str) else row
    rows = read(tmp_path, b"routine,hold,sets,rest,sides,rate\n" + data + b"\nhamstrings,30,2\n")
    assert len(rows) == 2
    assert isinstance(rows[1], Job)
    if message is None:
        assert isinstance(rows[0], Job)
        return
    (said,) = problems(rows)
    assert said.startswith(f"jobs.csv:{message}")
    assert len(said) < 400


def test_every_problem_of_a_row_is_told_and_its_name_is_kept(tmp_path: Path) -> None:
    rows = read(tmp_path, "name,sets,rate,talk\nAnna,0,9,loud\n".replace("talk", "talk,routine"))
    assert len(problems(rows)) == 4
    assert isinstance(rows[0], BadRow)
    assert rows[0].name == "Anna"


@pytest.mark.parametrize(("row", "message"), [
    *TABLES["objects"],
    ("[" * 90_000, "1:1: this is larger or deeper than any job"),
    ('{"routine": "x", "sets": ' + "9" * 9_000 + "}", "1:"),
    (b'{"routine": "\xff"}', "1:14: this is not UTF-8 text"),
])  # fmt: skip
def test_a_bad_row_of_json_lines_stops_no_other(tmp_path: Path, row: str | bytes, message: str) -> None:
    data = row.encode() if isinstance(row, str) else row
    good = b'{"routine": "hamstrings", "hold": null}'
    rows = read(tmp_path, data + b"\r\n\n" + good, name="jobs.jsonl")
    (said,) = problems(rows)
    assert said.startswith(f"jobs.jsonl:{message}")
    assert len(said) < 400
    assert len(rows) == 2
    assert isinstance(rows[1], Job)


@pytest.mark.parametrize(("name", "message"), TABLES["not_there"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError, match=message):
        list(read_jobs(tmp_path / name))


@given(st.lists(st.text(max_size=30), max_size=4), st.sampled_from([".csv", ".jsonl"]))
def test_no_text_brings_the_reader_down(lines: list[str], ending: str) -> None:
    import tempfile

    header = "routine,name,hold\n" if ending == ".csv" else '{"routine": "x"}\n'
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"jobs{ending}"
        path.write_bytes((header + "\n".join(lines)).encode("utf-8", "surrogatepass"))
        try:
            rows = list(read_jobs(path))
        except ContentError:
            return
        assert all(isinstance(row, Job | BadRow) for row in rows)


def test_the_columns_are_those_of_build() -> None:
    from smr_audio.cli.build import command

    options = {option.opts[-1].lstrip("-") for option in command.params}
    assert set(COLUMNS) - {"routine", "name"} <= options
