"""`check` over folders as they are: broken, linked, locked and oddly named files."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smr_audio.check import check_paths
from smr_audio.errors import UsageError
from smr_audio.library.library import Library
from smr_audio.library.search import shipped_content
from smr_audio.library.yaml_reader import read_yaml
from smr_audio.studio.listing import listed
from tests.english import technique_text
from tests.tables import tables

TABLES = tables(__file__)

ROUTINE = """\
kind: routine
id: mine
title: "Mine"
about: "Mine."
steps:
  - {technique: my-own}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A content folder with a technique of its own and a routine that uses it."""
    own = technique_text("hamstring-ball-press")
    for folder in ("techniques", "routines", "phrases"):
        (tmp_path / "pack" / folder).mkdir(parents=True)
    technique = own.replace("hamstring-ball-press", "my-own")
    (tmp_path / "pack/techniques/my-own.yaml").write_text(technique, "utf-8")
    (tmp_path / "pack/routines/mine.yaml").write_text(ROUTINE, "utf-8")
    return tmp_path / "pack"


def messages(*paths: Path) -> list[str]:
    return [str(problem) for problem in check_paths(paths).problems]


def test_a_broken_phrases_file_hides_no_other_problem(pack: Path) -> None:
    (pack / "phrases/en.yaml").write_text("kind: phrases\nlanguage: en\nlines: {go: 7}\n", "utf-8")
    technique = pack / "techniques/my-own.yaml"
    technique.write_text(technique.read_text("utf-8").replace("level: 1", "level: 9"), "utf-8")
    found = messages(pack)
    assert any("go must be text, not 7" in message for message in found)
    assert any("level must be" in message for message in found)
    assert len(found) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_what_is_no_ordinary_file_is_named_and_never_waited_for(pack: Path) -> None:
    os.mkfifo(pack / "routines/pipe.yaml")
    (pack / "routines/folder.yaml").mkdir()
    (pack / "routines/nowhere.yaml").symlink_to(pack / "gone")
    (pack / "routines/loop.yaml").symlink_to(pack / "routines/loop.yaml")
    found = messages(pack)
    assert len(found) == 4
    assert all("this is no ordinary file" in message for message in found)
    with pytest.raises(UsageError, match="no ordinary file"):
        read_yaml(pack / "routines/pipe.yaml")


def test_odd_names_are_no_ids_and_do_not_spoil_the_list(pack: Path) -> None:
    for name in ("My Evening", "._mine", "x.bak", "UPPER"):
        (pack / f"routines/{name}.yaml").write_text(ROUTINE, "utf-8")
    (pack / "routines/bad.yaml").write_text("kind: routine\n", "utf-8")
    library = Library([pack])
    assert set(library.routine_ids()) - set(Library().routine_ids()) == {"mine", "bad"}
    found, problems = listed(library, "routine")
    assert "mine" in [one.id for one in found]
    assert [problem.location.path for problem in problems] == [str(pack / "routines/bad.yaml")]


def test_a_routine_finds_its_own_techniques_from_within_its_folder(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pack / "routines")
    library = Library()
    assert library.techniques_of(library.load(Path("mine.yaml")).steps).keys() == {"my-own"}
    assert messages(Path("mine.yaml")) == []
    assert messages(Path()) == []
    assert len(check_paths([pack, Path(), Path("mine.yaml")]).files) == 2  # each is counted once


@pytest.mark.parametrize(("hold", "message"), [
    ("{'My Own': 45}", "5:19: 'My Own' is no technique"),
    ("{'my-own:both': 45}", "5:19: side must be left or right"),
    ("{my-own: 4000}", "5:27: hold must be 5 to 3600 seconds"),
])  # fmt: skip
def test_a_bad_key_of_holds_is_told_at_its_place(pack: Path, hold: str, message: str) -> None:
    path = pack / "routines/mine.yaml"
    path.write_text(ROUTINE.replace("steps:", f"settings: {{hold: {hold}}}\nsteps:"), "utf-8")
    (found,) = messages(path)
    assert found.startswith(f"{path}:{message}")


COACHS = """\
kind: technique
id: neck-gun
name: Neck gun
about: With a massage gun.
muscle: nek
tools: [massage_gun]
position: chair
sides: 1
mode: roll
level: 1
cap: 5
hold: 60
move: Slowly up and down.
setup: Sit.
load: Press.
coaching:
  - Nod gently.
  - stop: "Sharp pain? Ease off."
