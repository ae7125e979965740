"""Many jobs at once: each as if it were built alone, and what fails stops nothing else."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path

import pytest

import smr_audio
from smr_audio import (
    BatchReport,
    Cache,
    ContentError,
    Job,
    JobResult,
    MissingError,
    Preferences,
    Studio,
    UsageError,
    build_many,
    parse_hold,
    parse_talk,
)
from tests.cli.conftest import ROUTINE
from tests.doubles import raising

QUICK = Preferences(voice="silent", talk=(parse_talk("minimal"),), pace="quick")
Many = Callable[..., BatchReport]


@pytest.fixture
def many(tmp_path: Path, cache: Cache) -> Many:
    """Build jobs into `out`, in this process if nothing else is said."""
    (tmp_path / "mine.yaml").write_text(ROUTINE, encoding="utf-8")

    def build(jobs: object, **options: object) -> BatchReport:
        return build_many(jobs, tmp_path / "out", **{"workers": 1, "cache": cache, **options})

    return build


def job(folder: Path, hold: str = "20", name: str | None = None) -> Job:
    wishes = Preferences(holds=(parse_hold(hold),)).over(QUICK)
    return Job(folder / "mine.yaml", wishes, name)


def statuses(report: BatchReport) -> list[str]:
    return [result.status for result in report.results]


def mp3s(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "out").glob("*.mp3")}


def no_leftovers(folder: Path) -> bool:
    return not [path for path in (folder / "out").iterdir() if path.name.endswith(".tmp")]


@pytest.mark.parametrize("how", ["here", "processes", "threads"])
def test_every_way_gives_the_bytes_of_a_build_alone(many: Many, tmp_path: Path, cache: Cache, how: str) -> None:
    jobs = [job(tmp_path, str(hold)) for hold in (20, 31, 20, 45)]
    if how == "here":
        report = many(jobs)
    elif how == "processes":
        report = many(jobs, workers=2)
    else:
        with ThreadPoolExecutor(2) as executor:
            report = many(jobs, executor=executor, workers=2)
    assert statuses(report) == ["built"] * 4
    assert [result.row for result in report.results] == [1, 2, 3, 4]
    for one, result in zip(jobs, report.results, strict=True):
        alone = smr_audio.build(one.routine, tmp_path / "a.mp3", one.preferences, cache=cache)
        assert result.path.read_bytes() == (tmp_path / "a.mp3").read_bytes()
        assert result.bytes == alone.files[0].bytes
        assert result.duration_ms == alone.plan.duration_ms
    assert active_children() == []


def test_what_fails_is_told_and_stops_nothing(many: Many, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("kind: routine\n", encoding="utf-8")
    report = many(
        [
            job(tmp_path),
            Job("hamstringz"),
            Job(tmp_path / "wrong.yaml"),
            Job("hamstrings", Preferences(language="xx")),
            Job("hamstrings", Preferences(voice="silent", skip=("calves",))),
            job(tmp_path, "21"),
        ]
    )
    assert statuses(report) == ["built", *["failed"] * 4, "built"]
    statuses_of_kinds = [UsageError, ContentError, MissingError, UsageError]
    assert [r.exit_status for r in report.failed] == [e.exit_status for e in statuses_of_kinds]
    assert "did you mean 'hamstrings'?" in str(report.results[1].error)
    assert "wrong.yaml:1:1: " in str(report.results[2].error)
    assert "calves" in str(report.results[4].error)


def test_a_row_without_memory_enough_names_the_limit(
    many: Many, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smr_audio.studio.studio.Studio.build", raising(MemoryError))
    [result] = many([job(tmp_path)]).results
    assert "no more memory" in str(result.error)
    assert "please report it" not in str(result.error)


def test_the_report_has_every_row_in_order(many: Many, tmp_path: Path) -> None:
    told: list[JobResult] = []
    steps: list[tuple[int, int]] = []
    report = many(
        [Job("nobody"), job(tmp_path, name="b"), job(tmp_path, name="a")],
        on_result=told.append,
        progress=lambda stage, done, total: steps.append((done, total)),
    )
    written = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert written == report.as_json()
    assert written["format"] == "smr-audio/batch-1"
    counts = {"rows": 3, "built": 2, "unchanged": 0, "failed": 1}
    assert counts.items() <= written["summary"].items()
    assert [row["row"] for row in written["rows"]] == [1, 2, 3]
    assert [row["name"] for row in written["rows"]] == ["nobody-1", "b", "a"]
    assert told == list(report.results)
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_a_second_run_builds_only_what_changed(many: Many, tmp_path: Path) -> None:
    jobs = [job(tmp_path, "20", "a"), job(tmp_path, "300", "b"), Job("nobody", name="c")]
    first = many(jobs)
    before = mp3s(tmp_path)
    again = many([*jobs[:1], job(tmp_path, "25", "b"), job(tmp_path, name="c")])
    assert statuses(first) == ["built", "built", "failed"]
    assert statuses(again) == ["unchanged", "built", "built"]
    assert again.results[0].bytes == first.results[0].bytes
    assert again.results[0].duration_ms == first.results[0].duration_ms
    assert mp3s(tmp_path)["a.mp3"] == before["a.mp3"]
    assert mp3s(tmp_path)["b.mp3"] != before["b.mp3"]
    assert statuses(many([*jobs[:1], job(tmp_path, "25", "b")], again=True)) == ["built"] * 2


def test_the_warnings_of_a_file_stay_with_it(many: Many, tmp_path: Path) -> None:
    first, again = (many([job(tmp_path, "9000")]) for _ in range(2))
    assert statuses(again) == ["unchanged"]
    assert "is cut to" in first.results[0].warnings[0]
    assert again.results[0].warnings == first.results[0].warnings


def swap_file(folder: Path) -> None:
    path = folder / "out" / "a.mp3"
    path.write_bytes(b"x" * path.stat().st_size)
    os.utime(path, (1, 1))


def add_technique_beside(folder: Path) -> None:
    shipped = Path(smr_audio.__file__).parents[1] / "content" / "techniques"
    (folder / "techniques").mkdir()
    text = (shipped / "hamstring-ball-press.yaml").read_text(encoding="utf-8")
    (folder / "techniques" / "hamstring-ball-press.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("change", [
    lambda folder: (folder / "out" / "a.mp3").write_bytes(b"short"), swap_file,
    lambda folder: (folder / "out" / "a.mp3").unlink(),
    lambda folder: (folder / "mine.yaml").write_text(ROUTINE.replace('title: "M', 'title: "N')),
    add_technique_beside,
], ids=["another size", "another time", "gone", "another routine", "a technique"])  # fmt: skip
def test_what_is_built_from_something_else_now_is_built_anew(
    many: Many, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    many([job(tmp_path, name="a")])
    change(tmp_path)
    assert statuses(many([job(tmp_path, name="a")])) == ["built"]
    assert statuses(many([job(tmp_path, name="a")])) == ["unchanged"]


def test_a_change_of_a_technique_is_heard_in_the_same_process(many: Many, tmp_path: Path, cache: Cache) -> None:
    add_technique_beside(tmp_path)
    jobs = [job(tmp_path, name="a")]
    many(jobs)
    before = mp3s(tmp_path)
    path = tmp_path / "techniques" / "hamstring-ball-press.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("then_s: ", "then_s: 1"), encoding="utf-8")
    assert statuses(many(jobs)) == ["built"]
    smr_audio.build(jobs[0].routine, tmp_path / "b.mp3", jobs[0].preferences, cache=cache)
    assert mp3s(tmp_path)["a.mp3"] == (tmp_path / "b.mp3").read_bytes() != before["a.mp3"]


def test_another_version_or_locale_builds_anew(many: Many, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many([job(tmp_path)])
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert statuses(many([job(tmp_path)])) == ["built"]
    versions = iter(("9.9", "9.8"))  # of the run, and then of its worker
    monkeypatch.setattr("smr_audio.batch.run.this_version", lambda: next(versions))
    (result,) = many([job(tmp_path)]).results
    assert "the worker has smr-audio 9.8, and this is 9.9" in str(result.error)


def test_a_row_sees_no_content_that_another_brought(many: Many, tmp_path: Path) -> None:
    add_technique_beside(tmp_path)
    own = tmp_path / "techniques" / "own-press.yaml"
    text = (tmp_path / "techniques" / "hamstring-ball-press.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("id: hamstring-ball-press", "id: own-press"), encoding="utf-8")
    report = many([Job(own, QUICK), job(tmp_path), Job("own-press", QUICK)])
    assert statuses(report) == ["built", "built", "failed"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_worker_costs_nothing_but_time(many: Many, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_one(result: JobResult) -> None:
        if not killed:
            (pid, *_) = [child.pid for child in active_children() if child.pid]
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    report = many([job(tmp_path, str(20 + n)) for n in range(8)], workers=2, on_result=kill_one)
    assert killed
    assert statuses(report) == ["built"] * 8
    assert no_leftovers(tmp_path)


@pytest.mark.usefixtures("warm")
def test_the_example_of_the_docs_runs(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "python.md"
    blocks = re.findall(r"```py\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = (block for block in blocks if "build_many" in block)
    (tmp_path / "example.py").write_text(block, encoding="utf-8")
    environment = {**os.environ, "PYTHONUTF8": "1"}
    command = [sys.executable, "example.py"]
    done = subprocess.run(command, check=False, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "2 []"


def test_a_script_without_the_guard_is_told_what_to_do(tmp_path: Path) -> None:
    text = "import smr_audio\nsmr_audio.build_many(map(smr_audio.Job, 'xy'), 'out', workers=2)\n"
    (tmp_path / "script.py").write_text(text)
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert "put what it does under `if __name__" in done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert "the worker process ended" in report["rows"][1]["error"]


def test_no_jobs_make_an_empty_report(many: Many) -> None:
    assert many([]).as_json()["summary"]["rows"] == 0


def test_equal_rows_are_built_once_and_stay_apart(many: Many, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    build = Studio.build
    monkeypatch.setattr(Studio, "build", lambda *a, **k: built.append(a[2].name) or build(*a, **k))
    jobs = [job(tmp_path, "20", "a"), job(tmp_path, "25", "b"), job(tmp_path, "20", "c"), job(tmp_path, "20", "d")]
    assert statuses(many(jobs)) == ["built"] * 4
    assert built == ["a.mp3", "b.mp3"]
    files = mp3s(tmp_path)
    assert files["a.mp3"] == files["c.mp3"] == files["d.mp3"] != files["b.mp3"]
    jobs[2] = job(tmp_path, "30", "c")
    assert statuses(many(jobs)) == ["unchanged", "unchanged", "built", "unchanged"]
    after = mp3s(tmp_path)
    assert after["c.mp3"] != files["c.mp3"]
    assert [name for name in files if files[name] != after[name]] == ["c.mp3"]
