"""The recipes of CONTRIBUTING.md, followed. Those of an option and of a voice have tests of their
own in tests/options and tests/voices, that of a control of the page in tests/page."""

import re
import runpy
import sys
import textwrap
import types
from pathlib import Path

import pytest

from smr_audio.cli.main import COMMANDS
from smr_audio.library.library import Library
from tests.cli.conftest import SILENT, Run

ROOT = Path(__file__).parents[2]


def test_a_command_is_a_file_and_a_row(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    module = types.ModuleType("smr_audio.cli.count")
    exec(compile(textwrap.dedent(block), "CONTRIBUTING.md", "exec"), vars(module))
    monkeypatch.setitem(sys.modules, "smr_audio.cli.count", module)
    monkeypatch.setitem(COMMANDS, "count", "Count the techniques there are.")
    assert run("count").stdout == f"{len(Library().technique_ids())}\n"
    assert "Count the techniques" in run("--help").stdout
    reference = runpy.run_path(str(ROOT / "scripts" / "reference.py"))
    assert "|`count`|Count the techniques there are.||" in reference["commands_table"]()


def test_a_technique_is_a_copy_of_the_nearest_under_its_own_name(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "content" / "techniques" / "calf-ball-ankle.yaml").read_text("utf-8")
    folder = tmp_path / "content" / "techniques"
    folder.mkdir(parents=True)
    copy = text.replace("id: calf-ball-ankle", "id: calf-ball-mine", 1)
    (folder / "calf-ball-mine.yaml").write_text(copy, "utf-8")
    done = run("check", "content")
    assert done.returncode == 0, done.stdout
    done = run("build", "calf-ball-mine", "--content", "content", *SILENT, "--talk", "minimal")
    assert done.returncode == 0, done.stderr
