"""A wrong call has its exit status, says in one message what to do, and writes nothing."""

import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import ROUTINE, Run
from tests.tables import tables

TOO_LONG = (f"plan {'x' * 300}", 2, "there is no routine or technique")
WRONG = [*tables(__file__)["wrong"], TOO_LONG]

FILES = {
    "text.wav": "no sound", "mine.yaml": ROUTINE, "bad.yaml": "kind: routine\nid: bad\n",
    "jobs.csv": "routine,voice\nmine.yaml,silent\n", "wrong.csv": "rutine,hodl\nmine.yaml,30\n",
}  # fmt: skip


def files_in(folder: Path, line: str) -> list[Path]:
    """Those there are, sounds in the cache among them: most calls are refused unspoken."""
    spoken = "cache" if line.startswith("plan hamstring-ball-press --voice silent") else None
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if path.relative_to(folder).parts[0] != spoken)


@pytest.mark.parametrize(("line", "status", "words"), WRONG, ids=lambda part: str(part)[:60])
def test_a_wrong_call_says_what_to_do_and_writes_nothing(
    run: Run, tmp_path: Path, line: str, status: int, words: str
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "folder.svg").mkdir()
    before = files_in(tmp_path, line)
    done = run(*shlex.split(line))
    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr and "\x1b" not in done.stderr
    assert files_in(tmp_path, line) == before
