"""A coach's own voice: lines that name a recording, and recordings that are no use."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import smr_audio
from smr_audio import ContentError, Plan, Preferences, SmrAudioError
from smr_audio.check import check_paths
from smr_audio.library.library import Library
from smr_audio.session.phrasing import fill
from smr_audio.session.script import UserRecording
from smr_audio.units import samples_of_ticks
from tests.english import technique_text, with_keys
from tests.mp3.signals import decode_mp3
from tests.sound.signals import lufs
from tests.sound.test_own_sound import said

pytestmark = pytest.mark.usefixtures("warm")
NAME = "hamstring-ball-press"
LIGHT = Library().technique(NAME).coaching["nerve"].text.get("en")
REST = Library().technique(NAME).setup[-1].text.get("en")
SILENT = Preferences(voice="silent", sides="left")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a technique whose first coaching line and set-up line are recorded."""
    text = with_keys(technique_text(NAME), LIGHT, "sound: anna/light.wav")
    text = with_keys(text, REST, 'sound: "anna/{side}-rest.wav"')
    folder = tmp_path / "mine" / "techniques"
    folder.mkdir(parents=True)
    (folder / f"{NAME}.yaml").write_text(text, "utf-8")
    for name, seconds in (("light", 1.5), ("left-rest", 2.0), ("right-rest", 2.5)):
        said(folder / "anna" / f"{name}.wav", (seconds, 0.05))
    return folder / f"{NAME}.yaml"


def recorded(plan: Plan) -> dict[str, tuple[int, int]]:
    """The names of the recordings that are heard, with the (start, end) of each in ticks."""
    return {
        Path(sentence.path).name: (event.start_tick, event.end_tick)
        for event in plan.timeline.speech
        for _, sentence in event.sentences
        if isinstance(sentence, UserRecording)
    }


def test_a_recording_is_heard_in_place_of_the_voice_as_loud_as_the_rest(mine, tmp_path):
    report = smr_audio.build(mine, tmp_path / "a.mp3", SILENT)
    heard = recorded(report.plan)
    assert set(heard) == {"light.wav", "left-rest.wav"}
    start, end = heard["left-rest.wav"]
    assert 1.9 <= (end - start) / 125 <= 2.5, "trimmed, with a margin"
    samples = decode_mp3(tmp_path / "a.mp3")
    line = samples[samples_of_ticks(start) : samples_of_ticks(end)]
    assert lufs(np.pad(line, 19_200)) == pytest.approx(-16, abs=1)
    texts = {event["text"] for event in report.plan.as_json()["events"] if event["kind"] == "speech"}
    assert fill(REST, side="left", other="right") in texts


def test_only_a_changed_recording_is_made_anew(mine, tmp_path):
    def build() -> tuple[int, str]:
        report = smr_audio.build(mine, tmp_path / "a.mp3", SILENT)
        return report.plan.clips.spoken, report.files[0].sha256

    _, first = build()
    assert build() == (0, first)
    said(mine.parent / "anna" / "light.wav", (1.7, 0.05))
    spoken, changed = build()
    assert (spoken, changed == first) == (0, False)


@pytest.mark.parametrize(("what", "why"), [
    ("gone", "cannot be read"), ("folder", "cannot be read"), ("text", "is no WAV"),
    ("silent", "is silent"), ("long", "longer than 60 s"),
    ("cut", "no sound in it|cannot be decoded"),
])  # fmt: skip
def test_a_recording_that_is_no_use_is_named_with_its_line(mine, tmp_path, what, why):
    path = mine.parent / "anna" / "light.wav"
    path.unlink()
    if what == "folder":
        path.mkdir()
    elif what == "text":
        path.write_text("hello")
    elif what == "silent":
        said(path, (1.5, 0.0))
    elif what == "long":
        said(path, (61, 0.05))
    elif what == "cut":
        path.write_bytes(said(tmp_path / "x.wav", (1.5, 0.05)).read_bytes()[:44])
    (tmp_path / "a.mp3").write_bytes(b"old")
    with pytest.raises(ContentError, match=f"light.wav': .*({why})") as caught:
        smr_audio.build(mine, tmp_path / "a.mp3", SILENT)
    line = next(n for n, text in enumerate(mine.read_text().split("\n"), 1) if "light.wav" in text)
    assert str(caught.value).startswith(f"{mine}:{line}:")
    assert (tmp_path / "a.mp3").read_bytes() == b"old"


@pytest.mark.parametrize(("sound", "why"), [
    ("/etc/knee.wav", "from the folder of this file"), ("../knee.wav", r"take the \.\. out"),
    ("C:/knee.wav", "from the folder of this file"),
    ("anna/rest.wav", r"must have \{side\} in it"), ("{sied}.wav", "is no placeholder"),
    ("{zh: a.wav}", "has no such text"),
])  # fmt: skip
def test_a_path_that_cannot_be_is_said_when_content_is_read(mine, tmp_path, sound, why):
    value = sound if sound.startswith("{zh") else f'"{sound}"'
    mine.write_text(mine.read_text("utf-8").replace('"anna/{side}-rest.wav"', value), "utf-8")
    with pytest.raises(SmrAudioError, match=why):
        smr_audio.plan(mine, SILENT)


def test_check_opens_recordings(mine):
    assert check_paths([mine]).problems == ()
    (mine.parent / "anna" / "right-rest.wav").unlink()
    (problem,) = check_paths([mine]).problems
    assert "right-rest.wav': it cannot be read (no such file" in problem.message
    assert problem.location.line > 1
    (mine.parent / "anna" / "right-rest.wav").write_bytes(b"no sound")
    (problem,) = check_paths([mine]).problems
    assert "right-rest.wav': it is no WAV" in problem.message


def test_the_side_chooses_the_recording_and_one_in_another_language_is_not_heard(mine):
    assert "right-rest.wav" in recorded(smr_audio.plan(mine, replace(SILENT, sides="right")))
    assert set(recorded(smr_audio.plan(mine, replace(SILENT, sides="both")))) >= {"left-rest.wav"}
    text = mine.read_text("utf-8").replace(
        'sound: anna/light.wav}', 'zh: "轻。", sound: {zh: anna/light.wav}}'
    )  # fmt: skip
    mine.write_text(text, "utf-8")
    assert set(recorded(smr_audio.plan(mine, SILENT))) == {"left-rest.wav"}


def test_a_batch_notices_a_changed_recording(mine, tmp_path):
    jobs = [smr_audio.Job(mine, SILENT, "one"), smr_audio.Job(NAME, SILENT, "two")]

    def statuses() -> list[str]:
        report = smr_audio.build_many(jobs, tmp_path / "out", workers=1)
        return [result.status for result in report.results]

    assert statuses() == ["built", "built"]
    assert statuses() == ["unchanged", "unchanged"]
    said(mine.parent / "anna" / "left-rest.wav", (1.1, 0.05))
    assert statuses() == ["built", "unchanged"]
