"""The hand-out: all that protects, nothing that is not allowed, whole on paper."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from functools import partial
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from smr_audio import Cache, Preferences, Studio, parse_talk
from smr_audio.library.library import Library
from smr_audio.library.models import Line
from smr_audio.library.technique import PROTECTED_COACHING
from smr_audio.normalize.cardinals import in_words
from smr_audio.publish.handout import handout, qr_svg, strips
from smr_audio.publish.listing import facts_of, parse_base_url
from smr_audio.session.narration import check_lines
from smr_audio.session.phrasing import Wording, fill
from smr_audio.timeline.timeline import Chapter, Timeline
from smr_audio.views.shapes import Teeth
from smr_audio.views.strip import strip
from tests.drawing.made_up import WORDS
from tests.english import technique_text, written
from tests.library.test_claims import finds
from tests.library.test_pages import every_text
from tests.publish.conftest import ADDRESS

LIBRARY = Library()
PRESS, ROLLER = "hamstring-ball-press", "hamstring-roller-floor"
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


def handout_of(name: str | Path, cache: Path, address: str | None = None, **options: object) -> str:
    """The hand-out of a plan; nothing is encoded for it."""
    studio = Studio(cache=Cache(cache))
    routine = studio.load(name)
    plan = studio.plan(routine, Preferences(voice="silent", **options))  # type: ignore[arg-type]
    phrases = studio.library.phrases(plan.script.language)
    facts = facts_of(plan, routine.about.shown(plan.script.language), 1, phrases=phrases)
    base_url = None if address is None else parse_base_url(address)
    return handout(plan, facts, studio.library, base_url).decode()


@pytest.fixture(scope="module")
def hamstrings(warm_cache: Path) -> str:
    return handout_of("hamstrings", warm_cache, ADDRESS)


def test_every_line_of_safety_stands_in_it_also_when_little_is_said(warm_cache: Path) -> None:
    text = words_of(handout_of("pre-lift", warm_cache, talk=(parse_talk("minimal"),)))
    phrases = LIBRARY.phrases("en")
    wording = Wording(phrases, LIBRARY.defaults(), "normal")
    techniques = LIBRARY.techniques_of(LIBRARY.load("pre-lift").steps).values()
    check = [line.text for line in check_lines(wording, list(techniques))]
    assert len(check) == len(phrases.lines["safety_full"]) + 3  # the legs, the scale, the stop
    assert all(line in text for line in check)
    for limit in LIBRARY.limits().medical.values():
        assert limit.get("en") in text
    lists = ("do_not", "stop", "call")
    for each in (*(one for key in lists for one in WORDS.listed(f"handout.{key}")),
                 WORDS("handout.stay_off")):  # fmt: skip
        assert each in text
    assert "No physiotherapist has reviewed" in text


def lines_of(html: str, exercise: int, title: str) -> list[str]:
    """The items under a heading of an exercise, counted from 1."""
    article = re.findall(r"<article>.*?</article>", html, re.DOTALL)[exercise - 1]
    part = re.search(rf"<h4>{title}</h4><[ou]l[^>]*>(.*?)</[ou]l>", article, re.DOTALL)
    return [unescape(item) for item in re.findall(r"<li>(.*?)</li>", part[1])] if part else []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_line_of_a_technique_stands_in_it_where_it_is_needed(hamstrings: str, number: int) -> None:
    technique = LIBRARY.technique(LIBRARY.load("hamstrings").steps[number - 1].technique)
    press = in_words(min(LIBRARY.defaults().pressure_target, technique.cap), "en")

    def filled(lines: Iterable[Line], side: str = "left", other: str = "right") -> list[str]:
        return [fill(line.text.get("en"), side=side, other=other, press=press) for line in lines]

    first = LIBRARY.phrases("en").lines["standing_notice"] if technique.standing else ()
    found = partial(lines_of, hamstrings, number)
    assert found("Prepare") == filled(technique.gate)
    assert found("What you do") == filled((*technique.move, *technique.easier))
    assert found("Set up, weight on last") == filled((*first, *technique.setup, technique.load))
    assert found("Change sides, weight on last") == filled((*technique.switch, technique.load), "right", "left")
    assert found("Finish") == filled(technique.finish, "right", "left")
    coaching = [("At halfway: " if line.at == "half" else "") + line.text.get("en")
                for line in technique.coaching.values()]  # fmt: skip
    assert sorted(found("In each hold")) == sorted(coaching)
    protected = [key in PROTECTED_COACHING for key in technique.coaching]
    told = [line in filled(technique.coaching[key] for key in PROTECTED_COACHING
                           if key in technique.coaching)
            for line in found("In each hold")]  # fmt: skip
    assert told == sorted(protected, reverse=True)


def test_each_exercise_has_the_picture_of_the_side_that_it_speaks_of(warm_cache: Path) -> None:
    html = handout_of("hamstrings", warm_cache, sides="right")
    shown = re.findall(r"<article>.*?<svg[^>]* id=\"([^\"]+)\".*?<title>(.*?)</title>", html, re.DOTALL)
    assert [name for name, _ in shown] == [s.technique for s in LIBRARY.load("hamstrings").steps]
    assert all("right" in alt and "left" not in alt for _, alt in shown)


def test_one_side_alone_has_no_change_of_sides(warm_cache: Path) -> None:
    html = handout_of("hamstrings-basic", warm_cache, sides="right")
    assert lines_of(html, 1, "Set up, weight on last")
    assert lines_of(html, 1, "Change sides, weight on last") == []


def test_a_line_for_a_time_of_the_hold_says_which(tmp_path: Path, warm_cache: Path) -> None:
    text = technique_text("hamstring-ball-press").replace("at: half", "at: 15")
    path = written(tmp_path, f"techniques/{PRESS}.yaml", text)
    timed = next(one for one in LIBRARY.technique(PRESS).coaching.values() if one.at == "half")
    shown = lines_of(handout_of(path, warm_cache), 1, "In each hold")
    assert f"After 15 s: {timed.text.get('en')}" in shown


@pytest.mark.parametrize(
    ("fit_s", "shown", "phrase", "number"),
    [(240, "4 minutes (4:00)", "session_total", "four"),
     (150, "2½ minutes (2:30)", "session_minutes_half", "two")],
)  # fmt: skip
def test_the_length_is_told_as_the_voice_tells_it(
    warm_cache: Path, fit_s: int, shown: str, phrase: str, number: str
) -> None:
    studio, options = Studio(cache=Cache(warm_cache)), {"fit": fit_s, "sides": "left"}
    plan = studio.plan(studio.load(PRESS), Preferences(voice="silent", **options))  # type: ignore[arg-type]
    said = LIBRARY.phrases("en").lines[phrase][0].text.get("en")
    assert fill(said, minutes=number) in [event.text for event in plan.timeline.speech]
    assert shown in words_of(handout_of(PRESS, warm_cache, **options))


def test_a_rack_has_all_that_keeps_it_safe(hamstrings: str, warm_cache: Path) -> None:
    rack, without = WORDS.listed("handout.rack"), words_of(handout_of("pre-lift", warm_cache))
    assert all(line in words_of(hamstrings) and line not in without for line in rack)


def test_holds_and_sets_are_those_of_the_session(warm_cache: Path) -> None:
    text = words_of(handout_of("hamstrings-basic", warm_cache, sets=2, sides="left"))
    assert "left 2 × " in text and "of rest between sets" in text
    assert "right 2 × " not in text


def test_each_technique_has_the_pressure_that_its_own_lines_say(tmp_path: Path, warm_cache: Path) -> None:
    for name, cap in ((PRESS, 4), (ROLLER, 7)):
        text = re.sub(r"(?m)^cap: \d", f"cap: {cap}", technique_text(name))
        written(tmp_path, f"techniques/{name}.yaml", text)
    steps = f"steps: [{{technique: {PRESS}}}, {{technique: {ROLLER}}}]"
    head = "kind: routine\nid: both\ntitle: Both\nabout: Both.\nsafety: full\n"
    routine = written(tmp_path, "routines/both.yaml", f"{head}{steps}\n")
    html = handout_of(routine, warm_cache)
    assert re.findall(r"Pressure: at most (\d+) out of 10", html) == ["4", "5"]
    loads = [lines_of(html, number, "Set up, weight on last")[-1] for number in (1, 2)]
    assert "four" in loads[0] and "five" in loads[1]
    scale = LIBRARY.phrases("en").lines["safety_scale"][0].text.get("en")
    assert fill(scale, target="four") in words_of(html)  # what suits all


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
    for language in ("en", "zh"):
        said = "\n".join(every_text(LIBRARY.page(language)))
        assert not [c for c in LIBRARY.claims().avoid if finds(c, said, language)]


def test_references_are_cited_with_how_they_were_read(hamstrings: str) -> None:
    text = words_of(hamstrings)
    references = LIBRARY.evidence().references
    for name in ("hamstring-barbell", "hamstring-ball-press"):
        for ref in LIBRARY.technique(name).refs:
            assert references[ref].cite in text
    assert "Evidence C: practice; no trial of it found." in text
    assert "References, read as its abstract or opening" in text


def test_the_picture_and_the_code_are_drawn_inside(hamstrings: str) -> None:
    drawn = re.findall(r"<svg(?![^>]* class=\"pose\").*?</svg>", hamstrings, re.DOTALL)
    assert len(drawn) > 2
    for number, piece in enumerate(drawn[1:], start=1):
        assert f"the session as a strip of time, piece {number} of {len(drawn) - 1}" in piece
        ET.fromstring(piece)
    assert "example.org" in words_of(hamstrings)


def test_a_tall_picture_is_cut_between_parts_and_loses_nothing() -> None:
    chapters = tuple(Chapter(at, at + 7500, f"Part {at}") for at in range(0, 75_000, 7500))
    whole = strip("T", Timeline((), chapters, 75_000), WORDS)
    pieces = strips(whole, WORDS, most_px=300)
    assert strips(whole, WORDS, most_px=round(whole.height) + 1) == (whole,)
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
    assert '<h1 lang="en">Odd &lt;&amp;&quot; title</h1>' in html
    assert "Press <gently> & slowly." in unescape(html)
    _Text(html)
