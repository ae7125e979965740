"""Recordings that lines name, found whatever stands for their placeholders."""

from pathlib import Path

import pytest

from smr_audio.errors import Location
from smr_audio.library.models import Line
from smr_audio.library.schema.lines import LocalText, recordings_of


def line_of(folder: Path, path: str) -> Line:
    location = Location(str(folder / "technique.yaml"))
    words = LocalText({"en": "Go."}, location)
    return Line(words, location, sound=LocalText({"en": path}, location))


@pytest.mark.parametrize(("path", "want"), [
    ("{side}.wav", ["left.wav", "leftright.wav"]),
    ("{side}{other}.wav", ["left.wav", "leftright.wav"]),
    ("anna/{side}{other}{muscle}.wav", ["anna/left.wav"]),
    ("{side}{other}/left.wav", ["anna/left.wav"]),
    ("anna/left.wav", ["anna/left.wav"]),
])  # fmt: skip
def test_placeholders_stand_for_anything_within_one_folder(tmp_path: Path, path: str, want: list[str]) -> None:
    for name in ("left.wav", "leftright.wav", "anna/left.wav", "anna/deep/left.wav"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = list(recordings_of([line_of(tmp_path, path)]))
    assert found == [tmp_path / name for name in want]


@pytest.mark.parametrize("path", ["", "/", "/left.wav", ".", "[", "**", "a\0b.wav"])
def test_a_path_that_is_no_pattern_is_no_recording(tmp_path: Path, path: str) -> None:
    right = tmp_path / "right.wav"
    right.touch()
    assert list(recordings_of([line_of(tmp_path, path), line_of(tmp_path, "right.wav")]))[-1] == right
