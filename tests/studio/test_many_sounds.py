"""Cues, counts and sounds of one's own in a batch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smr_audio.batch.jobs import Job, read_jobs
from smr_audio.batch.report import BatchReport
from smr_audio.batch.run import build_jobs
from smr_audio.build_key import Keys
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import CueSound
from smr_audio.storage.cache import Cache
from smr_audio.storage.paths import default_cache_root
from tests.sound.test_own_sound import bell, write

pytestmark = pytest.mark.usefixtures("warm")
ROUTINE = "hamstring-ball-press"


def run(jobs: list[Job] | Path, tmp_path: Path) -> BatchReport:
    cache = Cache(default_cache_root())
    return build_jobs(jobs, tmp_path / "out", content=(), cache=cache, workers=1)


def test_a_row_says_how_a_session_sounds_and_names_files_from_its_own_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "club").mkdir()
    table = tmp_path / "club" / "members.csv"
    table.write_text(
        "routine,cues,cue-sound,metronome,countdown,calls,keep-awake,loudness\n"
        f'{ROUTINE},soft,start=bell.wav;end=sub/gong.wav,yes,voice,"halfway,begin",off,quiet\n',
        encoding="utf-8",
    )
    (job,) = read_jobs(table)
    assert isinstance(job, Job)
    club = tmp_path / "club"
    assert job.preferences == Preferences(
        cues="soft", metronome=True, countdown="voice", calls=("halfway", "begin"),
        keep_awake="off", loudness="quiet",
        cue_sounds=(
            CueSound("start", str(club / "bell.wav")), CueSound("end", str(club / "sub/gong.wav")),
        ),
    )  # fmt: skip


def test_a_changed_sound_is_built_again_and_the_same_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "bell.wav", bell())
    (tmp_path / "mine.yaml").write_text(
        "kind: routine\nid: mine\ntitle: Mine\nabout: Mine.\n"
        "settings: {voice: silent, cue_sounds: {end: bell.wav}}\n"
        f"steps: [{{technique: {ROUTINE}}}]\n",
        encoding="utf-8",
    )
    wishes = Preferences(voice="silent", talk="minimal", cue_sounds=(CueSound("end", "bell.wav"),))
    jobs = [Job(ROUTINE, wishes, "by option"), Job("mine.yaml", Preferences(), "by routine")]
    assert [row.status for row in run(jobs, tmp_path).results] == ["built", "built"]
    assert [row.status for row in run(jobs, tmp_path).results] == ["unchanged", "unchanged"]
    write(tmp_path / "bell.wav", bell(freq_hz=700))
    assert [row.status for row in run(jobs, tmp_path).results] == ["built", "built"]


def test_a_sound_that_is_no_use_fails_its_row_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    table = tmp_path / "jobs.csv"
    table.write_text(
        "routine,name,voice,talk,cue-sound\n"
        f"{ROUTINE},a,silent,minimal,end=text.wav\n{ROUTINE},b,silent,minimal,\n"
        f"{ROUTINE},c,silent,minimal,bell=text.wav\n",
        encoding="utf-8",
    )
    rows = run(table, tmp_path).results
    assert [row.status for row in rows] == ["failed", "built", "failed"]
    assert rows[0].error is not None
    assert rows[0].error.startswith(f"{table}:2:1: ")
    assert "text.wav' cannot be the sound of the cue 'end'" in rows[0].error
    assert rows[0].exit_status == 2
    assert "'bell' is no cue" in (rows[2].error or "")


def test_a_batch_notices_a_changed_voice_of_a_routines_own(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    about = {"audio": {"sample_rate": 16000}, "espeak": {"voice": "en-us"}}
    (folder / "ann.onnx.json").write_text(json.dumps(about))
    (folder / "ann.onnx").write_bytes(b"one")
    (folder / "own.yaml").write_text(ROUTINE_OF_ANN, "utf-8")
    keys = [
        Keys([], version="1").key((folder / "own.yaml").absolute(), Preferences()) for _ in range(2)
    ]
    (folder / "ann.onnx").write_bytes(b"another")
    keys.append(Keys([], version="1").key((folder / "own.yaml").absolute(), Preferences()))
    asked = Preferences(voice="silent")
    plain = Keys([], version="1").key((folder / "own.yaml").absolute(), asked)
    (folder / "ann.onnx").write_bytes(b"a third")
    assert Keys([], version="1").key((folder / "own.yaml").absolute(), asked) == plain
    assert keys[0] == keys[1] != keys[2]


ROUTINE_OF_ANN = """\
kind: routine
id: own
title: "Own"
about: "Own."
settings: {voice: ann.onnx}
steps:
  - {technique: hamstring-ball-press, hold: 20, sides: left}
"""


def test_a_voice_that_cannot_be_fails_its_row_alone(tmp_path: Path) -> None:
    good = Job("hamstring-ball-press", Preferences(voice="silent", talk="minimal"), "good")
    bad = Job("hamstring-ball-press", Preferences(voice="~nobody-there/x.onnx"), "bad")
    report = run([bad, good], tmp_path)
    assert [row.status for row in report.results] == ["failed", "built"]
    assert report.results[0].exit_status == 2
    assert "nobody-there" in str(report.results[0].error)
