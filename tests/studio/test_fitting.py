"""Sessions of every kind fitted to every length: exactly so, or refused for a reason that holds."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from smr_audio import BuildError, Cache, Preferences, Studio, parse_hold, parse_talk
from smr_audio.session.compile import Compiled
from smr_audio.session.phrasing import fill
from smr_audio.session.script import Hold
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.units import TICK
from tests.conftest import CUE_TICKS
from tests.mp3.signals import decode_mp3
from tests.session.people import LIBRARY
from tests.studio.fits import Case, Spoken, check_case, check_fit, check_refusal

ROLLER = "hamstring-roller-floor"


def case_of(name: str, fit_s: float, **options: object) -> Case:
    asked = Preferences(fit=fit_s, **options)  # type: ignore[arg-type]
    lengths = Lengths(Spoken(silent=True), CUE_TICKS)
    return Case(LIBRARY.load(name), Preferences(), asked, lengths)


def natural_s(name: str, **options: object) -> float:
    """How long a session takes that is not fitted."""
    case = case_of(name, 0, **options)
    return case.ticks(case.compiled().script) / 125


def worked(compiled: Compiled) -> list[tuple[int, int]]:
    return [(one.sets, one.hold_s) for block in compiled.work.blocks for one in block.passes]


def test_a_length_is_met_to_the_tick_or_refused_for_a_reason_that_holds() -> None:
    found = Counter(map(check_case, range(8, 14)))
    assert min(found["fitted"], found["refused"]) >= 2


@pytest.mark.slow
def test_so_it_is_for_many_more() -> None:
    found = Counter(check_case(seed, most_blocks=3) for seed in range(1000, 1600))
    assert min(found["fitted"], found["refused"]) >= 100


@pytest.mark.parametrize("name", ["hamstring-ball-press", "hamstring-ball-chair", "calf-ball-ankle"])
def test_where_holds_alone_do_not_reach_another_set_does(name: str) -> None:
    most = LIBRARY.technique(name).hold.most
    case = case_of(name, natural_s(name, holds=(parse_hold(str(most)),)) + 60)
    fitted = case.fitted()
    check_fit(case, fitted)
    assert {one.sets.value for one in case.compiled().work.blocks} == {1}
    assert {sets for sets, _ in worked(fitted)} == {2}


def test_more_time_goes_to_the_holds_evenly_as_far_as_a_second_more_of_one_fits() -> None:
    quiet_s, usual_s = [], natural_s("hamstrings")
    for length_s in (usual_s + 13, usual_s + 26, usual_s + 39):
        fitted = case_of("hamstrings", length_s).fitted()
        holds_s = [hold_s for _, hold_s in worked(fitted)]
        assert max(holds_s) - min(holds_s) <= 1
        work_s = sum(item.ticks for item in fitted.script.items if isinstance(item, Hold)) / 125
        quiet_s.append(length_s - work_s)
    # The least more is a second on each side; what follows each hold waits for a frame.
    assert max(quiet_s) - min(quiet_s) < 2 + len(holds_s) * 0.016


@pytest.mark.parametrize("more_ticks", range(3))
def test_a_length_need_not_be_whole_frames(more_ticks: int) -> None:
    case = case_of("hamstrings-basic", 6 * 60 + 17 + more_ticks / 125)
    fitted = case.fitted()
    assert case.ticks(fitted.script) == (6 * 60 + 17) * 125 + more_ticks
    check_fit(case, fitted)


def test_of_two_wishes_for_the_work_the_named_one_stays() -> None:
    case = case_of("hamstrings-basic", 6 * 60 + 10, sets=2)
    assert {sets for sets, _ in worked(case.fitted())} == {2}
    holds = (parse_hold("25"),)
    length_s = natural_s("hamstrings-basic", sets=2, holds=holds) + 5
    case = case_of("hamstrings-basic", length_s, holds=holds)
    assert {sets for sets, _ in worked(case.fitted())} == {2}
    assert {hold_s for _, hold_s in worked(case.fitted())} == {25}


def test_sides_that_differ_keep_their_proportion() -> None:
    profile = Preferences(holds=tuple(map(parse_hold, (f"{ROLLER}:left=40", f"{ROLLER}:right=20"))))
    case = replace(case_of("hamstrings-basic", natural_s("hamstrings-basic") - 13), person=profile)
    left, right = (hold_s for _, hold_s in worked(case.fitted())[:2])
    assert 40 > left > right >= 20


def test_the_most_of_a_dose_binds_a_longer_session() -> None:
    case = case_of("hamstrings-basic", 40 * 60, dose="standard")
    with pytest.raises(BuildError, match=r"at most, .* less; what would do: --fit") as raised:
        case.fitted()
    check_refusal(case, raised.value)


def test_more_than_the_dose_is_refused_by_the_name_of_the_muscle() -> None:
    holds = tuple(parse_hold(f"{name}=60") for name in ("hamstring-ball-press", ROLLER))
    case = case_of("hamstrings", 12 * 60, holds=holds, sets=1)
    with pytest.raises(BuildError) as raised:
        case.fitted()
    assert "its hamstrings get 140 s a side at least, and 120 s is the most" in str(raised.value)


def test_between_two_lengths_both_are_named() -> None:
    # One technique, its hold named: sets alone can change, by a minute and more each.
    case = case_of("hamstring-ball-press", 245, holds=(parse_hold("60"),),
                   talk=(parse_talk("minimal"),), pace="quick", sides="both")  # fmt: skip
    with pytest.raises(BuildError, match=r"it takes \d:\d\d or \d:\d\d, none between") as raised:
        case.fitted()
    check_refusal(case, raised.value)


def test_the_session_says_the_minutes_that_it_takes() -> None:
    case = case_of("hamstrings-basic", 6 * 60 + 17)
    script = case.fitted().script
    assert script.length
    told = {line.text for line in script.length.lines.values()}
    said = LIBRARY.phrases("en").lines["session_total"][0].text.get("en")
    timeline = schedule(script, case.lengths)
    assert [e.text for e in timeline.speech if e.text in told] == [fill(said, minutes="six")]


# A third of a frame after one has begun, two thirds, and with a frame.
@pytest.mark.parametrize("ticks", [
    12_502,
    pytest.param(12_503, marks=pytest.mark.slow),
    pytest.param(12_504, marks=pytest.mark.slow),
])  # fmt: skip
def test_a_file_and_an_album_of_an_odd_length_are_exactly_as_long(studio: Studio, tmp_path: Path, ticks: int) -> None:
    minimal = (parse_talk("minimal"),)
    options = Preferences(voice="silent", fit=ticks * TICK, sides="left", talk=minimal)
    routine, path = studio.load("hamstring-ball-press"), tmp_path / "a.mp3"
    report = studio.build(routine, path, options, verified=True)
    assert report.plan.timeline.end_tick == ticks
    assert decode_mp3(path).size == ticks * 384
    studio.build_album(routine, tmp_path / "album", options, verified=True)
    tracks = (tmp_path / "album").glob("*.mp3")
    assert sum(decode_mp3(track).size for track in tracks) == ticks * 384


def test_a_fit_speaks_nothing_that_the_session_does_not_anyway(studio: Studio, tmp_path: Path) -> None:
    routine = studio.load("hamstring-ball-press")
    options = Preferences(voice="silent", rate=1.25, talk=(parse_talk("follow"),))
    studio.plan(routine, options)
    again = studio.plan(routine, replace(options, fit=180))
    assert again.clips.spoken == 0
    assert again.timeline.end_tick == 180 * 125


def test_at_learn_a_fit_speaks_only_how_long_a_hold_is(studio: Studio, tmp_path: Path) -> None:
    routine = studio.load("hamstring-ball-press")
    options = Preferences(voice="silent", rate=1.26)
    studio.plan(routine, options)
    # In another studio, which speaks for itself, so that this one has not heard of 33 seconds.
    longer = replace(options, holds=(parse_hold("33"),))
    target = Studio(cache=Cache(tmp_path)).plan(routine, longer).timeline.end_tick
    again = studio.plan(routine, replace(options, fit=target * TICK))
    assert again.timeline.end_tick == target
    assert {hold_s for _, hold_s in worked(again.compiled)} == {33}
    spoken = [each for each in again.script.sentences() if again.clips.was_spoken(each)]
    words = LIBRARY.phrases("en").words
    time = fill(words["about"], time=fill(words["seconds"], n="thirty-five"))
    said = LIBRARY.phrases("en").lines["hold_each"][0].text.get("en")
    assert spoken == [fill(said, time=time)]
