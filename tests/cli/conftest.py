"""Run the command as a user does, in its own process; or in this one, which is much faster."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smr_audio.cli import main

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
def run(tmp_path: Path, own_cache: Path, own_profile: Path) -> Run:
    """Run `smr-audio` in a folder of its own; output as text."""

    def run_it(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        own = {"SMR_AUDIO_CACHE": str(own_cache), "SMR_AUDIO_PROFILE": str(own_profile)}
        return subprocess.run(
            [sys.executable, "-m", "smr_audio", *arguments],
            cwd=tmp_path,
            env={**os.environ, **own, "PYTHONUTF8": "1", **env},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run_it


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Like `run`, without a process of its own."""
    monkeypatch.chdir(tmp_path)

    def run_it(*arguments: str) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        status = main._run(list(arguments))
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, status, out, err)

    return run_it
