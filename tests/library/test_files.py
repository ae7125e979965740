"""Content files: everything that is wrong is named at once, with its place and what to do."""

import re
from pathlib import Path

import pytest

from smr_audio.check import check_paths
from smr_audio.errors import ContentError
from smr_audio.library.library import Library
from smr_audio.library.load import read_content
from smr_audio.library.technique import PROTECTED_COACHING, Technique
from tests import english
from tests.english import written
from tests.tables import tables

TABLES = tables(__file__)

WRONG = Path(__file__).with_name("wrong")
"""Files with the problems of each beside it."""


def problems_of(path: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_content(path)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


@pytest.mark.parametrize("path", sorted(WRONG.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_file_wrong_in_many_ways_is_told_all_of_them_at_once(path: Path) -> None:
    assert problems_of(path) == path.with_suffix(".txt").read_text("utf-8").splitlines()


ROUTINE = """\
kind: routine
id: mine
title: "Mine"
about: "Mine."
steps:
  - {technique: hamstring-roller-floor, hold: HOLD}
"""


@pytest.mark.parametrize(
    "hold",
    ["-3", "3601", ".nan", "''", "null", "true", "1m30x", "'4000s'", "{up: 30}"],
)  # fmt: skip
def test_a_bad_hold_is_refused_at_its_place(tmp_path: Path, hold: str) -> None:
    path = written(tmp_path, "mine.yaml", ROUTINE.replace("HOLD", hold))
    problems = problems_of(path)
    assert len(problems) == 1
    assert problems[0].startswith("6:")


@pytest.mark.parametrize(("steps", "message"), [
    ("steps: []", "5:8: steps has 0 steps; it takes 1 to 60"),
    ("steps: x", "5:8: steps must be a list"),
    ("steps: {technique: a}", "5:8: steps must be a list"),
    ("", "1:1: a routine lacks 'steps'; add it"),
])  # fmt: skip
def test_a_routine_without_steps_is_refused(tmp_path: Path, steps: str, message: str) -> None:
    text = "\n".join(ROUTINE.splitlines()[:4]) + f"\n{steps}\n"
    assert problems_of(written(tmp_path, "mine.yaml", text))[0].startswith(message)


def technique_text() -> str:
    return english.technique_text("hamstring-roller-floor")


def first_line(key: str) -> str:
    """What stands for a line of that technique, or for the first of a part."""
    found = re.search(rf"^ *{key}:(?:\n  - | )(.*)$", technique_text(), re.MULTILINE)
    assert found is not None
    return found[1]


SETUP, LOAD, COACHING = map(first_line, ("setup", "load", "breath"))
FOLLOW = technique_text().split("\nfollow:")[1].split("\n\n")[0].split("\nposition:")[0]


@pytest.mark.parametrize(("line", "message"), [
    *TABLES["lines"], (f'"{"la " * 1700}"', "characters long, at most 300; shorten it"),
])  # fmt: skip
def test_a_line_that_cannot_be_spoken_is_refused(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path, "mine.yaml", technique_text().replace(SETUP, line))
    problems = problems_of(path)
    assert len(problems) == 1, problems
    assert message in problems[0]
    line_number = technique_text().split(SETUP)[0].count("\n") + 1
    assert problems[0].startswith(f"{line_number}:")


@pytest.mark.parametrize(("at", "message"), TABLES["times"])
def test_a_time_that_is_not_in_the_hold_is_refused(tmp_path: Path, at: str, message: str) -> None:
    text = technique_text().replace(COACHING, f'{{en: "Lighter.", at: {at}}}')
    assert "most: 120}" in text
    (problem,) = problems_of(written(tmp_path, "t.yaml", text))
    assert message in problem
    assert problem.startswith(f"{technique_text().split(COACHING)[0].count(chr(10)) + 1}:")


@pytest.mark.parametrize("at", ["half", "0", "20"])
def test_two_lines_at_one_time_are_refused_at_the_second(tmp_path: Path, at: str) -> None:
    line = f'{{en: "Lighter.", at: {at}}}'
    text = technique_text().replace(COACHING, f"{line}\n  more: {line}")
    (problem,) = problems_of(written(tmp_path, "t.yaml", text))
    number = technique_text().split(COACHING)[0].count("\n") + 2
    assert problem == f"{number}:9: another line is said at {at}; say one of them later"


@pytest.mark.parametrize(("at", "read"), [("half", "half"), ("0", 0), ("119", 119)])
def test_a_line_of_coaching_may_have_a_time(tmp_path: Path, at: str, read: int | str) -> None:
    text = technique_text().replace(COACHING, f'{{en: "Lighter.", at: {at}}}')
    technique = read_content(written(tmp_path, "t.yaml", text))
    assert isinstance(technique, Technique)
    assert technique.coaching["breath"].at == read


@pytest.mark.parametrize("at", ["5", "half"])
@pytest.mark.parametrize("name", PROTECTED_COACHING)
def test_a_line_that_protects_waits_for_no_time(tmp_path: Path, name: str, at: str) -> None:
    text = re.sub(r"^  (nerve|boundary|stop):.*\n", "", technique_text(), flags=re.MULTILINE)
    text = text.replace(f"breath: {COACHING}", f'{name}: {{en: "Stop.", at: {at}}}')
    (problem,) = problems_of(written(tmp_path, "t.yaml", text))
    assert f"{name} is said as early as it can be; take 'at' out" in problem


@pytest.mark.parametrize("line", ['"Do 3 rounds 👍 of 20–30 s."', '"Naïve: 5/10!"', '{en: "Sit."}'])
def test_digits_and_pictures_in_a_line_are_no_error(tmp_path: Path, line: str) -> None:
    content = read_content(written(tmp_path, "t.yaml", technique_text().replace(SETUP, line)))
    assert isinstance(content, Technique)


@pytest.mark.parametrize(("old", "new", "message"), TABLES["techniques"])
def test_a_technique_that_does_not_fit_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """`LOAD` and `FOLLOW` stand for what the technique has there."""
    text = old.replace("LOAD", LOAD).replace("FOLLOW", FOLLOW)
    before, found, after = technique_text().partition(text)
    problems = problems_of(written(tmp_path, "t.yaml", f"{before}{new}{after}"))
    assert found and [problem for problem in problems if message in problem]
    if old in ("LOAD", "FOLLOW"):
        assert [int(one.split(":")[0]) for one in problems] == [before.count("\n") + 1]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- a\n", "word\n"])
def test_a_file_that_is_no_mapping_is_told_how_to_begin(tmp_path: Path, text: str) -> None:
    assert "begin it with 'kind:" in problems_of(written(tmp_path, "t.yaml", text))[0]


def test_check_looks_at_what_files_say_of_each_other(tmp_path: Path) -> None:
    text = technique_text().replace("tools: [foam_roller]", "tools: [foam_roler]")
    text = text.replace("muscle: hamstrings", "muscle: hamstring").replace(
        'name: {en: "Hamstrings', 'name: {xx: "Unknown", en: "Hamstrings'
    )
    written(tmp_path, "techniques/other.yaml", text)
    found = [problem.message for problem in check_paths([tmp_path]).problems]
    assert any("the file is named other and says it is" in message for message in found)
    assert any("'foam_roler' has no word; did you mean 'foam_roller'?" in m for m in found)
    assert any("'hamstring' has no word; did you mean 'hamstrings'?" in m for m in found)
    assert any("no phrases for the language 'xx'" in message for message in found)


def test_ones_own_phrases_add_words_to_the_shipped_ones(tmp_path: Path) -> None:
    written(
        tmp_path, "phrases/en.yaml",
        'kind: phrases\nlanguage: en\nlines: {go: "Go."}\ntools: {mace: a mace}\n',
    )  # fmt: skip
    phrases = Library([tmp_path]).phrases("en")
    assert phrases.lines["go"][0].text.get("en") == "Go."
    assert phrases.tools["mace"] == "a mace"
    assert phrases.tools["foam_roller"] == "a foam roller"
    assert phrases.iso639_2 == "eng"


@pytest.mark.parametrize(("settings", "message"), TABLES["settings"])
def test_settings_that_do_not_fit_the_routine_are_wrong_content(tmp_path: Path, settings: str, message: str) -> None:
    lines = ROUTINE.replace("HOLD", "30").splitlines()
    text = "\n".join([*lines[:4], f"settings: {{{settings}}}", *lines[4:]])
    problems = problems_of(written(tmp_path, "mine.yaml", text))
    assert len(problems) == 1
    assert problems[0].startswith(message)


def test_a_phrase_at_an_exact_time_is_one_line(tmp_path: Path) -> None:
    text = 'kind: phrases\nlanguage: en\nlines: {go: ["Go.", "Now."]}\n'
    assert problems_of(written(tmp_path, "en.yaml", text)) == ["3:13: go has 2 lines; it takes 1 to 1"]
