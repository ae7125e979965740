"""A coach's own voice: lines that name a recording, and recordings that are no use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import smr_audio
from smr_audio import ContentError, Preferences
from smr_audio.check import check_paths
from smr_audio.errors import SmrAudioError
from smr_audio.library.library import Library
from smr_audio.mp3.decode import decode_mp3
from smr_audio.session.phrasing import fill
from smr_audio.session.script import UserRecording
from smr_audio.studio.plan import Plan
from smr_audio.units import samples_of_ticks
from tests.english import technique_text, with_keys
from tests.sound.signals import lufs
from tests.sound.test_own_sound import write

pytestmark = pytest.mark.usefixtures("warm")
NAME = "hamstring-ball-press"
LIGHT = Library().technique(NAME).coaching["nerve"].text.get("en")
REST = Library().technique(NAME).setup[-1].text.get("en")
SILENT = Preferences(voice="silent", sides="left")


def save(path: Path, *, seconds: float = 1.5, peak: float = 0.05, rate: int = 22_050) -> Path:
    """Something like speech, quiet, in a room with noise, with half a second before and after."""
    rng = np.random.default_rng(1)
    at = np.arange(int(seconds * rate)) / rate
    voice = np.sin(2 * np.pi * 180 * at) * (0.3 + 0.7 * np.abs(np.sin(2 * np.pi * 2 * at)))
    sound = np.pad(peak * voice, rate // 2) + rng.standard_normal(at.size + rate // 2 * 2) * 5e-5
    path.parent.mkdir(parents=True, exist_ok=True)
    return write(path, sound, rate=rate)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a technique whose first coaching line and set-up line are recorded."""
    text = with_keys(technique_text(NAME), LIGHT, "sound: anna/light.wav")
    text = with_keys(text, REST, 'sound: "anna/{side}-rest.wav"')
    folder = tmp_path / "mine" / "techniques"
    folder.mkdir(parents=True)
    (folder / f"{NAME}.yaml").write_text(text, "utf-8")
    for name, seconds in (("light", 1.5), ("left-rest", 2.0), ("right-rest", 2.5)):
        save(folder / "anna" / f"{name}.wav", seconds=seconds)
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
    said = {event["text"] for event in report.plan.as_json()["events"] if event["kind"] == "speech"}
    assert fill(REST, side="left", other="right") in said


def test_only_a_changed_recording_is_made_anew(mine, tmp_path):
    def build() -> tuple[int, str]:
        report = smr_audio.build(mine, tmp_path / "a.mp3", SILENT)
        return report.plan.clips.spoken, report.files[0].sha256

    _, first = build()
    assert build() == (0, first)
    save(mine.parent / "anna" / "light.wav", seconds=1.7)
    spoken, changed = build()
    assert (spoken, changed == first) == (0, False)


def test_the_side_chooses_the_recording(mine):
    both = smr_audio.plan(mine, Preferences(voice="silent"))
    assert set(recorded(both)) >= {"left-rest.wav"}
    right = smr_audio.plan(mine, Preferences(voice="silent", sides="right"))
    assert "right-rest.wav" in recorded(right)


@pytest.mark.parametrize(("what", "said"), [
    ("gone", "cannot be read"), ("folder", "cannot be read"), ("text", "is no WAV"),
    ("silent", "is silent"), ("long", "longer than 60 s"),
    ("cut", "no sound in it|cannot be decoded"),
])  # fmt: skip
def test_a_recording_that_is_no_use_is_named_with_its_line(mine, tmp_path, what, said):
    path = mine.parent / "anna" / "light.wav"
    path.unlink()
    if what == "folder":
        path.mkdir()
    elif what == "text":
        path.write_text("hello")
    elif what == "silent":
        save(path, peak=0)
    elif what == "long":
        save(path, seconds=61)
    elif what == "cut":
        path.write_bytes(save(tmp_path / "x.wav").read_bytes()[:44])
    (tmp_path / "a.mp3").write_bytes(b"old")
    with pytest.raises(ContentError, match=f"light.wav': .*({said})") as caught:
        smr_audio.build(mine, tmp_path / "a.mp3", SILENT)
    line = next(n for n, text in enumerate(mine.read_text().split("\n"), 1) if "light.wav" in text)
    assert str(caught.value).startswith(f"{mine}:{line}:")
    assert (tmp_path / "a.mp3").read_bytes() == b"old"


@pytest.mark.parametrize(("sound", "said"), [
    ("/etc/knee.wav", "from the folder of this file"), ("../knee.wav", r"take the \.\. out"),
    ("C:/knee.wav", "from the folder of this file"),
    ("anna/rest.wav", r"must have \{side\} in it"), ("{sied}.wav", "is no placeholder"),
    ("{zh: a.wav}", "has no such text"),
])  # fmt: skip
def test_a_path_that_cannot_be_is_said_when_content_is_read(mine, tmp_path, sound, said):
    value = sound if sound.startswith("{zh") else f'"{sound}"'
    mine.write_text(mine.read_text("utf-8").replace('"anna/{side}-rest.wav"', value), "utf-8")
    with pytest.raises(SmrAudioError, match=said):
        smr_audio.plan(mine, SILENT)


def test_check_finds_recordings_that_are_not_there(mine):
    assert check_paths([mine]).problems == ()
    (mine.parent / "anna" / "right-rest.wav").unlink()
    (problem,) = check_paths([mine]).problems
    assert "right-rest.wav' is not there" in problem.message
    assert problem.location.line > 1


def test_a_recording_in_another_language_leaves_the_line_to_the_voice(mine, tmp_path):
    text = mine.read_text("utf-8").replace(
        'sound: anna/light.wav}', 'zh: "轻。", sound: {zh: anna/light.wav}}'
    )  # fmt: skip
    mine.write_text(text, "utf-8")
    plan = smr_audio.plan(mine, SILENT)
    assert set(recorded(plan)) == {"left-rest.wav"}


def test_a_batch_notices_a_changed_recording(mine, tmp_path):
    jobs = [smr_audio.Job(mine, SILENT, "one"), smr_audio.Job(NAME, SILENT, "two")]

    def statuses() -> list[str]:
        report = smr_audio.build_many(jobs, tmp_path / "out", workers=1)
        return [result.status for result in report.results]

    assert statuses() == ["built", "built"]
    assert statuses() == ["unchanged", "unchanged"]
    save(mine.parent / "anna" / "left-rest.wav", seconds=1.1)
    assert statuses() == ["built", "unchanged"]
