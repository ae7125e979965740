"""The PNG is a picture of the right size, with each hold's colour in its middle."""

from typing import Any

import pytest

import smr_audio
from smr_audio.options.values import parse_talk
from smr_audio.timeline.timeline import Chapter, Timeline
from smr_audio.views import text as fonts
from smr_audio.views.png import png
from smr_audio.views.shapes import Box
from smr_audio.views.strip import strip
from tests.drawing.made_up import ODD, WORDS, opened
from tests.drawing.test_strip import LONG


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("options", [{"sets": 3}, {"sides": "right", "talk": (parse_talk("minimal"),)}])
def test_every_hold_has_its_colour_in_its_middle(options: dict[str, Any]) -> None:
    preferences = smr_audio.Preferences(voice="silent", **options)
    plan = smr_audio.plan("hamstrings", preferences)
    picture = strip(plan.script.title, plan.timeline, WORDS)
    image = opened(png(picture))
    assert image.size == (1080, round(picture.height * 3))
    holds = [s for s in picture.shapes if isinstance(s, Box) and s.kind.startswith("hold")]
    assert len(holds) > 3
    for hold in holds:
        # Between the label's letters and the teeth.
        pixel = image.getpixel((round((hold.x + hold.width / 2) * 3), round((hold.y + 16.2) * 3)))
        assert "#{:02x}{:02x}{:02x}".format(*pixel) == hold.fill
        outside = image.getpixel((round(hold.x * 3) - 2, round((hold.y + 16.2) * 3)))
        assert "#{:02x}{:02x}{:02x}".format(*outside) != hold.fill


@pytest.mark.parametrize("title", ODD)
def test_any_title_is_drawn_within_the_picture_and_the_same_each_time(title: str) -> None:
    picture = strip(title, Timeline((), (Chapter(0, 300, title),), 300), WORDS)
    data = png(picture)
    assert data == png(picture)
    image = opened(data)
    margin = image.crop((349 * 3, 0, 1080, image.height))
    assert margin.getcolors() == [(margin.width * margin.height, (255, 255, 255))]


@pytest.mark.parametrize("text", ["Left", "腘绳肌", "شمال", "🦵", "Ж"])
def test_no_letter_is_drawn_as_an_empty_box(text: str) -> None:
    font, shown = fonts.typeset(text, size=36, room=1000)
    empty = bytes(font.getmask("\U0010ffff"))
    assert shown
    assert all(bytes(font.getmask(character)) != empty for character in shown)


def test_without_fonts_of_the_system_other_scripts_are_put_in_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_fonts", lambda: ())
    assert fonts.typeset("Ролик 卧", size=36, room=1000)[1] == "Rolik Wo"
    font, shown = fonts.typeset("Hamstrings", size=36, room=100)  # too wide, as it turns out
    assert shown.endswith("…") and font.getlength(shown) <= 100


@pytest.mark.slow
def test_twelve_hours_are_drawn() -> None:
    image = opened(png(strip("Long", LONG, WORDS)))
    assert image.height < 32_768  # what common programs open
