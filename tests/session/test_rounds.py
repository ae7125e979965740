"""Rounds, steps written in place, and what stands between exercises."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smr_audio import Preferences, build, parse_hold, verify
from smr_audio.check import check_paths
from smr_audio.errors import ContentError
from smr_audio.library.library import Library
from smr_audio.library.search import shipped_content
from smr_audio.publish.linking import why_not
from smr_audio.session.compile import Compiled, compile_session
from smr_audio.session.layers import Layer
from smr_audio.session.provenance import reasons
from smr_audio.session.script import Part, Say
from smr_audio.studio.studio import Studio
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import GateEvent, HoldEvent, SpeechEvent, Timeline
from smr_audio.units import TICKS_PER_SECOND
from tests.conftest import CUE_TICKS, wishes_of
from tests.tables import tables
from tests.timeline.speech import made_up

TABLES = tables(__file__)
HEAD = 'kind: routine\nid: mine\ntitle: "Mine"\nabout: "Mine."\n'


def compiled(folder: Path, steps: Any, *, top: str = "", folders: Any = (), **options: Any) -> Compiled:
    """A session of steps, as values or as YAML."""
    text = steps if isinstance(steps, str) else json.dumps(steps)
    path = folder / "mine.yaml"
    path.write_text(f"{HEAD}steps: {text}\n{top}", "utf-8")
    library = Library(folders)
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
FILE = st.fixed_dictionaries({"technique": st.just("calf-stick-seated"), "hold": HOLDS, "sets": st.just(1)})
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


def test_what_was_explained_is_name_and_side_when_it_comes_again(tmp_path: Path) -> None:
    steps = """
  - rounds: 2
    steps: [{technique: calf-roller-seated, hold: 30, sets: 1}]
  - {technique: calf-roller-seated, hold: 30, sets: 1}
