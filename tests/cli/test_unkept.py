"""Rests without effect, rests that are not kept, coaching without room: warned of by name."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.conftest import Run, planned
from tests.english import technique_text, written

pytestmark = pytest.mark.usefixtures("warm")
CODES = ("rest-unused", "rest-longer", "setup-unsaid", "coaching-unsaid")
FLOOR = "hamstring-roller-floor"


def routine(tmp_path: Path, steps: str, settings: str = "{}") -> str:
    text = f'kind: routine\nid: mine\ntitle: "Mine"\nabout: "Mine."\nsettings: {settings}\nsteps:\n{steps}'
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    return "mine.yaml"


def warned(run: Run, target: str, *options: str) -> list[tuple[str, str]]:
    """The codes and texts of these warnings in a plan."""
    warnings = planned(run, target, *options)["warnings"]
    return [(each["code"], each["text"]) for each in warnings if each["code"] in CODES]


def foreseen(run: Run, path: str) -> list[str]:
    done = run("check", path)
    assert done.returncode == 0, done.stdout
    return re.findall(rf"^Warning: {path}: (.*)$", done.stderr, re.MULTILINE)


def test_a_rest_where_there_is_one_set_is_named_by_plan_and_check(run: Run, tmp_path: Path) -> None:
    steps = "  - {technique: calf-roller-seated, hold: 30, rest: 60}\n  - {technique: glute-roller-seated, hold: 30}\n"
    path = routine(tmp_path, steps, "{rest: 45, sets: 1}")
    ((code, text),) = warned(run, path)
    assert code == "rest-unused"
    assert text.startswith("glute-roller-seated: rest 45 s changes nothing")
    assert foreseen(run, path) == [text]
    # The last one has nothing after it, and the first has what is said of rests between.
    settings = "{rest: 45, sets: 1, rest_between: 70, switch: 40, sides: left}"
    path = routine(tmp_path, steps, settings)
    unused = [text for _, text in warned(run, path)]
    named = [re.findall(": (\\S+) [0-9]+ s changes nothing", text)[0] for text in unused]
    assert named == ["rest", "switch", "rest"]
    assert sorted(foreseen(run, path)) == sorted(unused)
    # A rest for all of which one has two sets is of use.
    path = routine(tmp_path, steps.replace(", rest: 60", ", sets: 2"), "{rest: 45, sets: 1}")
    assert warned(run, path) == foreseen(run, path) == []


@pytest.mark.parametrize(("options", "codes"), [
    (("--rest", "90"), []), (("--rest", "15", "--sets", "2"), []),
    (("--rest", "15", "--only", "hamstring-barbell"), ["rest-unused"]),
    (("--rest", "15", "--extra", "right"), []), (("--rest", "0"), []), ((), []),
])  # fmt: skip
def test_an_option_for_a_rest_is_named_once_where_no_set_follows_another(
    run: Run, options: tuple[str, ...], codes: list[str]
) -> None:
    assert [code for code, _ in warned(run, "hamstrings", *options)] == codes


def rests_ms(run: Run, target: str, *options: str) -> list[int]:
    events = planned(run, target, *options)["events"]
    holds = [event for event in events if event["kind"] == "hold"]
    return [
        second["start_ms"] - first["end_ms"] for first, second in pairwise(holds) if first["side"] == second["side"]
    ]


@pytest.mark.parametrize(("name", "more", "talk", "spread"), [
    ("thoracic-roller-supine", "sets: 6", "follow", False),
    ("thoracic-roller-supine", "sets: 6", "learn", False),
    ("glute-roller-seated", "sets: 2, extra: right", "minimal", True),  # its last tells the side
    ("glute-roller-seated", "sets: 2, extra: right", "learn", True),
])  # fmt: skip
def test_a_rest_that_is_not_kept_is_told_as_it_is(
    run: Run, tmp_path: Path, name: str, more: str, talk: str, *, spread: bool
) -> None:
    path = routine(tmp_path, f"  - {{technique: {name}, hold: 20, rest: 1, {more}}}\n", f"{{talk: {talk}}}")
    real = rests_ms(run, path)
    (found,) = warned(run, path)
    took = " to ".join(dict.fromkeys(f"{ms / 1000:.1f}" for ms in (min(real), max(real))))
    assert (" to " in took) == spread
    assert found[0] == "rest-longer"
    assert found[1].startswith(f"{name}: a rest of 1 s takes {took} s,")
    assert ("less talk" in found[1]) == (talk != "minimal")
    assert foreseen(run, path) == [f"{found[1]} (by estimated lengths)"]


def test_a_rest_that_is_kept_or_that_nobody_asked_for_is_no_matter(run: Run) -> None:
    for options in (("--rest", "15"), ("--rest", "0"), ("--sets", "4"), ("--dose", "standard")):
        assert warned(run, "hamstrings-basic", *options) == []
    assert set(rests_ms(run, "hamstrings-basic", "--rest", "15")) == {15_000}
    assert run("profile", "set", "--rest", "40").returncode == 0  # for all sessions to come
    assert warned(run, "hamstrings") == []


def test_a_bell_that_is_not_heard_is_named(run: Run, tmp_path: Path) -> None:
    name, codes = "thoracic-roller-supine", []
    for bell in ("[40, 50]", "[20, 25]", "[10]", "7"):
        path = routine(tmp_path, f"  - {{technique: {name}, hold: 30, bell: {bell}}}\n",
                       "{countdown: 6}")  # fmt: skip
        warnings = planned(run, path)["warnings"]
        codes.append([one["code"] for one in warnings if one["code"].startswith("bell")])
        told = [text for text in foreseen(run, path) if "bell" in text]
        assert len(told) == len(codes[-1])
    assert codes == [["bell-unused"], ["bell-unheard"], [], []]


BREATHING = """\
coaching:
  one: "Breathe in. [pause 4s] Hold. [pause 7s] Breathe out. [pause 8s]"
  two: "In. [pause 4s] Hold. [pause 7s] Out. [pause 8s]"
  three: "And in. [pause 4s] Hold. [pause 7s] And out. [pause 8s]"
  four: "Last one, in. [pause 4s] Hold. [pause 7s] And out. [pause 8s]"
