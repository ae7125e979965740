"""What a room costs to enter, and that pydub comes in without a word."""

import os
import subprocess
import sys
from pathlib import Path

import smr_audio

ROOT = Path(smr_audio.__file__).parents[1]


def python(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments], check=False, capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


def test_pydub_says_nothing_even_where_warnings_are_errors():
    done = python(
        "-W", "error", "-c",
        "from smr_audio.sound.pydub_io import sine; print(sine(1000, length_ms=10).size)",
        PATH="",
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "480\n", "")


def test_planning_needs_neither_soxr_nor_pydub_nor_ffmpeg():
    done = python(
        "-c",
        """
import sys
import smr_audio.sound.cache, smr_audio.sound.clip, smr_audio.sound.cues
import smr_audio.sound.floor, smr_audio.sound.islands, smr_audio.mp3.encoder
print(sorted({"soxr", "pydub", "imageio_ffmpeg", "mutagen", "platformdirs"} & set(sys.modules)))
""",
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