finish: Done.
"""
COACHS_ROUTINE = """\
kind: routine
id: evening
title: Evening
steps: [calf-roller-seated, {technique: calf-stick, hold: 1:30}, {technique: calf-stik, sets: 0}]
"""


def test_what_a_coach_writes_first_is_right(tmp_path: Path) -> None:
    (tmp_path / "neck-gun.yaml").write_text(COACHS.replace("nek", "calves"), "utf-8")
    (tmp_path / "evening.yaml").write_text(COACHS_ROUTINE.partition(", {")[0] + "]\n", "utf-8")
    library = Library()
    (technique,) = library.techniques_of(library.load(tmp_path / "neck-gun.yaml").steps).values()
    hold = technique.hold
    assert (hold.least, hold.default, hold.most) == (30, 60, 120)
    assert [*technique.coaching] == ["line-1", "stop"]
    assert library.load(tmp_path / "evening.yaml").about.texts == {"en": "Evening"}


def test_every_fault_of_a_file_is_told_at_its_own_word(tmp_path: Path) -> None:
    wrong = COACHS.replace("cap: 5", "cap: 9\ncap: 5\nnot_for: [hipps]").replace("1\nm", "2\nm", 1)
    (tmp_path / "neck-gun.yaml").write_text(wrong, "utf-8")
    (tmp_path / "evening.yaml").write_text(COACHS_ROUTINE, "utf-8")
    found = [text.removeprefix(f"{tmp_path}/") for text in messages(tmp_path)]
    assert [text.partition(";")[0] for text in found] == [
        "evening.yaml:4:41: there is no technique 'calf-stick'",
        "evening.yaml:4:78: there is no technique 'calf-stik'",
        "evening.yaml:4:95: sets must be 1 to 20, not 0",
        "neck-gun.yaml:1:1: a technique with 2 sides needs 'switch' lines",
        "neck-gun.yaml:5:9: the muscle 'nek' has no word",
        "neck-gun.yaml:6:9: the tool 'massage_gun' has no word",
        "neck-gun.yaml:11:6: cap must be 1 to 7, not 9",
        "neck-gun.yaml:12:1: 'cap' stands twice (first in line 11)",
        "neck-gun.yaml:13:11: 'hipps' is no limit",
    ]


def test_a_name_too_long_for_a_file_is_only_not_there(pack: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file"):
        check_paths([pack / ("x" * 300)])
    with pytest.raises(UsageError, match="no such content folder"):
        Library([pack / ("x" * 300)])


def test_spaces_and_joiners_of_other_scripts_are_no_control_characters(pack: Path) -> None:
    path = pack / "routines/mine.yaml"
    for title in ("Genou\u00a0: droit", "腘绳肌\u3000一", "می\u200cخواهم"):
        path.write_text(ROUTINE.replace('"Mine"', f'"{title}"', 1), "utf-8")
        assert messages(path) == []


@pytest.mark.parametrize(("key", "value", "place", "message"), TABLES["names"])
def test_a_name_that_no_other_file_has_is_told_at_its_place(
    pack: Path, key: str, value: str, place: int, message: str
) -> None:
    path = pack / "techniques/my-own.yaml"
    lines = path.read_text("utf-8").splitlines()
    (at,) = (number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    lines[at] = f"{key}: {value}"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    (found,) = messages(pack)
    assert found.startswith(f"{path}:{at + 1}:{len(key) + 2 + place}: ")
    assert message in found


@pytest.mark.parametrize(("old", "new", "message"), TABLES["references"])
def test_a_reference_is_whole_and_can_be_found(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (shipped_content() / "evidence.yaml").read_text("utf-8")
    head, own = text.split("  wilke2018:\n")
    assert old in own
    (tmp_path / "evidence.yaml").write_text(f"{head}  wilke2018:\n{own.replace(old, new, 1)}", "utf-8")
    assert message in "\n".join(messages(tmp_path))


@pytest.mark.parametrize(("old", "new", "message"), [
    ("[warneke2024]", "[warneke2042]",
     "'warneke2042' is no key of evidence.yaml; did you mean 'warneke2024'?"),
    ("en: 'toxin|", "en: '(toxin|", "pattern is no regular expression"),
    ("en: 'toxin|", "en: '[[t]oxin|", "pattern is no regular expression"),
])  # fmt: skip
def test_a_claim_cites_what_is_there_and_is_found_by_a_pattern(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    own = (shipped_content() / "claims.yaml").read_text("utf-8")
    (tmp_path / "claims.yaml").write_text(own.replace(old, new), "utf-8")
    (found,) = messages(tmp_path)
    assert message in found


def test_a_folder_is_listed_no_more_often_for_more_techniques_in_it(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str] = []
    for name in ("listdir", "scandir"):
        original = getattr(os, name)

        def counted(path: str = ".", original: Callable[[str], Any] = original) -> Any:
            listed.append(str(path))
            return original(path)

        monkeypatch.setattr(os, name, counted)
    text = (pack / "techniques/my-own.yaml").read_text("utf-8")
    text = re.sub("variations: .*", "variations: [my-own, hamstring-ball-knee]", text)
    counts = []
    for number in (2, 20):
        for name in (f"made-up-{each}" for each in range(number)):
            own = re.sub("id: my-own", f"id: {name}", text)
            (pack / f"techniques/{name}.yaml").write_text(own, "utf-8")
        listed.clear()
        assert check_paths([pack]).problems == ()
        counts.append(sum(path == str(pack / "techniques") for path in listed))
    assert counts[0] == counts[1] <= 4
