"""What is said in which order, at each level of talk, for each choice of sides."""

from dataclasses import replace
from pathlib import Path

import pytest

from smr_audio import Preferences, parse_hold, parse_talk
from smr_audio.library.library import Library
from smr_audio.library.models import Line
from smr_audio.library.technique import Follow
from smr_audio.normalize.cardinals import in_words
from smr_audio.options.choices import TALKS, Talk
from smr_audio.session.compile import compile_session
from smr_audio.session.narration import lines_for
from smr_audio.session.phrasing import fill
from smr_audio.session.script import Gate, Hold, Part, Pause, Say, SayLength, Script, Signal
from tests.conftest import Compile
from tests.english import written
from tests.session.people import LIBRARY, heard, phrase, short

ROLLER, BARBELL, PRESS = "hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press"


def parts(script: Script) -> list[str]:
    return [item.title for item in script.items if isinstance(item, Part)]


def between(script: Script, first: str, last: str) -> list[str]:
    """Roles from the part `first` up to the part `last`, holds and gates among them."""
    inside = False
    found: list[str] = []
    for item in script.items:
        if isinstance(item, Part):
            inside = item.title == first or (inside and item.title != last)
        elif inside and isinstance(item, Say):
            if not found or found[-1] != item.role:
                found.append(item.role)
        elif inside and isinstance(item, Hold | Gate | Signal):
            found.append(type(item).__name__)
    return found


def roles(script: Script) -> list[str]:
    return [item.role for item in script.items if isinstance(item, Say)]


def english(*lines: Line) -> list[str]:
    return [line.text.get("en") for line in lines]


def whole_check(target: str) -> list[str]:
    """The safety check before work on a leg."""
    lines = LIBRARY.phrases("en").lines
    return [*english(*lines["safety_full"]), phrase("safety_legs"),
            phrase("safety_scale", target=target), phrase("safety_stop")]  # fmt: skip


# ---- the opening ----


def test_the_opening_says_title_minutes_tools_and_safety(compiled: Compile) -> None:
    script = compiled("hamstrings")
    words = LIBRARY.phrases("en").tools
    names = (words["foam_roller"], f"{words['barbell']} and {words['rack']}",
             f"{words['fascia_ball']} or {words['tennis_ball']}, and {words['bench']}")  # fmt: skip
    tools = [phrase("tool", tool=name) for name in names]
    title = LIBRARY.load("hamstrings").short
    assert title is not None
    want = [f"{title.get('en')}.", phrase("fetch"), *tools, *whole_check("five")]
    assert heard(script)[: len(want)] == want
    kinds = [type(item) for item in script.items[:4]]
    assert kinds == [Part, Say, SayLength, Say]


def test_the_opening_for_who_knows_it_has_short_names_and_one_rule(compiled: Compile) -> None:
    script = compiled("hamstrings", talk="follow")
    words = LIBRARY.phrases("en").tools_short
    names = (words["foam_roller"], words["barbell"], f"{words['fascia_ball']} and {words['bench']}")
    tools = [phrase("tool", tool=name) for name in names]  # a gate gives the time for the rack
    assert heard(script)[1:5] == [*tools, phrase("safety_rule")]
    assert roles(script)[5] == "name"
    # A session that is opened at learn, and asks no whole check, names the pressure too.
    assert heard(compiled("hamstrings", safety="short"))[5] == phrase("safety_short", target="five")
    checked = heard(compiled("hamstrings", safety="full", talk="follow"))
    check = whole_check("five")
    assert checked[4 : 4 + len(check)] == check


def test_the_pressure_is_the_least_that_a_technique_allows(tmp_path: Path) -> None:
    """So that no line said later contradicts it; each technique names its own as it loads."""
    text = Path(LIBRARY.technique(ROLLER).location.path).read_text("utf-8")
    light = text.replace(f"id: {ROLLER}", "id: light").replace("cap: 7", "cap: 3")
    written(tmp_path, "techniques/light.yaml", light)
    library = Library([tmp_path])
    one = library.load("hamstrings-basic")
    steps = (*one.steps, replace(one.steps[0], technique="light"))
    script = compile_session(replace(one, steps=steps), Preferences(), library=library).script
    assert phrase("safety_scale", target="three") in heard(script)
    loads = [item.text for item in script.items if isinstance(item, Say) and item.role == "load"]
    pressed = [[word for word in ("three", "five") if word in text] for text in loads]
    assert [found for found in pressed if found] == [["five"], ["five"], ["three"], ["three"]]


