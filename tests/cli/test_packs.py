"""Packs from the command line: given, zipped and installed; and what replaces what, said aloud."""

import json
import re
import shutil
from pathlib import Path

import pytest

from smr_audio.library.load import KINDS
from smr_audio.library.search import shipped_content
from tests.cli.conftest import SILENT, Run, holds, planned
from tests.english import written
from tests.installed import ROOT, Install
from tests.tables import tables

TABLES = tables(__file__)

pytestmark = pytest.mark.usefixtures("warm")
OWN = (shipped_content() / "techniques" / "hamstring-ball-press.yaml").read_text("utf-8")


def make_pack(folder: Path, name: str = "acme", *, technique: str = "calf-x") -> Path:
    """A pack with a technique of its own, and a routine of that and a shipped one."""
    written(folder, "pack.yaml", f'kind: pack\nid: {name}\ntitle: "Of {name}"\n')
    own = OWN.replace("hamstring-ball-press", technique)
    written(folder, f"techniques/{technique}.yaml", own)
    written(folder, "routines/evening.yaml", TABLES["evening"].replace("calf-x", technique))
    return folder


def lengths(run: Run, *asked: str) -> dict[tuple[str, str | None], int]:
    return {(technique, side): seconds for technique, side, seconds in holds(run, *asked)}


@pytest.mark.parametrize("way", ["folder", "zip", "path"])
def test_a_packs_routine_has_its_own_techniques_and_shipped_ones(run: Run, tmp_path: Path, way: str) -> None:
    make_pack(tmp_path / "acme")
    asked = ["acme.evening", "--content", "acme"]
    if way == "zip":
        shutil.make_archive(str(tmp_path / "acme-1"), "zip", tmp_path, "acme")
        asked[-1] = "acme-1.zip"
    elif way == "path":
        asked = ["acme/routines/evening.yaml"]
    asked += ["--hold", "acme.calf-x:right=33"]
    told, found = planned(run, *asked), lengths(run, *asked)
    assert told["routine"] == "acme.evening"
    assert found["acme.calf-x", "left"] == 25
    assert found["acme.calf-x", "right"] == 33
    assert ("hamstring-ball-knee", "left") in found
    assert told["warnings"] == []


def test_a_bare_id_will_do_while_it_is_the_only_one(run: Run, tmp_path: Path) -> None:
    make_pack(tmp_path / "acme")
    given = ("--content", "acme")
    found = lengths(run, "evening", *given, "--hold", "calf-x=40", "--skip", "hamstring-ball-knee")
    assert found == {("acme.calf-x", "left"): 40, ("acme.calf-x", "right"): 40}
    make_pack(tmp_path / "beta", "beta")
    done = run("plan", "evening", *given, "--content", "beta", *SILENT)
    assert done.returncode == 2
    assert "several packs have 'evening'; name one of acme.evening, beta.evening" in done.stderr
    found = lengths(run, "acme.evening", *given, "--content", "beta", "--hold", "calf-x=44")
    assert found["acme.calf-x", "left"] == 44, "in a session its own come first"


def test_a_pack_replaces_nothing(run: Run, tmp_path: Path) -> None:
    make_pack(tmp_path / "acme", technique="hamstring-ball-press")
    shipped = lengths(run, "hamstring-ball-press", "--content", "acme")
    assert {name for name, _ in shipped} == {"hamstring-ball-press"}
    own = lengths(run, "acme.evening", "--content", "acme")
    assert {name for name, _ in own} == {"acme.hamstring-ball-press", "hamstring-ball-knee"}


def test_a_plain_folder_replaces_what_is_shipped_and_says_so(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "mine/techniques/hamstring-ball-press.yaml", OWN)
    asked = ("hamstring-ball-press", "--content", "mine", "--talk", "minimal")
    text = "hamstring-ball-press of mine replaces the shipped one"
    assert {"code": "content-replaced", "text": text} in planned(run, *asked)["warnings"]
    assert f"Warning: {text}" in run("plan", *asked, *SILENT).stderr
    assert f"Warning: {text}" in run("check", "mine").stderr
    told = planned(run, "hamstring-ball-knee", "--content", "mine", "--talk", "minimal")
    assert told["warnings"] == [], "of what is not in the session nothing is said"
    shipped = planned(run, "hamstring-ball-press", "--content", str(shipped_content()))
    assert shipped["warnings"] == []


def test_two_packs_of_one_id_are_refused_with_both_places(run: Run, tmp_path: Path) -> None:
    make_pack(tmp_path / "one")
    make_pack(tmp_path / "two")
    done = run("plan", "hamstrings", "--content", "one", "--content", "two", *SILENT)
    assert done.returncode == 3
    assert done.stderr == "two: this pack is called 'acme', and so is one; use one of the two\n"
    done = run("list", "--content", "one", "--content", "one")
    assert done.returncode == 0, "the same one twice is one"


def test_packs_are_listed_with_their_content(run: Run, tmp_path: Path) -> None:
    make_pack(tmp_path / "acme")
    told = json.loads(run("list", "--content", "acme", "--json").stdout)
    found = {one["id"]: one for one in told}
    assert found["acme.calf-x"]["pack"] == "acme"
    assert "pack" not in found["hamstrings"]
    assert (found["acme"]["kind"], found["acme"]["place"]) == ("pack", "acme")
    assert "Of acme  (acme)" in run("list", "packs", "--content", "acme").stdout
    assert "(acme.calf-x)" in run("list", "acme.calf-x", "--content", "acme").stdout


@pytest.mark.parametrize(("arguments", "status", "words"), TABLES["wrong_names"])
def test_wrong_names_are_told_of(run: Run, tmp_path: Path, arguments: list[str], status: int, words: str) -> None:
    make_pack(tmp_path / "acme")
    done = run(*arguments, "--content", "acme", *SILENT)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False)
    assert words in done.stderr


