"""A hand-out as it is printed, on A4 and letter: whole where it must be, no page half empty."""

from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from smr_audio.library.library import Library
from tests.publish.conftest import ADDRESS
from tests.publish.test_handout import handout_of
from tests.sampling import sampled

PAPERS = {"A4": (210, 297), "letter": (215.9, 279.4)}  # mm
MARGINS = (2 * 14, 12 + 13)
PX_PER_MM = 96 / 25.4
WHOLE = ".safety, .rack, article, .piece"
"""What stands on one page."""

MEASURED = """names => [...document.querySelectorAll(names)].map(one => {
  const box = one.getBoundingClientRect();
  return [one.className || "article", box.top, box.bottom];
})"""


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", sampled(Library().routine_ids(), 8))
@pytest.mark.slow
def test_the_check_is_whole_on_page_one_and_nothing_whole_leaves_half_a_page(
    browser: Browser, tmp_path: Path, common_cache: Path, name: str, paper: str
) -> None:
    style = files("smr_audio").joinpath("publish", "handout.css")
    (tmp_path / "handout.css").write_bytes(style.read_bytes())
    (tmp_path / "a.html").write_text(handout_of(name, common_cache, ADDRESS), encoding="utf-8")
    width, height = ((side - margin) * PX_PER_MM for side, margin in zip(PAPERS[paper], MARGINS, strict=True))
    page = browser.new_page(viewport={"width": int(width), "height": int(height)})
    page.emulate_media(media="print")
    page.goto((tmp_path / "a.html").as_uri())
    boxes = page.evaluate(MEASURED, WHOLE)
    page.close()
    assert {"safety", "article", "piece"} <= {kind for kind, _, _ in boxes}
    assert all(bottom <= height for kind, _, bottom in boxes if kind == "safety")
    assert all(bottom - top < height / 3 for kind, top, bottom in boxes if kind == "piece")
    moved = 0.0  # so far, by what was too tall for the rest of its page
    for kind, top, bottom in boxes:
        left = height - (top + moved) % height
        if kind != "piece" and bottom - top > left:
            assert bottom - top <= height
            assert left < height / 2
            moved += left