def test_the_tools_of_what_is_left_out_are_not_fetched(compiled: Compile) -> None:
    phrases = LIBRARY.phrases("en")
    both = f"{phrases.tools['barbell']} and {phrases.tools['rack']}"
    for talk, named in (("learn", both), ("follow", phrases.tools_short["barbell"])):
        whole, without = ({*heard(compiled("hamstrings", skip=skip, talk=talk))} for skip in ((), (BARBELL,)))
        own = phrase("tool", tool=named)
        assert own in whole
        assert own not in without


def test_an_excerpt_is_heard_without_opening_and_closing() -> None:
    routine = replace(LIBRARY.load("hamstrings"), excerpt=True)
    script = compile_session(routine, Preferences(), library=LIBRARY).script
    whole = compile_session(LIBRARY.load("hamstrings"), Preferences(), library=LIBRARY).script
    first = next(i for i, item in enumerate(whole.items) if isinstance(item, Part) and i)
    last = next(i for i, item in enumerate(whole.items)
                if isinstance(item, Signal) and item.cue == "finish")  # fmt: skip
    assert heard(script) == [item.text for item in whole.items[first : last - 1] if isinstance(item, Say)]
    assert all(item.then_ticks <= 38 for item in script.items if isinstance(item, Say))
    assert script.length is None


# ---- from one technique to the next ----


@pytest.mark.parametrize("talk", TALKS)
def test_a_gate_asks_who_leaves_it_out_and_tells_them_what_to_do_before_they_get_up(
    compiled: Compile, talk: Talk
) -> None:
    technique = LIBRARY.technique(BARBELL)
    lines = [item for item in compiled("hamstrings", talk=talk).items if isinstance(item, Say)]
    texts = [line.text for line in lines]
    gate = english(*lines_for(technique, "gate", talk))
    instead = "gate_instead" if talk == "learn" else "gate_instead_short"
    at = texts.index(phrase("next_up", name=short(BARBELL)))
    spoken = [phrase("next_up", name=short(BARBELL)), gate[0],
              phrase(instead, name=short(ROLLER)), phrase("get_up")]  # fmt: skip
    assert texts[at : at + 4] == spoken
    said = [line.text.get("en") for line in lines_for(technique, "gate", talk)[1:]
            if line.safety or talk != "minimal"]  # fmt: skip
    assert texts[at + 4 : at + 5 + len(said)] == [*said, phrase("gate")]
    assert texts.count(phrase("get_up")) == 1
    assert lines[at + 3].then_ticks == LIBRARY.phrases("en").lines["get_up"][0].then_ticks


@pytest.mark.parametrize(("only", "key"), [
    ((ROLLER, BARBELL, PRESS), "gate_instead"),
    ((ROLLER, BARBELL), "gate_instead_last"),
    ((BARBELL, PRESS), "gate_rest"),
    ((BARBELL,), "gate_rest_last"),
])  # fmt: skip
def test_what_is_done_in_place_of_a_gate_depends_on_what_is_before_and_after(
    compiled: Compile, only: tuple[str, ...], key: str
) -> None:
    names = {"name": short(ROLLER)} if "instead" in key else {}
    assert phrase(key, **names) in heard(compiled("hamstrings", only=only))
    plain = f"{key.removesuffix('_last')}_short"
    assert phrase(plain, **names) in heard(compiled("hamstrings", only=only, talk="follow"))


