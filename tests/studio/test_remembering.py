"""What is saved gives the same session again, without any options."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smr_audio import BuildError, Preferences, UsageError, parse_talk
from smr_audio.options import choices
from smr_audio.options.values import CueSound, HoldChange, Swap, parse_hold
from smr_audio.profile.model import load_profile
from smr_audio.profile.save import changed, changed_lengths, changed_profile, changes_between, remembered, values_of
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.timeline.lengths import Lengths
from smr_audio.units import TICK
from tests.conftest import CUE_TICKS
from tests.library.test_profile_text import maybe, read_back
from tests.session.people import LIBRARY, profile
from tests.studio.fits import Case, Spoken
from tests.timeline.made_up import changes

ROLLER, BARBELL, PRESS = "hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press"
STEPS = (ROLLER, BARBELL, PRESS)
OTHERS = ("calf-roller-seated=60", f"{ROLLER}=50")


def session(options: Preferences, person: Preferences) -> Compiled:
    return compile_session(LIBRARY.load("hamstrings"), options, library=LIBRARY, profile=profile(person))


TALKS = tuple(map(parse_talk, (*choices.TALKS, f"{PRESS}=learn", f"{BARBELL}=follow")))
"""Levels for all and for one technique."""


def saved(before: Preferences, options: Preferences, work: Any) -> Preferences:
    """The profile after `--save`, as its file has it."""
    after = remembered(before, options, work and work.holds)
    text = changed("", values_of(before))
    return read_back(changed(text, changes_between(before, after))).stored


@st.composite
def kept(draw: st.DrawFn, *, fit: bool = False) -> Preferences:
    """What a profile may ask for, or options that can be kept."""
    sides = draw(maybe(choices.SIDE_CHOICES))
    swap = st.sampled_from([Swap(PRESS, "hamstring-ball-knee"), Swap(BARBELL, "hamstring-ball-chair")])
    holds = draw(st.lists(changes(STEPS) | st.just(parse_hold("8 passes")), max_size=3))
    return Preferences(
        holds=tuple(holds),
        sets=draw(st.none() | st.integers(1, 3)),
        rest=draw(st.none() | st.integers(0, 2000).map(TICK.__mul__)),
        sides=sides,
        first=draw(maybe(choices.SIDES)),
        extra=draw(maybe(choices.SIDES)) if sides in (None, "both") else None,
        skip=draw(st.sampled_from([(), (BARBELL,), (PRESS,)])),
        pace=draw(maybe(choices.PACES)),
        talk=draw(st.lists(st.sampled_from(TALKS), max_size=2).map(tuple)),
        calls=draw(st.sampled_from([(), ("all",), ("halfway",)])),
        metronome=draw(maybe((True, False))),
        countdown=draw(maybe(choices.COUNTDOWNS)),
        tools=draw(st.sampled_from([(), ("all",), ("foam_roller", "bench", "tennis_ball")])),
        limits=draw(st.sampled_from([(), ("hips",), ("knees",), ("pregnancy",)])),
        level=draw(st.none() | st.integers(1, 3)),
        swaps=tuple(draw(st.lists(swap, max_size=1))),
        dose=draw(maybe(choices.DOSES)),
        fit=draw(st.integers(400 * 125, 900 * 125).map(TICK.__mul__)) if fit else None,
    )


@given(kept(), kept())
def test_the_next_session_is_the_same_without_options(before: Preferences, options: Preferences) -> None:
    try:
        now = session(options, before)
    except UsageError:
        assume(False)
        raise
    # A profile's rest is between sets; that of an option may be between techniques too.
    assume(not (options.rest_ticks and any(one.after_ticks for one in now.work.blocks)))
    after = remembered(before, options, now.work.holds)
    assume(not (after.extra and after.sides not in (None, "both", after.extra)))
    again = session(Preferences(), saved(before, options, now.work))
    assert again.script.items == now.script.items
    assert again.script.coaching == now.script.coaching


@given(kept(fit=True))
@settings(max_examples=6)
def test_a_fitted_session_is_the_same_too_where_no_amount_was_named(options: Preferences) -> None:
    options = replace(options, holds=(), sets=None, rest=None)
    lengths = Lengths(Spoken(silent=True), CUE_TICKS)
    case = Case(LIBRARY.load("hamstrings"), Preferences(), options, lengths)
    try:
        now = case.fitted()
    except (UsageError, BuildError):
        return
    person = replace(saved(Preferences(), options, now.work), fit=options.fit)
    again = replace(case, person=person, options=Preferences()).fitted()
    assert again.script.items == now.script.items
    assert again.script.end_tick == now.script.end_tick


@pytest.mark.parametrize(("before", "asked", "kept"), [
    ((), ("+10",), dict.fromkeys(STEPS, 40)),
    ((), ("+5", f"{ROLLER}:left=50"),
     {f"{ROLLER}:left": 50, f"{ROLLER}:right": 35, BARBELL: 35, PRESS: 35}),
    (OTHERS, ("+5",), {"calf-roller-seated": 60, ROLLER: 55, BARBELL: 35, PRESS: 35}),
    (OTHERS, ("45",), 45),
    ((), (f"{BARBELL}=20", "40"), {BARBELL: 20, "all": 40}),
], ids=["not added twice", "sides apart", "others stay", "all are told", "any order"])  # fmt: skip
def test_holds_are_kept_as_they_were_and_not_changed_again(
    before: tuple[str, ...], asked: tuple[str, ...], kept: object
) -> None:
    person, options = (Preferences(holds=tuple(map(parse_hold, each))) for each in (before, asked))
    once = saved(person, options, session(options, person).work)
    assert values_of(once)["hold"] == kept
    assert saved(once, Preferences(), session(Preferences(), once).work) == once


@pytest.mark.parametrize(("before", "asked", "changed"), [
    (Preferences(sets=3, rest=0, holds=(parse_hold("20"),)), Preferences(dose="extended"),
     {"dose": "extended", "sets": None, "rest": None, "hold": None}),
    (Preferences(tools=("bench",)), Preferences(tools=("all",)), {"tools": None}),
    (Preferences(skip=(BARBELL,), limits=("hips",)),
     Preferences(only=(ROLLER,), skip=(PRESS,), limits=("knees",)),
     {"skip": [BARBELL, PRESS], "limits": ["hips", "knees"]}),
], ids=["a dose", "all tools", "only, skip and limits"])  # fmt: skip
def test_only_what_changes_is_written(before: Preferences, asked: Preferences, changed: dict[str, object]) -> None:
    before = replace(before, level=2)
    after = remembered(before, asked)
    assert (changes_between(before, after), after.only) == (changed, ())


def test_a_length_is_kept_for_its_routine_and_leaves_all_else_as_it_was(own_profile: Path) -> None:
    before = Preferences(sets=3, holds=(parse_hold("20"),))
    assert remembered(before, Preferences(fit=480)) == before
    own_profile.parent.mkdir()
    own_profile.write_text("kind: profile\nfit:\n  pre-lift: 8m\nlevel: 2  # mine\n", encoding="utf-8")
    for asked in ({"full-body": 60_000, "pre-lift": 70_001}, {"pre-lift": 0}):
        with changed_profile(LIBRARY) as change:
            change(changed_lengths(load_profile(LIBRARY), asked))
    text = own_profile.read_text(encoding="utf-8")
    assert text == 'kind: profile\nfit:\n  full-body: "8m"\nlevel: 2  # mine\n'
    with changed_profile(LIBRARY) as change:
        change(changed_lengths(load_profile(LIBRARY), {"full-body": 0}))
    assert own_profile.read_text(encoding="utf-8") == "kind: profile\nlevel: 2  # mine\n"


def test_files_are_kept_by_paths_that_mean_the_same_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = Preferences(cue_sounds=(CueSound("start", "bell.wav"),), voice="my.onnx")
    after = remembered(Preferences(), options)
    assert after.cue_sounds == (CueSound("start", str(tmp_path / "bell.wav")),)
    assert after.voice == str(tmp_path / "my.onnx")


def test_a_language_and_a_length_are_kept_as_a_file_takes_them() -> None:
    options = Preferences(language="en_GB", holds=(HoldChange("exact", parse_hold("400").amount),))
    assert saved(Preferences(), options, None) == Preferences(language="en-gb", holds=(parse_hold("400"),))


def test_a_profile_is_put_in_its_place_at_the_end_and_only_if_all_went_well(own_profile: Path) -> None:
    with changed_profile(LIBRARY) as change:
        change({"level": 2})
        assert not own_profile.exists()
    assert "level: 2" in own_profile.read_text(encoding="utf-8")
    text = own_profile.read_bytes()
    with pytest.raises(RuntimeError), changed_profile(LIBRARY) as change:
        change({"level": 3})
        raise RuntimeError
    assert own_profile.read_bytes() == text
    assert [path.name for path in own_profile.parent.iterdir()] == ["profile.yaml"]


def test_changes_at_the_same_time_are_all_kept(own_profile: Path) -> None:
    wishes: list[dict[str, Any]] = [
        {"level": 2}, {"talk": "follow"}, {"pace": "quick"}, {"sets": 2}, {"first": "right"},
        {"cues": "soft"}, {"metronome": True}, {"loudness": "loud"},
    ]  # fmt: skip

    def change_it(wish: dict[str, Any]) -> None:
        with changed_profile(LIBRARY) as change:
            change(wish)

    with ThreadPoolExecutor(len(wishes)) as pool:
        list(pool.map(change_it, wishes))
    kept = load_profile(LIBRARY, own_profile)
    assert kept is not None
    expected = {key: value for wish in wishes for key, value in wish.items()}
    expected["talk"] = (parse_talk("follow"),)
    assert all(getattr(kept.stored, key) == value for key, value in expected.items())
