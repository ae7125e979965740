"""The hand-out: all that protects, nothing that is not allowed, whole on paper."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from smr_audio.library.library import Library
from smr_audio.options.preferences import Preferences
from smr_audio.options.talk import parse_talk
from smr_audio.publish.base_url import parse_base_url
from smr_audio.publish.handout import advice
from smr_audio.publish.handout.document import handout, qr_svg, strips
from smr_audio.publish.listing import facts_of
from smr_audio.storage.cache import Cache
from smr_audio.studio.studio import Studio
from smr_audio.timeline.timeline import Chapter, Timeline
from smr_audio.views.strip.shapes import Teeth
from smr_audio.views.strip.strip import strip
from tests.library.test_claims import finds
from tests.publish.conftest import ADDRESS

LIBRARY = Library()
VOID = {"meta", "link", "br"}


class _Text(HTMLParser):
    """The words of a page; raises for a tag that is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words_of(html: str) -> str:
    return "\n".join(_Text(html).words)


def handout_of(name: str, cache: Path, address: str | None = None, **options: object) -> str:
    """The hand-out of a plan; nothing is encoded for it."""
    studio = Studio(cache=Cache(cache))
    routine = studio.load(name)
    plan = studio.plan(routine, Preferences(voice="silent", **options))  # type: ignore[arg-type]
    phrases = studio.library.phrases("en")
    facts = facts_of(plan, routine.about.shown("en"), 1, phrases=phrases)
    base_url = None if address is None else parse_base_url(address)
    return handout(plan, facts, studio.library, base_url).decode()


@pytest.fixture(scope="module")
def hamstrings(warm_cache: Path) -> str:
    return handout_of("hamstrings", warm_cache, ADDRESS)


def test_every_line_of_safety_stands_in_it_also_when_little_is_said(warm_cache: Path) -> None:
    text = words_of(handout_of("pre-lift", warm_cache, talk=(parse_talk("minimal"),)))
    filled = {"target": "five", "cap": "Six"}  # the least that its techniques take
    for line in LIBRARY.phrases("en").lines["safety_full"]:
        said = re.sub(r"\{(\w+)\}", lambda found: filled[found[1]], line.text.get("en"))
        assert said in text
    for limit in LIBRARY.limits().medical.values():
        assert limit.get("en") in text
    lists = (advice.DO_NOT_START, advice.STOP_AT_ONCE, advice.EMERGENCY)
    for each in (*(one for several in lists for one in several), advice.STAY_OFF):
        assert each in text
    assert "No physiotherapist has reviewed" in text


def test_every_line_of_a_technique_that_protects_stands_in_it(hamstrings: str) -> None:
    text = words_of(hamstrings)
    for name in ("hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press"):
        technique = LIBRARY.technique(name)
        for lines in (technique.gate, technique.move, technique.coaching.values()):
            for line in lines:
                assert line.text.get("en") in text
    assert "Step the left leg over the bar." in text
    for line in advice.BARBELL:
        assert line in text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "4 minutes (4:15)"),
        ({"sides": "left", "pace": "quick", "talk": (parse_talk("follow"),)}, "1½ minutes (1:20)"),
    ],
)
def test_the_length_is_told_as_the_voice_tells_it(
    warm_cache: Path, options: dict[str, object], told: str
) -> None:
    assert told in words_of(handout_of("hamstring-ball-press", warm_cache, **options))


def test_without_a_barbell_there_is_no_word_of_racks(warm_cache: Path) -> None:
    assert advice.BARBELL[0] not in words_of(handout_of("pre-lift", warm_cache))


def test_holds_and_sets_are_those_of_the_session(warm_cache: Path) -> None:
    text = words_of(handout_of("hamstrings-basic", warm_cache, sets=2, sides="left"))
    assert "left 2 × " in text and "of rest between sets" in text
    assert "right 2 × " not in text
    assert "Pressure: at most 7 out of 10." in text and "Seven is the limit today." in text


def test_no_pressure_is_named_above_the_limit_of_the_session(hamstrings: str) -> None:
    text = words_of(hamstrings)
    assert "Five is the limit today." in text
    assert set(re.findall(r"at most (\d+) out of 10", text)) == {"5"}


