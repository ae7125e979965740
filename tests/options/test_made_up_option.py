"""A new option is a field and a row: with those two lines it works everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import smr_audio
from smr_audio.library.search import shipped_content

FIELD = "    warmup: str | None = None\n"
ROW = '    Option("warmup", Word(("off", "short", "long")), "A made-up option.", "speech"),\n'
WEB = """
import json
from smr_audio.library.library import Library
from smr_audio.serve.catalog import read_catalog, library_json, profile_json
from smr_audio.serve.requests import read_request
from smr_audio.options.preferences import Preferences
library = Library()
known = read_catalog(library)
body = json.dumps({"routine": "hamstrings", "warmup": "long"}).encode()
print(json.dumps({
    "request": read_request(body, known).preferences.warmup,
    "choices": library_json(known, library, None)["choices"]["warmup"],
    "profile": profile_json(Preferences(warmup="short")),
}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with one more option: one line in each of two files."""
    root = tmp_path_factory.mktemp("copy")
    package = root / "smr_audio"
    shutil.copytree(
        Path(smr_audio.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__")
    )
    (root / "content").symlink_to(shipped_content())
    fields, table = package / "options" / "preferences.py", package / "options" / "table.py"
    text = fields.read_text("utf-8")
    anchor = "    fit_ticks: int | None = None\n"
    assert text.count(anchor) == 1
    fields.write_text(text.replace(anchor, anchor + FIELD), "utf-8")
    text = table.read_text("utf-8")
    anchor = ')  # fmt: skip\n"""All options'
    assert text.count(anchor) == 1
    table.write_text(text.replace(anchor, ROW + anchor), "utf-8")
    return root


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "PYTHONPATH": str(copy), "SMR_AUDIO_PROFILE": str(copy / "profile.yaml"),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def smr(copy: Path, *arguments: str) -> str:
    done = run(copy, "-m", "smr_audio", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_line_takes_and_explains_it(copy: Path) -> None:
    plan = ("plan", "hamstrings-basic", "--voice", "silent")
    assert "warmup" in smr(copy, *plan, "--warmup", "long", "--why")
    assert "--warmup [off|short|long]" in smr(copy, "build", "--help-all")
    wrong = run(copy, "-m", "smr_audio", *plan, "--warmup", "lng")
    assert wrong.returncode == 2
    assert "must be one of off, short, long, not lng; did you mean 'long'?" in wrong.stderr


def test_a_profile_keeps_it_and_a_routine_may_have_it(copy: Path) -> None:
    smr(copy, "profile", "set", "--warmup", "short")
    assert "warmup: short" in (copy / "profile.yaml").read_text("utf-8")
    routine = copy / "mine.yaml"
    routine.write_text(
        "kind: routine\nid: mine\ntitle: Mine\nabout: Mine.\nsettings: {warmup: long}\n"
        "steps: [{technique: hamstring-roller-floor}]\n",
        "utf-8",
    )
    why = smr(copy, "plan", str(routine), "--voice", "silent", "--why", "--json", "--no-profile")
    (reason,) = [one for one in json.loads(why)["why"] if one["what"] == "warmup"]
    assert (reason["value"], reason["from"]) == ("long", "routine")
    schema = json.loads(smr(copy, "schema", "routine"))
    warmup = schema["properties"]["settings"]["properties"]["warmup"]
    assert warmup == {"description": "A made-up option.", "enum": ["off", "short", "long"]}


def test_a_table_and_the_page_take_it(copy: Path) -> None:
    (copy / "jobs.csv").write_text("routine,warmup\nhamstrings-basic,lng\n", "utf-8")
    done = run(copy, "-m", "smr_audio", "batch", "jobs.csv", "-o", "out")
    assert "warmup must be one of off, short, long" in done.stdout + done.stderr
    done = run(copy, "-c", WEB)
    assert json.loads(done.stdout) == {
        "request": "long", "choices": ["off", "short", "long"], "profile": {"warmup": "short"},
    }  # fmt: skip
