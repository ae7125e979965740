"""What the page is told of postures: a picture for a chapter, in the session's language."""

import re
from pathlib import Path

import pytest

from smr_audio import Preferences, Studio
from smr_audio.library.library import Library
from smr_audio.poses.draw import picture, picture_words
from smr_audio.studio.postures import page_json, svg_files
from tests.english import technique_text, written

PRESS = "hamstring-ball-press"
SILENT = Preferences(voice="silent")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_chapter_names_the_picture_of_its_side_and_says_what_it_shows(library: Library, language: str) -> None:
    studio = Studio(content=library)
    routine = studio.load("hamstrings")
    plan = studio.estimate(routine, Preferences(voice="silent", language=language)).plan
    words, files = picture_words(library, language), dict(svg_files(
        [block.technique for block in plan.compiled.work.blocks], library))  # fmt: skip
    found = page_json(plan, library)["chapters"]
    assert [one for one in found if one["technique"] is None and "picture" in one] == []
    shown = [one for one in found if "picture" in one]
    assert {one["side"] for one in shown} == {None, "left", "right"}  # None: before both sides
    for one in shown:
        side = one["side"] or "left"
        drawn = picture(library.technique(one["technique"]), words=words, side=side)
        assert drawn is not None
        assert one["picture"] == {"src": f"poses/{drawn.id}-{side}.svg", "alt": drawn.label}
        assert one["picture"]["src"] in files
    assert all("#f2f6f9" in svg.decode() for svg in files.values())  # dark, as the page is


def test_a_technique_of_both_sides_at_once_has_one_picture(library: Library) -> None:
    technique = library.technique("thoracic-roller-supine")
    assert [path for path, _ in svg_files([technique], library)] == [f"poses/{technique.id}.svg"]


@pytest.mark.parametrize(("pattern", "instead"), [(r"(?m)^pose:\n(  .*\n)+", ""), (r"(?m)^  trunk: ", "  trunk: 1")])
def test_without_a_pose_or_with_an_impossible_one_there_is_no_picture(
    tmp_path: Path, pattern: str, instead: str
) -> None:
    text, count = re.subn(pattern, instead, technique_text(PRESS))
    assert count == 1
    written(tmp_path, f"techniques/{PRESS}.yaml", text)
    studio = Studio(content=[tmp_path])
    plan = studio.estimate(studio.load(PRESS), SILENT).plan
    assert all("picture" not in one for one in page_json(plan, studio.library)["chapters"])
    assert dict(svg_files([plan.compiled.work.blocks[0].technique], studio.library)) == {}
