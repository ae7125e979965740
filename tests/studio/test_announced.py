"""The announced length: what is spoken for it, when, and that it is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from smr_audio import Cache, Preferences, Studio, parse_hold, units
from smr_audio.mp3.decode import decode_mp3
from smr_audio.studio.output.mp3_file import BuildReport
from smr_audio.studio.plan import Plan

SILENT = Preferences(voice="silent")


def announced(plan: Plan) -> str:
    length = plan.script.length
    known = {line.text for line in length.lines.values()} if length else set()
    (said,) = [event.text for event in plan.timeline.speech if event.text in known]
    return said


def build(folder: Path, *, cache: str = "cache", **options: object) -> BuildReport:
    wishes = Preferences(**options).over(SILENT)  # type: ignore[arg-type]
    studio = Studio(cache=Cache(folder / cache))
    return studio.build(studio.load("hamstring-ball-press"), folder / "a.mp3", wishes)


def longer(seconds: int) -> dict[str, object]:
    """Two holds that are so much longer than the usual 30 s in all."""
    return {"holds": (parse_hold(f"hamstring-ball-press={30 + seconds // 2}"),)}


def assert_longer(one: BuildReport, other: BuildReport, seconds: int) -> None:
    """By that much, give or take two frames: only the holds differ, whatever is announced."""
    more_ms = one.plan.duration_ms - other.plan.duration_ms
    assert more_ms == pytest.approx(1000 * seconds, abs=48)


def test_lengths_up_to_five_minutes_away_are_spoken_with_the_first_build(tmp_path: Path) -> None:
    first = build(tmp_path)
    assert (announced(first.plan), first.plan.duration_ms) == ("About four minutes.", 242_424)
    for seconds, said in ((20, "four"), (30, "five"), (60, "five"), (180, "seven"), (300, "nine")):
        again = build(tmp_path, **longer(seconds))
        assert announced(again.plan) == f"About {said} minutes."
        assert_longer(again, first, seconds)
        assert (again.plan.clips.spoken, again.islands_encoded) == (0, 0)
    shorter = build(tmp_path, sides="left", pace="quick", **longer(-20))
    assert announced(shorter.plan) == "About two and a half minutes."
    assert shorter.plan.clips.spoken == 1  # "Left leg only."


def test_one_further_away_is_one_sentence_spoken_once(tmp_path: Path) -> None:
    first = build(tmp_path)
    far = build(tmp_path, **longer(520))
    assert announced(far.plan) == "About thirteen minutes."
    assert_longer(far, first, 520)
    assert far.plan.clips.spoken == 1
    assert build(tmp_path, **longer(520)).plan.clips.spoken == 0
    cold = build(tmp_path, cache="other", **longer(520))
    assert cold.plan.clips.spoken > 20
    assert cold.files[0].sha256 == far.files[0].sha256


def test_few_lengths_are_spoken_with_a_first_build(tmp_path: Path) -> None:
    studio = Studio(cache=Cache(tmp_path / "cache"))
    plan = studio.plan(studio.load("hamstrings"), SILENT)
    assert plan.script.length
    sentences = plan.script.length.sentences()
    spoken = [each for each in sentences if plan.clips.was_spoken(each)]
    assert 11 <= len(spoken) <= 16 < len(sentences)


def test_a_plan_without_a_word_spoken_is_the_plan_for_lengths_near(tmp_path: Path) -> None:
    studio = Studio(cache=Cache(tmp_path / "cache"))
    routine = studio.load("hamstring-ball-press")
    studio.plan(routine, SILENT)
    near = Preferences(**longer(240)).over(SILENT)  # type: ignore[arg-type]
    found = studio.estimate(routine, near)
    assert found.missing == 0
    assert found.plan.as_json() == studio.plan(routine, near).as_json()
    far = Preferences(**longer(520)).over(SILENT)  # type: ignore[arg-type]
    assert studio.estimate(routine, far).missing == 1


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("voice", ["silent", "pyttsx3"])
def test_every_voice_says_the_length_that_it_takes(language: str, voice: str, warm: Path) -> None:
    studio = Studio(cache=Cache(warm))
    wishes = Preferences(voice=voice, language=language)
    plan = studio.plan(studio.load("hamstrings-basic"), wishes)
    length = plan.script.length
    assert length
    assert announced(plan) == length.lines[units.about_s(plan.duration_ms)].text


def test_a_session_of_eight_minutes_says_so_and_is_it_to_the_sample(tmp_path: Path) -> None:
    studio = Studio(cache=Cache(tmp_path / "cache"))
    wishes = Preferences(fit_ticks=8 * 60 * 125).over(SILENT)
    routine = studio.session_of("for:hamstrings,calves", wishes)
    report = studio.build(routine, tmp_path / "a.mp3", wishes)
    assert announced(report.plan) == "About eight minutes."
    assert decode_mp3(tmp_path / "a.mp3").size == 8 * 60 * units.SAMPLE_RATE
    near = Preferences(fit_ticks=12 * 60 * 125).over(SILENT)
    again = studio.plan(studio.session_of("for:hamstrings,calves", near), near)
    assert (announced(again), again.clips.spoken) == ("About twelve minutes.", 0)