def test_the_side_just_done_is_repeated_without_a_change(compiled: Compile) -> None:
    technique = LIBRARY.technique(BARBELL)
    script = compiled("hamstrings", extra="right", only=(BARBELL,))
    title = f"{technique.name.get('en')}, right again"
    assert between(script, title, "Closing") == ["load", "Hold", "ease", "finish"]
    off = technique.switch[0].text.get("en")
    texts = heard(script)
    assert texts.count(fill(off, other="left")) == 1
    assert fill(off, other="right") not in texts
    again = compiled("hamstrings", extra="left", only=(BARBELL,))
    assert fill(off, other="right") in heard(again)
    title = f"{technique.name.get('en')}, left again"
    assert between(again, title, "Closing") == [
        "Signal", "switch", "load", "ready", "Hold", "ease", "finish",
    ]  # fmt: skip


# ---- a technique ----


def test_a_technique_is_told_in_order(compiled: Compile) -> None:
    name, other = (LIBRARY.technique(one).name.get("en") for one in (BARBELL, PRESS))
    for talk, told in (
        ("learn", ["name", "move", "caution", "safety", "setup"]),
        ("follow", ["name", "setup"]),
        ("minimal", ["name", "safety"]),
    ):
        script = compiled("hamstrings", talk=talk)
        gate = ["next", "gate", "next", "gate", "Gate"]
        assert between(script, f"Set up: {name}", f"{name}, left") == gate
        ease = ["ease"] if talk != "minimal" else []
        finish = ["finish"] if talk != "minimal" else []
        loaded = ["load", "ready", "Hold", *ease]  # it stands, so it says so at minimal too
        assert between(script, f"{name}, left", f"{name}, right") == [*told, *loaded]
        switched = ["Signal", "switch", *loaded, *finish]
        assert between(script, f"{name}, right", f"{other}, left") == switched


def test_at_learn_the_amount_the_movement_and_the_easier_way_come_before_the_set_up(compiled: Compile) -> None:
    technique = LIBRARY.technique(ROLLER)
    script = compiled(ROLLER, sets=2, holds=(parse_hold(f"{ROLLER}=45"),))
    texts = heard(script)
    at = len(texts) - 1 - texts[::-1].index(phrase("name", name=technique.name.get("en")))
    want = [
        phrase("first_side", side="left", limb=technique.limb),
        phrase("hold_sets", n="two"),
        phrase("hold_each", time="forty-five seconds"),
        *english(*technique.move, *technique.easier),
        *(fill(text, side="left", other="right") for text in english(*technique.setup)),
        fill(technique.load.text.get("en"), press="five"),
        phrase("get_ready", side="left", limb=technique.limb),
    ]
    assert texts[at + 1 : at + 1 + len(want)] == want


@pytest.mark.parametrize("talk", TALKS)
def test_the_side_is_named_before_any_line_that_needs_it(compiled: Compile, library: Library, talk: Talk) -> None:
    sided = [technique for technique in map(library.technique, library.technique_ids()) if technique.sides == 2]
    for technique in sided:
        said: dict[str | None, list[Say]] = {"left": [], "right": []}
        side: str | None = None
        for item in compiled(technique.id, talk=talk).items:
            if isinstance(item, Part):
                side = item.side
            elif isinstance(item, Say) and side:
                said[side].append(item)
        needs = next(i for i, line in enumerate(said["left"]) if line.role != "name")
        names = " ".join(line.text.lower() for line in said["left"][:needs])
        assert f"left {library.phrases('en').words[technique.limb]}" in names, technique.id
        # The side that comes next is named in the first two lines of the switch.
        assert any("right" in line.text.lower() for line in said["right"][:2]), technique.id


def test_a_further_set_says_its_number_and_that_the_side_is_the_same(compiled: Compile) -> None:
    technique = LIBRARY.technique(ROLLER)
    for talk in TALKS:
        script = compiled("hamstrings-basic", sets=2, extra="right", talk=talk)
        title = f"{technique.name.get('en')}, right again"
        places = [i for i, item in enumerate(script.items) if isinstance(item, Hold)]
        assert len(places) == 6
        ease = [phrase("set_end")] if talk != "minimal" else []
        for before, n, total in ((0, "two", "two"), (2, "two", "four"), (4, "four", "four")):
            inside = script.items[places[before] + 1 : places[before + 1]]
            said = [item for item in inside if isinstance(item, Say)]
            want = [*ease, phrase("set_of", n=n, total=total), phrase("next_set")]
            assert [line.text for line in said] == want
            assert [line.role for line in said[-2:]] == ["ready", "load"]
        # Right after its own side an extra one has nothing else to say.
        more = script.items[places[3] + 1 : places[4]]
        last = [item for item in more if isinstance(item, Say)][len(ease) :]
        once = phrase("again_side", side="right", limb=technique.limb)
        assert [(line.text, line.role) for line in last] == [(once, "load")]
        assert title in parts(script)


