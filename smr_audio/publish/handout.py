"""A hand-out of a session: one HTML file to print, whole without style sheet or script.

It has all lines of each technique, also what the sound leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from smr_audio import units
from smr_audio.library.describe import READ
from smr_audio.library.library import Library
from smr_audio.library.models import Line, Page
from smr_audio.library.technique import PROTECTED_COACHING, Technique
from smr_audio.options.choices import Side
from smr_audio.poses.draw import picture_words
from smr_audio.poses.shapes import svg as pose_svg
from smr_audio.publish.listing import PAGE, BaseUrl, Facts, session_view
from smr_audio.publish.templates import filled
from smr_audio.records import dataclass, replace
from smr_audio.session.narration import check_lines, places, pressure
from smr_audio.session.phrasing import Wording
from smr_audio.session.workload import Block, SideSets
from smr_audio.studio.plan import Plan
from smr_audio.studio.postures import posture
from smr_audio.views.shapes import WIDTH, Box, Picture, TextShape, svg
from smr_audio.views.strip import PAPER, strip

STYLE: Final = "handout.css"
MOST_PX: Final = 260
"""The height of a piece of the picture: small ones leave no page half empty."""

_BASELINE: Final = 20  # of a heading, from the top of its row


def handout(plan: Plan, facts: Facts, library: Library, base_url: BaseUrl | None) -> bytes:
    """The file. With the site's address it has a QR code that leads to the session's page."""
    page, language = library.page(plan.script.language), plan.script.language
    lexicon = library.lexicon(language)
    # Of rounds each step once.
    blocks = [block for index, block in enumerate(plan.compiled.work.blocks) if block.group == index]
    techniques = [block.technique for block in blocks]
    words = Wording(library.phrases(language), library.defaults(), "normal", lexicon)
    exercises = Exercises(page, words, library)
    address = base_url.session(facts.id) if base_url else ""
    halves = units.about_s(facts.duration_ms) // 30
    form = "half_minute" if halves == 1 else "minutes_half" if halves % 2 else "minutes"
    return filled(
        "handout.html",
        page=page,
        lang=language,
        say=exercises.say,
        facts=facts,
        length=page(f"handout.{form}", n=halves // 2, time=units.clock(round(facts.duration_ms / 1000))),
        code=qr_svg(address) if address else "",
        address=address,
        view=PAGE + session_view(facts.id),
        check=[line.text for line in check_lines(words, techniques)],
        medical=[text.shown(language) for text in library.limits().medical.values()],
        has_rack=any("barbell" in one.tools for one in techniques),
        steps=map(exercises.step, blocks),
        claims=[one.claim.shown(language) for one in library.claims().allowed],
        advice=[line.text for line in words.phrase("advice", "outro")],
        references=_references(techniques, library, page),
        pieces=map(svg, strips(strip(plan.script.title, plan.timeline, page), page)),
    )


def strips(picture: Picture, words: Page, *, most_px: int = MOST_PX) -> tuple[Picture, ...]:
    """A tall picture in pieces for sheets of paper; no part of the session is cut in two."""
    tops = [shape.y - _BASELINE for shape in picture.shapes if isinstance(shape, TextShape) and shape.kind == "time"]
    cuts = [0.0]
    for top, bottom in pairwise([*tops, picture.height]):
        if bottom - cuts[-1] > most_px and top > cuts[-1]:
            cuts.append(top)
    spans = list(pairwise([*cuts, picture.height]))
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


def _references(techniques: Iterable[Technique], library: Library, page: Page) -> Iterator[tuple[str, list[str]]]:
    """What the techniques rest on, by how it was read."""
    references = library.evidence().references
    named = dict.fromkeys(ref for one in techniques for ref in one.refs)
    found = [references[ref] for ref in named if ref in references]
    for kind in READ:
        if cites := [one.cite for one in found if one.read == kind]:
            yield page(f"handout.read_{kind.lower()}"), cites


def qr_svg(text: str) -> str:
    """The code of a text as an SVG element, with the quiet zone that readers need."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(scale=3, border=4, light="#ffffff"))


@dataclass(frozen=True, slots=True)
class Exercises:
    """Writes down what a plan does; all words come from the library, `page` those of hand-outs."""

    page: Page
    words: Wording
    library: Library

    def say(self, key: str, **values: object) -> str:
        return self.page(f"handout.{key}", **values)

    def step(self, block: Block) -> dict[str, object]:
        """A technique as it is done in the session; its lines are those of the side that is first.

        What puts weight on is last.
        """
        technique, side, page = block.technique, block.passes[0].side, self.page
        limits, language = self.library.limits(), page.language
        drawn = posture(technique, side, picture_words(self.library, language))
        lines = partial(self._lines, technique)
        standing = self.words.phrases.lines["standing_notice"] if technique.standing else ()
        others = [one.side for one in block.passes if one.side != side]
        load = [technique.load] if technique.load else []
        found = self.say(f"finding_{technique.finding}") if technique.finding else ""
        grade = self.say(f"grade_{technique.grade.lower()}")
        # Without what the whole hand-out asks a clinician about.
        not_for = [limits.text(name) for name in technique.not_for if name in limits.body]
        return {
            "name": technique.name.get(language),
            "dose": self._dose(block),
            "mirror": self.say("mirror", side=page(f"side.{side}")) if side else "",
            "for_whom": technique.for_whom.shown(language) if technique.for_whom else "",
            "not_for": page.joined((one.shown(language) for one in not_for), "handout.amounts"),
            "posture": pose_svg(drawn, theme="light") if drawn else "",
            "prepare": lines(technique.gate, side),
            "what": lines([*technique.move, *technique.easier], side),
            "set_up": lines([*standing, *technique.setup, *load], side),
            "in_hold": list(self._watch(technique)),
            "change": lines([*technique.switch, *load], others[0]) if others else (),
            "finish": lines(technique.finish, block.passes[-1].side),
            "grade": self.say(
                "evidence_finding" if found else "evidence", grade=technique.grade, text=grade, finding=found
            ),
        }

    def _lines(self, technique: Technique, lines: Sequence[Line], side: Side | None) -> tuple[str, ...]:
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

    def _dose(self, block: Block) -> str:
        many = max(one.sets for one in block.passes) > 1
        rest_s = f"{block.rest.value / units.TICKS_PER_SECOND:g}"
        rest = self.say("rest", n=rest_s) if many else ""
        amount = self.page.joined(self._amounts(block.passes), "handout.amounts")
        for one in reversed(block.step.rounds):
            amount = f"{one.total} × ({amount})"
        if not block.technique.presses:
            return f"{amount}{rest}."
        return self.say("dose", dose=amount, rest=rest, pressure=pressure(self.words, block.technique))

    def _amounts(self, passes: Iterable[SideSets]) -> Iterable[str]:
        """Sets and seconds of each pass, equal ones once."""
        amount = partial(self.page, "handout.amount")
        amounts = [
            (one.side, amount(sets=one.sets, n=", ".join(map(str, dict.fromkeys(one.holds_s))))) for one in passes
        ]
        sides = [side for side, _ in amounts]
        if sides in (["left", "right"], ["right", "left"]) and len({a for _, a in amounts}) == 1:
            first = self.page(f"side.{sides[0]}")
            yield self.page("handout.amount_each", amount=amounts[0][1], side=first)
            return
        for side, each in amounts:
            named = {"side": self.page(f"side.{side}"), "amount": each} if side else {}
            yield self.page("handout.amount_side", **named) if named else each
