"""A built file against its plan: decoded, every cue and word is where the plan says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import smr_audio
from smr_audio import BuildReport, Cache, Preferences, parse_hold, parse_talk
from smr_audio.mp3.id3 import read_tag
from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import find_islands
from smr_audio.studio.pipeline import place_sounds
from tests.sound.signals import session_pcm
from tests.studio.compare import checked

SAMPLES_PER_MS = 48
PRESS, ROLLER = "hamstring-ball-press", "hamstring-roller-floor"
SESSIONS = {
    "2 sets, half the hold, brief": (PRESS, Preferences(
        holds=(parse_hold("x0.5"),), sets=2, rest=5, pace="quick",
        talk=(parse_talk("follow"),),
    )),
    "basic": ("hamstrings-basic", Preferences()),
    "as written": ("hamstrings", Preferences()),
    "45 s, brief, right first": ("hamstrings", Preferences(
        holds=(parse_hold("45"), parse_hold("hamstring-barbell:left=20")),
        talk=(parse_talk("follow"),), first="right", extra="right", pace="quick",
    )),
    "2 sets, minimal, left": ("hamstrings", Preferences(
        holds=(parse_hold("x0.75"),), sets=2, talk=(parse_talk("minimal"),), sides="left",
        rest=5,
        skip=("hamstring-barbell",),
    )),
}  # fmt: skip


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.slow if number else ()) for number, name in enumerate(SESSIONS)],
)
def name(request: pytest.FixtureRequest) -> str:
    """Of a session in the system's voice; the first is the fast sample."""
    return str(request.param)


@pytest.fixture(scope="module")
def report(folder: Path, name: str, cache: Cache) -> BuildReport:
    """What building it says."""
    routine, wishes = SESSIONS[name]
    return smr_audio.build(routine, folder / f"{name}.mp3", wishes, cache=cache)


def test_every_cue_and_sentence_is_heard_where_it_should_be_and_all_else_is_floor(report: BuildReport) -> None:
    found = checked(report)
    assert len(found.sentences) > 5
    assert -66 < found.floor_dbfs < -60
    assert found.floor_peak < 200
    assert found.zero_run < 10 * SAMPLES_PER_MS


def test_holds_are_exact_to_the_sample_before_encoding(report: BuildReport) -> None:
    plan = report.plan
    clips, end_tick = plan.clips, plan.timeline.end_tick
    placed = place_sounds(plan.timeline.events, clips, clips.lengths())
    clips.fetch(one.sound for one in placed)
    samples = session_pcm(
        find_islands(placed, end_tick=end_tick), frames=end_tick // 3, floor=floor_for("off"),
        samples_of=lambda sound: clips.clip(sound).samples,
    )  # fmt: skip
    assert samples.size == plan.duration_ms * SAMPLES_PER_MS
    assert plan.timeline.holds
    for hold in plan.timeline.holds:
        for tick, name in ((hold.start_tick, "start"), (hold.end_tick, "end")):
            clip = plan.clips.clip(plan.clips.sound_of_cue(name)).samples
            assert np.array_equal(samples[tick * 384 :][: clip.size], clip)


def test_the_tag_names_the_session_and_its_chapters(name: str, report: BuildReport) -> None:
    routine, _ = SESSIONS[name]
    title = smr_audio.Studio().load(routine).title.get("en")
    tags = read_tag(report.files[0].path).tags
    assert (tags.title, tags.artist, tags.language) == (title, "smr-audio", "eng")
    assert tags.comment.startswith(f"{routine}; voice pyttsx3:")
    want = [(c["start_ms"], c["end_ms"], c["title"]) for c in report.plan.as_json()["chapters"]]
    assert [(c.start_ms, c.end_ms, c.title) for c in tags.chapters] == want


@pytest.mark.parametrize("wishes", [
    pytest.param(Preferences(), id="plain", marks=pytest.mark.slow),
    pytest.param(Preferences(metronome=True, countdown="voice", cues="soft"), id="it counts"),
])  # fmt: skip
def test_nothing_is_encoded_twice_and_other_holds_and_rests_need_nothing_new(
    tmp_path: Path, wishes: Preferences
) -> None:
    cache = Cache(tmp_path / "cache")
    usual = Preferences(voice="silent", talk=(parse_talk("follow"),)).over(wishes)
    first = smr_audio.build(ROLLER, tmp_path / "a.mp3", usual, cache=cache)
    assert first.islands_encoded > 0
    assert first.islands_cached == 0
    for hold in ("31", "44", "right=97", "left=58"):
        for others in (Preferences(), Preferences(rest=14.216)):
            options = replace(others, holds=(parse_hold(hold),)).over(usual)
            changed = smr_audio.build(ROLLER, tmp_path / "b.mp3", options, cache=cache)
            assert (changed.islands_encoded, changed.plan.clips.spoken) == (0, 0), hold
    # At another pace, or in the shortest rest, the same words are nearer or further apart.
    for options in (
        replace(usual, pace="quick"), replace(usual, pace="relaxed"), replace(usual, rest=0),
    ):  # fmt: skip
        changed = smr_audio.build(ROLLER, tmp_path / "b.mp3", options, cache=cache)
        assert changed.plan.clips.spoken == 0
        assert changed.islands_encoded < changed.islands_cached


@pytest.mark.usefixtures("warm")
def test_a_routines_own_voice_and_rate_are_used_unless_an_option_wins(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = (
        "kind: routine\nid: mine\ntitle: Mine\nabout: Mine.\n"
        "settings: {voice: silent, rate: 2, talk: minimal}\n"
        "steps: [{technique: hamstring-ball-press}]\n"
    )
    path.write_text(text, encoding="utf-8")
    fast = smr_audio.plan(path)
    assert fast.voice.id == "silent"
    slow = smr_audio.plan(path, Preferences(rate=0.8))
    # Of lines of one sentence: the gap between two is as long at any rate.
    shorter, longer = (
        max(e.end_tick - e.start_tick for e in plan.timeline.speech if len(e.sentences) == 1) for plan in (fast, slow)
    )
    assert longer / shorter == pytest.approx(2 / 0.8, rel=0.02)