@pytest.mark.parametrize("name", ["full-body", "hamstrings-limited-hips", "pre-lift"])
def test_nothing_is_claimed_that_the_evidence_does_not_allow(warm_cache: Path, name: str) -> None:
    text = words_of(handout_of(name, warm_cache))
    for reference in LIBRARY.evidence().references.values():
        text = text.replace(reference.cite, "")  # a title is its authors' and no claim of ours
    for claim in LIBRARY.claims().avoid:
        assert not finds(claim, text, "en"), claim.claim.get("en")
    for claim in LIBRARY.claims().allowed:
        assert claim.claim.get("en") in text


def test_all_that_a_hand_out_may_say_holds_no_claim() -> None:
    said = [*advice.DO_NOT_START, *advice.STOP_AT_ONCE, *advice.EMERGENCY, *advice.BARBELL,
            advice.STAY_OFF, advice.AFTERWARDS, *advice.GRADES.values()]  # fmt: skip
    assert not [(text, claim) for text in said for claim in LIBRARY.claims().avoid
                if finds(claim, text, "en")]  # fmt: skip


def test_references_are_cited_with_how_they_were_read(hamstrings: str) -> None:
    text = words_of(hamstrings)
    references = LIBRARY.evidence().references
    for name in ("hamstring-barbell", "hamstring-ball-press"):
        for ref in LIBRARY.technique(name).refs:
            assert references[ref].cite in text
    assert "Evidence C: practice; no trial of it found." in text
    assert "References, read as its abstract or opening" in text


def test_the_picture_and_the_code_are_drawn_inside(hamstrings: str) -> None:
    drawn = re.findall(r"<svg.*?</svg>", hamstrings, re.DOTALL)
    assert len(drawn) > 2
    for number, piece in enumerate(drawn[1:], start=1):
        assert f"the session as a strip of time, piece {number} of {len(drawn) - 1}" in piece
        ET.fromstring(piece)
    assert "example.org" in words_of(hamstrings)


def test_a_tall_picture_is_cut_between_parts_and_loses_nothing() -> None:
    chapters = tuple(Chapter(at, at + 7500, f"Part {at}") for at in range(0, 75_000, 7500))
    whole = strip("T", Timeline((), chapters, 75_000))
    pieces = strips(whole, most_px=300)
    assert strips(whole, most_px=round(whole.height) + 1) == (whole,)
    assert len(pieces) > 2
    assert sum(piece.height for piece in pieces) == pytest.approx(whole.height)
    assert all(piece.height <= 300 for piece in pieces)
    # Each but the paper is in one piece, within its edges; a heading is with its row.
    assert sum(len(piece.shapes) - 1 for piece in pieces) == len(whole.shapes) - 1
    for piece in pieces:
        kinds = [shape.kind for shape in piece.shapes if not isinstance(shape, Teeth)]
        assert kinds.count("time") == kinds.count("row") > 0
        assert all(0 <= shape.y <= piece.height for shape in piece.shapes)


def test_the_code_leads_to_the_session(warm_cache: Path, hamstrings: str) -> None:
    segno = pytest.importorskip("segno")
    code = segno.make(f"{ADDRESS}#/r/hamstrings", error="m", micro=False)
    assert code.svg_inline(scale=3, border=4, light="#ffffff") in hamstrings
    assert 'href="../index.html#/r/hamstrings"' in hamstrings
    bare = handout_of("hamstrings", warm_cache)
    assert bare.count("<svg") == hamstrings.count("<svg") - 1 and "Scan" not in bare


def test_the_longest_address_has_a_code() -> None:
    address = parse_base_url("https://example.org/".ljust(499, "a"))
    assert len(address.text) == 500
    assert qr_svg(address.session("n" * 500)).startswith("<svg")


def test_it_has_no_script_and_loads_nothing_but_its_style(hamstrings: str) -> None:
    assert "script" not in _Text(hamstrings).tags
    assert not re.search(r"\son\w+=", hamstrings)
    assert re.findall(r'(?:src|href)="([^"#]+)', hamstrings) == [
        "handout.css", "../index.html",
    ]  # fmt: skip


def test_odd_titles_are_shown_as_they_are(made: Path) -> None:
    html = (made / "handouts" / "odd.html").read_text("utf-8")
    assert "<h1>Odd &lt;&amp;&quot; title</h1>" in html
    assert "Press <gently> & slowly." in unescape(html)
    _Text(html)
