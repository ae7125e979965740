"""What authors have: files to begin with, a schema for editors, previews, builds on saving."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

import smr_audio
from smr_audio.check import check_paths
from smr_audio.cli.build import folders_of
from smr_audio.library.library import Library
from smr_audio.library.load import EDITED, KINDS, SCAFFOLDS, scaffold, schema_for
from smr_audio.library.routine import SETTINGS, STEP
from smr_audio.library.schema.specs import key_help
from smr_audio.options.table import BY_KEY
from tests.cli.conftest import Run, planned
from tests.sampling import sampled
from tests.tables import tables

pytestmark = pytest.mark.usefixtures("warm")

ROOT = Path(smr_audio.__file__).parents[1]
ANY = Draft7Validator(schema_for())


class Core(yaml.SafeLoader):
    """YAML 1.2's core types, as editors read them: `no` and `1:30` are words."""


Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found
            if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:int",
                           "tag:yaml.org,2002:timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}  # fmt: skip
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
_INT = re.compile(r"^[-+]?[0-9]+$")
Core.add_implicit_resolver("tag:yaml.org,2002:int", _INT, list("-+0123456789"))


def loaded(text: str) -> Any:
    return yaml.load(text, Loader=Core)


SHIPPED = [path for path in Library().files() if path.parent.name != "content"]
MINE = {kind: scaffold(kind, "mine") for kind in SCAFFOLDS}
STEPS = MINE["routine"][MINE["routine"].index("\nsteps:") :]
MANY_STEPS = "\nsteps:\n" + "  - {technique: hamstring-roller-floor}\n" * 61
BAD = [*tables(__file__)["bad"], ("routine", STEPS, MANY_STEPS)]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_takes_every_file_that_comes_along(path: Path) -> None:
    content = loaded(path.read_text("utf-8"))
    assert [error.message for error in ANY.iter_errors(content)] == []
    kind = Draft7Validator(schema_for(content["kind"]))
    assert kind.is_valid(content)


@pytest.mark.parametrize(("kind", "old", "new"), BAD, ids=lambda part: part[:24].strip())
def test_it_refuses_what_is_wrong_and_so_do_we(kind: str, old: str, new: str, tmp_path: Path) -> None:
    text = MINE[kind]
    assert ANY.is_valid(loaded(text))
    assert old in text
    wrong = text.replace(old, new, 1)
    assert not ANY.is_valid(loaded(wrong))
    (tmp_path / "mine.yaml").write_text(wrong, "utf-8")
    assert check_paths([tmp_path / "mine.yaml"]).problems


def test_every_key_that_people_write_has_its_help() -> None:
    records = (KINDS["technique"], KINDS["routine"], KINDS["course"], SETTINGS, STEP)
    assert {key for record in records for key in record.keys} - {*key_help(), *BY_KEY} == set()


def test_schema_prints_it(run: Run) -> None:
    for kind in (None, *EDITED):
        Draft7Validator.check_schema(schema_for(kind))
    assert json.loads(run("schema").stdout) == schema_for()
    assert json.loads(run("schema", "routine").stdout) == schema_for("routine")


@pytest.mark.parametrize("kind", SCAFFOLDS)
def test_a_new_file_is_right_as_it_stands_and_knows_its_schema(kind: str, run: Run, tmp_path: Path) -> None:
    done = run("new", kind, "my-own", "--in", "pack")
    assert done.returncode == 0, done.stderr
    path = tmp_path / done.stdout.strip()
    assert path.parent == tmp_path / "pack" / f"{kind}s"
    schema = re.match(r"# yaml-language-server: \$schema=(.*)\n", path.read_text("utf-8"))
    assert schema is not None
    assert json.loads((path.parent / schema[1]).read_text("utf-8")) == schema_for()
    assert check_paths([tmp_path / "pack"]).problems == ()
    before = path.read_bytes()
    again = run("new", kind, "my-own", "--in", "pack")
    assert (again.returncode, path.read_bytes()) == (2, before)
    assert "is there already" in again.stderr


def test_a_schema_that_is_not_ours_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text("{}", "utf-8")
    done = run("new", "routine", "mine")
    assert (done.returncode, (tmp_path / "schema.json").read_text("utf-8")) == (0, "{}")
    assert "is not ours and stays" in done.stderr


