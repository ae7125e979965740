"""What is said in which order, at each level of talk, for each choice of sides."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smr_audio.library.library import Library
from smr_audio.session.script import Gate, Hold, Part, Say, Script, Signal
from tests.session.people import heard


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


def test_the_opening_says_title_minutes_tools_and_safety(compiled: Callable[..., Script]) -> None:
    script = compiled("hamstrings")
    assert heard(script)[:4] == [
        "Hamstrings: roller, barbell, ball.",
        "You need a foam roller, a barbell, a rack, a massage ball and a flat bench.",
        "Need longer? Pause me, and continue when you are settled.",
        "Quick check first.",
    ]
    # The lowest cap of the session's techniques, so that no later line contradicts it.
    assert "Aim for five out of ten pressure. Five is the limit today." in heard(script)
    roller = compiled("hamstrings-basic")
    assert "Aim for five out of ten pressure. Seven is the limit today." in heard(roller)


def test_what_is_left_out_is_said_and_its_tools_are_not_fetched(
    compiled: Callable[..., Script],
) -> None:
    texts = heard(compiled("hamstrings", skip=("hamstring-barbell",)))
    assert texts[1:3] == [
        "Today without hamstrings on a racked barbell.",
        "You need a foam roller, a massage ball and a flat bench.",
    ]


def test_getting_up_from_the_floor_has_its_time(compiled: Callable[..., Script]) -> None:
    for talk in ("full", "brief", "minimal"):
        lines = [item for item in compiled("hamstrings", talk=talk).items if isinstance(item, Say)]
        texts = [line.text for line in lines]
        at = texts.index("Get up slowly.")
        assert lines[at].then_ticks == 6 * 125
        assert texts.index("First session, or unsteady on one leg? Skip to the next exercise.") > at
        assert texts.count("Get up slowly.") == 1


def test_the_side_just_done_is_repeated_without_a_change(compiled: Callable[..., Script]) -> None:
    script = compiled("hamstrings", extra="right", only=("hamstring-barbell",))
    title = "Hamstrings on a racked barbell, right again"
    assert between(script, title, "Closing") == ["ready", "Hold", "ease", "finish"]
    texts = heard(script)
    assert texts.count("Stand tall to unload. Lift the left leg off and step back over.") == 1
    assert "Stand tall to unload. Lift the right leg off and step back over." not in texts
    left = compiled("hamstrings", extra="left", only=("hamstring-barbell",))
    assert "Stand tall to unload. Lift the right leg off and step back over." in heard(left)


def test_a_technique_is_told_in_order(compiled: Callable[..., Script]) -> None:
    script = compiled("hamstrings")
    name = "Hamstrings on a racked barbell"
    assert between(script, f"Set up: {name}", f"{name}, left") == ["next", "gate", "Gate"]
    assert between(script, f"{name}, left", f"{name}, right") == [
        "name", "safety", "setup", "caution", "move", "ready", "Hold", "ease",
    ]  # fmt: skip
    assert between(script, f"{name}, right", "Hamstrings, ball press on a bench, left") == [
        "Signal", "switch", "ready", "Hold", "ease", "finish", "next",
    ]  # fmt: skip


@pytest.mark.parametrize("talk", ["full", "brief", "minimal"])
def test_the_side_is_named_before_any_line_that_needs_it(
    compiled: Callable[..., Script], library: Library, talk: str
) -> None:
    sided = [
        technique
        for technique in map(library.technique, library.technique_ids())
        if technique.sides == 2
    ]
    for technique in sided:
        said: dict[str | None, list[Say]] = {"left": [], "right": []}
        side: str | None = None
        for item in compiled(technique.id, talk=talk).items:
            if isinstance(item, Part):
                side = item.side
            elif isinstance(item, Say) and side and item.role in ("name", "setup", "switch"):
                said[side].append(item)
        names = [line.text for line in said["left"] if line.role == "name"]
        assert names[-1] == f"Left {technique.limb} first."
        assert said["left"][len(names) - 1].role == "name"  # none is after what needs it
        # The side that comes next is named in the first two lines of the switch.
        assert any("right" in line.text.lower() for line in said["right"][:2]), technique.id


def test_the_last_set_is_called_so_only_if_it_is(compiled: Callable[..., Script]) -> None:
    texts = heard(compiled("hamstrings-basic", sets=2, extra="right"))
    assert texts.count("Last set on this side.") == 2  # left, and the extra right
    assert texts.index("Same side again. Ease into it.") < texts.index("Right leg once more.")


def test_less_talk_keeps_the_time_to_set_up(compiled: Callable[..., Script]) -> None:
    from smr_audio.session.script import Pause

    script = compiled("hamstrings-basic", talk="brief")
    pauses = [item.ticks / 125 for item in script.items if isinstance(item, Pause)]
    assert pauses == [3 + 7 + 5 + 3, 7 + 6, 2]  # set-up, switch and finish lines


def test_brief_has_no_lecture_and_no_set_up(compiled: Callable[..., Script]) -> None:
    script = compiled("hamstrings-basic", talk="brief")
    roles = {item.role for item in script.items if isinstance(item, Say)}
    assert roles == {"safety", "name", "ready", "ease", "switch", "outro"}


def test_minimal_has_cues_sides_and_counts(compiled: Callable[..., Script]) -> None:
    script = compiled("hamstrings", talk="minimal", skip=("hamstring-barbell",))
    texts = heard(script)
    assert texts[1:4] == ["One of two.", "Left leg first.", "Left leg. Get ready."]
    hold = next(item for item in script.items if isinstance(item, Hold))
    assert hold.calls.go is None
    assert hold.calls.halfway is None


def test_one_side_is_said_to_be_the_only_one(compiled: Callable[..., Script]) -> None:
    script = compiled("hamstrings-basic", sides="left")
    assert "Left leg only." in heard(script)
    assert not [text for text in heard(script) if "leg first" in text or "Right" in text]
    assert parts(script) == ["Opening", "Hamstrings, roller on the floor, left", "Closing"]


def test_first_and_extra_sides(compiled: Callable[..., Script]) -> None:
    script = compiled("hamstrings-basic", first="right", extra="right", sets=2)
    assert "Right leg first." in heard(script)
    assert "Right leg once more." in heard(script)
    done = [(item.side, item.set) for item in script.items if isinstance(item, Hold)]
    assert done == [
        ("right", 1),
        ("right", 2),
        ("left", 1),
        ("left", 2),
        ("right", 3),
        ("right", 4),
    ]
    assert parts(script)[-2] == "Hamstrings, roller on the floor, right again"


def test_getting_up_slowly_is_said_only_from_the_floor(compiled: Callable[..., Script]) -> None:
    assert "Session done. Get up slowly and walk a few steps." in heard(
        compiled("hamstrings-basic")
    )
    assert "Session done. Walk a few steps." in heard(compiled("hamstrings"))


def test_pace_scales_silences_and_never_holds(compiled: Callable[..., Script]) -> None:
    for pace, factor in (("relaxed", 1.5), ("quick", 0.6)):
        normal, other = compiled("hamstrings"), compiled("hamstrings", pace=pace)
        for a, b in zip(normal.items, other.items, strict=True):
            if isinstance(a, Say) and isinstance(b, Say):
                assert b.then_ticks == int(a.then_ticks * factor + 1e-9)
            else:
                assert type(a) is type(b)
                if isinstance(a, Hold | Gate) and isinstance(b, Hold | Gate):
                    assert a.ticks == b.ticks


def test_changing_holds_sets_rests_or_pace_needs_no_new_sentence_but_the_length(
    compiled: Callable[..., Script],
) -> None:
    from smr_audio.options.holds import parse_hold

    for name in ("hamstrings", "hamstrings-basic", "hamstrings-limited-hips"):
        known = set(compiled(name).sentences())
        for options in (
            {"holds": (parse_hold("2m"),)}, {"holds": (parse_hold("5"),)}, {"sets": 4},
            {"sets": 1}, {"rest_ticks": 60 * 125}, {"pace": "relaxed"}, {"pace": "quick"},
        ):  # fmt: skip
            script = compiled(name, **options)
            announced = script.length.sentences() if script.length else set()
            assert set(script.sentences()) - announced <= known
