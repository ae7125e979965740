"""The commands: their output and their exit status."""

import json
import re
from pathlib import Path

import pytest

from smr_audio.cli.main import COMMANDS
from smr_audio.library.library import Library
from smr_audio.options.kinds import Names
from smr_audio.voices import registry
from tests.cli.conftest import ROUTINE, SILENT, Run, holds, planned

pytestmark = pytest.mark.usefixtures("warm")


def test_help_names_every_command_and_each_has_its_own(run: Run) -> None:
    told = run("--help").stdout
    for name in COMMANDS:
        done = run(name, "--help")
        assert (done.returncode, done.stderr, name in told) == (0, "", True)


def test_build_writes_the_file_and_says_so(run: Run, run_alone: Run, tmp_path: Path, own_cache: Path) -> None:
    words = ("hamstring-ball-press", *SILENT, "--talk", "minimal")
    done = run_alone("build", *words, "--lrc", SMR_AUDIO_CACHE=str(own_cache))
    assert done.returncode == 0
    timed = (tmp_path / "output" / "hamstring-ball-press.lrc").read_text("utf-8")
    said = [event["text"] for event in planned(run, *words)["events"] if "text" in event]
    assert len(said) > 5
    assert [text for text in said if text not in timed] == []
    assert (tmp_path / "output" / "hamstring-ball-press.mp3").stat().st_size > 100_000
    assert " sentences spoken\n" in done.stdout
    assert str(Path("output") / "hamstring-ball-press.mp3") in done.stdout
    assert done.stderr == ""


def test_build_json_is_one_value_with_the_promised_keys(run: Run, tmp_path: Path, own_cache: Path) -> None:
    (tmp_path / "mine.yaml").write_text(ROUTINE, encoding="utf-8")
    words = ("mine.yaml", *SILENT, "--talk", "minimal", "--json", "-o", "deep/er/x.mp3")
    done = run("build", *words, SMR_AUDIO_CACHE=str(own_cache))
    report = json.loads(done.stdout)
    assert list(report) == [
        "files", "duration_ms", "plan", "loudness_lufs", "true_peak_dbtp", "clips", "islands",
        "elapsed_s",
    ]  # fmt: skip
    assert list(report["files"][0]) == ["path", "bytes", "sha256"]
    assert (tmp_path / "deep" / "er" / "x.mp3").stat().st_size == report["files"][0]["bytes"]
    assert report["plan"]["voice"] == "silent"
    assert report["clips"]["cached"] == 0
    assert report["islands"]["encoded"] > 0


def test_build_writes_an_album_and_says_so(run: Run, tmp_path: Path) -> None:
    done = run("build", "hamstring-ball-press", *SILENT, "--talk", "learn", "--album", "al/bum")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(Path("al", "bum", "hamstring-ball-press.m3u8")) in done.stdout
    report = json.loads(run("build", "hamstring-ball-press", *SILENT, "--album", "al/bum",
                            "--json").stdout)  # fmt: skip
    names = {Path(file["path"]).name: file["bytes"] for file in report["files"]}
    found = {path.name: path.stat().st_size for path in (tmp_path / "al" / "bum").iterdir()}
    assert names == found
    assert report["clips"]["spoken"] == report["islands"]["encoded"] == 0
    done = run("build", "hamstring-ball-press", *SILENT, "--album", "al/zip", "--zip", "--lrc")
    assert done.stdout.startswith(f"{Path('al', 'zip.zip')}  ")
    assert " 4 tracks, " in done.stdout
    assert sorted(path.name for path in (tmp_path / "al").iterdir()) == ["bum", "zip.zip"]


