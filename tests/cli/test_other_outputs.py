"""A session to a pipe, and names of files that a build refuses."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import SILENT, Run

pytestmark = pytest.mark.usefixtures("warm")
PRESS = "hamstring-ball-press"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's pipe")
def test_an_mp3_goes_down_a_pipe_and_one_that_closes_ends_the_build_quietly(run: Run, tmp_path: Path) -> None:
    assert run("preview", PRESS, *SILENT, "-o", "a.mp3").returncode == 0
    command = shlex.join([sys.executable, "-m", "smr_audio", "preview", PRESS, *SILENT, "-o", "-"])
    line = f"{command} >b.mp3; {{ {command}; echo $? >status; }} | head -c 1000 >c.mp3"
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
    whole = (tmp_path / "a.mp3").read_bytes()
    assert (tmp_path / "b.mp3").read_bytes() == whole
    assert (tmp_path / "c.mp3").read_bytes() == whole[:1000]
    assert (tmp_path / "status").read_text() == "1\n"
    assert done.stderr.startswith("-  ")  # what was built, once
    assert "Error" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")
def test_a_terminal_gets_no_mp3(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "smr_audio", "preview", PRESS, *SILENT, "-o", "-"]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False)
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, "to a terminal" in done.stderr) == (2, True)


@pytest.mark.parametrize(("options", "says"), [
    (("build", "-o", "-", "--json"), "drop --json"), (("build", "-o", "-", "--verify"), "drop --verify"),
    (("build", "-o", "-", "--lrc"), "drop --lrc"), (("preview", "-o", "-", "--watch"), "drop --watch"),
    (("build", "-o", "a.ogg"), "name a file that ends in .mp3, .m4a, .m4b, .opus, .flac, .wav, or a folder"),
    (("build", "-o", "a.wav", "--bitrate", "96k"), "a.wav has no bit rate"),
])  # fmt: skip
def test_an_output_that_cannot_be_is_refused(run: Run, tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    verb, *others = options
    done = run(verb, PRESS, *SILENT, *others)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not any(tmp_path.glob("a.*"))


def test_a_container_is_said_to_be_encoded_whole_and_verify_reads_only_mp3s(run: Run) -> None:
    done = run("preview", PRESS, *SILENT, "-o", "a.opus")
    assert (done.returncode, done.stdout[:6]) == (0, "a.opus")
    assert "a.opus was encoded whole" in done.stderr
    done = run("verify", "a.opus")
    assert (done.returncode, "only MP3s carry a plan to verify" in done.stderr) == (1, True)
