"""Every value of a session with where it came from, and that it is the value of the session."""

from dataclasses import fields, replace
from typing import Any

import pytest

from smr_audio import Preferences, parse_hold, parse_talk
from smr_audio.errors import Location
from smr_audio.options.values import Bed, CueSound, Swap
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.compose import Composition, compose
from smr_audio.session.layers import Layer
from smr_audio.session.provenance import BY_TECHNIQUE, Reason, reasons
from smr_audio.session.workload import FittedBlock
from tests.session.people import LIBRARY

ROLLER, BARBELL, PRESS = "hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press"
PLACE = Location("profile.yaml", 3, 1)
# A value of each field, how it is shown, and what is shown where no layer sets one.
VALUES: dict[str, tuple[Any, str, str]] = {
    "skip": ((BARBELL,), BARBELL, "none"), "only": ((ROLLER,), ROLLER, "everything"),
    "pace": ("quick", "quick", "normal"), "safety": ("short", "short", "full"),
    "talk": ((parse_talk("follow"),), "follow", "learn"),
    "rate": (0.9, "0.9", "1"), "voice": ("silent", "silent", "auto"),
    "language": ("en", "en", "en"), "master": ("flat", "flat", "home"),
    "loudness": ("loud", "loud", "normal"), "cues": ("soft", "soft", "classic"),
    "cue_sounds": ((CueSound("start", "a.wav"),), "start=a.wav", "none"),
    "metronome": (True, "yes", "no"), "countdown": ("both", "both", "beeps"),
    "calls": (("begin", "halfway"), "begin, halfway", "as the talk has them"),
    "keep_awake": ("off", "off", "low"),
    "bed": (Bed("rain"), "rain", "off"), "bed_level": (20.0, "20", "18"),
    "tools": (("foam_roller", "bench", "fascia_ball"), "foam_roller, bench, fascia_ball",
              "everything"),
    "limits": (("ankles",), "ankles", "none"), "level": (2, "2", "any"),
    "swaps": ((Swap(PRESS, "hamstring-ball-knee"),), f"{PRESS}=hamstring-ball-knee", "none"),
    "dose": ("extended", "extended", "none"),
    "bitrate": ("64k", "64k", "96k"), "artist": ("Gym", "Gym", "smr-audio"),
    "album_title": ("Legs", "Legs", "Self-massage sessions"),
    "fit": (480, "480 s", "as long as it takes"),
}  # fmt: skip
SHOWN = {"swaps": "swap"}
OF_ALL = [each.name for each in fields(Preferences) if each.name not in BY_TECHNIQUE]


def session(name: str = "hamstrings", **said: Preferences) -> Compiled:
    routine = LIBRARY.load(name)
    routine = replace(routine, settings=said.get("routine", routine.settings))
    asks = said.get("profile", Preferences())
    places = {each.name: PLACE for each in fields(Preferences)}
    return compile_session(
        routine, said.get("option", Preferences()), library=LIBRARY,
        profile=Layer("profile", asks, Location("profile.yaml"), places),
    )  # fmt: skip


def found(compiled: Compiled) -> dict[tuple[str, str | None, str | None], Reason]:
    every = list(reasons(compiled))
    by = {(one.what, one.technique, one.side): one for one in every}
    assert len(by) == len(every)
    return by


def test_the_table_has_every_field() -> None:
    assert set(VALUES) == set(OF_ALL)


def test_every_field_has_a_reason_where_nobody_asks() -> None:
    by = found(session())
    for name in OF_ALL:
        one = by[SHOWN.get(name, name), None, None]
        source = "routine" if name == "safety" else "default"
        assert (one.value, one.origin.source) == (VALUES[name][2], source), name


@pytest.mark.parametrize("source", ["routine", "profile", "option"])
@pytest.mark.parametrize("name", OF_ALL)
def test_a_field_has_the_value_and_the_source_of_whoever_asks(name: str, source: str) -> None:
    value, shown, _ = VALUES[name]
    if name == "only" and source == "profile":
        return  # a profile has none
    one = found(session(**{source: Preferences(**{name: value})}))[SHOWN.get(name, name), None, None]
    assert (one.value, one.origin.source) == (shown, source)
    said = one.as_json()
    assert said["from"] == source
    if source == "profile":
        assert said["where"] == "profile.yaml:3:1"
    if source == "option":
        assert said["where"] is None


def test_less_talk_brings_a_shorter_check_and_each_technique_has_its_level() -> None:
    asked = Preferences(talk=(parse_talk("follow"), parse_talk(f"{BARBELL}=learn")))
    by = found(session(option=asked))
    check = by["safety", None, None]
    assert (check.value, check.origin.source, check.origin.text) == ("short", "default", "at follow")
    assert by["talk", None, None].value == f"follow, {BARBELL}=learn"
    levels = {name: by["talk", name, None].value for name in (ROLLER, BARBELL, PRESS)}
    assert levels == {ROLLER: "follow", BARBELL: "learn", PRESS: "follow"}
    assert {by["talk", name, None].origin.source for name in levels} == {"option"}


