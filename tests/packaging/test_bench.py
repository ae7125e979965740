"""scripts/bench: its sessions are sound content, rivals get all of them, nothing is hidden."""

import json
import shlex
from pathlib import Path

import pytest
from bench import driver, report, rivals, session
from bench.stage import BenchError, Case, Stage, Unavailable

from smr_audio.check import check_paths

MADE_UP = ("20min", "60min")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The made-up sessions, planned with the silent voice."""
    folder = tmp_path_factory.mktemp("bench")
    return driver.set_stage(folder, names=MADE_UP, voice="silent")


def fails(_: int) -> float:
    raise BenchError("no file")


def cannot(_: int) -> float:
    raise Unavailable("not installed: lame")


def test_a_session_is_content_without_problems_and_has_its_holds(stage: Stage) -> None:
    checked = check_paths([stage.folder / "content"])
    assert (len(checked.files), checked.problems) == (session.TECHNIQUES + 3 + 1, ())
    found = session.counts(stage.plans["20min"])
    assert (found["holds"], found["hold_s"], found["lines"]) == (36, [30.0], 74)
    assert 20 <= found["minutes"] <= 22
    assert session.TECHNIQUES < found["distinct_lines"] < session.TECHNIQUES + 6


def test_the_pieces_are_every_sound_of_the_plan_without_a_gap_between_slots(stage: Stage) -> None:
    plan = stage.plans["20min"]
    given = session.pieces_of(plan)
    sounds = [event for event in plan["events"] if event["kind"] in ("speech", "cue")]
    pieces = given["pieces"]
    assert [p["start_ms"] for p in pieces] == [sound["start_ms"] for sound in sounds]
    assert [p.get("text") for p in pieces] == [sound.get("text") for sound in sounds]
    ends = [p["start_ms"] + p["slot_ms"] for p in pieces]
    assert ends == [*(p["start_ms"] for p in pieces[1:]), plan["duration_ms"]]
    assert all(p["length_ms"] <= p["slot_ms"] for p in pieces)
    assert all(p["hz"] > 0 for p in pieces if "cue" in p)


def test_the_shell_script_speaks_each_line_once_and_joins_every_piece(stage: Stage) -> None:
    given = session.pieces_of(stage.plans["60min"])
    given["pieces"][0]["text"] = "Don't; $stop `now`."
    commands = [shlex.split(line) for line in rivals.script(given).splitlines()]
    spoken = [words[-1] for words in commands if words[0] == "espeak-ng"]
    assert spoken == list(dict.fromkeys(p["text"] for p in given["pieces"] if "text" in p))
    joins = [words[1:-1] for words in commands if words[0] == "sox" and words[-1].startswith("part")]
    assert sum(map(len, joins)) == len(given["pieces"]) + 1  # the lead before the first
    assert all(len(files) <= 500 for files in joins)
    assert commands[-1][0] == "lame"


def test_a_run_measures_the_parts_that_are_named_and_writes_them(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "set_stage", lambda *_, **__: stage)
    target = tmp_path / "figures.json"
    words = ["--quick", "--rounds", "1", "--only", "help", "--json", str(target)]
    assert driver.main(words) == 0
    found = json.loads(target.read_text("utf-8"))
    assert found["format"] == report.BENCH_FORMAT
    assert list(found["figures"]) == ["help/any"]
    assert found["machine"]["cores"]
    assert "help/any" in capsys.readouterr().out


def test_an_unknown_part_is_refused_with_the_ones_there_are(stage: Stage) -> None:
    with pytest.raises(SystemExit, match=r"no part 'plane'.*plain, shell"):
        driver.chosen(list(rivals.cases(stage)), ["plane"])


def test_rounds_turn_back_and_what_fails_is_told_and_not_tried_again() -> None:
    ran: list[str] = []

    def case(key: str, **options: bool) -> Case:
        return Case(key, lambda number: ran.append(key) or float(number), **options)

    broken = [Case("c/x", fails), Case("d/x", cannot)]
    told: list[str] = []
    cases = [case("a/x"), case("b/x", once=True), case("f/x"), *broken]
    found = driver.measure(cases, 3, tell=told.append)
    assert ran == ["a/x", "b/x", "f/x", "f/x", "a/x", "a/x", "f/x"]
    assert found.values["a/x"] == [0.0, 1.0, 2.0]
    assert found.failed == {"c/x": "no file"}
    assert found.absent == {"d/x": "not installed: lame"}
    assert "round 1 of 3  c/x: no file" in told[3]


def test_the_tables_show_ratios_and_what_failed() -> None:
    found = report.Found({"warm/20min": [0.9, 0.8, 2.0], "plain/20min": [9.0]})
    found.values |= {"batch/20min": [90.0], "bare-batch/20min": [100.0]}
    found.units = dict.fromkeys(found.values, "s")
    found.failed = {"cold/20min": "the voice broke"}
    text = "\n".join(report.tables(report.as_json(found, sessions={})))
    assert "failed: the voice broke" in text
    rows = {line.split()[0]: line.split() for line in text.splitlines() if line}
    assert rows["warm/20min"] == ["warm/20min", "0.9", "0.8", "2.0", "s", "3", "plain", "10"]
    assert rows["batch/20min"][-3:] == ["of", "bare", "0.9"]
