"""How much is said: its levels and their names, and how layers of them are merged."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from smr_audio import Preferences, UsageError
from smr_audio.library.library import Library
from smr_audio.options.choices import SAFETIES
from smr_audio.options.values import level_of, parse_talk
from smr_audio.session.compile import compile_session
from smr_audio.session.layers import Layer
from tests.tables import tables

TABLES = tables(__file__)

FLOOR, BAR, PRESS = "hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press"


def talk(*texts: str) -> Preferences:
    return Preferences(talk=tuple(map(parse_talk, texts)))


@pytest.mark.parametrize(("above", "below", "asked", "levels"), TABLES["layers"])
@pytest.mark.parametrize("layers", ["option profile", "option routine", "profile routine"])
def test_layers_of_talk_are_merged(
    library: Library, above: list[str], below: list[str], asked: str, levels: list[str], *, layers: str
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
    with pytest.raises(UsageError, match="talk must be "):
        Preferences(talk="follow")  # type: ignore[arg-type]
    assert level_of((parse_talk(f"{PRESS} = Minimal"),)) == "learn"


@pytest.mark.parametrize(("talks", "level", "safety"), TABLES["openings"])
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


def test_a_short_check_of_a_routine_stays_short_to_learn(library: Library, compiled: Callable[..., Any]) -> None:
    short = next(name for name in library.routine_ids() if library.load(name).safety == "short")
    for options, is_whole in (({}, False), ({"safety": "full"}, True)):
        said = {getattr(item, "text", "") for item in compiled(short, **options).items}
        whole = {line.text.get("en") for line in library.phrases("en").lines["safety_full"]}
        assert (whole <= said) == is_whole
