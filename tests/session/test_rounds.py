"""Rounds, steps written in place, and what stands between exercises."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smr_audio.errors import ContentError
from smr_audio.library.library import Library
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import GateEvent, HoldEvent, SpeechEvent, Timeline
from smr_audio.units import TICKS_PER_SECOND
from tests.conftest import CUE_TICKS, wishes_of
from tests.tables import tables
from tests.timeline.speech import made_up

TABLES = tables(__file__)
HEAD = 'kind: routine\nid: mine\ntitle: "Mine"\nabout: "Mine."\n'


def compiled(folder: Path, steps: Any, *, top: str = "", **options: Any) -> Compiled:
    """A session of steps, as values or as YAML."""
    text = steps if isinstance(steps, str) else json.dumps(steps)
    path = folder / "mine.yaml"
    path.write_text(f"{HEAD}steps: {text}\n{top}", "utf-8")
    library = Library()
    return compile_session(library.load(path), wishes_of(**options), library=library)


def timeline_of(session: Compiled) -> Timeline:
    return schedule(session.script, made_up(session.script))


def said(session: Compiled, *roles: str) -> list[str]:
    return [one.text for one in timeline_of(session).speech if one.role in roles]


@pytest.mark.parametrize(("steps", "message"), TABLES["refused"])
def test_wrong_steps_are_refused_at_their_place(tmp_path: Path, steps: str, message: str) -> None:
    steps = steps.replace("STEPS", "[{technique: calf-stick-seated}]")
    with pytest.raises(ContentError) as refused:
        compiled(tmp_path, steps)
    places = [f"{one.location.line}:{one.location.column}" for one in refused.value.problems]
    found = [f"{at}: {one.message}" for at, one in zip(places, refused.value.problems, strict=True)]
    assert [one for one in found if one.startswith(message)], found


# ---- the order and the rests of any rounds, against the rules as they are written ----

SOON = st.sampled_from(["a", "b", "c"])
RESTS = st.none() | st.integers(6, 60)
HOLDS = st.integers(5, 40)
OWN = st.fixed_dictionaries({"name": SOON, "hold": HOLDS}, optional={"sides": st.just(2)})
FILE = st.fixed_dictionaries(
    {"technique": st.just("calf-stick-seated"), "hold": HOLDS, "sets": st.just(1)}
)
SAY = st.fixed_dictionaries({"say": st.just("Now this."), "pause": st.integers(1, 20)})
STEP = OWN | FILE | SAY


def blocks(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keys = {"rounds": st.integers(1, 3), "steps": st.lists(inner, min_size=1, max_size=3)}
    return st.fixed_dictionaries(keys, optional={"rest_between": RESTS, "rest_after": RESTS}).map(
        lambda block: {key: value for key, value in block.items() if value is not None}
    )


STEPS = st.lists(STEP | blocks(STEP | blocks(STEP)), min_size=1, max_size=4)
SKIPS = st.sampled_from([(), (), ("a",), ("calf-stick-seated",)])


def read(steps: Any, skip: tuple[str, ...], rounds: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    """What is done in order, each with its rounds and the rest after it, by the plain rules."""
    done: list[dict[str, Any]] = []
    for step in steps:
        for number in range(1, step.get("rounds", 0) + 1):
            inside = read(step["steps"], skip, (*rounds, number))
            exercises = [one for one in inside if "hold" in one]
            for one in exercises:
                one.setdefault("rest", (step.get("rest_between"), "exercises", id(step)))
                if one["rest"][0] is None:
                    del one["rest"]
            if exercises and "rest_after" in step:
                exercises[-1]["rest"] = (step["rest_after"], "rounds", 0)
            elif exercises and number == step["rounds"]:
                *_, owner = exercises[-1].get("rest", (0,))
                if owner == id(step):
                    exercises[-1]["rest"] = (None, "", 0)
            done += inside if exercises else []
        if "rounds" not in step and step.get("technique", step.get("name")) not in skip:
            done.append({**step, "rounds": rounds})
    return done


def check_rounds(folder: Path, steps: Any, skip: tuple[str, ...]) -> None:
    whole = read(steps, ())
    assume([one for one in whole if "hold" in one])
    done = read(steps, skip)
    assume([one for one in done if "hold" in one])
    names = {one.get("technique", one.get("name")) for one in whole}
    assume((set(skip) <= names and len([*named(steps, "a")]) < 2) or not skip)
    session = compiled(folder, steps, skip=skip, talk="minimal", first="left")
    lengths = Lengths(dict.fromkeys(session.script.sentences(), 30), CUE_TICKS)
    timeline = schedule(session.script, lengths)
    wanted: list[tuple[Any, ...]] = []
    for one in done:
        sides = ["left", "right"] if one.get("technique") or one.get("sides") else [None]
        if "say" in one:
            wanted += [("say", one["say"]), ("pause", one["pause"] * TICKS_PER_SECOND)]
        else:
            wanted += [("hold", one["hold"] * TICKS_PER_SECOND, s, one["rounds"]) for s in sides]
    assert list(heard(timeline)) == wanted
    rests = {rest.end_tick: rest for rest in timeline.rests}
    exercises = [one for one in done if "hold" in one]
    starts = iter(timeline.holds)
    before: HoldEvent | None = None
    for index, one in enumerate(exercises):
        first = next(starts)
        seconds, between, _ = exercises[index - 1].get("rest", (0, "", 0)) if index else (0, "", 0)
        if seconds and before:
            found = rests[first.start_tick]
            assert found.between == between
            took = found.end_tick - found.start_tick
            assert took == first.start_tick - before.end_tick >= seconds * TICKS_PER_SECOND
            beside = [("say" in each) for each in done[done.index(exercises[index - 1]) + 1 :]][:1]
            if beside != [True] and seconds >= 15:
                assert took == seconds * TICKS_PER_SECOND
        else:
            assert first.start_tick not in rests
        before = next(starts) if one.get("technique") or one.get("sides") else first


def named(steps: Any, name: str) -> Iterator[Any]:
    for step in steps:
        if step.get("name") == name:
            yield step
        yield from named(step.get("steps", ()), name)


def heard(timeline: Timeline) -> Iterator[tuple[Any, ...]]:
    for event in timeline.events:
        ticks = event.end_tick - event.start_tick
        if isinstance(event, HoldEvent):
            yield "hold", ticks, event.side, event.rounds
        elif isinstance(event, GateEvent):
            yield event.kind, ticks
        elif isinstance(event, SpeechEvent) and event.role == "say":
            yield "say", event.text


@settings(max_examples=20, deadline=None)
@given(steps=STEPS, skip=SKIPS)
def test_rounds_are_done_in_order_with_their_rests(
    tmp_path_factory: pytest.TempPathFactory, steps: Any, skip: tuple[str, ...]
) -> None:
    check_rounds(tmp_path_factory.getbasetemp(), steps, skip)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(steps=STEPS, skip=SKIPS)
def test_many_rounds_are_done_in_order_with_their_rests(
    tmp_path_factory: pytest.TempPathFactory, steps: Any, skip: tuple[str, ...]
) -> None:
    check_rounds(tmp_path_factory.getbasetemp(), steps, skip)


# ---- told once ----

TWICE = """
  - rounds: 2
    steps: [{technique: calf-roller-seated, hold: 30}, {technique: plantar-ball-standing, hold: 20}]
  - {technique: calf-roller-seated, hold: 30}
"""
