"""A hand-out of a session: one HTML file to print, whole without style sheet or script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from itertools import pairwise
from typing import Final

from smr_audio import units
from smr_audio.errors import MissingError
from smr_audio.install_hints import to_add
from smr_audio.library.describe import READ
from smr_audio.library.library import Library
from smr_audio.library.models import Page
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.poses.svg import svg as pose_svg
from smr_audio.publish.base_url import PAGE, BaseUrl, session_view
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
    exercises, words = session.all(), session.page
    steps = [_step(number, one, words) for number, one in enumerate(exercises, start=1)]
    body = [
        _head(facts, base_url, words),
        _safety(session, words),
        *([_rack(words)] if any("barbell" in one.tools for one in exercises) else []),
        _tag("section", _title("h2", words("handout.steps")), "\n", "\n".join(steps), cls="steps"),
        _evidence(exercises, session, library),
        _picture(plan, words),
    ]
    head = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        _title("title", words("handout.title", title=facts.title)),
        f'<link rel="stylesheet" href="{STYLE}">',
    ]
    whole = _tag(
        "html",
        "\n" + _tag("head", "\n", "\n".join(head), "\n"),
        "\n" + _tag("body", "\n", "\n".join(body), "\n"),
        lang=words.language,
    )
    return f"<!doctype html>\n{whole}\n".encode()


def _head(facts: Facts, base_url: BaseUrl | None, words: Page) -> str:
    halves = units.about_s(facts.duration_ms) // 30
    time = units.clock(round(facts.duration_ms / 1000))
    form = "half_minute" if halves == 1 else "minutes_half" if halves % 2 else "minutes"
    shown = words(f"handout.{form}", n=halves // 2, time=time)
    tools = "handout.need" if facts.tools else "handout.no_tools"
    need = words(tools, tools=words.joined(facts.tools))
    where, code = f"../{PAGE}{session_view(facts.id)}", ""
    place = words("handout.session", title=facts.title)
    if base_url is not None:
        place = base_url.session(facts.id)
        scan = _title("figcaption", words("handout.scan"))
        code = _tag("figure", qr_svg(place), scan, cls="code")
    lang = facts.language
    return _tag(
        "header",
        code,
        _tag("h1", _text(facts.title), lang=lang),
        _tag("p", _title("strong", shown), _text(f" · {need}"), cls="facts"),
        _tag("p", _text(facts.about), lang=lang) if facts.about != facts.title else "",
        _tag("p", _text(words("handout.listen")), " ", _tag("a", _text(place), href=where)),
    )


def _safety(session: Exercises, words: Page) -> str:
    check, *lines = session.safety()
    lang = session.plan.script.language
    reviewed = words("handout.not_reviewed")
    return _tag(
        "section",
        _title("h2", words("handout.before")),
        _tag("p", _title("strong", check), lang=lang),
        _listed(lines, lang=lang),
        _box("do_not_with", words.listed("handout.do_not"), words),
        _box("ask_about", session.medical(), words),
        _box("stop_for", words.listed("handout.stop"), words),
        _box("call_for", words.listed("handout.call"), words),
        _title("p", words("handout.stay_off")),
        _tag("p", _title("strong", reviewed), " ", _text(words("handout.clinician_wins"))),
        cls="safety",
    )


def _box(title: str, items: tuple[str, ...], words: Page) -> str:
    return _tag("div", _title("h3", words(f"handout.{title}")), _listed(items), cls="box")


def _rack(words: Page) -> str:
    title = _title("h2", words("handout.rack_title"))
    return _tag("section", title, _listed(words.listed("handout.rack")), cls="rack")


def _step(number: int, one: Exercise, words: Page) -> str:
    def say(key: str, **values: object) -> str:
        return _text(words(f"handout.{key}", **values))

    dose = say("dose", dose=one.dose, rest=one.rest, pressure=one.pressure)
    turned = say("mirror", side=words(f"side.{one.side}")) if one.side else ""
    limits = words.joined(one.not_for, "handout.amounts")
    found = words(f"handout.finding_{one.finding}") if one.finding else ""
    grade = words(f"handout.grade_{one.grade.lower()}")
    form = "evidence_finding" if found else "evidence"
    return _tag(
        "article",
        _tag("h3", say("step", number=number, name=one.name), lang=one.language),
        _tag("p", _tag("strong", dose), " ", turned, cls="dose"),
        _tag("p", say("for_whom", text=one.for_whom)) if one.for_whom else "",
        _tag("p", say("not_for", limits=limits)) if limits else "",
        _tag("div", *_lines(one, words), cls="parts"),
        _tag("p", say(form, grade=one.grade, text=grade, finding=found), cls="grade"),
    )


def _lines(one: Exercise, words: Page) -> Iterator[str]:
    if one.picture:
        yield _tag("div", pose_svg(one.picture, theme="light"), cls="posture")
    for title, lines, cls in (
        ("prepare", one.gate, "in-order"),
        ("what", (*one.move, *one.easier), ""),
        ("set_up", one.setup, "weight"),
        ("in_hold", one.watch, ""),
        ("change", one.switch, "weight"),
        ("finish", one.finish, ""),
    ):
        if lines:
            listed = _listed(lines, ordered=bool(cls), lang=one.language)
            yield _tag("div", _title("h4", words(f"handout.{title}")), listed, cls=cls or "points")


def _picture(plan: Plan, words: Page) -> str:
    """The session as a strip, in pieces that run down two columns."""
    drawn = (_tag("div", svg(piece), cls="piece") for piece in strips(lay_out(plan, words), words))
    return _tag(
        "section",
        _title("h2", words("handout.in_time")),
        _title("p", words("handout.in_time_note")),
        _tag("div", *drawn, cls="pieces"),
        cls="strip",
    )


def strips(picture: Picture, words: Page, *, most_px: int = MOST_PX) -> tuple[Picture, ...]:
    """A tall picture in pieces for sheets of paper; no part of the session is cut in two."""
    cuts = _cuts(picture, most_px)
    pieces = [_piece(picture, top, bottom) for top, bottom in pairwise(cuts)]
    if len(pieces) == 1:
        return (picture,)
    piece_of = partial(words, "strip.piece", label=picture.label, total=len(pieces))
    return tuple(
        replace(piece, label=piece_of(number=number))
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
    language, words = session.plan.script.language, session.page
    claims = [one.claim.shown(language) for one in library.claims().allowed]
    return _tag(
        "section",
        _title("h2", words("handout.expect")),
        _listed((*claims, *session.advice(), words("handout.afterwards"))),
        *_references(exercises, library, words),
        _title("p", words("handout.not_reviewed")),
        cls="evidence",
    )


def _references(exercises: tuple[Exercise, ...], library: Library, words: Page) -> Iterator[str]:
    """What the techniques rest on, by how it was read."""
    references = library.evidence().references
    named = dict.fromkeys(ref for one in exercises for ref in one.refs)
    found = [references[ref] for ref in named if ref in references]
    for kind in READ:
        if cites := [one.cite for one in found if one.read == kind]:
            how = words(f"handout.read_{kind.lower()}")
            yield _title("h3", words("handout.references", how=how))
            yield _listed(cites, lang=DEFAULT_LANGUAGE)


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


def _title(name: str, words: str) -> str:
    return _tag(name, _text(words))


def _tag(name: str, *inner: str, **attributes: str) -> str:
    """An element around HTML that is ready; `cls` is its class. What is empty is left out."""
    named = ((key.replace("cls", "class"), value) for key, value in attributes.items() if value)
    head = "".join(f' {key}="{escape(value)}"' for key, value in named)
    return f"<{name}{head}>{''.join(inner)}</{name}>"


def _listed(items: Iterable[str], *, ordered: bool = False, lang: str = "") -> str:
    inner = "\n".join(_title("li", item) for item in items)
    return _tag("ol" if ordered else "ul", "\n", inner, "\n", lang=lang) if inner else ""
