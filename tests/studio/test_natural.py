"""Sessions by a natural voice, and what is said where none is installed."""

from importlib.util import find_spec

import pytest

import smr_audio
from smr_audio import Cache, Plan, Preferences, Studio, parse_talk
from smr_audio.voices import models
from smr_audio.voices.registry import VOICE_VARIABLE
from tests.studio.compare import checked

needs_hibari = pytest.mark.skipif(find_spec("hibari") is None, reason="needs the extra 'natural'")
needs_piper = pytest.mark.skipif(find_spec("piper") is None, reason="needs 'natural-male'")
VOICES = [
    pytest.param("hibari:heart", marks=needs_hibari, id="heart"),
    pytest.param("piper:joe", marks=[needs_piper, pytest.mark.slow], id="joe"),
    pytest.param("pyttsx3:gmw/en-us", marks=pytest.mark.slow, id="the system's"),
]


@pytest.mark.parametrize("voice", VOICES)
def test_a_session_by_a_voice_is_exact_and_the_same_from_any_cache(tmp_path, common_cache, voice):
    short = Preferences(voice=voice, talk=(parse_talk("minimal"),), sides="left", sets=1)
    first, other = (
        smr_audio.build("hamstring-ball-press", tmp_path / name, short, cache=Cache(cache))
        for name, cache in (("a.mp3", common_cache), ("b.mp3", tmp_path / "two"))
    )
    assert first.files[0].sha256 == other.files[0].sha256
    assert first.plan.as_json()["voice"] == voice
    found = checked(first)
    assert {cue.late_samples for cue in found.cues} == {0}
    assert min(sentence.likeness for sentence in found.sentences) > 0.99


def plan_by(voice: str | None) -> Plan:
    """What a voice would say, without speaking it."""
    studio = Studio()
    return studio.estimate(studio.load("hamstring-ball-press"), Preferences(voice=voice)).plan


def test_a_stand_in_for_a_natural_voice_says_so(monkeypatch):
    monkeypatch.setattr(models, "is_installed", lambda engine: False)
    monkeypatch.delenv(VOICE_VARIABLE)
    assert [warning.code for warning in plan_by(None).warnings] == ["system-voice"]
    assert plan_by("pyttsx3").warnings == ()


@needs_hibari
def test_a_natural_voice_that_was_chosen_by_itself_needs_no_word(common_cache, monkeypatch):
    monkeypatch.delenv(VOICE_VARIABLE)
    plan = plan_by(None)
    assert plan.voice.id == "hibari:heart"
    assert plan.warnings == ()
    assert plan.clips.speaker.engine._engine._workers == [], "a process is left behind"