def test_check_reads_a_pack_as_one(run: Run, tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "acme")
    assert run("check", "acme").returncode == 0
    (pack / "pack.yaml").write_text("kind: pack\nid: acme\ntitle: A\nlanguages: [fr]\n", "utf-8")
    written(pack, "lexicon/en.yaml", "kind: lexicon\nlanguage: en\n")
    routine = pack / "routines/evening.yaml"
    text = routine.read_text("utf-8").replace("hamstring-ball-knee", "other.x")
    routine.write_text(text, "utf-8")
    shutil.make_archive(str(tmp_path / "acme"), "zip", pack)
    for place in ("acme", "acme.zip"):
        done = run("check", place)
        assert done.returncode == 3
        assert "the language 'fr' has no phrases" in done.stdout
        assert "a pack's lexicon is not read" in done.stdout
        assert "there is no pack 'other'" in done.stdout
        assert f"Pack acme: {place}" in done.stderr
    (pack / "pack.yaml").write_text("kind: pack\nid: acme\ntitel: A\n", "utf-8")
    done = run("check", "acme")
    assert done.returncode == 3
    assert "acme/pack.yaml:3:1: " in done.stdout.replace("\\", "/")
    done = run("plan", "hamstrings", "--content", "acme", *SILENT)
    assert done.returncode == 3 and "did you mean 'title'?" in done.stderr


def test_a_batch_makes_a_row_anew_when_its_pack_changed(run: Run, tmp_path: Path) -> None:
    pack = make_pack(tmp_path / "acme")
    (tmp_path / "rows.csv").write_text("routine,only,talk,voice\nacme.evening,calf-x,minimal,silent\n", "utf-8")
    asked = ("batch", "rows.csv", "-o", "out", "--jobs", "1", "--content", "acme")
    done = run(*asked)
    assert done.returncode == 0, done.stderr
    (made,) = (tmp_path / "out").glob("*.mp3")
    assert made.name == "acme.evening-1.mp3"
    before = made.read_bytes()
    assert run(*asked).returncode == 0
    assert made.read_bytes() == before
    routine = pack / "routines/evening.yaml"
    routine.write_text(routine.read_text("utf-8").replace("25}", "35}"), "utf-8")
    assert run(*asked).returncode == 0
    assert made.read_bytes() != before


def test_an_installed_pack_needs_no_content(run: Run, tmp_path: Path, install: Install) -> None:
    package = install("packs", "acme")
    shutil.copytree(make_pack(tmp_path / "made"), package, dirs_exist_ok=True)
    (package / "__init__.py").unlink()
    assert lengths(run, "acme.evening")["acme.calf-x", "left"] == 25
    assert ("acme.calf-x", "left") in lengths(run, "calf-x"), "also by its bare id"
    (told,) = json.loads(run("list", "packs", "--json").stdout)
    assert told["installed"] and told["place"].startswith("the package made-up-")
    done = run("check")
    assert done.returncode == 0 and "Pack acme: the package made-up-" in done.stderr
    done = run("plan", "hamstrings", "--content", "made", *SILENT)
    assert done.returncode == 3
    assert "'acme', and so is" not in done.stdout and "made" in done.stderr


def test_a_pack_may_be_what_a_function_gives(run: Run, tmp_path: Path, install: Install) -> None:
    made = make_pack(tmp_path / "made")
    install("packs", "acme", f"def where():\n    return {str(made)!r}\n", value="{module}:where")
    assert planned(run, "acme.evening")["routine"] == "acme.evening"


@pytest.mark.parametrize(("code", "value", "words"), TABLES["broken"])
def test_a_broken_installed_pack_is_in_nobodys_way(
    run: Run, install: Install, code: str, value: str, words: str
) -> None:
    install("packs", "acme", code, value=value)
    told = planned(run, "hamstring-ball-knee", "--talk", "minimal")
    assert told["warnings"] == []
    done = run("list", "packs")
    assert done.returncode == 0
    assert "Warning: the pack 'acme' of made-up-" in done.stderr and words in done.stderr
    done = run("plan", "acme.evening", *SILENT)
    assert done.returncode == 4
    assert "the pack 'acme' of made-up-" in done.stderr and words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_installed_pack_has_the_name_of_its_entry_point(run: Run, tmp_path: Path, install: Install) -> None:
    package = install("packs", "beta")
    shutil.copytree(make_pack(tmp_path / "made"), package, dirs_exist_ok=True)
    done = run("plan", "beta.evening", *SILENT)
    assert done.returncode == 4
    assert "entry point is named 'beta', and its pack.yaml says 'acme'" in done.stderr


def test_two_installed_packs_of_one_id_are_both_named(run: Run, tmp_path: Path, install: Install) -> None:
    for number in range(2):
        made = make_pack(tmp_path / f"made{number}")
        shutil.copytree(made, install("packs", "acme"), dirs_exist_ok=True)
    done = run("plan", "acme.evening", *SILENT)
    assert done.returncode == 4
    assert done.stderr.count("made-up-") >= 2 and "uninstall one of the two" in done.stderr


def test_the_page_of_packs_explains_every_key_and_its_example_is_right(run: Run, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "packs.md").read_text("utf-8")
    assert [key for key in KINDS["pack"].keys if f"`{key}`" not in page] == []
    (block,) = re.findall(r"```yaml\n(kind: pack.*?)```", page, re.DOTALL)
    make_pack(tmp_path / "acme")
    (tmp_path / "acme" / "pack.yaml").write_text(block, "utf-8")
    assert run("check", "acme").returncode == 0
