"""The announced length: what is spoken for it, when, and that it is true; and estimates."""

from pathlib import Path

import pytest

import smr_audio
from smr_audio import (
    BuildError,
    BuildReport,
    Cache,
    Composition,
    Plan,
    Preferences,
    Studio,
    parse_hold,
    parse_talk,
    units,
)
from smr_audio.library.library import Library
from smr_audio.normalize.cardinals import in_words
from smr_audio.session.phrasing import fill
from smr_audio.voices.silent import SilentEngine
from tests.doubles import raising
from tests.sampling import sampled

NAME = "hamstring-ball-press"
SILENT = Preferences(voice="silent")
FOLLOW = (parse_talk("follow"),)


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


@pytest.mark.slow
def test_lengths_up_to_five_minutes_away_and_other_sets_are_spoken_with_the_first_build(tmp_path: Path) -> None:
    first = build(tmp_path, talk=FOLLOW)
    assert announced(first.plan) == "About two minutes."
    assert first.plan.script.length
    sentences = first.plan.script.length.sentences()
    spoken = [each for each in sentences if first.plan.clips.was_spoken(each)]
    assert 10 <= len(spoken) < len(sentences)

    studio = Studio(cache=Cache(tmp_path / "cache"))
    routine = studio.load(NAME)
    near, far = wishes_of(talk=FOLLOW, **longer(240)), wishes_of(talk=FOLLOW, **longer(520))
    estimated = studio.estimate(routine, near)
    assert estimated.missing == 0
    assert estimated.plan.as_json() == studio.plan(routine, near).as_json()
    assert studio.estimate(routine, far).missing == 1

    for seconds, said, new in (
        (10, "two", 0), (60, "three", 0), (290, "seven", 0), (520, "eleven", 1),
    ):  # fmt: skip
        again = build(tmp_path, talk=FOLLOW, **longer(seconds))
        assert announced(again.plan) == f"About {said} minutes."
        more_ms = again.plan.duration_ms - first.plan.duration_ms
        assert more_ms == pytest.approx(1000 * seconds, abs=48)  # two frames
        assert (again.plan.clips.spoken, again.islands_encoded) == (new, new)
    assert plan(tmp_path, talk=FOLLOW, **longer(520)).clips.spoken == 0
    assert plan(tmp_path, talk=FOLLOW, sets=3, rest=8.888).clips.spoken == 0


@pytest.mark.parametrize("step_s", sampled((25, 5), 2))
@pytest.mark.slow
def test_at_learn_every_hold_of_five_seconds_more_and_up_to_four_sets_need_no_new_speech(
    tmp_path: Path, library: Library, step_s: int
) -> None:
    def line(phrase: str, **values: str) -> str:
        return fill(library.phrases("en").lines[phrase][0].text.get("en"), **values)

    build(tmp_path)
    technique = library.technique(NAME)
    for seconds in range(technique.hold.least, technique.hold.most + 1, step_s):
        time = "one minute" if seconds == 60 else f"{in_words(seconds, 'en')} seconds"
        again = build(tmp_path, holds=(parse_hold(str(seconds)),))
        assert line("hold_each", time=time) in [event.text for event in again.plan.timeline.speech]
        assert again.plan.clips.spoken == 0
        assert again.islands_encoded < again.islands_cached / 4
    for sets in (2, 3, 4):
        again = build(tmp_path, sets=sets, rest=8.888)
        assert again.plan.clips.spoken == 0
        assert again.islands_encoded < again.islands_cached / 4
    # Other sides, more sets and a hold between are new: each is a sentence or two.
    more: list[tuple[dict[str, object], set[str]]] = [
        ({"holds": (parse_hold("33"),)}, {line("hold_each", time="about thirty-five seconds")}),
        ({"sets": 5}, {line("hold_sets", n="five"), *(
            line("set_of", n=n, total="five") for n in ("two", "three", "four", "five"))}),
        ({"holds": (parse_hold("right=45"),)}, {
            line("hold_time", time=f"{n} seconds") for n in ("thirty", "forty-five")}),
        ({"sides": "left"}, {line("only_side", side="left", limb="leg")}),
    ]  # fmt: skip
    for options, new in more:
        again = build(tmp_path, **options)
        length = again.plan.script.length
        assert length
        spoken = {
            str(each)
            for each in again.plan.script.sentences().keys() - length.sentences()
            if again.plan.clips.was_spoken(each)
        }
        assert spoken == new


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

    monkeypatch.setattr(SilentEngine, "speak", raising(AssertionError("somebody spoke")))


@pytest.mark.usefixtures("mute")
@pytest.mark.parametrize(("target", "more"), [
    ("hamstrings-basic", {}),
    ("hamstrings", {"fit": 10 * 60}),
    (Composition(("calves", "hamstrings")), {}),
    (Composition(("calves", "hamstrings")), {"fit": 9 * 60}),
])  # fmt: skip
def test_an_estimate_speaks_nothing(target: str | Composition, more: dict[str, int]) -> None:
    options = wishes_of(**more)
    studio = Studio()
    found = studio.estimate(studio.load(target) if isinstance(target, str) else target, options)
    assert found.missing > 20
    if more:
        assert found.plan.timeline.end_tick == 125 * more["fit"]


@pytest.mark.usefixtures("mute")
def test_an_estimate_refuses_a_length_that_cannot_be() -> None:
    studio = Studio()
    with pytest.raises(BuildError, match="at least"):
        studio.estimate(studio.load("hamstrings"), wishes_of(fit=60))
