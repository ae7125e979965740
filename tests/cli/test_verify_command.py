"""`verify` and `build --verify`: what they print, and their exit status."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SILENT, Run

pytestmark = pytest.mark.usefixtures("warm")
SHORT = (*SILENT, "--talk", "minimal", "--sides", "left", "--hold", "20")


def test_verify_says_of_each_file_whether_it_is_as_planned(run: Run, tmp_path: Path) -> None:
    run("build", "hamstring-ball-press", *SHORT, "--sets", "3", "-o", "a.mp3")
    done = run("verify", "a.mp3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("a.mp3  ")
    assert "ok    holds" in done.stdout
    assert done.stdout.endswith("as planned\n")
    whole = (tmp_path / "a.mp3").read_bytes()
    (tmp_path / "cut.mp3").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "other.mp3").write_bytes(b"not ours")
    done = run("verify", "cut.mp3", "other.mp3")
    assert done.returncode == 1
    assert "FAIL  frames" in done.stdout
    assert "more\n" in done.stdout  # of the cues that are missing
    message = "Error: other.mp3 is not a file of smr-audio: it has no ID3 tag\n"
    assert done.stderr == message
    told = json.loads(run("verify", "a.mp3", "cut.mp3", "other.mp3", "--json").stdout)
    assert told["format"] == "smr-audio/verify-1"
    assert not told["ok"]
    assert [file["ok"] for file in told["files"]] == [True, False, False]
    assert "no ID3 tag" in told["files"][2]["error"]


def test_build_verify_builds_what_is_as_planned(run: Run, tmp_path: Path) -> None:
    done = run("build", "hamstring-ball-press", *SHORT, "--verify", "-o", "a.mp3")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.mp3").exists()
    done = run("build", "hamstring-ball-press", *SHORT, "--verify", "--album", "b")
    assert (done.returncode, done.stderr) == (0, "")