"""


def test_coaching_that_finds_no_room_is_named_with_all_that_is_never_said(run: Run, tmp_path: Path) -> None:
    name = "thoracic-roller-supine"
    text = technique_text(name)
    text = re.sub(r"^coaching:\n(  .*\n)*", BREATHING, text, flags=re.MULTILINE)
    text = re.sub(r"^hold: .*$", "hold: {least: 19, default: 76, most: 152}", text, flags=re.M)
    path = f"techniques/{name}.yaml"
    written(tmp_path, path, text.replace("sides: 2", "sides: 1"))
    (found,) = warned(run, path, "--sets", "1")
    events = planned(run, path, "--sets", "1")["events"]
    said = [event["text"] for event in events if event["kind"] == "speech"]
    unsaid = [
        line.split(":")[0].strip()
        for line in BREATHING.splitlines()[1:]
        if not any(text.startswith(line.split('"')[1].split(" [")[0]) for text in said)
    ]
    assert 1 < len(unsaid) < 4
    assert found[0] == "coaching-unsaid"
    assert found[1].startswith(f"{name}: never said, since its holds have no room for more: ")
    assert f"coaching {', '.join(unsaid)};" in found[1]
    assert f"{found[1]} (by estimated lengths)" in foreseen(run, path)
    for less in ("follow", "minimal"):
        assert warned(run, path, "--talk", less) == []


def test_coaching_that_did_not_come_up_is_no_matter_and_short_holds_have_no_room(run: Run) -> None:
    assert warned(run, FLOOR, "--sides", "left", "--sets", "1") == []
    (found,) = warned(run, FLOOR, "--hold", "10")
    assert found[0] == "coaching-unsaid"


def test_shipped_content_asks_for_nothing_in_vain(run: Run) -> None:
    done = run("check")
    assert (done.returncode, done.stdout, "Warning" in done.stderr) == (0, "", False)
    assert int(done.stderr.split(" files checked")[0].split()[-1]) > 50


def test_a_set_up_that_a_rest_has_no_room_for_is_told(run: Run, tmp_path: Path) -> None:
    steps = "  - technique: calf-roller-seated\n  - technique: glute-roller-seated\n"
    path = routine(tmp_path, steps, "{rest_between: 15}")
    ((code, text),) = warned(run, path)
    assert (code, text.partition(":")[0]) == ("setup-unsaid", "glute-roller-seated")
    assert foreseen(run, path) == [f"{text} (by estimated lengths)"]
    for settings in ("{rest_between: 120}", "{rest_between: 15, talk: minimal}"):
        assert warned(run, routine(tmp_path, steps, settings)) == []


def test_a_rest_of_all_is_used_where_rounds_have_it(run: Run, tmp_path: Path) -> None:
    both = "      - technique: calf-roller-seated\n      - technique: glute-roller-seated\n"
    steps = f"  - rounds: 2\n    steps:\n{both}  - pause: 10\n  - technique: quad-roller-prone\n"
    assert warned(run, routine(tmp_path, steps, "{rest_between: 120, talk: minimal}")) == []
