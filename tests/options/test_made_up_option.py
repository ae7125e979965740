"""A new option is a field and a row: with those two lines it works everywhere."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import smr_audio
from smr_audio.library.search import shipped_content

LAST_FIELD = "    fit: int | float | timedelta | None = None\n"
END_OF_TABLE = ')  # fmt: skip\n"""All options'
FIELD = "    warmup: str | None = None\n"
ROW = '    Option("warmup", Word(("off", "short", "long")), "A made-up option.", "speech"),\n'
ROUTINE = """\
kind: routine
id: mine
title: Mine
about: Mine.
settings: {warmup: long}
steps: [{technique: hamstring-roller-floor}]
"""
# One process tries them all, since each would import everything anew.
COMMANDS = """
import contextlib, io, json, sys
from smr_audio.cli.main import main
said = []
for words in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(words)
        except SystemExit as ended:
            said.append([ended.code, out.getvalue(), err.getvalue()])
from smr_audio.library.library import Library
from smr_audio.serve.catalog import read_catalog, library_json, profile_json
from smr_audio.serve.catalog import read_request
from smr_audio.options.preferences import Preferences
library = Library()
known = read_catalog(library)
body = json.dumps({"routine": "hamstrings", "warmup": "long"}).encode()
print(json.dumps([said, {
    "request": read_request(body, known).preferences.warmup,
    "choices": library_json(known, library, None)["choices"]["warmup"],
    "profile": profile_json(Preferences(warmup="short")),
}]))
"""


def with_one_more_option(root: Path) -> None:
    """A copy of the package: one line more in each of two files."""
    package = root / "smr_audio"
    shutil.copytree(Path(smr_audio.__file__).parent, package)
    (root / "content").symlink_to(shipped_content())
    for name, anchor, changed in (
        ("preferences.py", LAST_FIELD, LAST_FIELD + FIELD),
        ("table.py", END_OF_TABLE, ROW + END_OF_TABLE),
    ):
        text = (package / "options" / name).read_text("utf-8")
        assert text.count(anchor) == 1
        (package / "options" / name).write_text(text.replace(anchor, changed), "utf-8")


@pytest.mark.usefixtures("warm")
def test_commands_a_profile_a_routine_a_table_and_the_page_take_it(tmp_path: Path) -> None:
    with_one_more_option(tmp_path)
    profile = tmp_path / "profile.yaml"
    (tmp_path / "mine.yaml").write_text(ROUTINE, "utf-8")
    (tmp_path / "jobs.csv").write_text("routine,warmup\nhamstrings-basic,lng\n", "utf-8")
    plan = ("plan", "hamstring-ball-press", "--voice", "silent")
    commands = (
        (*plan, "--warmup", "long", "--why"),
        ("build", "--help-all"),
        (*plan, "--warmup", "lng"),
        ("profile", "set", "--warmup", "short"),
        ("plan", "mine.yaml", "--voice", "silent", "--why", "--json", "--no-profile"),
        ("schema", "routine"),
        ("batch", "jobs.csv", "-o", "out", "--jobs", "1"),
    )
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "SMR_AUDIO_PROFILE": str(profile)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said, page = json.loads(done.stdout)
    assert [status for status, _, _ in said] == [0, 0, 2, 0, 0, 0, 1], said
    planned, explained, wrong, _, why, schema, table = ("".join(each[1:]) for each in said)
    assert "warmup" in planned
    assert "--warmup [off|short|long]" in explained
    assert "must be one of off, short, long, not lng; did you mean 'long'?" in wrong
    assert "warmup: short" in profile.read_text("utf-8")
    (reason,) = [one for one in json.loads(why)["why"] if one["what"] == "warmup"]
    assert (reason["value"], reason["from"]) == ("long", "routine")
    settings: dict[str, Any] = json.loads(schema)["properties"]["settings"]["properties"]
    assert settings["warmup"] == {
        "description": "A made-up option.", "enum": ["off", "short", "long"],
    }  # fmt: skip
    assert "warmup must be one of off, short, long" in table
    assert page == {
        "request": "long", "choices": ["off", "short", "long"], "profile": {"warmup": "short"},
    }  # fmt: skip
