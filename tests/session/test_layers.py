"""Options over profile over step over routine over technique: who wins, and what adds up."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio import Preferences, Swap, UsageError, parse_hold, parse_passes, parse_talk
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.layers import Layer, Layers
from tests.session.people import LIBRARY, profile, session
from tests.tables import tables

TABLES = tables(__file__)
ROUTINE = TABLES["routine"]

ROLLER, BARBELL, PRESS = "hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press"
SAYS = {
    "sets": 2, "rest": 20, "sides": "left", "first": "right", "extra": "left",
    "pace": "quick", "talk": (parse_talk("follow"),), "rate": 0.9, "voice": "silent",
    "master": "flat", "loudness": "loud", "cues": "soft", "metronome": True, "countdown": "both",
    "keep_awake": "off", "level": 2, "dose": "extended", "fit": 8, "tools": ("bench",),
    "calls": ("begin",), "safety": "short", "bed": "rain", "bed_level": 14.0,
}  # fmt: skip
OTHER = {
    "sets": 3, "rest": 5, "sides": "both", "first": "left", "extra": "right",
    "pace": "relaxed", "talk": (parse_talk("minimal"),), "rate": 1.1, "voice": "auto",
    "master": "gym", "loudness": "quiet", "cues": "classic", "metronome": False,
    "countdown": "voice", "keep_awake": "high", "level": 1, "dose": "article", "fit": 0,
    "tools": ("table",), "calls": ("halfway",), "safety": "full", "bed": "song.mp3", "bed_level": 20.0,
}  # fmt: skip


def layers(**said: dict[str, object]) -> Layers:
    """`routine`, `profile` and `option`, each by what it says."""
    asks = {name: Preferences(**values) for name, values in said.items()}  # type: ignore[arg-type]
    none = Preferences()
    return Layers(
        Layer("routine", asks.get("routine", none)),
        profile(asks.get("profile", none)),
        Layer("option", asks.get("option", none)),
    )


def held(compiled: Compiled) -> list[int]:
    """The hold of each technique's first pass."""
    return [block.passes[0].hold_s for block in compiled.work.blocks]


@pytest.mark.parametrize("name", SAYS)
def test_the_highest_layer_that_says_a_value_decides(name: str) -> None:
    low, high = {name: SAYS[name]}, {name: OTHER[name]}
    decided = getattr(Preferences(**high), name)
    for below, above in (("routine", "profile"), ("profile", "option"), ("routine", "option")):
        value, origin = layers(**{below: low, above: high}).origin(name)
        assert (value, origin.source) == (decided, above)
        value, origin = layers(**{below: high, above: {}}).origin(name)
        assert (value, origin.source) == (decided, below)
    assert layers().origin(name)[1].source == "default"


def test_skips_and_limits_add_up_and_swaps_by_what_they_swap() -> None:
    one = {"skip": ("a",), "limits": ("hips",), "swaps": (Swap("x", "y"), Swap("z", "y"))}
    two = {"skip": ("b", "a"), "limits": ("knees",), "swaps": (Swap("x", "w"),)}
    said = layers(routine={"skip": ("c",)}, profile=one, option=two).combined
    assert said.skip == ("c", "a", "b")
    assert said.limits == ("hips", "knees")
    assert said.swaps == (Swap("x", "w"), Swap("z", "y"))


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(ROUTINE, encoding="utf-8")
    return path


def amounts(compiled: Compiled) -> list[tuple[int, int, float, str]]:
    return [
        (one.passes[0].hold_s, one.sets.value, one.rest.value / 125, one.passes[0].side or "")
        for one in compiled.work.blocks
    ]


def test_a_step_wins_over_its_routine_and_the_routine_over_the_technique(mine: Path) -> None:
    assert amounts(session(mine)) == [(40, 1, 5, "right"), (35, 2, 15, "left")]
    assert amounts(session("hamstring-barbell")) == [(30, 1, 10, "left")]


def test_a_profile_wins_over_a_step_and_the_options_over_the_profile(mine: Path) -> None:
    person = Preferences(holds=(parse_hold("25"),), sets=3, rest=0, first="left")
    assert amounts(session(mine, person=person)) == [(25, 3, 0, "left")] * 2
    options = {"holds": (parse_hold("45"),), "sets": 1, "rest": 1, "first": "right"}
    assert amounts(session(mine, person=person, **options)) == [(45, 1, 1, "right")] * 2


