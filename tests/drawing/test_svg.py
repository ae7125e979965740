"""The SVG is XML whatever the titles are, says what it shows, and is the same each time."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given

from smr_audio.timeline.timeline import Chapter, GateEvent, Timeline
from smr_audio.views.shapes import svg
from smr_audio.views.strip import strip
from smr_audio.views.text import cleaned
from tests.drawing.made_up import ODD, WORDS, timelines, titles

SVG = "{http://www.w3.org/2000/svg}"


def parsed(title: str, timeline: Timeline) -> ET.Element:
    return ET.fromstring(svg(strip(title, timeline, WORDS)).encode())


@given(timeline=timelines(most_s=1000), title=titles)
def test_any_picture_is_xml_and_the_same_each_time(timeline: Timeline, title: str) -> None:
    root = parsed(title, timeline)
    assert root.get("width") == "360"
    assert root.get("viewBox") == f"0 0 360 {root.get('height')}"
    assert svg(strip(title, timeline, WORDS)) == svg(strip(title, timeline, WORDS))


@pytest.mark.parametrize("title", ["<&\"'>", "]]>", "&amp;", "腘绳肌", "🦵 x"])
def test_a_title_is_read_back_as_it_was(title: str) -> None:
    root = parsed(title, Timeline((), (Chapter(0, 300, title),), 300))
    found = {e.get("class"): e.text for e in root.iter(f"{SVG}text")}
    assert found["title"] == found["chapter"] == title
    assert root.findtext(f"{SVG}title") == f"{title}, 0:02: the session as a strip of time"
    assert root.get("aria-label") == root.findtext(f"{SVG}title")


@pytest.mark.parametrize("title", ODD)
def test_no_odd_title_breaks_the_file_or_leaves_a_character_that_steers(title: str) -> None:
    root = parsed(title, Timeline((), (Chapter(0, 300, title),), 300))
    assert (root.findtext(f"{SVG}title") or "").startswith(cleaned(title))
    for text in root.iter(f"{SVG}text"):
        assert not {c for c in text.text or "" if ord(c) < 32 or 0xD800 <= ord(c) < 0xE000}
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in (text.text or "")


def test_the_frame_of_a_pause_ends_where_the_pause_does() -> None:
    gate = GateEvent(1250, 2500)
    root = parsed("T", Timeline((gate,), (Chapter(0, 7500, "C"),), 7500))
    frame = [e for e in root.iter(f"{SVG}rect") if e.get("class") == "gate"][-1]
    half = float(frame.get("stroke-width") or 0) / 2
    x, width = float(frame.get("x") or 0), float(frame.get("width") or 0)
    assert x - half == pytest.approx(12 + 56, abs=0.01)
    assert x + width + half == pytest.approx(12 + 112, abs=0.01)