def test_plan_json_keeps_its_contract(run: Run) -> None:
    plan = planned(run, "hamstrings")
    assert list(plan) == [
        "format", "routine", "title", "language", "voice", "duration_ms", "bed", "talk", "chapters",
        "events", "warnings",
    ]  # fmt: skip
    assert plan["format"] == "smr-audio/plan-1"
    starts = [event["start_ms"] for event in plan["events"]]
    assert starts == sorted(starts)
    keys = {
        "speech": ["kind", "start_ms", "end_ms", "text", "role"],
        "hold": ["kind", "start_ms", "end_ms", "technique", "side", "set", "round", "outer_round"],
        "cue": ["kind", "start_ms", "end_ms", "cue"],
        "gate": ["kind", "start_ms", "end_ms"],
    }
    assert {event["kind"] for event in plan["events"]} == set(keys)
    for event in plan["events"]:
        assert list(event) == keys[event["kind"]]
    found = holds(run, "hamstrings")
    assert [seconds for _, _, seconds in found] == [30] * 6
    assert [side for _, side, _ in found] == ["left", "right"] * 3
    assert list(plan["chapters"][0]) == ["start_ms", "end_ms", "title", "technique", "side", "round", "outer_round"]
    ids = ("hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press")
    floor, bar, ball = (Library().technique(name).name.get("en") for name in ids)
    assert [c["title"] for c in plan["chapters"]] == [
        "Opening", f"{floor}, left", f"{floor}, right", f"Set up: {bar}", f"{bar}, left",
        f"{bar}, right", f"{ball}, left", f"{ball}, right", "Closing",
    ]  # fmt: skip
    assert plan["talk"] == {
        "asked": "learn", "techniques": dict.fromkeys(ids, "learn"), "safety": "full",
    }  # fmt: skip
    gates = [event for event in plan["events"] if event["kind"] == "gate"]
    assert [gate["end_ms"] - gate["start_ms"] for gate in gates] == [20_000]


def test_plan_table_is_readable_and_warnings_go_to_stderr(run: Run) -> None:
    done = run("plan", "hamstrings", *SILENT, "--hold", "90")
    assert "hold      90 s, hamstring-roller-floor left, set 1" in done.stdout
    assert "cue       * switch" in done.stdout
    assert "Warning: hamstring-barbell: a hold of 90 s is above its most" in done.stderr
    assert "\x1b[" not in done.stdout


def test_build_says_what_other_session_it_replaces(run: Run, tmp_path: Path) -> None:
    def said(*options: str) -> str:
        return run("build", "hamstring-ball-press", *SILENT, "--talk", "follow", *options).stderr

    assert said() == said() == ""
    assert "output/hamstring-ball-press.mp3 replaces" in said("--hold", "40").replace("\\", "/")
    assert "holds of 40 s, silent" in said("--sides", "left")
    (tmp_path / "output" / "hamstring-ball-press.mp3").write_bytes(b"a song")
    assert "which was none of smr-audio" in said()


def test_content_that_does_not_check_is_status_3_also_for_build(run: Run, tmp_path: Path) -> None:
    bad = ROUTINE.replace("hold: 20", "hold: -3").replace("safety: short", "safty: short")
    (tmp_path / "mine.yaml").write_text(bad, encoding="utf-8")
    build = run("build", "mine.yaml", *SILENT)
    assert build.returncode == 3
    assert build.stderr.splitlines() == [
        "mine.yaml:5:1: 'safty' is not a key of a routine; did you mean 'safety'?",
        "mine.yaml:7:45: hold must be 5 to 3600 seconds, not -3; put it in quotes to take away",
    ]
    assert not (tmp_path / "output").exists()
    check = run("check", "mine.yaml")
    assert check.returncode == 3
    assert check.stdout.splitlines() == build.stderr.splitlines()
    assert check.stderr == "1 file checked, 2 problems\n"


