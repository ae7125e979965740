"""A cover is small, square, readable on the dark, the same each time, and tells sessions apart."""

import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from smr_audio.errors import UsageError
from smr_audio.views.cover.key import Cover, cover_key, cover_png
from smr_audio.views.cover.layout import INK, PALETTES, TITLE, forms_of, palette_of, pattern_of, rgb, wrapped
from smr_audio.views.shapes import TextShape
from tests.drawing.made_up import ODD, contrast, opened

PLAIN = Cover("Hamstrings: roller, barbell, ball", "11", ("hamstrings",), "en")


def words(cover: Cover) -> list[str]:
    return [form.text for form in forms_of(cover) if isinstance(form, TextShape)]


@pytest.mark.parametrize("size_px", [100, 600, 1400])
def test_it_is_a_square_png_of_any_size_with_a_palette(size_px: int) -> None:
    data = cover_png(PLAIN, size_px=size_px)
    image = opened(data)
    assert (image.format, image.size, image.mode) == ("PNG", (size_px, size_px), "P")
    assert size_px > 600 or len(data) < 20_000
    for wrong in (0, 99, 3001):
        with pytest.raises(UsageError, match="100 to 3000 px"):
            cover_png(PLAIN, size_px=wrong)


def test_it_says_title_minutes_and_the_muscles_that_the_title_does_not() -> None:
    assert words(PLAIN) == ["11", "min", "Hamstrings", "roller, barbell, ball"]
    assert words(Cover("Hamstrings and calves", "12", ("hamstrings", "calves", "soles"), "en")) == [
        "12", "min", "Hamstrings", "and calves", "soles",
    ]  # fmt: skip


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.accent)
def test_whatever_is_written_has_contrast_on_all_that_may_lie_under_it(palette: Any) -> None:
    for ground in (palette.paper, *palette.bands):
        assert contrast(TITLE, ground) >= 4.5
        assert contrast(palette.tint, ground) >= 4.5
    assert contrast(INK, palette.accent) >= 4.5
    assert contrast("#000000", palette.paper) < 1.5  # it is dark


def test_the_flat_colours_are_in_the_picture_to_the_bit() -> None:
    image = opened(cover_png(PLAIN)).convert("RGB")
    palette = palette_of(PLAIN)
    assert image.getpixel((5, 5)) == rgb(palette.paper)
    assert image.getpixel((446, 350)) == rgb(palette.accent)
    counts = {colour: count for count, colour in image.getcolors(10_000)}
    assert counts[rgb(TITLE)] > 4000  # the title takes room: at 100 px it can be read


def test_the_sessions_that_come_along_are_told_apart_by_colours_and_pattern(library: Any) -> None:
    covers = [_cover(library, name) for name in library.routine_ids()]
    colours = Counter(palette_of(cover).accent for cover in covers)
    assert len(colours) == len(PALETTES), "choose another salt"
    assert max(colours.values()) == 2
    looks = {(palette_of(cover).accent, pattern_of(cover).__name__) for cover in covers}
    assert len(looks) == len(covers)


def _cover(library: Any, name: str) -> Cover:
    routine = library.load(name)
    found = dict.fromkeys(library.technique(step.technique).muscle for step in routine.steps)
    muscles = tuple(library.phrases("en").muscles[muscle] for muscle in found)
    return Cover(routine.title.get("en"), "10", muscles, "en")


def test_other_minutes_keep_colours_and_pattern() -> None:
    longer = Cover(PLAIN.title, "13", PLAIN.muscles, "en")
    assert cover_png(longer) != cover_png(PLAIN)
    rest = [[f for f in forms_of(one) if not isinstance(f, TextShape)] for one in (PLAIN, longer)]
    assert rest[0] == rest[1]


def test_the_same_cover_has_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from smr_audio.views.cover.key import *; "
        f"print(hashlib.sha256(cover_png({PLAIN!r})).hexdigest())"
    )
    said = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    }
    assert len(said) == 1


@pytest.mark.parametrize("title", [*ODD, "x" * 300, "word " * 80])
def test_any_title_is_drawn_and_stays_within_the_margins(title: str) -> None:
    cover = Cover(title, "125", ("Oberschenkelrückseite " * 9,), "de")
    data = cover_png(cover)
    assert len(data) < 25_000
    image, letters = opened(data).convert("RGB"), {rgb(TITLE), rgb(palette_of(cover).tint)}
    for edge in ((0, 0, 36, 600), (576, 0, 600, 600), (0, 0, 600, 36)):
        assert not letters & {colour for _, colour in image.crop(edge).getcolors(10_000)}


def test_lines_break_at_words_and_cjk_anywhere() -> None:
    assert wrapped("one two three", 170, size=40) == ["one two", "three"]
    assert wrapped("one two three", 110, size=40, most=2) == ["one", "two…"]
    assert wrapped("", 100, size=40) == []
    lines = wrapped("腘绳肌地面上", 120, size=40)  # in whatever font, or in ASCII
    assert len(lines) > 1
    assert "".join(lines) == "腘绳肌地面上"
    assert wrapped("x" * 40, 100, size=40) == ["x" * 40]  # it is cut where it is drawn


def test_the_key_names_all_that_shapes_a_cover() -> None:
    key = cover_key(PLAIN, size_px=600)
    others = (
        Cover("Other", "11", PLAIN.muscles, "en"), Cover(PLAIN.title, "12", PLAIN.muscles, "en"),
        Cover(PLAIN.title, "11", ("calves",), "en"), Cover(PLAIN.title, "11", PLAIN.muscles, "de"),
    )  # fmt: skip
    keys = [key, cover_key(PLAIN, size_px=1400), *(cover_key(one, size_px=600) for one in others)]
    assert len({str(one) for one in keys}) == len(keys)
    assert "pillow-" in str(key["tools"])
    assert "cover-1" in str(key["tools"])
    assert key["fonts"] == "own"