def test_every_hold_set_rest_and_side_is_that_of_the_plan() -> None:
    for name in ("hamstrings", "full-body", "desk-worker"):
        options = Preferences(extra="left", holds=(parse_hold("+5"),), sets=2)
        compiled = session(name, option=options)
        by = found(compiled)
        for block in compiled.work.blocks:
            key = block.technique.id
            assert by["technique", key, None].value == key
            assert by["sets", key, None].value == str(block.sets.value)
            assert by["rest", key, None].value == f"{block.rest.value / 125:g} s"
            for one in block.passes:
                assert by["hold", key, one.side].value == f"{one.hold_s} s"
            if block.technique.sides == 2:
                assert by["extra", key, None].value == "left"
                assert by["first", key, None].value == block.passes[0].side
                assert by["sides", key, None].value == "both"


HOLD = ("hold", ROLLER, "left")
SETS = ("sets", ROLLER, None)
REST = ("rest", ROLLER, None)
ASKED = {HOLD: Preferences(holds=(parse_hold("25"),)), SETS: Preferences(sets=2), REST: Preferences(rest=15)}


@pytest.mark.parametrize("key", ASKED, ids=lambda key: key[0])
def test_the_source_of_an_amount_is_whoever_asked_last(key: tuple[str, str, str | None]) -> None:
    asked = ASKED[key]
    for source in ("profile", "option"):
        one = found(session(**{source: asked}))[key]
        assert one.origin.source == source
        assert one.value == {"hold": "25 s", "sets": "2", "rest": "15 s"}[key[0]]
    # The steps of this routine have holds and sets of their own, and win over its settings.
    one = found(session(routine=asked))[key]
    assert one.origin.source == "routine"
    assert one.value == {"hold": "30 s", "sets": "1", "rest": "15 s"}[key[0]]
    alone = found(session(ROLLER))[key]
    assert alone.origin.source == ("default" if key[0] == "rest" else "technique")


def test_the_trail_of_a_hold_tells_how_it_came_about() -> None:
    compiled = session(profile=Preferences(holds=(parse_hold("40"),)), option=Preferences(holds=(parse_hold("+5"),)))
    one = found(compiled)[HOLD]
    assert [origin.source for origin in one.trail] == ["technique", "routine", "profile", "option"]
    assert str(one.trail[2]) == "profile: 40 (profile.yaml:3:1)"
    assert str(one.trail[3]) == "option: +5"
    assert one.value == "45 s"


def test_a_dose_is_named_with_who_asked_for_it_and_who_shares_it() -> None:
    one = found(session(profile=Preferences(dose="standard")))[HOLD]
    assert one.origin.source == "dose"
    assert one.origin.text == "standard, asked for by the profile, shared by 3 for the hamstrings"
    assert one.origin.location == PLACE
    article = found(session(option=Preferences(dose="article")))[SETS]
    assert article.origin.text == "article, asked for by the option"


def test_what_a_fit_changes_says_so_and_what_it_leaves_does_not() -> None:
    options = Preferences(fit=600)
    fitted = {0: FittedBlock(2, (40, 30))}
    compiled = compile_session(LIBRARY.load("hamstrings"), options, library=LIBRARY, fitted=fitted)
    by = found(compiled)
    assert by[HOLD].origin.source == "fit"
    assert by[HOLD].origin.text == "asked for by the option"
    assert by["hold", ROLLER, "right"].origin.source == "routine"
    assert by[SETS].origin.source == "fit"
    assert by[SETS].value == "2"


def test_left_out_and_swapped_techniques_are_explained() -> None:
    person = Preferences(limits=("hips",), skip=(PRESS,))
    by = found(session(profile=person, option=Preferences(tools=("foam_roller", "bench"))))
    bench = by["technique", "hamstring-roller-bench", None]
    assert bench.origin.source == "limit"
    assert bench.origin.text == f"in place of {ROLLER} because of stiff or painful hips"
    bar = by["left out", BARBELL, None].origin
    assert bar.source == "limit"
    assert "because of stiff or painful hips, and it needs a barbell" in bar.text
    skipped = by["left out", PRESS, None].origin
    assert (skipped.source, skipped.text, skipped.location) == ("profile", "skipped", PLACE)
    swap = found(session(option=Preferences(swaps=VALUES["swaps"][0])))
    knee = swap["technique", "hamstring-ball-knee", None].origin
    assert (knee.source, knee.text) == ("option", f"in place of {PRESS}")


def test_one_side_alone_has_no_extra_one_where_that_was_dropped() -> None:
    by = found(session(profile=Preferences(extra="left"), option=Preferences(sides="right")))
    assert by["extra", ROLLER, None].value == "none"
    assert by["sides", ROLLER, None].origin.source == "option"


def test_what_is_composed_says_so() -> None:
    routine = compose(Composition(("calves",)), Preferences(), library=LIBRARY)[0]
    compiled = compile_session(routine, Preferences(), library=LIBRARY)
    by = found(compiled)
    name = routine.steps[0].technique
    assert by["technique", name, None].origin.source == "composed"
    assert by["dose", None, None].as_json()["where"] == "--for calves"
    assert by["dose", None, None].origin.source == "composed"
    assert by["sets", name, None].origin.text == "standard, which what is composed has"
