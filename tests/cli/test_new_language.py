"""A third language, by the steps of docs/languages.md."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Run, planned

ROOT = Path(__file__).parents[2]
STEPS = (ROOT / "docs" / "languages.md").read_text("utf-8").split("## Add a language")[1]
COMMANDS = [shlex.split(line, comments=True) for line in STEPS.split("```")[1].splitlines()[1:]]


def translated(part: Any, *, plain: bool) -> Any:
    """German enough: other words, the same placeholders; texts without a language if `plain`."""
    if isinstance(part, list):
        return [translated(one, plain=plain) for one in part]
    if isinstance(part, dict):
        own = {"de": f"Über {part['en']}"} if "en" in part else {}
        kept = ("kind", "language", "muscles_also")
        return own | {key: one if key in kept else translated(one, plain=plain) for key, one in part.items()}
    if plain and isinstance(part, str) and part:
        short = f"{part}e" if len(part) < 3 else f"Über {part}"  # an article, an ending
        return {"eng": "deu", "English": "Deutsch"}.get(part, short)
    return part


def translate(path: Path) -> None:
    values = yaml.safe_load(path.read_text("utf-8"))
    values = translated(values, plain=path.parent.name != "techniques")
    path.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")


@pytest.mark.usefixtures("warm")
def test_the_steps_of_the_page_lead_to_a_session(run: Run, tmp_path: Path) -> None:
    new, _, copy, check, build = COMMANDS
    assert run(*new[1:]).returncode == 0
    (tmp_path / "my" / "techniques").mkdir()
    shutil.copy(ROOT / copy[1], tmp_path / copy[2])
    left = run(*check[1:])
    kinds = re.findall(r"^my/(\w+)/", left.stdout, re.MULTILINE)
    assert left.returncode == 3
    assert list(dict.fromkeys(kinds)) == ["phrases", "techniques", "pages"]  # the lexicon ships
    assert "“left” is English; translate it, or leave it where both" in left.stderr
    assert planned(run, build[2])["language"] == "en"
    for path in (tmp_path / "my").glob("*/*.yaml"):
        translate(path)
    done = run(*check[1:])
    assert (done.returncode, done.stdout) == (0, "")
    plan = planned(run, *build[2:-1])
    said = [event["text"] for event in plan["events"] if event["kind"] == "speech"]
    assert plan["language"] == "de" and any(line.startswith("Über ") for line in said)


def test_a_language_that_is_there_or_is_none_is_not_begun(run: Run, tmp_path: Path) -> None:
    for name, says in (("zh", "'zh' is complete"), ("German", "write its code, such as de")):
        done = run("new", "language", name)
        assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
        assert says in done.stderr