def test_a_preview_is_one_short_set_of_one_side(run: Run, warm: Path, tmp_path: Path) -> None:
    run("new", "technique", "mine")
    short = ("--voice", "silent", "--talk", "minimal")
    done = run("preview", "techniques/mine.yaml", *short, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    holds = [event for event in told["plan"]["events"] if event["kind"] == "hold"]
    assert [(one["side"], one["end_ms"] - one["start_ms"]) for one in holds] == [("left", 20_000)]
    assert (tmp_path / "output" / "preview-mine.mp3").exists()
    longer = run("preview", "hamstrings", "--step", "2", *short, "--hold", "25")
    assert longer.stdout.startswith("output/preview-hamstring-barbell.mp3")


LONGEST_PREVIEW_MS = 80_000
LONGEST_WITH_A_GATE_MS = 105_000


@pytest.mark.parametrize("name", sampled(Library().technique_ids(), 18))
def test_a_preview_is_the_technique_without_opening_and_closing(run: Run, name: str) -> None:
    """Every line of the session, in its order, and no time to do what is said."""
    done = run("preview", name, "--voice", "silent", "--json")
    assert done.returncode == 0, done.stderr
    short = json.loads(done.stdout)["plan"]
    technique = Library().technique(name)
    more = ("--sides", "left") if technique.sides == 2 else ()
    hold = ("--hold", str(technique.hold.least), "--sets", "1")
    whole = planned(run, name, *hold, *more)
    assert {chapter["technique"] for chapter in short["chapters"]} == {name}
    within = [chapter for chapter in whole["chapters"] if chapter["technique"]]
    start, end = within[0]["start_ms"], within[-1]["end_ms"]
    told = [event.get("text") for event in whole["events"] if start <= event["start_ms"] < end]
    assert [event.get("text") for event in short["events"]] == told
    assert {"load", "ready", "finish"} < {event.get("role") for event in short["events"]}
    longest = LONGEST_WITH_A_GATE_MS if technique.gate else LONGEST_PREVIEW_MS
    assert short["duration_ms"] <= longest


def test_a_save_builds_again_and_what_is_wrong_is_told_and_survived(
    run: Run, warm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("new", "routine", "mine")
    path, output = tmp_path / "routines" / "mine.yaml", tmp_path / "a.mp3"
    first = path.read_text("utf-8")
    others = [output, tmp_path / ".mine.yaml.swp", tmp_path / "notes.txt"]
    sizes = []

    def watch(*_: Path, **__: int) -> Iterator[set[tuple[int, str]]]:
        for hold, saved in (("60", [path]), ("3000", [path]), ("3000", others)):
            sizes.append(output.stat().st_size)
            path.write_text(first.replace("hold: 30, sets: 2", f"hold: {hold}, sets: 2"), "utf-8")
            yield {(1, str(each)) for each in saved}

    monkeypatch.setattr("watchfiles.watch", watch)
    short = ("--voice", "silent", "--talk", "minimal")
    done = run("build", "routines/mine.yaml", *short, "-o", "a.mp3", "--watch")
    assert done.returncode == 0
    assert sizes[0] < sizes[1] == sizes[2] == output.stat().st_size
    assert len(done.stdout.splitlines()) == 2
    assert f"{path.relative_to(tmp_path)}:" in done.stderr
    assert "a hold of 3000 s is too long" in done.stderr


def test_the_folders_of_a_session_are_watched(tmp_path: Path) -> None:
    (tmp_path / "routines").mkdir()
    found = folders_of(str(tmp_path / "routines" / "a.yaml"), [tmp_path / "gone"])
    assert tmp_path.resolve() in found
    assert all(folder.is_dir() for folder in found)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_a_real_save_is_seen_and_ctrl_c_ends_it(run: Run, tmp_path: Path) -> None:
    run("new", "routine", "mine")
    path = tmp_path / "routines" / "mine.yaml"
    build = ("build", path, "--voice", "silent", "--talk", "minimal", "-o", "a.mp3", "--watch")
    with subprocess.Popen(
        [sys.executable, "-m", "smr_audio", *build],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stdout is not None
        assert "Done in" in process.stderr.readline()
        assert "Watching" in process.stderr.readline()
        too_long = threading.Timer(60, process.kill)  # nothing here waits for ever
        too_long.start()
        seen = threading.Event()

        def save() -> None:
            """Again and again: the watch itself begins a while after the line about it."""
            text = path.read_text("utf-8")
            for hold in range(40, 100):
                path.write_text(text.replace("hold: 30,", f"hold: {hold},"), "utf-8")
                if seen.wait(0.5):
                    return

        saving = threading.Thread(target=save)
        saving.start()
        changed = process.stderr.readline()
        seen.set()
        saving.join()
        assert "mine.yaml changed" in changed
        assert "Done in" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        too_long.cancel()
        assert len(process.stdout.read().splitlines()) >= 2


@pytest.mark.slow
def test_the_page_for_authors_works_from_scratch(run: Run, warm: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "authoring.md").read_text("utf-8")
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
    routine = re.search(r"```yaml\n(kind: routine.*?)```", page, re.DOTALL)
    assert routine is not None
    tried = 0
    for line in blocks.splitlines():
        words = shlex.split(line)
        if words[:1] != ["smr-audio"] or "--watch" in words:
            continue
        if words[1] == "check":
            (tmp_path / "routines" / "evening.yaml").write_text(routine[1], "utf-8")
        if words[1] in ("preview", "build", "course"):
            words += ["--voice", "silent"]
        done = run(*words[1:])
        assert done.returncode == 0, (line, done.stderr)
        tried += 1
    assert tried >= 8