def test_check_takes_folders_and_prints_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own" / "routines").mkdir(parents=True)
    good = tmp_path / "own" / "routines" / "mine.yaml"
    good.write_text(ROUTINE, encoding="utf-8")
    assert run("check", "own").returncode == 0
    good.write_text(ROUTINE.replace("press", "pres"), encoding="utf-8")
    done = run("check", "own", "--json")
    assert done.returncode == 3
    (problem,) = json.loads(done.stdout)
    assert (problem["line"], problem["column"]) == (7, 17)
    assert "did you mean 'hamstring-ball-press'" in problem["message"]
    planned = run("plan", "own/routines/mine.yaml", *SILENT)
    assert (planned.returncode, planned.stderr.count("mine.yaml:7:17: there is no")) == (3, 1)


def test_list_is_of_all_of_a_kind_or_of_one(run: Run) -> None:
    found = {one["id"]: one for one in json.loads(run("list", "--json").stdout)}
    assert found["hamstrings"] == {
        "kind": "routine", "id": "hamstrings", "title": "Hamstrings: roller, barbell, ball",
        "minutes": 9, "level": 3, "muscles": ["hamstrings"],
        "tools": ["foam_roller", "barbell", "rack", "fascia_ball", "bench"],
    }  # fmt: skip
    assert all(0.5 <= one["minutes"] <= 30 for one in found.values())
    assert len(json.loads(run("list", "techniques", "--json").stdout)) == 34
    assert len(json.loads(run("list", "routines", "--json").stdout)) == 15
    about = run("list", "hamstring-roller-bench").stdout
    assert "hips make the floor position hard" in " ".join(about.split())
    assert json.loads(run("list", "hamstrings", "--json").stdout)["id"] == "hamstrings"


@pytest.mark.parametrize(("what", "lines"), [
    ("routines", ["runner  +Runner", "6 min, level 1; hamstrings; foam_roller"]),
    ("muscles", [r"gluteals  +glutes  \(bottom, bum, butt, buttocks\)", "shins  +shins"]),
    ("tools", ["fascia_ball  +Massage ball"]), ("limits", ["pregnancy  +pregnancy"]),
    ("voices", ["Natural|To download", "The system's voices", "silent  +Silence"]),
    ("glutes", ["glute-ball-wall  +Glutes, ball on the wall"]),
    ("Upper-Back", ["thoracic-roller-supine  +Upper back roller"]),
    ("roller_stick", ["quad-stick-seated  +Quads"]),
    ("hamstrings-6-weeks", ["days: every other day", "growth: hold .5 from week 3 on"]),
])  # fmt: skip
def test_list_names_what_can_be_chosen(run: Run, what: str, lines: list[str]) -> None:
    told = run("list", what).stdout
    assert [line for line in lines if not re.search(rf"^ *({line})", told, re.MULTILINE)] == []
    assert ("calf-roller-seated" in told) == (what == "techniques")


@pytest.mark.parametrize(("words", "same"), [
    ("glutes", "gluteals"), ("quad", "quadriceps"), ("upper back,Calf", "thoracic,calves"),
    ("back", "thoracic,lats"), ("inner-thighs", "adductors"), ("butt;bum", "gluteals"),
    ("front hips soles", "tfl,plantar_foot"),
])  # fmt: skip
def test_muscles_may_be_named_as_people_call_them(words: str, same: str) -> None:
    named = Names(words=True).read
    assert Library().muscles_named(named(words)) == named(same)


def test_list_says_why_people_find_no_lower_back_and_no_neck(run: Run) -> None:
    why = "Lower back and neck are left out: "
    assert run("list").stdout.count(why) == 1
    for asked in ("techniques", "--json"), ("courses",), ("packs",), ("hamstrings",), ("glutes",):
        assert why not in run("list", *asked).stdout
    assert not {"neck", "lower_back"} & set(Library().phrases("en").muscles)


