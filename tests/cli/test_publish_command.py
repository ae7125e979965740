"""`smr-audio publish` as a user meets it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ROUTINE, SILENT, Run

pytestmark = pytest.mark.usefixtures("warm")


@pytest.fixture
def mine(tmp_path: Path) -> str:
    (tmp_path / "mine.yaml").write_text(ROUTINE.replace("hold: 20", "hold: 30"), encoding="utf-8")
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


def test_an_address_that_apps_cannot_reach_is_warned_of(run: Run, mine: str) -> None:
    found = run("publish", "site", mine, *SILENT, "--base-url", "https://192.168.1.5/gym/")
    assert found.returncode == 0 and found.stdout.endswith("https://192.168.1.5/gym/feed.xml\n")
    assert found.stderr == (
        "Warning: podcast apps fetch the feed from their own servers, which cannot reach https://192.168.1.5/gym/\n"
    )
