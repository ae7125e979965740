"""Content that means harm: refused at once, in a line that says what to do, never shown raw."""

import json
import os
import re
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from smr_audio.cli.build import output_path
from smr_audio.library.library import Library
from smr_audio.library.search import shipped_content
from tests.cli.conftest import ROUTINE, SILENT, Run
from tests.tables import tables

pytestmark = pytest.mark.usefixtures("warm")

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LAUGHS = "a: &a [ha, ha]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)


def titled(title: str) -> str:
    return ROUTINE.replace('"Mine"', title, 1)


@pytest.mark.parametrize(("content", "message"), [
    (LAUGHS, "1:4: anchors (&a) are not taken; write the value out"),
    ("kind: routine\nsteps: " + "[" * 900, "2:28: nested deeper than 20 levels"),
    ("- 1\n" * 30_000, "20000:3: the file holds more than 20000 values; split it"),
    (ROUTINE.encode("utf-16"), "1:1: this is not UTF-8 text; save the file as UTF-8"),
    (titled('"Été"').encode("latin-1"), "3:9: this is not UTF-8 text"),
    (titled("x" * 100_000), "3:8: title is 100000 characters long, at most 80; shorten it"),
    (ROUTINE.replace("hold: 20", "hold: " + "9" * 5000), "7:45: "),
    ("kind: !!python/object/apply:os.system [id]\n", "1:7: tags"),
    ("", "begin it with 'kind: routine'"),
    *((ROUTINE.replace(old, new, 1), said) for old, new, said in tables(__file__)["replaced"]),
], ids=range(22))  # fmt: skip
def test_it_is_refused_at_its_place_by_check_and_plan(
    run: Run, tmp_path: Path, content: str | bytes, message: str
) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "mine.yaml").write_bytes(data)
    for arguments in (["check", "mine.yaml"], ["plan", "mine.yaml", *SILENT]):
        done = run(*arguments)
        told = done.stdout + done.stderr
        assert done.returncode == 3, told
        assert message in told
        assert "Traceback" not in told
        assert STEERING.search(told) is None
        assert len(max(told.splitlines(), key=len)) < 1000  # one can read it


def test_variations_that_lead_to_each_other_end(run: Run, tmp_path: Path) -> None:
    shipped = shipped_content() / "techniques" / "hamstring-ball-press.yaml"
    limit = Library().technique("hamstring-ball-press").not_for[0]
    text = re.sub(r"tools: .*", "tools: [bench]", shipped.read_text("utf-8"))
    text = re.sub(r"tool_options: .*\n", "", text)
    folder = tmp_path / "pack" / "techniques"
    folder.mkdir(parents=True)
    for name, other in (("one", "two"), ("two", "three"), ("three", "one")):
        ring = re.sub(r"variations: .*", f"variations: [{other}]", text)
        (folder / f"{name}.yaml").write_text(ring.replace("hamstring-ball-press", name), "utf-8")
    assert run("check", "pack").returncode == 0
    done = run("plan", "one", "--content", "pack", "--limit", limit, *SILENT)
    assert done.returncode == 0
    assert "takes the place of one because of" in done.stderr


def test_a_name_that_means_a_path_leads_nowhere(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(ROUTINE, "utf-8")
    (tmp_path / "pack").mkdir()
    for name in ("..\\secret", "routines/../../secret", "secret\0", "/secret", "~nobody/secret"):
        done = run("plan", name, "--content", "pack", *SILENT)
        assert done.returncode == 2, name
        assert STEERING.search(done.stderr) is None
        assert "Traceback" not in done.stderr


def test_a_title_stays_a_title_in_the_plan_and_in_the_file(run: Run, tmp_path: Path) -> None:
    title = r"<b>Mine</b> TIT2 %s $(id) \n\nTALB x"
    (tmp_path / "mine.yaml").write_text(titled(f'"{title}"'), "utf-8")
    done = run("build", "mine.yaml", *SILENT, "-o", "mine.mp3", "--json")
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)
    tags = ID3(tmp_path / "mine.mp3")
    assert str(tags["TIT2"]) == "<b>Mine</b> TIT2 %s $(id) TALB x"
    assert str(tags["TALB"]) != "x"


@pytest.mark.parametrize("name", ["con", "nul", "com1"])
def test_a_routine_named_as_a_device_of_windows_gets_another_file(name: str) -> None:
    assert output_path(None, name) == Path("output") / f"_{name}.mp3"
    assert output_path(f"a{os.sep}", name) == Path("a") / f"_{name}.mp3"
    assert output_path(None, f"{name}-4") == Path("output") / f"{name}-4.mp3"
