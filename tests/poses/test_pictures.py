"""The pictures of shipped techniques: small, whole, told in words, mirrored for the other side."""

import math
import re
from xml.etree import ElementTree as ET

import pytest
from PIL import ImageChops, ImageOps, ImageStat

from smr_audio.library.library import Library
from smr_audio.poses.draw import picture, picture_words
from smr_audio.poses.shapes import COLOURS, Disc, Group, Picture, Stroke, flat, svg
from smr_audio.views.png import pose_png
from tests.drawing.made_up import contrast, opened

LIBRARY = Library()
POSED = [name for name in LIBRARY.technique_ids() if LIBRARY.technique(name).pose]
WORDS = {language: picture_words(LIBRARY, language) for language in ("en", "zh")}
PAGE = ("#0e1317", "#161d23")  # the ground and the panels of the phone's page


def drawn(name: str, *, side: str = "left", language: str = "en") -> Picture:
    found = picture(LIBRARY.technique(name), words=WORDS[language], side=side)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize("name", POSED)
def test_each_is_a_small_svg_with_a_title(name: str) -> None:
    text = svg(drawn(name))
    root = ET.fromstring(text)
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == drawn(name).label
    assert len(text.encode()) <= 4096
    assert root.get("id") == name
    assert svg(drawn(name)) == text


@pytest.mark.parametrize("name", POSED)
@pytest.mark.parametrize("language", WORDS)
def test_each_is_told_in_words_for_either_side(name: str, language: str) -> None:
    left, right = (drawn(name, side=side, language=language).label for side in ("left", "right"))
    assert not re.search(r"[{}_]|  ", left)
    if LIBRARY.technique(name).sides == 2:
        words = WORDS[language]
        assert words["left"] in left
        assert left.replace(words["left"], words["right"]) == right
    else:
        assert left == right


@pytest.mark.parametrize("name", POSED)
def test_the_other_side_is_the_mirror_image(name: str) -> None:
    left, right = (drawn(name, side=side) for side in ("left", "right"))
    one, other = (opened(pose_png(each, theme="light", width_px=120)) for each in (left, right))
    assert one.size == other.size == (120, one.height)
    if LIBRARY.technique(name).sides == 2:
        difference = ImageChops.difference(one, ImageOps.mirror(other))
        assert ImageStat.Stat(difference).mean == pytest.approx([0, 0, 0], abs=4)
        assert left.box[2:] == right.box[2:]


@pytest.mark.parametrize("name", POSED)
def test_nothing_is_drawn_outside_the_picture(name: str) -> None:
    picture_ = drawn(name)
    left, bottom, width, height = picture_.box
    assert height <= width <= 1.51 * height
    for shape in flat(picture_.shapes):
        for x, y in getattr(shape, "points", None) or (shape.centre,):  # type: ignore[union-attr]
            assert left <= x <= left + width
            assert bottom <= y <= bottom + height


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_matters_stands_out_in_both_themes(theme: str) -> None:
    colours = dict(COLOURS[theme])
    for paper in (colours.pop("paper"), *(PAGE if theme == "dark" else ())):
        assert {role for role in colours if contrast(colours[role], paper) < 3} == set()
    assert contrast(colours["accent"], colours["work"]) >= 2.3


def test_both_ends_are_there_to_move_between() -> None:
    text = svg(drawn("hamstring-barbell"))
    assert "--r:" in text
    assert 'class="ghost"' in text
    assert "prefers-reduced-motion" in text
    assert "prefers-color-scheme" not in svg(drawn("hamstring-barbell"), theme="dark")


@pytest.mark.parametrize("name", ["plantar-ball-seated", "glute-roller-seated", "tfl-roller-side"])
def test_an_arrow_that_legs_would_cross_is_below_the_floor(name: str) -> None:
    shapes = flat(drawn(name).shapes)
    lines = [one.points for one in shapes if isinstance(one, Stroke) and one.role == "accent"]
    assert len([line for line in lines if all(y < -1.2 for _, y in line)]) == 3  # and two heads


def test_a_foot_may_point_at_the_end_of_its_swing() -> None:
    assert drawn("calf-ball-ankle").label.endswith("the foot moves up and down.")


def test_a_hand_that_slides_outwards_is_told_and_its_arrow_leans_out() -> None:
    assert "slides outwards along the wall" in drawn("pec-ball-wall").label
    assert "slides along the wall" in drawn("lat-ball-wall").label  # from the front one sees it
    for name, leans in (("pec-ball-wall", True), ("lat-ball-wall", False)):
        shapes = flat(drawn(name).shapes)
        line = [one for one in shapes if isinstance(one, Stroke) and one.role == "accent"][1]
        assert (line.points[0][0] != line.points[1][0]) == leans


def test_a_tool_that_moves_less_than_its_radius_has_no_second_place() -> None:
    rings = {
        name: [one for one in flat(drawn(name).shapes) if isinstance(one, Disc) and not one.role]
        for name in ("tfl-roller-side", "lat-roller-side")
    }
    assert [len(rings[name]) for name in rings] == [0, 1]


def test_from_above_there_is_no_ground_and_the_roller_is_under_the_thigh() -> None:
    roles = [shape.role for shape in flat(drawn("adductor-roller-prone").shapes)]
    assert "ground" not in roles
    assert roles.index("tool") < roles.index("work") < roles.index("accent")


def test_on_its_side_a_body_has_the_other_leg_in_front() -> None:
    roles = [shape.role for shape in flat(drawn("outer-quad-roller-side").shapes)]
    last = len(roles) - 1 - roles[::-1].index("work")
    assert "near" in roles[last:]


def test_a_knee_that_bends_over_still_toes_is_told_and_shown_at_the_knee() -> None:
    shown = drawn("tfl-ball-wall")
    assert "the knee bends" in shown.label
    arrows = [shape for shape in flat(shown.shapes) if shape.role == "accent"][1:]
    assert all(y > 30 for shape in arrows for _, y in shape.points)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", POSED)
def test_the_heads_of_an_arrow_stay_apart(name: str) -> None:
    shapes = drawn(name).shapes
    for group in (one for one in shapes if isinstance(one, Group) and one.kind == "arrow"):
        tips = [head.points[0] for head in flat((group,)) if getattr(head, "closed", False)]  # type: ignore[union-attr]
        assert len(tips) == 1 or math.dist(*tips) > 18
