"""A profile as written: it reads back the same, and what did not change stays to the letter."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio import Preferences, TalkChoice
from smr_audio.library.library import Library
from smr_audio.library.schema.specs import Problems
from smr_audio.library.yaml_reader import parse_yaml
from smr_audio.options import choices
from smr_audio.options.values import CueSound, HoldChange, Swap
from smr_audio.profile.model import PROFILE, Profile
from smr_audio.profile.save import HEADING, changed, lengths_of, values_of
from smr_audio.units import TICK
from tests.library.test_profile import loaded
from tests.tables import tables

LIBRARY = Library()
TOOLS = tuple(LIBRARY.phrases("en").tools)
LIMITS = LIBRARY.limits().ids
IDS = LIBRARY.technique_ids()

side = st.sampled_from(choices.SIDES)
words = st.lists(st.text("abz059", min_size=1, max_size=8), min_size=1, max_size=3)
ids = words.map("-".join) | st.sampled_from(IDS)
targets = st.tuples(st.none(), st.none()) | st.tuples(ids, st.none() | side)
amounts = st.one_of(
    st.tuples(st.just("exact"), st.integers(5, 300).map(Fraction)),
    st.tuples(
        st.just("add"),
        st.integers(1 - 10**9, 10**9 - 1).map(Fraction)
        | st.integers(1 - 10**9, 10**9 - 1).map(lambda n: Fraction(n, 10**6)),
    ),
    st.tuples(
        st.just("times"),
        st.integers(1, 9999).map(Fraction) | st.integers(1, 10**8 - 1).map(lambda n: Fraction(n, 10**4)),
    ),
    st.tuples(st.just("passes"), st.integers(1, 100).map(Fraction)),
)
any_hold = st.builds(lambda what, target: HoldChange(*what, *target), amounts, targets)
any_talk = st.builds(TalkChoice, st.sampled_from((*choices.TALKS, choices.AUTO_TALK)), st.none() | ids)
paths = st.text("ab .:#'\"\\{}é词", min_size=1, max_size=12).map(lambda name: str(Path("/sounds", f"a{name}b.wav")))


def names(known: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(known), max_size=4, unique=True).map(tuple)


def maybe(known: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(known)


@st.composite
def asked(draw: st.DrawFn) -> Preferences:
    """All that a profile may ask for."""
    sides = draw(maybe(choices.SIDE_CHOICES))
    limits = draw(names(LIMITS))
    olds = draw(st.lists(ids, max_size=3, unique=True))
    cues = draw(names(choices.CUE_NAMES))
    some_calls = st.lists(st.sampled_from(choices.CALLS), min_size=1, unique=True).map(tuple)
    return Preferences(
        holds=tuple(
            draw(st.lists(any_hold, max_size=4, unique_by=lambda c: (c.technique, c.side)))
        ),
        sets=draw(st.none() | st.integers(1, 20)),
        rest=draw(st.none() | st.integers(0, 600 * 125).map(TICK.__mul__)),
        sides=sides,
        first=draw(st.none() | side),
        extra=draw(st.none() | side) if sides in (None, "both") else draw(maybe((sides,))),
        skip=tuple(draw(st.lists(ids, max_size=3, unique=True))),
        pace=draw(maybe(choices.PACES)),
        talk=tuple(draw(st.lists(any_talk, max_size=3, unique_by=lambda one: one.technique))),
        safety=draw(maybe(choices.SAFETIES)),
        rate=draw(st.none() | st.floats(0.5, 2)),
        voice=draw(st.none() | st.sampled_from(["silent", "auto", "pyttsx3:en+f3", "123"])),
        language=draw(maybe(("en", "zh", "pt-br", "no"))),
        master=draw(maybe(choices.MASTERS)),
        loudness=draw(maybe(choices.LOUDNESSES)),
        cues=draw(maybe(choices.CUE_SCHEMES)),
        cue_sounds=tuple(CueSound(cue, draw(paths)) for cue in cues),  # type: ignore[arg-type]
        metronome=draw(maybe((True, False))),
        countdown=draw(maybe(choices.COUNTDOWNS)),
        calls=draw(st.sampled_from([(), ("all",), ("none",)]) | some_calls),
        keep_awake=draw(maybe(choices.KEEP_AWAKES)),
        bed=draw(maybe(("off", *choices.MADE_BEDS)) | paths),
        bed_level=draw(st.none() | st.floats(choices.LEAST_BED_DB, choices.MOST_BED_DB)),
        tools=draw(names(TOOLS) | st.just(("all",))),
        limits=limits,
        level=draw(maybe((1,) if "first_session" in limits else (1, 2, 3))),
        swaps=tuple(
            Swap(old, new) for old in olds if (new := draw(ids)) != old
        ),
        dose=draw(maybe(choices.DOSES)),
    )  # fmt: skip


@given(st.dictionaries(ids, st.integers(125, 24 * 3600 * 125), max_size=3))
def test_lengths_that_are_written_are_read_back_the_same(lengths: dict[str, int]) -> None:
    profile = read_back(changed("", {"fit": lengths_of(lengths)}))
    assert {name: length.ticks for name, length in profile.lengths.items()} == lengths


def read_back(text: str) -> Profile:
    problems = Problems()
    profile = PROFILE.read(parse_yaml(text.encode(), "/mine.yaml"), "the profile", problems)
    assert problems.found == []
    assert isinstance(profile, Profile)
    return profile


@given(asked(), asked())
def test_what_is_written_or_changed_is_read_back_the_same(before: Preferences, after: Preferences) -> None:
    old, new = values_of(before), values_of(after)
    text = changed("", old)
    assert text.startswith(HEADING)
    assert read_back(text).stored == before
    assert changed(text, old) == text
    text = changed(text, {key: new.get(key) for key in (*old, *new)})
    assert read_back(text).stored == after


MINE = tables(__file__)["mine"]


def test_what_is_not_changed_stays_to_the_letter(tmp_path: Path) -> None:
    text = changed(MINE, {"level": 2})
    assert text == MINE + "level: 2\n"
    assert changed(text, {"level": 2, "tools": ["foam_roller", "bench"]}) == text
    assert loaded(tmp_path, text).stored == replace(loaded(tmp_path, MINE).stored, level=2)


def test_changing_a_key_keeps_the_comments_of_the_others(tmp_path: Path) -> None:
    text = changed(MINE, {"limits": ["neck"], "hold": None})
    assert text == MINE.split("limits", maxsplit=1)[0] + "limits: [neck]\n\n# the end\n"
    profile = loaded(tmp_path, text)
    assert profile.stored.limits == ("neck",)
    assert profile.stored.holds == ()


def test_new_keys_come_in_the_order_of_the_table() -> None:
    text = changed("", {"fit": {"full-body": "8m"}, "tools": ["bench"], "level": 1})
    assert [line.split(":")[0] for line in text.splitlines()[-4:]] == [
        "tools", "level", "fit", "  full-body",
    ]  # fmt: skip


def test_comments_within_lists_and_lengths_stay_with_what_they_are_about() -> None:
    text = "kind: profile\nlimits:\n- hips # x\n- knees # y\nhold:\n  all: 40 # a\n# end\n"
    text = changed(text, {"limits": ["hips", "knees", "floor"]})
    text = changed(text, {"hold": {"all": 40, "hamstring-barbell": 50}})
    assert [text.count(mark) for mark in ("# x", "# y", "# a", "# end")] == [1, 1, 1, 1]
    assert read_back(text).stored.limits == ("hips", "knees", "floor")
    assert len(read_back(text).stored.holds) == 2


@pytest.mark.parametrize("text", ["{kind: profile, level: 2}\n", "  kind: profile\n  level: 2\n"])
def test_a_profile_laid_out_otherwise_can_be_changed_too(text: str) -> None:
    assert read_back(changed(text, {"level": 3})).stored == Preferences(level=3)
    assert read_back(changed(text, {"level": None})).stored == Preferences()
