"""`plan --picture` and `plan --text`: what is written and printed, and what is refused."""

from pathlib import Path

import pytest

from tests.cli.conftest import SILENT, Run

pytestmark = pytest.mark.usefixtures("warm")
BALL = "hamstring-ball-press"


def test_both_files_are_written_and_their_paths_printed(run: Run, tmp_path: Path) -> None:
    files = ("--picture", "new/p.svg", "--text", "new/er/t.md")
    done = run("plan", BALL, *SILENT, "--hold", "200", *files)
    assert done.returncode == 0
    assert done.stderr.startswith("Warning: ")
    assert done.stdout.splitlines() == [str(Path("new/p.svg")), str(Path("new/er/t.md"))]
    assert (tmp_path / "new" / "p.svg").read_text(encoding="utf-8").startswith("<svg ")
    text = (tmp_path / "new" / "er" / "t.md").read_text(encoding="utf-8")
    assert ", right, set 1** " in text
    assert run("plan", BALL, *SILENT, "--picture", "p.png").returncode == 0
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG\r\n")
