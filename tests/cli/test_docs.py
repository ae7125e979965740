"""Docs that cannot rot: every command, option and key is explained, and the examples run."""

import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from smr_audio import Preferences, Studio, parse_talk, units
from smr_audio.cli.main import COMMANDS
from smr_audio.library.library import Library
from smr_audio.library.load import KINDS
from smr_audio.library.routine import SETTINGS, STEP
from smr_audio.voices import models
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("warm")
ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
USAGE = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
CONTENT = (ROOT / "docs" / "content.md").read_text(encoding="utf-8")
FOR_YOU = (ROOT / "docs" / "for-you.md").read_text(encoding="utf-8")
DOCS = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))
PYTHON = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    assert re.search(rf"^\|`{name}[` ]", USAGE, re.MULTILINE)
    command: click.Command = import_module(f"smr_audio.cli.{name}").command
    names = [one.opts[0] for one in command.params if isinstance(one, click.Option)]
    assert [option for option in names if option not in DOCS] == []


LIBRARY = Library()
KEYS = {key for record in (KINDS["technique"], KINDS["routine"], STEP, SETTINGS) for key in record.keys}


@pytest.mark.parametrize(("names", "page", "form"), [
    (KEYS, CONTENT + USAGE, "`{}`"), (LIBRARY.limits().ids, FOR_YOU, "`{}`"),
    (LIBRARY.phrases("en").muscles, FOR_YOU, "`{}`"), (LIBRARY.routine_ids(), README, "| `{}` |"),
], ids=["keys", "limits", "muscles", "routines"])  # fmt: skip
def test_every_name_is_documented(names: Iterable[str], page: str, form: str) -> None:
    assert [name for name in names if form.format(name) not in page] == []


@pytest.mark.slow
@pytest.mark.skipif(not models.of_hibari(), reason="the natural voice is not installed")
@pytest.mark.parametrize("name", Library().routine_ids())
def test_the_readme_tells_how_long_a_session_takes_with_the_natural_voice(name: str) -> None:
    """The first time, and at follow."""
    (told,) = re.findall(rf"^\| `{name}` \|.*\| (\S+) \|$", README, re.MULTILINE)
    studio = Studio()
    routine = studio.load(name)
    plans = [
        studio.plan(routine, Preferences(voice="heart", talk=(parse_talk(level),))) for level in ("learn", "follow")
    ]
    assert told == "/".join(units.about_minutes(plan.duration_ms) for plan in plans)


NO_PLAN = (" my/", " batch ", " verify ", " serve")
"""What the examples that `plan` cannot stand in for have in them."""


def _commands(text: str) -> list[str]:
    """The smr-audio commands of a page's shell blocks, without their comments."""
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    lines = (line.split("#")[0].strip() for line in blocks.splitlines())
    return [line for line in lines if line.startswith("smr-audio ")]


@pytest.mark.parametrize("line", [c for c in _commands(README + USAGE) if not any(word in c for word in NO_PLAN)])
def test_the_examples_are_right(run: Run, line: str) -> None:
    words = shlex.split(line)[1:]
    # The same options, planned: a build of each would take the tests minutes.
    output = {word for flag in ("-o", "--album") if flag in words
              for word in (flag, words[words.index(flag) + 1])}  # fmt: skip
    words = [word for word in words[1:] if word not in {*output, "--save", "--zip", "--lrc"}]
    few = ("--talk", "minimal", "--only", "hamstring-ball-press")
    words += few if "--voice" in words else ("--voice", "silent")
    done = run("plan", *words)
    assert done.returncode == 0, done.stderr
    assert not re.search(r"a rest of|never said", done.stderr)