def test_list_of_a_technique_cites_its_evidence_in_full(run: Run) -> None:
    told = run("list", "pec-ball-wall").stdout
    assert "evidence grade: B" in told
    assert "finding: no_change" in told
    cited = (
        "pec_jssm2023: Reiner MM et al. (2023). The Acute Effects of Pectoralis Major Foam Ball "
        "Rolling on Shoulder Extension Range of Motion, Isometric Contraction Torque, and Muscle "
        "Stiffness. J Sports Sci Med 22:51-57. doi:10.52082/jssm.2023.51 "
        "(read as its abstract or opening)"
    )
    assert cited in " ".join(told.split())
    as_json = json.loads(run("list", "pec-ball-wall", "--json").stdout)
    assert as_json["evidence"] == ["pec_jssm2023"]
    assert as_json["citations"] == [cited]
    assert json.loads(run("list", "hamstring-barbell", "--json").stdout)["variations"][0] == ("hamstring-ball-chair")


def test_voices_lists_this_machines_voices(run: Run) -> None:
    voices = json.loads(run("voices", "--json").stdout)
    ids = [voice["id"] for voice in voices]
    assert len(ids) == len(set(ids))
    assert {one.partition(":")[0] for one in ids} >= set(registry.ENGINES) - {*registry.NATURAL}
    assert json.loads(run("voices", "--json").stdout) == voices  # in a stable order
    few, everything = (run("voices", *more) for more in ((), ("--all",)))
    hidden = len(voices) - sum(one in few.stdout for one in ids)
    assert f"The system has {hidden} voices of other languages" in few.stderr or not hidden
    assert all(one in everything.stdout for one in ids)


def test_a_sample_is_in_the_voice_and_its_language(run: Run) -> None:
    plan = json.loads(run("voices", "sample", "silent", "-o", "v.mp3", "--json").stdout)["plan"]
    assert (plan["voice"], plan["language"]) == ("silent", "en")
    assert 15_000 < plan["duration_ms"] < 40_000


def test_doctor_tries_everything_for_real(run: Run) -> None:
    done = run("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 0
    assert list(findings) == [
        "python", "text", "content", "voice", "encoder", "cover", "cache", "output", "temp",
        "clock", "extras",
    ]  # fmt: skip
    assert all(finding["ok"] for finding in findings.values())
    assert "spoke" in findings["voice"]["detail"]


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    from smr_audio.cli.output import styled

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert styled("x", bold=True) != "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert styled("x", bold=True) == "x"


def test_customization_reaches_the_plan(run: Run) -> None:
    found = holds(
        run, "hamstrings", "--hold", "45", "--hold", "hamstring-barbell=20", "--hold",
        "hamstring-ball-press:right=+10", "--first", "right", "--sets", "2", "--rest", "15s",
        "--skip", "hamstring-roller-floor", "--pace", "quick", "--talk", "brief", "--rate", "1.2",
    )  # fmt: skip
    bar, ball = "hamstring-barbell", "hamstring-ball-press"
    assert found == [
        (bar, "right", 20), (bar, "right", 20), (bar, "left", 20), (bar, "left", 20),
        (ball, "right", 40), (ball, "right", 40), (ball, "left", 45), (ball, "left", 45),
    ]  # fmt: skip


def test_say_shows_what_the_engine_is_given_and_speaks_it(run: Run, tmp_path: Path) -> None:
    text = ("Close your eyes. Hold 30 s.", "--voice", "pyttsx3:gmw/en-us")
    done = run("say", *text, "--json", "-o", "said.mp3")
    said = json.loads(done.stdout)
    assert list(said)[:5] == ["format", "language", "voice", "text", "sentences"]
    assert (said["format"], said["voice"]) == ("smr-audio/say-1", "pyttsx3:gmw/en-us")
    words = ["Cloze your eyes.", "Hold thirty seconds."]
    assert said["sentences"] == [{"words": each, "phonemes": None} for each in words]
    assert (tmp_path / "said.mp3").stat().st_size > 10_000
    assert run("say", *text).stdout.splitlines() == words


def test_say_refuses_what_cannot_be_said(run: Run) -> None:
    done = run("say", "See https://example.com.", *SILENT)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("TEXT: the text has the address https://example.com, which")
    assert run("say", "hi", "--language", "English").returncode == 2