"""
    items = compiled(tmp_path, steps).script.items
    parts = [n for n, item in enumerate(items) if isinstance(item, Part)]
    lefts = [items[a:b] for a, b in pairwise(parts) if "left" in getattr(items[a], "title", "")]
    first, second, third = ([one.role for one in left if isinstance(one, Say)] for left in lefts)
    assert {"move", "setup", "load"} <= {*first}
    assert second == ["name", "name", "load", "ready", "ease"]  # the round, then name and side
    assert third == second[1:]
    told = [one.text for one in lefts[1] if isinstance(one, Say)]
    assert told[:2] == ["Round two of two.", "The calf roller, left leg."]
    lines = compiled(tmp_path, steps).script.coaching
    assert {len(one.lines) for one in lines} == {len(lines[0].lines)}
    assert {one.protected for one in lines} == {lines[0].protected}  # boundaries are said again


@pytest.mark.parametrize("level", ["learn", "follow", "minimal"])
def test_every_level_of_talk_has_rounds_lines_and_pauses(tmp_path: Path, level: str) -> None:
    steps = [{"rounds": 2, "steps": [{"name": "Plank", "lines": ["Elbows down."], "hold": 20},
                                     {"say": "Shake out.", "pause": 7}]}]  # fmt: skip
    session = compiled(tmp_path, steps, talk=level)
    assert said(session, "say") == ["Shake out.", "Shake out."]
    assert said(session, "name").count("Round one of two.") == 1
    assert said(session, "setup") == ([] if level == "minimal" else ["Elbows down."])
    assert "load" not in {one.role for one in timeline_of(session).speech}
    assert {one.title for one in timeline_of(session).chapters} >= {
        "Plank, round 1 of 2", "Plank, round 2 of 2",
    }  # fmt: skip


def test_in_chinese_there_are_rounds_too(tmp_path: Path) -> None:
    steps = [{"rounds": 2, "steps": [{"technique": "calf-roller-seated"}]}]
    session = compiled(tmp_path, steps, top="language: zh")
    assert "共二轮，第二轮。" in said(session, "name") or "共两轮，第二轮。" in said(session, "name")


# ---- exercises without pressure ----


def test_without_pressure_nothing_of_it_is_asked_or_said(tmp_path: Path) -> None:
    steps = [{"name": "Reach", "lines": "Reach up with the {side} arm.", "limb": "arm", "sides": 2,
              "hold": {"left": 20, "right": 30}}]  # fmt: skip
    session = compiled(tmp_path, steps)
    safety = said(session, "safety")
    assert not [line for line in safety if "ress" in line]
    assert safety[-1].startswith("Sharp, numb")
    assert said(session, "load", "fetch") == []
    assert [hold.end_tick - hold.start_tick for hold in timeline_of(session).holds] == [2500, 3750]
    assert not session.script.warnings
    assert said(compiled(tmp_path, steps, talk="follow"), "outro") == ["Session done."]


STRETCH = """\
kind: technique
id: calf-stretch
name: "Calf stretch"
about: "A stretch."
muscle: calves
position: standing
sides: 2
limb: leg
mode: MODE
level: 1
hold: {least: 10, default: 20, most: 60}
setup: "Step back with the {side} leg."
move: "Press the heel down."
switch: "Now the {side} leg behind."
finish: "Step in."
"""


@pytest.mark.parametrize("mode", ["stretch", "breathe", "move"])
def test_a_technique_may_be_without_pressure(tmp_path: Path, mode: str) -> None:
    file = tmp_path / "calf-stretch.yaml"
    file.write_text(STRETCH.replace("MODE", mode), "utf-8")
    assert not check_paths([file]).problems
    file.write_text(f"{STRETCH.replace('MODE', mode)}cap: 5\nload: Lean.\n", "utf-8")
    texts = {one.message for one in check_paths([file]).problems}
    assert texts == {f"a technique of mode {mode} has no pressure; take '{key}' out" for key in ("cap", "load")}
    file.write_text(STRETCH.replace("MODE", mode).replace("heel", "heel {press}"), "utf-8")
    (problem,) = check_paths([file]).problems
    assert problem.message.startswith("{press} needs a mode with pressure")


# ---- what changes and tells of a session ----


def test_options_and_fits_are_of_all_rounds_alike(tmp_path: Path) -> None:
    block = {"rounds": 3, "rest_after": 30, "steps": [
        {"name": "A", "hold": 20}, {"technique": "calf-roller-seated", "hold": 30, "sets": 1},
    ]}  # fmt: skip
    compiled(tmp_path, [block])
    studio = Studio()
    for minutes in (9, 13):
        options = Preferences(voice="silent", fit=minutes * 60)
        plan = studio.estimate(studio.load(str(tmp_path / "mine.yaml")), options).plan
        assert plan.timeline.end_tick == minutes * 60 * TICKS_PER_SECOND
        holds = {(one.technique, one.side, one.end_tick - one.start_tick) for one in plan.timeline.holds}
        assert len(holds) == 3
        rests = [one for one in plan.timeline.rests if one.between == "rounds"]
        assert [one.end_tick - one.start_tick for one in rests] == [3750, 3750]
    changed = compiled(tmp_path, [block], holds=(parse_hold("a=33"),), skip=("calf-roller-seated",))
    assert changed.work.holds == (("mine.a", None, (33,)),) * 3
    why = [one for one in reasons(compiled(tmp_path, [block])) if one.what == "rounds"]
    assert [(one.technique, one.value) for one in why] == [
        ("mine.a", "3, then 30 s"), ("calf-roller-seated", "3, then 30 s"),
    ]  # fmt: skip


def test_the_dose_counts_all_rounds(tmp_path: Path) -> None:
    steps = [{"rounds": 4, "steps": [{"technique": "calf-roller-seated", "hold": 45, "sets": 1}]}]
    assert "dose-soft-cap" in {one.code for one in compiled(tmp_path, steps).script.warnings}


@pytest.mark.parametrize(("steps", "why"), [
    ([{"rounds": 2, "steps": [{"technique": "calf-roller-seated"}]}], "rounds: "),
    ([{"technique": "calf-roller-seated"}, {"say": "Well done."}], "steps: "),
    ([{"name": "Plank", "hold": 20}], "steps: "),
])  # fmt: skip
def test_what_the_page_cannot_change_is_published_as_it_is(tmp_path: Path, steps: Any, why: str) -> None:
    assert (why_not(compiled(tmp_path, steps)) or "").startswith(why)


@pytest.mark.parametrize("top", ["language: de\n", "settings: {language: de}\n"])
def test_a_routine_names_its_language(tmp_path: Path, top: str) -> None:
    phrases = (shipped_content() / "phrases/zh.yaml").read_text("utf-8").replace("zh:", "de:")
    phrases = phrases.replace("language: zh", "language: de").replace("zho", "deu")
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases/de.yaml").write_text(phrases, "utf-8")
    (tmp_path / "routines").mkdir()
    file = tmp_path / "routines/mine.yaml"
    file.write_text(f'{HEAD}steps: [{{name: "Stehen", hold: 20}}]\n{top}', "utf-8")
    library = Library()
    profile = Layer("profile", Preferences(language="en"))
    for layer in (None, profile):
        session = compile_session(library.load(file), Preferences(), library=library, profile=layer)
        assert session.script.language == "de"
        assert said(session, "name")[0] == "Stehen。"


def test_the_plan_tells_rounds_pauses_and_steps_of_no_file(tmp_path: Path) -> None:
    inside = {"rounds": 2, "steps": [{"name": "Plank", "hold": 20}]}
    whole = {"rounds": 2, "steps": [inside, {"pause": 7}]}
    compiled(tmp_path, [whole, {"technique": "calf-roller-still"}])
    studio = Studio()
    routine = studio.load(str(tmp_path / "mine.yaml"))
    value = studio.estimate(routine, Preferences(voice="silent")).plan.as_json()
    holds = [one for one in value["events"] if one["kind"] == "hold"]
    found = [(one["outer_round"], one["round"], one.get("name"), one["technique"]) for one in holds]
    inner = [(outer, n, "Plank", None) for outer in (1, 2) for n in (1, 2)]
    assert found[:4] == inner and {*found[4:]} == {(None, None, None, "calf-roller-still")}
    chapters = [(one["outer_round"], one["round"]) for one in value["chapters"] if one["round"]]
    assert chapters == [(1, 1), (1, 2), (2, 1), (2, 2)]
    pauses = [one for one in value["events"] if one["kind"] == "pause"]
    assert [one["end_ms"] - one["start_ms"] for one in pauses] == [7000, 7000]


KNEE = """
kind: technique
id: NAMED
name: TITLE
about: "From a knee routine."
muscle: hamstrings
tools: []
position: POSITION
sides: COUNT
limb: leg
mode: press_move
level: 1
cap: 5
hold: {least: 10, default: 30, most: 60}
setup: {en: "SETUP", then_s: 2}
move: {en: "MOVE", then_s: 0}
coaching: {stop: "Stop if it hurts."}
finish: {en: "Done.", then_s: 0}
"""
ROUNDS = """
  - rounds: 2
    rest_after: 30
    steps:
      - {technique: leg-swing, hold: 15, sets: 1}
      - {technique: bridge, sets: 2, rest: 5}
      - {technique: clam, sets: 1}
      - {technique: slide, sets: 1}
