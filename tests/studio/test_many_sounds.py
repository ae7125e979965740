"""Cues, counts and sounds of one's own in a batch."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from smr_audio import BatchReport, Cache, Job, Preferences, build_key, build_many
from smr_audio.build_key import Keys
from smr_audio.options.values import CueSound
from smr_audio.storage.paths import default_cache_root
from smr_audio.voices.silent import SilentEngine
from tests.english import written
from tests.sound.test_own_sound import bell, write

pytestmark = pytest.mark.usefixtures("warm")
ROUTINE = "hamstring-ball-press"


def run(jobs: list[Job] | Path, tmp_path: Path) -> BatchReport:
    cache = Cache(default_cache_root())
    return build_many(jobs, tmp_path / "out", cache=cache, workers=1)


def test_a_sound_or_a_voice_that_is_no_use_fails_its_row_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    table = tmp_path / "jobs.csv"
    table.write_text(
        "routine,name,voice,talk,cue-sound\n"
        f"{ROUTINE},a,silent,minimal,end=text.wav\n{ROUTINE},b,silent,minimal,\n"
        f"{ROUTINE},c,silent,minimal,gong=text.wav\n{ROUTINE},d,~nobody-there/x.onnx,minimal,\n",
        encoding="utf-8",
    )
    rows = run(table, tmp_path).results
    assert [row.status for row in rows] == ["failed", "built", "failed", "failed"]
    assert rows[0].error is not None
    assert rows[0].error.startswith(f"{table}:2:1: ")
    assert "text.wav' cannot be the sound of the cue 'end'" in rows[0].error
    assert rows[0].exit_status == 2
    assert "'gong' is no cue" in (rows[2].error or "")
    assert "nobody-there" in (rows[3].error or "")


ROUTINE_OF_ANN = """\
kind: routine
id: own
title: "Own"
about: "Own."
settings: {voice: ann.onnx, cue_sounds: {end: bell.wav}}
steps:
  - {technique: hamstring-ball-press, hold: 20, sides: left}
"""


def lexicon(folder: Path, word: str) -> None:
    text = f"kind: lexicon\nlanguage: en\nwords: {{ROM: {word}}}\n"
    written(folder, "lexicon/en.yaml", text)


@pytest.mark.skipif(find_spec("piper") is None, reason="needs Piper")
def test_whatever_a_file_is_built_from_makes_another_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    about = {"audio": {"sample_rate": 16000}, "espeak": {"voice": "en-us"}}
    Path("ann.onnx.json").write_text(json.dumps(about))
    Path("ann.onnx").write_bytes(b"one")
    Path("own.yaml").write_text(ROUTINE_OF_ANN, "utf-8")
    write(tmp_path / "bell.wav", bell())
    lexicon(tmp_path, "range")
    silent = Preferences(voice="silent", cue_sounds=(CueSound("end", "bell.wav"),))

    def keys() -> tuple[str, str]:
        made, routine = Keys([str(tmp_path)], version="1"), tmp_path / "own.yaml"
        return made.key(routine, Preferences()), made.key(routine, silent)

    before = keys()
    assert keys() == before
    Path("ann.onnx").write_bytes(b"another")
    assert keys()[0] != before[0] and keys()[1] == before[1]
    for change in (
        lambda: lexicon(tmp_path, "reach"),
        lambda: write(tmp_path / "bell.wav", bell(freq_hz=700)),
        lambda: monkeypatch.setattr(build_key, "encoder_identity", lambda: "another"),
    ):
        before = keys()
        change()
        assert keys()[0] != before[0] and keys()[1] != before[1]
    before = keys()
    monkeypatch.setattr(SilentEngine, "fingerprint", lambda *_: "other")
    assert keys()[1] != before[1]
