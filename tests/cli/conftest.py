"""Run the command as a user does, in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

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
def run(tmp_path: Path, own_cache: Path) -> Run:
    """Run `smr-audio` in a folder of its own; output as text."""

    def run_it(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "smr_audio", *arguments],
            cwd=tmp_path,
            env={**os.environ, "SMR_AUDIO_CACHE": str(own_cache), "PYTHONUTF8": "1", **env},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run_it
