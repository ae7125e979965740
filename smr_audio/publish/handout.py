"""A hand-out of a session: one HTML file to print, whole without style sheet or script.

It has all lines of each technique, also what the sound leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from itertools import pairwise
from typing import Final

from smr_audio import units
from smr_audio.install_hints import require
from smr_audio.library.describe import READ
from smr_audio.library.library import Library
from smr_audio.library.models import PROTECTED_COACHING, Line, Page, Technique
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.choices import Side
from smr_audio.poses.svg import svg as pose_svg
from smr_audio.poses.words import picture_words
from smr_audio.publish.base_url import PAGE, BaseUrl, session_view
from smr_audio.publish.listing import Facts
from smr_audio.session.narration import check_lines, places, pressure
from smr_audio.session.phrasing import Wording
from smr_audio.session.workload import Block, SideSets
from smr_audio.studio.plan import Plan
from smr_audio.studio.postures import posture
from smr_audio.views.strip.shapes import WIDTH, Box, Picture, TextShape, svg
from smr_audio.views.strip.strip import PAPER, lay_out
from smr_audio.views.text import cleaned

STYLE: Final = "handout.css"
MOST_PX: Final = 260
"""The height of a piece of the picture: small ones leave no page half empty."""

_BASELINE: Final = 20  # of a heading, from the top of its row


def handout(plan: Plan, facts: Facts, library: Library, base_url: BaseUrl | None) -> bytes:
    """The file. With the site's address it has a QR code that leads to the session's page."""
    session = Exercises(plan, library)
    words = session.page
    steps = "\n".join(session.article(*each) for each in enumerate(session.blocks, start=1))
    body = [
        _head(facts, base_url, words),
        _safety(session),
        _rack(words) if any("barbell" in one.tools for one in session.techniques) else "",
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
        "\n" + tag("body", "\n", "\n".join(filter(None, body)), "\n"),
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


def _safety(session: Exercises) -> str:
    """The safety check in full, as it is spoken, and who should ask a clinician first."""
    words, language = session.page, session.language
    check, *lines = (line.text for line in check_lines(session.words, session.techniques))
    medical = session.library.limits().medical.values()
    reviewed = words("handout.not_reviewed")
    return tag(
        "section",
        titled("h2", words("handout.before")),
        tag("p", titled("strong", check), lang=language),
        listed(lines, lang=language),
        _box("do_not_with", words.listed("handout.do_not"), words),
        _box("ask_about", [text.shown(language) for text in medical], words),
        _box("stop_for", words.listed("handout.stop"), words),
        _box("call_for", words.listed("handout.call"), words),
        titled("p", words("handout.stay_off")),
        tag("p", titled("strong", reviewed), " ", shown(words("handout.clinician_wins"))),
        cls="safety",
    )


def _box(title: str, items: Iterable[str], words: Page) -> str:
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
    advice = [line.text for line in session.words.phrase("advice", "outro")]
    return tag(
        "section",
        titled("h2", words("handout.expect")),
        listed((*claims, *advice, words("handout.afterwards"))),
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


class Exercises:
    """Writes down what a plan does; all words come from the library, `page` those of hand-outs."""

    def __init__(self, plan: Plan, library: Library) -> None:
        self.library, self.language = library, plan.script.language
        blocks = plan.compiled.work.blocks
        self.blocks = [block for index, block in enumerate(blocks) if block.group == index]
        self.techniques = [block.technique for block in self.blocks]
        self.page = library.page(self.language)
        phrases, lexicon = library.phrases(self.language), library.lexicon(self.language)
        self.words = Wording(phrases, library.defaults(), "normal", lexicon)

    def article(self, number: int, block: Block) -> str:
        """A technique as it is done in the session."""
        technique, side, page = block.technique, block.passes[0].side, self.page
        limits, for_whom = self.library.limits(), technique.for_whom

        def say(key: str, **values: object) -> str:
            return shown(page(f"handout.{key}", **values))

        many = max(one.sets for one in block.passes) > 1
        rest_s = f"{block.rest_ticks / units.TICKS_PER_SECOND:g}"
        rest = page("handout.rest", n=rest_s) if many else ""
        amount = page.joined(self._dose(block.passes), "handout.amounts")
        for one in reversed(block.step.rounds):
            amount = f"{one.total} × ({amount})"
        dose = shown(f"{amount}{rest}.")
        if technique.presses:
            dose = say("dose", dose=amount, rest=rest, pressure=pressure(self.words, technique))
        turned = say("mirror", side=page(f"side.{side}")) if side else ""
        # Without what the whole hand-out asks a clinician about.
        not_for = [limits.text(name) for name in technique.not_for if name in limits.body]
        named = page.joined((one.shown(self.language) for one in not_for), "handout.amounts")
        found = page(f"handout.finding_{technique.finding}") if technique.finding else ""
        grade = page(f"handout.grade_{technique.grade.lower()}")
        form = "evidence_finding" if found else "evidence"
        name = technique.name.get(self.language)
        return tag(
            "article",
            tag("h3", say("step", number=number, name=name), lang=self.language),
            tag("p", tag("strong", dose), " ", turned, cls="dose"),
            tag("p", say("for_whom", text=for_whom.shown(self.language))) if for_whom else "",
            tag("p", say("not_for", limits=named)) if named else "",
            tag("div", *self._parts(block), cls="parts"),
            tag("p", say(form, grade=technique.grade, text=grade, finding=found), cls="grade"),
        )

    def _parts(self, block: Block) -> Iterator[str]:
        """Picture and lines, those of the side that comes first. What puts weight on is last."""
        technique, side = block.technique, block.passes[0].side
        lines = partial(self._lines, technique)
        if drawn := posture(technique, side, picture_words(self.library, self.language)):
            yield tag("div", pose_svg(drawn, theme="light"), cls="posture")
        standing = self.words.phrases.lines["standing_notice"] if technique.standing else ()
        others = [one.side for one in block.passes if one.side != side]
        load = [technique.load] if technique.load else []
        switch = lines([*technique.switch, *load], others[0]) if others else ()
        for title, texts, cls in (
            ("prepare", lines(technique.gate, side), "in-order"),
            ("what", lines([*technique.move, *technique.easier], side), ""),
            ("set_up", lines([*standing, *technique.setup, *load], side), "weight"),
            ("in_hold", tuple(self._watch(technique)), ""),
            ("change", switch, "weight"),
            ("finish", lines(technique.finish, block.passes[-1].side), ""),
        ):
            if texts:
                items = listed(texts, ordered=bool(cls), lang=self.language)
                heading = titled("h4", self.page(f"handout.{title}"))
                yield tag("div", heading, items, cls=cls or "points")

    def _lines(
        self, technique: Technique, lines: Sequence[Line], side: Side | None
    ) -> tuple[str, ...]:
        values = places(self.words, technique, side)
        return tuple(self.words.line(line, "setup", **values).text for line in lines)

    def _watch(self, technique: Technique) -> Iterator[str]:
        """Coaching: what protects first, and when it is said where that is given."""
        coaching = technique.coaching
        first = {key: coaching[key] for key in PROTECTED_COACHING if key in coaching}
        for line in {**first, **coaching}.values():
            (text,) = self._lines(technique, [line], None)
            when = "handout.at_half" if line.at == "half" else "handout.at_second"
            yield text if line.at is None else self.page(when, n=line.at, text=text)

    def _dose(self, passes: Iterable[SideSets]) -> Iterable[str]:
        """Sets and seconds of each pass, equal ones once."""
        amount = partial(self.page, "handout.amount")
        amounts = [
            (one.side, amount(sets=one.sets, n=", ".join(map(str, dict.fromkeys(one.holds_s)))))
            for one in passes
        ]
        sides = [side for side, _ in amounts]
        if sides in (["left", "right"], ["right", "left"]) and len({a for _, a in amounts}) == 1:
            first = self.page(f"side.{sides[0]}")
            yield self.page("handout.amount_each", amount=amounts[0][1], side=first)
            return
        for side, each in amounts:
            named = {"side": self.page(f"side.{side}"), "amount": each} if side else {}
            yield self.page("handout.amount_side", **named) if named else each


def shown(words: str) -> str:
    """Words as HTML shows them, without characters that steer something."""
    return escape(cleaned(words))


def titled(name: str, words: str) -> str:
    return tag(name, shown(words))


def tag(name: str, *inner: str, **attributes: str) -> str:
    """An element around HTML that is ready; `cls` is its class. What is empty is left out."""
    named = ((key.replace("cls", "class"), value) for key, value in attributes.items() if value)
    head = "".join(f' {key}="{escape(value)}"' for key, value in named)
    return f"<{name}{head}>{''.join(inner)}</{name}>"


def listed(items: Iterable[str], *, ordered: bool = False, lang: str = "") -> str:
    inner = "\n".join(titled("li", item) for item in items)
    return tag("ol" if ordered else "ul", "\n", inner, "\n", lang=lang) if inner else ""