# ---- less talk ----


def test_at_follow_the_parts_of_a_technique_have_its_shorter_lines(compiled: Compile) -> None:
    technique = LIBRARY.technique(ROLLER)
    assert technique.follow is not None
    script = compiled("hamstrings-basic", talk="follow", sets=1)
    for role in ("setup", "switch", "finish"):
        said = [item for item in script.items if isinstance(item, Say) and item.role == role]
        own = getattr(technique.follow, role)
        assert [line.text for line in said[-len(own) :]] == english(*own)
        assert [line.then_ticks for line in said[-len(own) :]] == [line.then_ticks for line in own]
        assert len(said) - len(own) == (role == "switch")  # which begins with the side
    assert not [item for item in script.items if isinstance(item, Pause)]
    assert set(roles(script)) == {
        "title", "fetch", "safety", "name", "setup", "load", "ready", "ease", "switch", "finish",
        "outro",
    }  # fmt: skip
    side = phrase("name_side", name=short(ROLLER), side="left", limb=technique.limb)
    assert side in heard(script)


def test_at_follow_a_part_without_shorter_lines_has_its_own_and_keeps_what_is_safe() -> None:
    technique = LIBRARY.technique("plantar-ball-standing")
    follow = technique.follow
    assert follow is not None
    safe = tuple(line for line in technique.setup if line.safety or line.unless_checked)
    assert safe
    for level in ("follow", "minimal"):
        assert lines_for(technique, "setup", level) == (*safe, *follow.setup)
        bare = replace(technique, follow=Follow(follow.setup, follow.location))
        assert lines_for(bare, "switch", level) == technique.switch
        assert lines_for(bare, "finish", level) == technique.finish
        assert lines_for(replace(technique, follow=None), "setup", level) == technique.setup
    assert lines_for(technique, "setup", "learn") == technique.setup


def test_at_minimal_a_silence_is_as_long_as_that_of_the_line_for_who_knows_it(compiled: Compile) -> None:
    technique = LIBRARY.technique(ROLLER)
    script = compiled("hamstrings-basic", talk="minimal", sets=1)
    pauses = [item.ticks for item in script.items if isinstance(item, Pause)]
    lines = [line for part in ("setup", "switch", "finish")
             for line in lines_for(technique, part, "minimal")]  # fmt: skip
    assert pauses == [line.then_ticks for line in lines]


def test_minimal_has_cues_sides_and_counts(compiled: Compile) -> None:
    script = compiled("hamstrings", talk="minimal", skip=(BARBELL,))
    limb = LIBRARY.technique(ROLLER).limb
    left = {"side": "left", "limb": limb}
    assert heard(script)[:4] == [
        phrase("safety_short", target="five"), phrase("number", n="one", total="two"),
        phrase("switch_side", **left), phrase("get_ready", **left),
    ]  # fmt: skip
    assert set(roles(script)) == {"safety", "name", "load", "switch", "next", "outro"}
    assert [line.text for line in script.items if isinstance(line, Say) and line.role == "next"] == [phrase("get_up")]
    hold = next(item for item in script.items if isinstance(item, Hold))
    assert hold.calls.go is None
    assert hold.calls.halfway is None


def test_at_minimal_only_who_stands_or_does_the_hardest_hears_how_to_load(compiled: Compile, library: Library) -> None:
    for technique in map(library.technique, library.technique_ids()):
        items = compiled(technique.id, talk="minimal", sets=1).items
        loads = [item for item in items if isinstance(item, Say) and item.role == "load"]
        ready = [item for item in items if isinstance(item, Say) and item.role == "ready"]
        assert len(loads) == technique.sides
        if technique.standing or technique.level == 3:
            text = fill(technique.load.text.get("en"), side="left", other="right",
                        press=in_words(min(5, technique.cap), "en"))  # fmt: skip
            assert loads[0].text == text
            assert len(ready) == technique.sides
        else:
            assert all("et ready" in line.text for line in loads)
            assert not ready
            # Who hears less has the seconds of both.
            then = library.defaults().then_ticks
            own = technique.load.then_ticks
            assert loads[0].then_ticks == (then["load"] if own is None else own) + then["ready"]


