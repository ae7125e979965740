"""Cues, counts, ticks and floor as they come out of a build, held against the plan."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import smr_audio
from smr_audio import BuildReport, Cache, ContentError, Preferences, UsageError, parse_talk
from smr_audio.check import check_paths
from smr_audio.options.values import CueSound
from tests.mp3.signals import decode_mp3
from tests.sound.test_own_sound import bell, write
from tests.studio.compare import checked, compare

SAMPLES_PER_MS = 48
ROOT = Path(smr_audio.__file__).parents[1]
ROLLER = "hamstring-roller-floor"


def built(folder: Path, cache: Cache, name: str = ROLLER, **wishes: object) -> BuildReport:
    preferences = Preferences(**wishes)  # type: ignore[arg-type]
    return smr_audio.build(name, folder / f"{abs(hash(preferences))}.mp3", preferences, cache=cache)


def short(**wishes: object) -> dict[str, object]:
    """A session of one hold of 30 s in the system's voice."""
    return {"sides": "left", "sets": 1, "talk": (parse_talk("minimal"),), **wishes}


def silent(**wishes: object) -> dict[str, object]:
    """The least there is around a hold of 30 s, by the silent voice."""
    return short(voice="silent", **wishes)


@pytest.mark.parametrize(("wishes", "lufs"), [
    ({"cues": "soft", "metronome": True, "countdown": "voice", "loudness": "quiet"}, -19),
    pytest.param({"countdown": "both", "calls": ("ten-seconds",), "loudness": "loud"}, -14,
                 marks=pytest.mark.slow),
], ids=str)  # fmt: skip
def test_every_cue_tick_and_word_is_heard_where_the_plan_says_as_loud_as_was_asked(
    folder: Path, cache: Cache, wishes: dict[str, object], lufs: float
) -> None:
    report = built(folder, cache, **short(talk=(parse_talk("follow"),), **wishes))
    found = checked(report, lufs=lufs)
    names = {cue.cue for cue in found.cues}
    assert ("tick" in names) == ("metronome" in wishes)
    assert "Three." in {one.sentence for one in found.sentences}
    (hold,) = report.plan.timeline.holds
    assert hold.end_tick - hold.start_tick == 30 * 125


# The usual floor is in `test_build.py`.
@pytest.mark.parametrize(("keep_awake", "dbfs"), [("off", None), pytest.param("high", -55, marks=pytest.mark.slow)])
def test_between_sounds_there_is_the_floor_that_was_asked_for(
    folder: Path, cache: Cache, keep_awake: str, dbfs: float | None
) -> None:
    report = built(folder, cache, **silent(keep_awake=keep_awake))
    samples = decode_mp3(report.files[0].path)
    found = compare(report.plan, samples)
    if dbfs is None:
        assert found.floor_peak == 0
        assert found.zero_run > 10 * 48_000
    else:
        assert found.floor_dbfs == pytest.approx(dbfs, abs=1.0)
        assert found.zero_run < 10 * SAMPLES_PER_MS
        assert found.floor_peak < 300
    first = min(event.start_tick for event in report.plan.timeline.speech)
    assert first * 8 >= 500
    lead = samples[: first * 384 - 2 * 1152]
    assert np.any(lead) == (dbfs is not None)


# ---- a sound of one's own ----


def own(path: Path, *cues: str) -> tuple[CueSound, ...]:
    return tuple(CueSound(cue, str(path)) for cue in cues)  # type: ignore[arg-type]


def test_a_sound_of_one_s_own_is_heard_at_the_exact_edges_of_a_hold(folder: Path, cache: Cache) -> None:
    path = write(folder / "bell.wav", bell())
    report = built(folder, cache, **silent(cue_sounds=own(path, "start", "end")))
    plan = report.plan
    checked(report)
    assert plan.clips.clip(plan.clips.sound_of_cue("start")).samples.size > 0.7 * 48_000
    (hold,) = plan.timeline.holds
    ends = [event.start_tick for event in plan.timeline.cues if event.cue == "end"]
    assert hold.end_tick - hold.start_tick == 30 * 125
    assert ends == [hold.end_tick]
    for event in plan.timeline.cues:
        clip = plan.clips.clip(plan.clips.sound_of_cue(event.cue))
        assert event.end_tick - event.start_tick == clip.ticks


@pytest.mark.usefixtures("warm")
def test_a_warm_build_speaks_and_decodes_nothing_and_needs_no_numpy(tmp_path: Path) -> None:
    """With a sound of one's own, ticks and counts, in the system's voice."""
    path = write(tmp_path / "bell.wav", bell())
    wishes = short(metronome=True, countdown="both", cues="soft", cue_sounds=own(path, "start"))
    smr_audio.build(ROLLER, tmp_path / "a.mp3", Preferences(**wishes))  # type: ignore[arg-type]
    warm = f"""
import subprocess, sys
import smr_audio
from smr_audio.options.values import CueSound
from smr_audio.options.values import TalkChoice
started = []
popen = subprocess.Popen.__init__
def told(self, *arguments, **options):
    started.append(arguments)
    popen(self, *arguments, **options)
subprocess.Popen.__init__ = told
heavy = {{"numpy", "soxr", "pydub", "imageio_ffmpeg", "pyttsx3", "platformdirs", "PIL", "anyascii"}}
wishes = {wishes!r}
smr_audio.build("{ROLLER}", r"{tmp_path / "b.mp3"}", smr_audio.Preferences(**wishes))
print(sorted(heavy & set(sys.modules)), len(started))
smr_audio.verify(r"{tmp_path / "b.mp3"}")
print(sorted(heavy & set(sys.modules)), len(started))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", warm], capture_output=True, text=True, check=True, cwd=ROOT,
        env=environment, timeout=120,
    )  # fmt: skip
    first, other = done.stdout.splitlines()
    assert first == "[] 0"
    assert "'numpy'" in other
    assert other.endswith(("] 1", "] 2"))  # it decodes in halves on two cores


def test_a_sound_that_a_routine_names_is_content_with_its_place(tmp_path: Path) -> None:
    routine = tmp_path / "own.yaml"
    text = (
        'kind: routine\nid: own\ntitle: "Own"\nabout: "Own."\n'
        "settings: {cue_sounds: {start: bell.wav}}\n"
        "steps: [{technique: hamstring-ball-press, sides: left}]\n"
    )
    routine.write_text(text, "utf-8")
    wishes, cache = Preferences(voice="silent"), Cache(tmp_path / "cache")
    (problem,) = check_paths([routine]).problems
    assert (problem.location.line, "bell.wav', the sound of" in problem.message) == (5, True)
    with pytest.raises(ContentError, match=r"own\.yaml:5:\d+: cannot read .*bell\.wav"):
        smr_audio.plan(routine, wishes, cache=cache)
    (tmp_path / "bell.wav").write_text("no sound")
    assert "it is no WAV" in str(check_paths([routine]).problems)
    with pytest.raises(ContentError, match=r"own\.yaml:5:\d+: .*it is no WAV"):
        smr_audio.plan(routine, wishes, cache=cache)
    # Named by an option, the same file is a slip of whoever typed it.
    asked = Preferences(voice="silent", cue_sounds=(CueSound("start", "nowhere.wav"),))
    with pytest.raises(UsageError, match=r"nowhere\.wav"):
        smr_audio.plan("hamstring-ball-press", asked, cache=cache)
