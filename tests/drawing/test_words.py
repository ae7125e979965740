"""Text is cut where it must be, keeps what matters, and is never wider than it is measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from smr_audio.views.text import broken, cleaned, fitted, width_px


@pytest.mark.parametrize(("text", "room", "begins", "ends"), [
    ("Roller on the floor, left", 200, "Roller on the floor, left", "left"),
    ("Hamstrings, roller on a very long bench in the far corner, left", 200,
     "Hamstrings, roller on", "…, left"),
    # What stands after the comma is cut too if it is long.
    ("Short, and then a great many words that have nothing to do with it", 150,
     "Short, and then", "…"),
])  # fmt: skip
def test_what_does_not_fit_is_cut_and_keeps_its_side(text: str, room: int, begins: str, ends: str) -> None:
    cut = fitted(text, room, size=12)
    assert cut.startswith(begins) and cut.endswith(ends)
    assert fitted(text, 5, size=12) == ""


@given(text=st.text(max_size=80), room=st.integers(0, 340), bold=st.booleans())
def test_nothing_is_wider_than_its_room(text: str, room: int, bold: bool) -> None:
    assert width_px(fitted(text, room, size=12, bold=bold), 12, bold=bold) <= room + 0.01
    for line in broken(text, room, size=12, bold=bold):
        assert width_px(line, 12, bold=bold) <= room + 0.01


def test_a_long_title_is_broken_between_words() -> None:
    lines = broken("Hamstrings, ball press on a bench", 200, size=16, bold=True)
    assert len(lines) == 2
    assert " ".join(lines) == "Hamstrings, ball press on a bench"


def test_an_ellipsis_stands_at_the_end_of_what_runs_to_the_left() -> None:
    cut = fitted("שרירי ההמסטרינג על הרצפה", 100, size=12)
    assert (cut[0], cut[-2:]) == ("\N{FIRST STRONG ISOLATE}", "…\N{POP DIRECTIONAL ISOLATE}")
    # Cleaning keeps joined pictures and drops what steers.
    assert cleaned("👩‍👧\u202e \x1b[31m\n x\ud800") == "👩‍👧 �[31m x�"


@pytest.mark.parametrize("size", [12, 16])
def test_estimates_are_no_narrower_than_the_font_of_a_png(size: int) -> None:
    font = ImageFont.load_default(size=size * 10)
    for text in (
        "Hamstrings, ball press on a bench, right", "WiderMmWw 0123456789", "Ärmel, Größe",
    ):  # fmt: skip
        assert font.getlength(text) / 10 <= width_px(text, size)