def test_one_technique_may_have_a_level_of_its_own(compiled: Compile) -> None:
    talk = (parse_talk("follow"), parse_talk(f"{PRESS}=learn"))
    script = compiled("hamstrings", talk=talk)
    texts = heard(script)
    for name, learnt in ((ROLLER, False), (BARBELL, False), (PRESS, True)):
        move = english(*LIBRARY.technique(name).move)
        assert (move[0] in texts) == learnt
    assert [coaching.talk for coaching in script.coaching] == ["follow", "follow", "learn"]


def test_one_side_is_said_to_be_the_only_one(compiled: Compile) -> None:
    for talk in TALKS:
        script = compiled("hamstrings-basic", sides="left", talk=talk)
        texts = heard(script)
        assert phrase("only_side", side="left", limb="leg") in texts
        assert phrase("first_side", side="left", limb="leg") not in texts
        assert not [text for text in texts if "Right leg" in text]
        name = LIBRARY.technique(ROLLER).name.get("en")
        assert parts(script) == ["Opening", f"{name}, left", "Closing"]


def test_first_and_extra_sides(compiled: Compile) -> None:
    script = compiled("hamstrings-basic", first="right", extra="right", sets=2)
    assert phrase("first_side", side="right", limb="leg") in heard(script)
    assert phrase("again_side", side="right", limb="leg") in heard(script)
    done = [(item.side, item.set) for item in script.items if isinstance(item, Hold)]
    assert done == [
        ("right", 1), ("right", 2), ("left", 1), ("left", 2), ("right", 3), ("right", 4),
    ]  # fmt: skip
    assert parts(script)[-2] == f"{LIBRARY.technique(ROLLER).name.get('en')}, right again"


def test_getting_up_slowly_is_said_only_from_the_floor(compiled: Compile) -> None:
    for talk in TALKS:
        assert heard(compiled("hamstrings-basic", talk=talk))[-1] == phrase("done_floor")
        assert heard(compiled("hamstrings", talk=talk))[-1] == phrase("done")


def test_pace_scales_silences_but_no_hold_and_a_relaxed_one_none_under_weight(compiled: Compile) -> None:
    for talk in TALKS:
        for pace, factor in (("relaxed", 1.5), ("quick", 0.6)):
            normal, other = (compiled("hamstrings", talk=talk), compiled("hamstrings", talk=talk, pace=pace))
            for a, b in zip(normal.items, other.items, strict=True):
                if isinstance(a, Say) and isinstance(b, Say):
                    loaded = a.role in ("load", "ready")
                    scale = min(factor, 1) if loaded else factor
                    off = abs(b.then_ticks - a.then_ticks * scale)
                    assert off < 1 or (loaded and off < 2)  # a sum of two
                elif isinstance(a, Pause) and isinstance(b, Pause):
                    assert b.ticks == int(a.ticks * factor + 1e-9)
                else:
                    assert type(a) is type(b)
                    if isinstance(a, Hold | Gate) and isinstance(b, Hold | Gate):
                        assert a.ticks == b.ticks


def test_changing_holds_sets_rests_or_pace_needs_no_new_sentence_but_the_length(compiled: Compile) -> None:
    for name in ("hamstrings", "hamstrings-basic", "hamstrings-limited-hips"):
        known = set(compiled(name).sentences())
        for options in (
            {"holds": (parse_hold("2m"),)}, {"holds": (parse_hold("20"),)}, {"sets": 4},
            {"sets": 1}, {"rest": 60}, {"pace": "relaxed"}, {"pace": "quick"},
        ):  # fmt: skip
            script = compiled(name, **options)
            announced = script.length.sentences() if script.length else set()
            assert set(script.sentences()) - announced <= known
