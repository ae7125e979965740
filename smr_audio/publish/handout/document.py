"""A hand-out of a session: one HTML file to print, whole without style sheet or script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from smr_audio import units
from smr_audio.install_hints import require
from smr_audio.library.describe import READ
from smr_audio.library.library import Library
from smr_audio.library.models import Page
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.publish.base_url import PAGE, BaseUrl, session_view
from smr_audio.publish.handout.exercises import Exercises
from smr_audio.publish.handout.tags import listed, shown, tag, titled
from smr_audio.publish.listing import Facts
from smr_audio.studio.plan import Plan
from smr_audio.views.strip.shapes import WIDTH, Box, Picture, TextShape, svg
from smr_audio.views.strip.strip import PAPER, lay_out

STYLE: Final = "handout.css"
MOST_PX: Final = 260
"""The height of a piece of the picture: small ones leave no page half empty."""

_BASELINE: Final = 20  # of a heading, from the top of its row


def handout(plan: Plan, facts: Facts, library: Library, base_url: BaseUrl | None) -> bytes:
    """The file. With the site's address it has a QR code that leads to the session's page."""
    session = Exercises(plan, library)
    words, steps = session.page, "\n".join(session.articles())
    body = [
        _head(facts, base_url, words),
        _safety(session, words),
        *([_rack(words)] if any("barbell" in one.tools for one in session.techniques) else []),
        tag("section", titled("h2", words("handout.steps")), "\n", steps, cls="steps"),
        _evidence(session),
        _picture(plan, words),
    ]
    head = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        titled("title", words("handout.title", title=facts.title)),
        f'<link rel="stylesheet" href="{STYLE}">',
    ]
    whole = tag(
        "html",
        "\n" + tag("head", "\n", "\n".join(head), "\n"),
        "\n" + tag("body", "\n", "\n".join(body), "\n"),
        lang=words.language,
    )
    return f"<!doctype html>\n{whole}\n".encode()


def _head(facts: Facts, base_url: BaseUrl | None, words: Page) -> str:
    halves = units.about_s(facts.duration_ms) // 30
    time = units.clock(round(facts.duration_ms / 1000))
    form = "half_minute" if halves == 1 else "minutes_half" if halves % 2 else "minutes"
    length = words(f"handout.{form}", n=halves // 2, time=time)
    tools = "handout.need" if facts.tools else "handout.no_tools"
    need = words(tools, tools=words.joined(facts.tools))
    where, code = f"../{PAGE}{session_view(facts.id)}", ""
    place = words("handout.session", title=facts.title)
    if base_url is not None:
        place = base_url.session(facts.id)
        scan = titled("figcaption", words("handout.scan"))
        code = tag("figure", qr_svg(place), scan, cls="code")
    lang = facts.language
    return tag(
        "header",
        code,
        tag("h1", shown(facts.title), lang=lang),
        tag("p", titled("strong", length), shown(f" · {need}"), cls="facts"),
        tag("p", shown(facts.about), lang=lang) if facts.about != facts.title else "",
        tag("p", shown(words("handout.listen")), " ", tag("a", shown(place), href=where)),
    )


def _safety(session: Exercises, words: Page) -> str:
    check, *lines = session.safety()
    reviewed = words("handout.not_reviewed")
    return tag(
        "section",
        titled("h2", words("handout.before")),
        tag("p", titled("strong", check), lang=session.language),
        listed(lines, lang=session.language),
        _box("do_not_with", words.listed("handout.do_not"), words),
        _box("ask_about", session.medical(), words),
        _box("stop_for", words.listed("handout.stop"), words),
        _box("call_for", words.listed("handout.call"), words),
        titled("p", words("handout.stay_off")),
        tag("p", titled("strong", reviewed), " ", shown(words("handout.clinician_wins"))),
        cls="safety",
    )


def _box(title: str, items: tuple[str, ...], words: Page) -> str:
    return tag("div", titled("h3", words(f"handout.{title}")), listed(items), cls="box")


def _rack(words: Page) -> str:
    title = titled("h2", words("handout.rack_title"))
    return tag("section", title, listed(words.listed("handout.rack")), cls="rack")


def _picture(plan: Plan, words: Page) -> str:
    """The session as a strip, in pieces that run down two columns."""
    drawn = (tag("div", svg(piece), cls="piece") for piece in strips(lay_out(plan, words), words))
    return tag(
        "section",
        titled("h2", words("handout.in_time")),
        titled("p", words("handout.in_time_note")),
        tag("div", *drawn, cls="pieces"),
        cls="strip",
    )


def strips(picture: Picture, words: Page, *, most_px: int = MOST_PX) -> tuple[Picture, ...]:
    """A tall picture in pieces for sheets of paper; no part of the session is cut in two."""
    spans = list(pairwise(_cuts(picture, most_px)))
    if len(spans) == 1:
        return (picture,)
    pieces = []
    for number, (top, bottom) in enumerate(spans, start=1):
        label = words("strip.piece", label=picture.label, number=number, total=len(spans))
        paper = Box("paper", 0, 0, WIDTH, bottom - top, PAPER)
        inside = (one for one in picture.shapes[1:] if top <= one.y < bottom)
        shapes = (paper, *(replace(one, y=one.y - top) for one in inside))
        pieces.append(Picture(bottom - top, label, shapes))
    return tuple(pieces)


def _cuts(picture: Picture, most_px: int) -> Sequence[float]:
    tops = [
        shape.y - _BASELINE
        for shape in picture.shapes
        if isinstance(shape, TextShape) and shape.kind == "time"
    ]
    cuts = [0.0]
    for top, bottom in pairwise([*tops, picture.height]):
        if bottom - cuts[-1] > most_px and top > cuts[-1]:
            cuts.append(top)
    return [*cuts, picture.height]


def _evidence(session: Exercises) -> str:
    words = session.page
    claims = [one.claim.shown(session.language) for one in session.library.claims().allowed]
    return tag(
        "section",
        titled("h2", words("handout.expect")),
        listed((*claims, *session.advice(), words("handout.afterwards"))),
        *_references(session),
        titled("p", words("handout.not_reviewed")),
        cls="evidence",
    )


def _references(session: Exercises) -> Iterator[str]:
    """What the techniques rest on, by how it was read."""
    words, references = session.page, session.library.evidence().references
    named = dict.fromkeys(ref for one in session.techniques for ref in one.refs)
    found = [references[ref] for ref in named if ref in references]
    for kind in READ:
        if cites := [one.cite for one in found if one.read == kind]:
            how = words(f"handout.read_{kind.lower()}")
            yield titled("h3", words("handout.references", how=how))
            yield listed(cites, lang=DEFAULT_LANGUAGE)


def require_segno() -> None:
    """Raise MissingError if the extra is not installed; to be called before anything is made."""
    require("phone", "a site with an address")


def qr_svg(text: str) -> str:
    """The code of a text as an SVG element, with the quiet zone that readers need."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(scale=3, border=4, light="#ffffff"))