"""


@pytest.mark.parametrize("voice", ["silent", pytest.param("pyttsx3", marks=pytest.mark.slow)])
def test_a_knee_routine_is_built_as_it_was_meant(warm: Path, tmp_path: Path, voice: str) -> None:
    """Two rounds, thirty seconds between them, five between the sets of a bridge."""
    for row in TABLES["knee"]:
        text = KNEE
        for key, value in row.items():
            text = text.replace(key, str(value))
        switch = 'switch: {en: "Now the {side} leg.", then_s: 1}\n' * (row["COUNT"] == 2)
        path = tmp_path / f"techniques/{row['NAMED']}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + switch, "utf-8")
    (tmp_path / "routines").mkdir()
    routine, file = tmp_path / "routines/knee.yaml", tmp_path / "knee.mp3"
    routine.write_text(f"{HEAD}steps:{ROUNDS}".replace("id: mine", "id: knee"), "utf-8")
    report = build(routine, file, preferences=Preferences(voice=voice))
    assert verify(file).ok
    timeline = report.plan.timeline
    holds = [(one.technique, one.side, one.rounds) for one in timeline.holds]
    once = [("leg-swing", "left"), ("leg-swing", "right"), ("bridge", None), ("bridge", None),
            ("clam", "left"), ("clam", "right"), ("slide", None)]  # fmt: skip
    assert holds == [(*one, (number,)) for number in (1, 2) for one in once]
    rests = [(one.between, one.end_tick - one.start_tick) for one in timeline.rests]
    assert [one for one in rests if one[0] == "rounds"] == [("rounds", 30 * TICKS_PER_SECOND)]
    texts = [one.text for one in timeline.speech]
    assert texts.count("Lie on your back, feet flat.") == 1  # explained once
    assert "Round two of two." in texts


@pytest.mark.slow
def test_a_session_of_four_hours_is_compiled_and_scheduled_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints the time that 12 rounds of 5 exercises take."""
    names = ("calf-roller-seated", "glute-roller-seated", "hamstring-roller-floor",
             "quad-roller-prone", "lat-roller-side")  # fmt: skip
    steps = [{"technique": name, "hold": 90, "sets": 1} for name in names]
    block = [{"rounds": 12, "rest_between": 20, "rest_after": 60, "steps": steps}]
    routine = json.dumps(block)
    compiled(tmp_path, routine)
    library = Library()
    loaded = library.load(tmp_path / "mine.yaml")
    taken = []
    for _ in range(5):
        begun = time.process_time()
        timeline = timeline_of(compile_session(loaded, Preferences(), library=library))
        taken.append(time.process_time() - begun)
    with capsys.disabled():
        hours = timeline.end_tick / TICKS_PER_SECOND / 3600
        print(f"\n{hours:.1f} h, {len(timeline.holds)} holds: {min(taken) * 1000:.0f} ms")
    assert len(timeline.holds) == 120


def test_phrases_may_say_which_time_it_is(tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    text = """kind: phrases
language: en
lines: {set_of: "The {nth} of {total} sets.", round_of: "The {nth} round.",
  again_side: "{side} {limb}, {nth} time."}
"""
    (tmp_path / "phrases/en.yaml").write_text(text, "utf-8")
    steps = [{"rounds": 2, "steps": [{"name": "A", "hold": 10, "sides": 2, "sets": 2}]}]
    session = compiled(tmp_path, steps, folders=[tmp_path], extra="left")
    spoken = [one.text for one in timeline_of(session).speech]
    assert {"The second of four sets.", "The second round.", "Left side, second time."} <= {*spoken}
