"""A hand-out of a session: one HTML file to print, whole without style sheet or script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import pairwise
from typing import Final

from smr_audio import units
from smr_audio.errors import MissingError
from smr_audio.install_hints import to_add
from smr_audio.library.describe import READ
from smr_audio.library.library import Library
from smr_audio.poses.svg import svg as pose_svg
from smr_audio.publish.base_url import PAGE, BaseUrl, session_view
from smr_audio.publish.handout import advice
from smr_audio.publish.handout.exercises import Exercise, Exercises
from smr_audio.publish.listing import Facts
from smr_audio.studio.plan import Plan
from smr_audio.views.strip.shapes import WIDTH, Box, Picture, TextShape
from smr_audio.views.strip.strip import PAPER, lay_out
from smr_audio.views.strip.svg import svg
from smr_audio.views.text import cleaned

STYLE: Final = "handout.css"
MOST_PX: Final = 260
"""The height of a piece of the picture: small ones leave no page half empty."""

_BASELINE: Final = 20  # of a heading, from the top of its row


def handout(plan: Plan, facts: Facts, library: Library, base_url: BaseUrl | None) -> bytes:
    """The file. With the site's address it has a QR code that leads to the session's page."""
    session = Exercises.of(plan, library)
    exercises = session.all()
    steps = [_step(number, one) for number, one in enumerate(exercises, start=1)]
    body = [
        _head(facts, base_url),
        _safety(session),
        *([_rack()] if any("barbell" in one.tools for one in exercises) else []),
        _tag("section", _tag("h2", "Step by step"), "\n", "\n".join(steps), cls="steps"),
        _evidence(exercises, session, library),
        _picture(plan),
    ]
    head = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        _tag("title", _text(f"{facts.title}: hand-out")),
        f'<link rel="stylesheet" href="{STYLE}">',
    ]
    whole = _tag(
        "html",
        "\n" + _tag("head", "\n", "\n".join(head), "\n"),
        "\n" + _tag("body", "\n", "\n".join(body), "\n"),
        lang=facts.language,
    )
    return f"<!doctype html>\n{whole}\n".encode()


def _head(facts: Facts, base_url: BaseUrl | None) -> str:
    length = units.clock(round(facts.duration_ms / 1000))
    minutes = units.about_minutes(facts.duration_ms)
    shown = f"{minutes} {'minute' if minutes in ('½', '1') else 'minutes'} ({length})"
    tools = f"You need {', '.join(facts.tools)}" if facts.tools else "No tools"
    where = f"../{PAGE}{session_view(facts.id)}"
    link = _tag("p", "Listen: ", _tag("a", _text(f"the session “{facts.title}”"), href=where))
    code = ""
    if base_url is not None:
        address = base_url.session(facts.id)
        scan = _tag("figcaption", "Scan to listen")
        code = _tag("figure", qr_svg(address), scan, cls="code")
        link = _tag("p", "Listen: ", _tag("a", _text(address), href=where))
    return _tag(
        "header",
        code,
        _tag("h1", _text(facts.title)),
        _tag("p", _tag("strong", _text(shown)), " ", _text(f"· {tools}."), cls="facts"),
        _tag("p", _text(facts.about)) if facts.about != facts.title else "",
        link,
    )


def _safety(session: Exercises) -> str:
    check, *lines = session.safety()
    return _tag(
        "section",
        _tag("h2", "Before you start"),
        _tag("p", _tag("strong", _text(check))),
        _listed(lines),
        _box("Do not do it with", advice.DO_NOT_START),
        _box("Ask a clinician first about", session.medical()),
        _box("Stop at once for", advice.STOP_AT_ONCE),
        _box("Call emergency services for", advice.EMERGENCY),
        _tag("p", _text(advice.STAY_OFF)),
        _tag("p", _tag("strong", _text(advice.NOT_REVIEWED)), " ", _text(advice.CLINICIAN_WINS)),
        cls="safety",
    )


def _box(title: str, items: tuple[str, ...]) -> str:
    return _tag("div", _tag("h3", _text(title)), _listed(items), cls="box")


def _rack() -> str:
    title = _tag("h2", "The rack, before any weight is on it")
    return _tag("section", title, _listed(advice.BARBELL), cls="rack")


def _step(number: int, one: Exercise) -> str:
    rest = f", {one.rest} of rest between sets" if one.rest else ""
    dose = f"{'; '.join(one.dose)}{rest}. Pressure: at most {one.pressure} out of 10."
    found = f"; {advice.FINDINGS[one.finding]}" if one.finding else ""
    grade = advice.GRADES.get(one.grade, "not graded")
    turned = f"Written for the {one.side}; mirror it for the other side." if one.side else ""
    return _tag(
        "article",
        _tag("h3", _text(f"{number}. {one.name}")),
        _tag("p", _tag("strong", _text(dose)), " ", _text(turned), cls="dose"),
        _tag("p", _text(f"For whom: {one.for_whom}")) if one.for_whom else "",
        _tag("p", _text(f"Pick another for: {'; '.join(one.not_for)}.")) if one.not_for else "",
        _tag("div", *_lines(one), cls="parts"),
        _tag("p", _text(f"Evidence {one.grade}: {grade}{found}."), cls="grade"),
    )


def _lines(one: Exercise) -> Iterator[str]:
    if one.picture:
        yield _tag("div", pose_svg(one.picture, theme="light"), cls="posture")
    for title, lines, cls in (
        ("Prepare", one.gate, "in-order"),
        ("What you do", (*one.move, *one.easier), ""),
        ("Set up, weight on last", one.setup, "weight"),
        ("In each hold", one.watch, ""),
        ("Change sides, weight on last", one.switch, "weight"),
        ("Finish", one.finish, ""),
    ):
        if lines:
            listed = _listed(lines, ordered=bool(cls))
            yield _tag("div", _tag("h4", title), listed, cls=cls or "points")


def _picture(plan: Plan) -> str:
    """The session as a strip, in pieces that run down two columns."""
    note = "From left to right, time; a full block is a hold, and its label says which side."
    drawn = (_tag("div", svg(piece), cls="piece") for piece in strips(lay_out(plan)))
    return _tag(
        "section",
        _tag("h2", "The session in time"),
        _tag("p", _text(note)),
        _tag("div", *drawn, cls="pieces"),
        cls="strip",
    )


def strips(picture: Picture, *, most_px: int = MOST_PX) -> tuple[Picture, ...]:
    """A tall picture in pieces for sheets of paper; no part of the session is cut in two."""
    cuts = _cuts(picture, most_px)
    pieces = [_piece(picture, top, bottom) for top, bottom in pairwise(cuts)]
    if len(pieces) == 1:
        return (picture,)
    return tuple(
        replace(piece, label=f"{picture.label}, piece {number} of {len(pieces)}")
        for number, piece in enumerate(pieces, start=1)
    )


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


def _piece(picture: Picture, top: float, bottom: float) -> Picture:
    height = bottom - top
    paper = Box("paper", 0, 0, WIDTH, height, PAPER)
    inside = (
        replace(shape, y=shape.y - top) for shape in picture.shapes[1:] if top <= shape.y < bottom
    )
    return Picture(height, picture.label, (paper, *inside))


def _evidence(exercises: tuple[Exercise, ...], session: Exercises, library: Library) -> str:
    language = session.plan.script.language
    claims = [one.claim.shown(language) for one in library.claims().allowed]
    return _tag(
        "section",
        _tag("h2", "What to expect, and what it rests on"),
        _listed((*claims, *session.advice(), advice.AFTERWARDS)),
        *_references(exercises, library),
        _tag("p", _text(advice.NOT_REVIEWED)),
        cls="evidence",
    )


def _references(exercises: tuple[Exercise, ...], library: Library) -> Iterator[str]:
    """What the techniques rest on, by how it was read."""
    references = library.evidence().references
    named = dict.fromkeys(ref for one in exercises for ref in one.refs)
    found = [references[ref] for ref in named if ref in references]
    for kind, how in READ.items():
        if cites := [one.cite for one in found if one.read == kind]:
            yield _tag("h3", _text(f"References, {how}")) + _listed(cites)


def require_segno() -> None:
    """Raise MissingError if the extra is not installed; to be called before anything is made."""
    try:
        import segno  # noqa: F401  the extra 'phone'
    except ImportError as error:
        text = "a site with an address needs the extra 'phone'; install it with: "
        raise MissingError(text + to_add("phone")) from error


def qr_svg(text: str) -> str:
    """The code of a text as an SVG element, with the quiet zone that readers need."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(scale=3, border=4, light="#ffffff"))


def _text(words: str) -> str:
    """Words as HTML shows them, without characters that steer something."""
    return escape(cleaned(words))


def _tag(name: str, *inner: str, **attributes: str) -> str:
    """An element around HTML that is ready; `cls` is its class."""
    named = ((key.replace("cls", "class"), value) for key, value in attributes.items())
    head = "".join(f' {key}="{escape(value)}"' for key, value in named)
    return f"<{name}{head}>{''.join(inner)}</{name}>"


def _listed(items: Iterable[str], *, ordered: bool = False) -> str:
    inner = "\n".join(_tag("li", _text(item)) for item in items)
    return _tag("ol" if ordered else "ul", "\n", inner, "\n") if inner else ""
