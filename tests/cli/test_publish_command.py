"""`smr-audio publish` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ROUTINE, SILENT, Run


@pytest.fixture
def mine(tmp_path: Path) -> str:
    (tmp_path / "mine.yaml").write_text(ROUTINE, encoding="utf-8")
    return str(tmp_path / "mine.yaml")


def test_a_site_is_made_and_told_of(run: Run, tmp_path: Path, mine: str) -> None:
    found = run("publish", "site", mine, *SILENT)
    assert (found.returncode, found.stdout[:16]) == (0, "site  1 session,")
    assert "No podcast feed" in found.stderr and "--base-url https://" in found.stderr
    assert (tmp_path / "site" / "audio" / "mine.mp3").is_file()
    again = run("publish", "site", mine, *SILENT, "--base-url", "https://example.org/g", "--json")
    value = json.loads(again.stdout)
    assert (again.returncode, again.stderr) == (0, "")
    assert value["format"] == "smr-audio/site-report-1"
    assert (value["dir"], value["feed"]) == ("site", "https://example.org/g/feed.xml")
    files = {file["path"]: file["status"] for file in value["files"]}
    assert files["feed.xml"] == "written" and files["audio/mine.mp3"] == "unchanged"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("MINE", "--base-url", "http://example.org/"), 2, "begins with https://"),
        (("MINE", "--base-url", "https://example.org/?x"), 2, "without ? or #"),
        (("MINE", "--base-url", f"https://example.org/{'a' * 2300}/"), 2, "2321 letters"),
        (("MINE", "--base-url", "https://.org"), 2, "its host name is not valid"),
        (("MINE", "--date", "soon"), 2, "is no date"),
        (("MINE", "--title", " "), 2, "--title has nothing in it"),
        (("hamstring",), 2, "there is no routine or technique 'hamstring'"),
        (("bad.yaml",), 3, "bad.yaml:1:1"),
    ],
)
def test_what_is_wrong_has_its_status_and_writes_nothing(
    run: Run, mine: str, arguments: tuple[str, ...], status: int, told: str
) -> None:
    tmp_path = Path(mine).parent
    (tmp_path / "bad.yaml").write_text("kind: routine\nid: bad\n", encoding="utf-8")
    found = run(
        "publish", "site", *(mine if each == "MINE" else each for each in arguments), *SILENT
    )
    assert (found.returncode, found.stdout) == (status, "")
    assert told in found.stderr and "Traceback" not in found.stderr
    assert not (tmp_path / "site").exists()


def test_no_folder_is_not_the_current_one(run: Run, tmp_path: Path, mine: str) -> None:
    found = run("publish", "", mine, *SILENT)
    assert (found.returncode, found.stdout) == (2, "")
    assert "name a folder" in found.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name != "cache"] == ["mine.yaml"]


def test_an_address_that_apps_cannot_reach_is_warned_of(run: Run, mine: str) -> None:
    found = run("publish", "site", mine, *SILENT, "--base-url", "https://192.168.1.5/gym/")
    assert found.returncode == 0 and found.stdout.endswith("https://192.168.1.5/gym/feed.xml\n")
    assert found.stderr == (
        "Warning: podcast apps fetch the feed from their own servers, which cannot reach "
        "https://192.168.1.5/gym/\n"
    )


def test_a_place_that_cannot_be_written_is_told_of(run: Run, tmp_path: Path, mine: str) -> None:
    (tmp_path / "site").write_bytes(b"a file")
    found = run("publish", "site", mine, *SILENT)
    assert (found.returncode, found.stdout) == (1, "")
    assert "cannot write" in found.stderr
