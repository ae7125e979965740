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
        "import numpy, smr_audio.sound.overlay as p\n"
        "print(p.overlay(numpy.zeros(480, dtype='i2'), sounds=[]).size)",
        PATH="",
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "480\n", "")


def test_a_warm_build_needs_no_numpy_and_nothing_that_makes_sound(tmp_path):
    build = f"""
import sys
import smr_audio
wishes = smr_audio.Preferences(talk="minimal", sides="left")
smr_audio.build("hamstring-ball-press", r"{tmp_path / "a.mp3"}", wishes)
heavy = {{"numpy", "soxr", "pydub", "imageio_ffmpeg", "pyttsx3", "platformdirs", "PIL", "anyascii"}}
print(sorted(heavy & set(sys.modules)))
"""
    first, second = python("-c", build), python("-c", build)
    assert "'PIL'" in first.stdout
    assert "'numpy'" in first.stdout
    assert (second.stdout, second.stderr) == ("[]\n", "")