def test_the_example_of_a_batch_is_right(run: Run, tmp_path: Path) -> None:
    (line,) = (c for c in _commands(USAGE) if " batch " in c)
    rows = "name,routine,hold,talk,voice\nAnna,hamstring-ball-press,20,minimal,silent\n"
    (tmp_path / "members.csv").write_text(rows, encoding="utf-8")
    done = run(*shlex.split(line)[1:], "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "members" / "Anna.mp3").exists()


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(kind: .*?)```", CONTENT + FOR_YOU, re.DOTALL))
def test_the_examples_of_content_check(run: Run, tmp_path: Path, block: str) -> None:
    (tmp_path / "example.yaml").write_text(block, encoding="utf-8")
    done = run("check", "example.yaml")
    assert done.returncode == 0, done.stdout


def test_the_python_examples_are_typed(tmp_path: Path) -> None:
    files = []
    for number, block in enumerate(re.findall(r"```py(?:thon)?\n(.*?)```", PYTHON, re.DOTALL)):
        files.append(tmp_path / f"example_{number}.py")
        files[-1].write_text(block, encoding="utf-8")
    assert len(files) >= 4
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *map(str, files)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def exec_example(word: str, *voice: str) -> dict[str, Any]:
    """Run the one example of the page on Python that has this word; what it defines."""
    blocks = re.findall(r"```py(?:thon)?\n(.*?)```", PYTHON, re.DOTALL)
    (block,) = (block for block in blocks if word in block)
    said: dict[str, Any] = {"lines": [line for line in block.splitlines() if line]}
    exec(compile(block.replace(*voice) if voice else block, "docs/python.md", "exec"), said)
    return said


def test_the_python_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = exec_example("mine")
    assert (len(said["lines"]), said["session"].duration_ms) == (5, 8 * 60_000)
    assert (tmp_path / "mine.mp3").stat().st_size > 500_000
    exec_example("draw(")
    assert (tmp_path / "hamstrings.mp3").stat().st_size > 1_000_000
    assert (tmp_path / "hamstrings.svg").read_text(encoding="utf-8").startswith("<svg ")
    text = (tmp_path / "hamstrings.md").read_text(encoding="utf-8")
    assert "**Hold 45 s, left, set 1** " in text
    exec_example("Studio()", '("45"),)', '("45"),), voice="silent"')
    assert len(list((tmp_path / "hamstrings").glob("*.mp3"))) == 9
    assert (tmp_path / "cover.png").read_bytes().startswith(b"\x89PNG")


DRAW = ("plan", "hamstrings", "--voice", "silent", "--no-profile", "--picture")


@pytest.mark.parametrize("draw", [
    (*DRAW, "timeline.svg"), ("picture", "hamstring-roller-floor", "-o", "posture.svg"),
    ("picture", "--all", "-o", "poses.svg"),
], ids=lambda draw: draw[-1])  # fmt: skip
def test_a_picture_shows_what_there_is_now(run: Run, tmp_path: Path, draw: tuple[str, ...]) -> None:
    *command, name = draw
    assert run(*draw).returncode == 0
    again = f"run smr-audio {' '.join(command)} docs/{name}"
    assert (tmp_path / name).read_bytes() == (ROOT / "docs" / name).read_bytes(), again


PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def _anchors(page: Path) -> set[str]:
    """Those of a page's headings, as GitHub makes them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_local_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]*)(?:#([^)]+))?\)|src=\"([^\":]+)\"", text)
    for path, anchor, source in links:
        target = page if not path and not source else page.parent / (path or source)
        assert target.exists(), path or source
        assert not anchor or anchor in _anchors(target), (path, anchor)


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            links = re.findall(r"\]\(([^)#:]+\.md)[)#]", page.read_text(encoding="utf-8"))
            waiting += [(page.parent / link).resolve() for link in links]
    assert {page.resolve() for page in PAGES} <= reached


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/session.md"])
def test_every_file_and_class_that_is_named_exists(name: str) -> None:
    """What a page on the code calls `like/this.py`, `like/` or `LikeThis` is there."""
    text = re.sub(r"```.*?```", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    words = {word for span in re.findall(r"`([^`]+)`", text) for word in span.split()}
    paths = {word for word in words if re.fullmatch(r"[a-z0-9_./-]+(/|\.(py|js|ts|yaml))", word)}
    roots = (ROOT, ROOT / "smr_audio", ROOT / "scripts", ROOT / "content")
    assert [path for path in paths if not any((root / path).exists() for root in roots)] == []
    files = (path for end in ("py", "js", "ts") for path in ROOT.glob(f"smr_audio/**/*.{end}"))
    code = "\n".join(path.read_text("utf-8") for path in files)
    names = {word for word in words if re.fullmatch(r"([A-Z][a-z]+)+|[A-Z_]{4,}", word)} - {"None"}
    defined = r"^(class |const |type )?{}\b"
    assert [n for n in names if not re.search(defined.format(n), code, re.MULTILINE)] == []
    assert len(paths) > 5


def test_the_plan_in_the_tutorial_is_what_plan_prints(run: Run) -> None:
    page = (ROOT / "docs" / "session.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```\n( +\d.*?)```", page, re.DOTALL)
    done = run("plan", "hamstrings-basic", "--hold", "45", "--voice", "silent")
    assert shown in done.stdout


def test_every_package_has_its_line_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = "".join(re.findall(r"^\|(`.*?)\|", text, re.MULTILINE))
    package = ROOT / "smr_audio"
    names = [f"{path.parent.name}/" for path in package.glob("*/__init__.py")]
    names += [path.name for path in package.glob("*.py") if not path.name.startswith("_")]
    assert [name for name in names if f"`{name}`" not in rows] == []


def test_the_tables_are_as_the_script_makes_them() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "reference.py"))
    assert script["main"](["--check"]) == 0, "run scripts/reference.py"
