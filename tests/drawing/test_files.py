"""Files are written whole under the right suffix, or not at all."""

from pathlib import Path

import pytest

import smr_audio
from smr_audio.timeline.timeline import Chapter, Timeline
from smr_audio.views import png
from smr_audio.views.files import save_text
from tests.doubles import raising
from tests.drawing.made_up import plan_of

PLAN = plan_of(Timeline((), (Chapter(0, 300, "C"),), 300), title="T")


@pytest.mark.parametrize("name", ["x.jpg", "x", "x.svg.txt", ".svg", ""])
def test_another_suffix_is_refused_and_the_right_ones_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(smr_audio.UsageError, match=r"ends in \.svg or \.png"):
        smr_audio.draw(PLAN, tmp_path / name)
    assert list(tmp_path.iterdir()) == [tmp_path / "cache"] * (tmp_path / "cache").exists()


def test_folders_are_made_and_a_suffix_may_be_large(tmp_path: Path) -> None:
    smr_audio.draw(PLAN, str(tmp_path / "a" / "b" / "X.SVG"))
    assert (tmp_path / "a" / "b" / "X.SVG").read_bytes().startswith(b"<svg ")
    save_text(PLAN, tmp_path / "a" / "c" / "x.txt")
    text = (tmp_path / "a" / "c" / "x.txt").read_bytes()
    assert text == b"# T\n\n0:02, voice silent.\n\n## 0:00 C\n\n"


def test_an_old_file_stays_if_the_new_one_cannot_be_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "x.png"
    old.write_bytes(b"old")
    monkeypatch.setattr(png, "_corners", raising(MemoryError))
    with pytest.raises(MemoryError):
        smr_audio.draw(PLAN, old)
    assert old.read_bytes() == b"old"
    assert list(tmp_path.glob(".*")) == []
