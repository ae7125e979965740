"""`smr-audio batch` as a gym uses it: hostile rows, a kill half-way, Ctrl-C, and going on."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from smr_audio.batch.jobs import BatchReport, JobResult
from smr_audio.batch.run import LEDGER
from smr_audio.cli.batch import summary
from tests.cli.conftest import ROUTINE, Run

pytestmark = pytest.mark.usefixtures("warm")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
JOBS = 60
Batch = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def batch(run: Run, tmp_path: Path) -> Batch:
    (tmp_path / "mine.yaml").write_text(ROUTINE, encoding="utf-8")
    return partial(run, "batch")


def write_jobs(folder: Path, rows: Iterable[tuple[str, ...]], *columns: str) -> None:
    """jobs.csv, each row silent and short."""
    with (folder / "jobs.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow([*columns, "voice", "talk", "pace"])
        table.writerows([*row, "silent", "minimal", "quick"] for row in rows)


def many_jobs(folder: Path) -> None:
    rows = (("mine.yaml", f"member {n}", str(20 + n % 7)) for n in range(JOBS))
    write_jobs(folder, rows, "routine", "name", "hold")


def report(folder: Path) -> dict[str, Any]:
    """The report that is there, as {name: row}."""
    text = (folder / "out" / "report.json").read_text(encoding="utf-8")
    return {row["name"]: row for row in json.loads(text)["rows"]}


def test_each_row_becomes_a_file(batch: Batch, run: Run, tmp_path: Path) -> None:
    rows = [("mine.yaml", "Zoë", "20"), ("mine.yaml", "王", "+5"), ("mine.yaml", "", "")]
    write_jobs(tmp_path, rows, "routine", "name", "hold")
    done = batch("jobs.csv", "-o", "out", "--jobs", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("3 built, 0 unchanged, 0 failed in ")
    assert [row["path"] for row in report(tmp_path).values()] == [
        str(Path("out") / name) for name in ("Zoë.mp3", "王.mp3", "mine-3.mp3")
    ]
    wishes = ("--hold", "+5", "--voice", "silent", "--talk", "minimal", "--pace", "quick")
    run("build", "mine.yaml", "-o", "alone.mp3", *wishes)
    assert (tmp_path / "out" / "王.mp3").read_bytes() == (tmp_path / "alone.mp3").read_bytes()


def test_hostile_rows_harm_nobody(batch: Batch, tmp_path: Path) -> None:
    rows = [
        ("mine.yaml", "../../escaped", ""), ("mine.yaml", "=cmd|'/c calc'!A1", ""),
        ("mine.yaml", "C:\\evil\nname", ""), ("mine.yaml", "nul", "99999999"),
        ("mine.yaml", "huge", "9" * 5000), ("../../../../etc/passwd", "passwd", ""),
        ("nobody", "\x1b[31mred", ""), ("mine.yaml", "good", ""), ("mine.yaml", "GOOD", ""),
        ("mine.yaml", "...", ""),
    ]  # fmt: skip
    write_jobs(tmp_path, rows, "routine", "name", "hold")
    done = batch("jobs.csv", "-o", "out", "--jobs", "1")
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr
    found = report(tmp_path)
    assert {name: row["status"] for name, row in found.items()} == {
        "escaped": "built", "cmd-'-c calc'!A1": "built", "row-3": "failed", "row-4": "failed",
        "_nul": "built", "huge": "failed", "passwd": "failed", "[31mred": "failed",
        "good": "built", "GOOD-2": "built", "mine-11": "built",
    }  # fmt: skip
    assert [name for name, row in found.items() if row["warnings"]] == ["_nul", "GOOD-2"]
    assert "another row is named 'GOOD' too" in found["GOOD-2"]["warnings"][0]
    outside = {path.name for path in tmp_path.iterdir()} - {"cache", "out"}
    assert outside == {"mine.yaml", "jobs.csv"}
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".mp3", ".json", ".jsonl"}
    assert "is cut to" in found["_nul"]["warnings"][0]
    for row in found.values():
        if row["status"] == "failed":
            assert row["error"].startswith("jobs.csv:")
            assert row["error"].split("\n")[0] in done.stderr


def test_json_is_one_value_with_every_row(batch: Batch, tmp_path: Path) -> None:
    rows = [{"routine": "mine.yaml", "voice": "silent", "hold": [20, "+1"]}, {"routine": "x"}]
    text = "\n".join([json.dumps(row) for row in rows] + ["{"])
    (tmp_path / "jobs.jsonl").write_text(text)
    done = batch("jobs.jsonl", "-o", "out", "--json", "--jobs", "1")
    assert done.returncode == 1
    value = json.loads(done.stdout)
    assert value["summary"]["failed"] == 2
    assert [row["status"] for row in value["rows"]] == ["built", "failed", "failed"]
    assert [row["exit_status"] for row in value["rows"]] == [0, 2, 3]
    assert list(report(tmp_path).values()) == value["rows"]


def test_only_the_first_failures_are_shown(batch: Batch, tmp_path: Path) -> None:
    write_jobs(tmp_path, [("nobody",)] * 30, "routine")
    done = batch("jobs.csv", "-o", "out", "--jobs", "1")
    assert len(done.stderr.splitlines()) == 21
    assert "and 10 more that failed" in done.stderr


def start(folder: Path) -> subprocess.Popen[str]:
    """A batch in a process group of its own, when it has built a few."""
    process = subprocess.Popen(
        [sys.executable, "-m", "smr_audio", "batch", "jobs.csv", "-o", "out", "--jobs", "2"],
        cwd=folder, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while len(list(folder.glob("out/*.mp3"))) < 5:
        assert process.poll() is None
        time.sleep(0.005)
    return process


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in (folder / "out").iterdir() if path.name.endswith(".tmp")]


@posix
@pytest.mark.slow
def test_a_killed_batch_is_gone_on_with(batch: Batch, tmp_path: Path) -> None:
    many_jobs(tmp_path)
    process = start(tmp_path)
    process.kill()
    process.communicate(timeout=30)  # ends when the workers have, since they hold the pipe
    noted = len((tmp_path / "out" / LEDGER).read_bytes().splitlines())
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("out/*.mp3")}
    assert 5 <= len(before) < JOBS
    done = batch("jobs.csv", "-o", "out", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    statuses = [row["status"] for row in report(tmp_path).values()]
    assert statuses.count("unchanged") == noted >= len(before) - 6  # so many are handed out
    same = [path for path, mtime in before.items() if path.stat().st_mtime_ns == mtime]
    assert len(same) == noted
    assert len(list(tmp_path.glob("out/*.mp3"))) == JOBS
    assert leftovers(tmp_path) == []


@posix
@pytest.mark.parametrize(("number", "status", "to_all"), [
    (signal.SIGINT, 130, True),  # as a terminal does
    (signal.SIGTERM, 143, False),
    pytest.param(signal.SIGINT, 130, False, marks=pytest.mark.slow),
    pytest.param(signal.SIGTERM, 143, True, marks=pytest.mark.slow),
])  # fmt: skip
@pytest.mark.slow
def test_a_signal_stops_at_once_keeps_what_is_done_and_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, number: int, status: int, to_all: bool
) -> None:
    (tmp_path / "mine.yaml").write_text(ROUTINE, encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    many_jobs(tmp_path)
    process = start(tmp_path)
    (os.killpg if to_all else os.kill)(process.pid, number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, "Traceback" in err) == (status, "", False)
    assert leftovers(tmp_path) == list((tmp_path / "temporary").iterdir()) == []
    assert 5 <= len(list(tmp_path.glob("out/*.mp3"))) < JOBS


def test_the_summary_says_how_many_and_how_fast() -> None:
    def result(row: int) -> JobResult:
        return JobResult(row, str(row), Path("x"), "failed" if row > 9998 else "built")

    done = BatchReport(tuple(map(result, range(1, 10_001))), Path("report.json"), 214.0)
    assert summary(done) == "9,998 built, 0 unchanged, 2 failed in 214 s (46.7 a second)"


@pytest.mark.usefixtures("without_natural")
def test_a_warning_of_every_row_is_said_once(run: Run, tmp_path: Path) -> None:
    row = "hamstring-ball-press,minimal\n"
    (tmp_path / "jobs.csv").write_text("routine,talk\n" + row * 3)
    done = run("batch", "jobs.csv", "-o", "out", "--jobs", "1")
    assert done.returncode == 0
    assert done.stderr.count("a natural one needs the extra 'natural'") == 1


def test_warnings_are_told_with_their_rows(batch: Batch, tmp_path: Path) -> None:
    write_jobs(tmp_path, [("mine.yaml", "A", "20", "x"), ("mine.yaml", "A", "400", "")],
               "Routine", "Name", "Hold", "Email")  # fmt: skip
    done = batch("jobs.csv", "-o", "out", "--jobs", "1")
    assert done.returncode == 0
    aside, named, cut = done.stderr.splitlines()
    assert aside == "Warning: jobs.csv:1:1: columns that are no options are left aside: Email"
    assert named.startswith("Warning: jobs.csv:3:1: another row is named 'A' too")
    assert cut.startswith("Warning: jobs.csv:3:1: hamstring-ball-press: a hold of 400 s")
