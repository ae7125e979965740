"""The announced length: what is spoken for it, when, and that it is true; and estimates."""

from __future__ import annotations

from pathlib import Path

import pytest

import smr_audio
from smr_audio import Cache, Preferences, Studio, parse_hold, units
from smr_audio.errors import BuildError
from smr_audio.session.compose import Composition
from smr_audio.studio.output.mp3_file import BuildReport
from smr_audio.studio.plan import Plan
from smr_audio.voices.silent import SilentEngine

NAME = "hamstring-ball-press"
SILENT = Preferences(voice="silent")


def announced(plan: Plan) -> str:
    length = plan.script.length
    known = {line.text for line in length.lines.values()} if length else set()
    (said,) = [event.text for event in plan.timeline.speech if event.text in known]
    return said


def wishes_of(**options: object) -> Preferences:
    return Preferences(**options).over(SILENT)  # type: ignore[arg-type]


def plan(folder: Path, **options: object) -> Plan:
    return smr_audio.plan(NAME, wishes_of(**options), cache=Cache(folder / "cache"))


def build(folder: Path, **options: object) -> BuildReport:
    cache = Cache(folder / "cache")
    return smr_audio.build(NAME, folder / "a.mp3", wishes_of(**options), cache=cache)


def longer(seconds: int) -> dict[str, object]:
    """Two holds that are so much longer than the usual 30 s in all."""
    return {"holds": (parse_hold(f"hamstring-ball-press={30 + seconds // 2}"),)}


def test_lengths_up_to_five_minutes_away_and_other_sets_are_spoken_with_the_first_build(
    tmp_path: Path,
) -> None:
    first = build(tmp_path)
    assert (announced(first.plan), first.plan.duration_ms) == ("About four minutes.", 254_928)
    assert first.plan.script.length
    sentences = first.plan.script.length.sentences()
    spoken = [each for each in sentences if first.plan.clips.was_spoken(each)]
    assert 11 <= len(spoken) < len(sentences)

    studio = Studio(cache=Cache(tmp_path / "cache"))
    routine = studio.load(NAME)
    near, far = wishes_of(**longer(240)), wishes_of(**longer(520))
    estimated = studio.estimate(routine, near)
    assert estimated.missing == 0
    assert estimated.plan.as_json() == studio.plan(routine, near).as_json()
    assert studio.estimate(routine, far).missing == 1

    for seconds, said, new in (
        (10, "four", 0), (30, "five", 0), (300, "nine", 0), (520, "thirteen", 1),
    ):  # fmt: skip
        again = build(tmp_path, **longer(seconds))
        assert announced(again.plan) == f"About {said} minutes."
        more_ms = again.plan.duration_ms - first.plan.duration_ms
        assert more_ms == pytest.approx(1000 * seconds, abs=48)  # two frames
        assert (again.plan.clips.spoken, again.islands_encoded) == (new, new)
    assert plan(tmp_path, **longer(520)).clips.spoken == 0
    assert plan(tmp_path, sets=3, rest_ticks=1111).clips.spoken == 0
    shorter = plan(tmp_path, sides="left", pace="quick", **longer(-20))
    assert announced(shorter) == "About two and a half minutes."
    assert shorter.clips.spoken == 1  # "Left leg only."


@pytest.mark.parametrize(("voice", "language"), [("pyttsx3", "en"), ("silent", "zh")])
def test_every_voice_says_the_length_that_it_takes(voice: str, language: str, warm: Path) -> None:
    studio = Studio(cache=Cache(warm))
    plan = studio.plan(studio.load(NAME), Preferences(voice=voice, language=language))
    length = plan.script.length
    assert length
    assert announced(plan) == length.lines[units.about_s(plan.duration_ms)].text


# ---- before a word was spoken ----


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A voice that must not be asked."""

    def speak(*_: object, **__: object) -> None:
        raise AssertionError("somebody spoke")

    monkeypatch.setattr(SilentEngine, "speak", speak)


@pytest.mark.usefixtures("mute")
@pytest.mark.parametrize(
    ("target", "more"),
    [
        ("hamstrings-basic", {}),
        ("hamstrings", {"fit_ticks": 12 * 60 * 125}),
        (Composition(("calves", "hamstrings")), {}),
        (Composition(("calves", "hamstrings")), {"fit_ticks": 9 * 60 * 125}),
    ],
)
def test_an_estimate_speaks_nothing(target: str | Composition, more: dict[str, int]) -> None:
    options = wishes_of(**more)
    studio = Studio()
    found = studio.estimate(studio.load(target) if isinstance(target, str) else target, options)
    assert found.missing > 20
    if more:
        assert found.plan.timeline.end_tick == more["fit_ticks"]


@pytest.mark.usefixtures("mute")
def test_an_estimate_refuses_a_length_that_cannot_be() -> None:
    studio = Studio()
    with pytest.raises(BuildError, match="at least"):
        studio.estimate(studio.load("hamstrings"), wishes_of(fit_ticks=60 * 125))
