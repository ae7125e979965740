"""How much is said: its levels and their names, and how layers of them are merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from smr_audio.errors import UsageError
from smr_audio.library.library import Library
from smr_audio.options.choices import SAFETIES
from smr_audio.options.preferences import Preferences
from smr_audio.options.talk import level_of, parse_talk
from smr_audio.session.compile import compile_session
from smr_audio.session.layers import Layer

FLOOR, BAR, PRESS = "hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press"


def talk(*texts: str) -> Preferences:
    return Preferences(talk=tuple(map(parse_talk, texts)))


@pytest.mark.parametrize(("above", "below", "asked", "levels"), [
    # A level for all leaves none of the layer below.
    (["follow"], [f"{BAR}=learn", "minimal"], "follow", ["follow"] * 3),
    (["follow", f"{PRESS}=learn"], [f"{BAR}=minimal"], "follow", ["follow", "follow", "learn"]),
    # One for a technique leaves the others of the layer below.
    ([f"{PRESS}=learn"], ["follow"], "follow", ["follow", "follow", "learn"]),
    (
        [f"{PRESS}=learn"], [f"{PRESS}=minimal", f"{BAR}=follow"],
        "learn", ["learn", "follow", "learn"],
    ),
    ([], ["minimal", f"{BAR}=learn"], "minimal", ["minimal", "learn", "minimal"]),
    ([], [], "learn", ["learn"] * 3),
    ([], ["follow"], "follow", ["follow"] * 3),
    ([], [f"{BAR}=follow"], "learn", ["learn", "follow", "learn"]),
    ([f"{PRESS}=minimal"], [f"{BAR}=follow"], "learn", ["learn", "follow", "minimal"]),
    ([f"{BAR}=minimal"], [f"{BAR}=follow"], "learn", ["learn", "minimal", "learn"]),
    (["minimal"], [f"{BAR}=follow"], "minimal", ["minimal"] * 3),
    ([f"{FLOOR}=learn"], ["minimal"], "minimal", ["learn", "minimal", "minimal"]),
    # Of two for the same the last holds, for the session as for its techniques.
    (["follow", "minimal"], [], "minimal", ["minimal"] * 3),
    (["minimal", "follow"], [], "follow", ["follow"] * 3),
    ([f"{FLOOR}=minimal", f"{FLOOR}=auto"], [], "learn", ["learn"] * 3),
    (["follow", f"{FLOOR}=learn"], [], "follow", ["learn", "follow", "follow"]),
    ([f"{FLOOR}=learn", "follow"], [], "follow", ["learn", "follow", "follow"]),
    (
        [f"{BAR}=learn", f"{BAR}=minimal", "follow"], [],
        "follow", ["follow", "minimal", "follow"],
    ),
    # A first session is one to learn.
    ([], ["auto"], "auto", ["learn"] * 3),
    (["auto"], ["minimal"], "auto", ["learn"] * 3),
    ([f"{BAR}=auto"], ["minimal"], "minimal", ["minimal", "learn", "minimal"]),
])  # fmt: skip
@pytest.mark.parametrize("layers", ["option profile", "option routine", "profile routine"])
def test_layers_of_talk_are_merged(
    library: Library,
    above: list[str],
    below: list[str],
    asked: str,
    levels: list[str],
    *,
    layers: str,
) -> None:
    said = dict(zip(layers.split(), (talk(*above), talk(*below)), strict=True))
    routine = library.load("hamstrings")
    settings = said.get("routine", Preferences()).over(routine.settings)
    compiled = compile_session(
        replace(routine, settings=settings), said.get("option", Preferences()), library=library,
        profile=Layer("profile", said.get("profile", Preferences())),
    )  # fmt: skip
    assert compiled.talk.asked == asked
    assert compiled.talk.techniques == dict(zip((FLOOR, BAR, PRESS), levels, strict=True))


def test_without_a_choice_there_is_everything_to_learn_and_a_bare_text_is_none() -> None:
    assert level_of(()) == level_of((), PRESS) == "learn"
    with pytest.raises(
        UsageError,
        match="talk must be a tuple of TalkChoice, which parse_talk makes of a text, not",
    ):
        Preferences(talk="follow")  # type: ignore[arg-type]
    assert level_of((parse_talk(f"{PRESS} = Minimal"),)) == "learn"


@pytest.mark.parametrize(("talks", "level", "safety"), [
    ((), "learn", "full"), (("auto",), "learn", "full"), (("follow",), "follow", "short"),
    (("minimal",), "minimal", "short"), ((f"{PRESS}=follow",), "learn", "full"),
    ((f"{FLOOR}=minimal",), "learn", "full"), (("follow", f"{PRESS}=learn"), "follow", "short"),
    (("minimal", f"{FLOOR}=learn"), "minimal", "short"), (("learn", "follow"), "follow", "short"),
    (("follow", "learn"), "learn", "full"),
])  # fmt: skip
def test_the_opening_has_the_level_for_all_and_the_whole_check_to_learn_unless_asked_otherwise(
    library: Library, talks: tuple[str, ...], level: str, safety: str
) -> None:
    for asked in (None, *SAFETIES):
        wishes = replace(talk(*talks), safety=asked)
        compiled = compile_session(library.load("hamstrings"), wishes, library=library)
        assert (compiled.talk.session, compiled.talk.safety) == (level, asked or safety)
        lines = library.phrases("en").lines
        whole = {line.text.get("en") for line in lines["safety_full"]}
        said = {getattr(item, "text", "") for item in compiled.script.items}
        is_full = (asked or safety) == "full"
        assert whole <= said if is_full else not whole & said
        rule = lines["safety_rule"][0].text.get("en")
        assert (rule in said) == (not is_full and level == "follow")


def test_a_short_check_of_a_routine_stays_short_to_learn(
    library: Library, compiled: Callable[..., Any]
) -> None:
    short = next(name for name in library.routine_ids() if library.load(name).safety == "short")
    for options, is_whole in (({}, False), ({"safety": "full"}, True)):
        said = {getattr(item, "text", "") for item in compiled(short, **options).items}
        whole = {line.text.get("en") for line in library.phrases("en").lines["safety_full"]}
        assert (whole <= said) == is_whole