@pytest.mark.parametrize(("kept", "asked", "want"), TABLES["holds"])
def test_holds_of_the_profile_are_below_those_of_the_options(kept: str, asked: str, want: list[int]) -> None:
    person = Preferences(holds=(parse_hold(kept),))
    options = {"holds": (parse_hold(asked),)} if asked else {}
    assert held(session(person=person, **options)) == want


def test_skips_add_up_and_only_lifts_them(mine: Path) -> None:
    person = Preferences(skip=(BARBELL,))
    assert [b.technique.id for b in session(mine, person=person).work.blocks] == [ROLLER]
    only = session(mine, person=person, only=(BARBELL, PRESS))
    assert [b.technique.id for b in only.work.blocks] == [BARBELL, PRESS]
    with pytest.raises(UsageError, match="nothing is left to do"):
        session(mine, person=person, skip=(ROLLER,))


@pytest.mark.parametrize(("kept", "asked", "sides"), [
    ({"extra": "left"}, {"sides": "right"}, ["right"]),  # whoever is above drops it
    ({"sides": "right"}, {"extra": "right"}, ["right", "right"]),
    ({"extra": "left"}, {}, ["left", "right", "left"]),
])  # fmt: skip
def test_the_side_that_is_named_higher_drops_an_extra_one(
    kept: dict[str, object], asked: dict[str, object], sides: list[str]
) -> None:
    compiled = session("hamstring-barbell", person=Preferences(**kept), **asked)  # type: ignore[arg-type]
    assert [one.side for one in compiled.work.blocks[0].passes] == sides


def test_an_extra_side_against_the_only_one_is_refused_in_the_layer_that_asks_for_it() -> None:
    with pytest.raises(UsageError, match="only the right side is worked"):
        session(person=Preferences(sides="right"), extra="left")


def test_passes_give_holds_by_pace() -> None:
    eight = (parse_passes("8"),)
    # 15, 20 and 20 a minute.
    assert held(session(holds=eight)) == [32, 24, 24]
    assert held(session(holds=(parse_passes(f"{BARBELL}=10"),))) == [30, 30, 30]
    assert held(session(holds=(parse_passes("16"),))) == [64, 45, 48]  # cut to each one's most
    assert parse_passes("8") == parse_hold("8 passes")


def test_passes_may_stand_in_a_routine(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(ROUTINE.replace("hold: 40", 'hold: "8 passes"'), encoding="utf-8")
    assert held(session(path))[0] == 32


def test_passes_of_what_has_no_pace_change_nothing_and_say_so(tmp_path: Path) -> None:
    (tmp_path / "techniques").mkdir()
    content = Path(LIBRARY.technique(ROLLER).location.path).read_text(encoding="utf-8")
    slow = tmp_path / "techniques" / "slow.yaml"
    slow.write_text(content.replace(f"id: {ROLLER}", "id: slow").replace("pace: 15\n", ""), encoding="utf-8")
    compiled = session(slow, holds=(parse_passes("8"),))
    assert held(compiled) == [30]
    assert [warning.code for warning in compiled.script.warnings] == ["passes-unused"]


@pytest.mark.parametrize("text", ["", "0", "101", "8.5", "-1", "x", "8 passes", "a b=8", "=8"])
def test_what_is_no_number_of_passes_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"passes|technique"):
        parse_passes(text)


texts = st.sampled_from(["25", "+10", "x1.5", f"{BARBELL}=20", f"{ROLLER}:left=50", "6 passes"])
wishes = st.lists(texts, max_size=2).map(lambda all_of: tuple(map(parse_hold, all_of)))


@given(wishes, wishes, st.none() | st.integers(1, 3), st.none() | st.integers(1, 3))
def test_without_a_profile_or_without_options_the_other_alone_decides(
    kept: tuple[object, ...], asked: tuple[object, ...], sets: int | None, more: int | None
) -> None:
    person = Preferences(holds=kept, sets=sets)  # type: ignore[arg-type]
    as_profile = session(person=person)
    as_options = session(holds=kept, sets=sets)
    assert as_profile.script.items == as_options.script.items
    both = session(person=person, holds=asked, sets=more)
    assert [b.sets.value for b in both.work.blocks] == [more or sets or 1] * 3
    if not asked:
        assert held(both) == held(as_profile)


def test_a_kept_swap_for_what_is_not_there_any_more_changes_nothing() -> None:
    kept = profile(Preferences(swaps=(Swap(BARBELL, "gone-since"),)))
    done = compile_session(LIBRARY.load("hamstrings"), Preferences(), library=LIBRARY, profile=kept)
    assert [block.technique.id for block in done.work.blocks] == [ROLLER, BARBELL, PRESS]
