"""What a hand-out says of each technique of a plan: all lines, also what the sound leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from smr_audio import units
from smr_audio.library.library import Library
from smr_audio.library.models import PROTECTED_COACHING, Line, Technique
from smr_audio.options.choices import Side
from smr_audio.poses.svg import svg
from smr_audio.poses.words import picture_words
from smr_audio.publish.handout.tags import listed, shown, tag, titled
from smr_audio.session.narration import check_lines, places, pressure
from smr_audio.session.phrasing import Wording
from smr_audio.session.workload import Block, SideSets
from smr_audio.studio.plan import Plan
from smr_audio.studio.postures import posture


class Exercises:
    """Writes down what a plan does; all words come from the library, `page` those of hand-outs."""

    def __init__(self, plan: Plan, library: Library) -> None:
        self.library, self.language = library, plan.script.language
        self.blocks = plan.compiled.work.blocks
        self.techniques = [block.technique for block in self.blocks]
        self.page = library.page(self.language)
        phrases, lexicon = library.phrases(self.language), library.lexicon(self.language)
        self.words = Wording(phrases, library.defaults(), "normal", lexicon)

    def safety(self) -> tuple[str, ...]:
        """The safety check in full, as it is spoken."""
        return tuple(line.text for line in check_lines(self.words, self.techniques))

    def advice(self) -> tuple[str, ...]:
        """What is said at the end."""
        return tuple(line.text for line in self.words.phrase("advice", "outro"))

    def medical(self) -> tuple[str, ...]:
        """Who should ask a clinician first."""
        limits = self.library.limits().medical.values()
        return tuple(text.shown(self.language) for text in limits)

    def articles(self) -> Iterator[str]:
        """Each technique as it is done in the session."""
        for number, block in enumerate(self.blocks, start=1):
            yield self._article(number, block)

    def _article(self, number: int, block: Block) -> str:
        technique, side, page = block.technique, block.passes[0].side, self.page
        limits, for_whom = self.library.limits(), technique.for_whom

        def say(key: str, **values: object) -> str:
            return shown(page(f"handout.{key}", **values))

        many = max(one.sets for one in block.passes) > 1
        rest_s = f"{block.rest_ticks / units.TICKS_PER_SECOND:g}"
        dose = say(
            "dose",
            dose=page.joined(self._dose(block.passes), "handout.amounts"),
            rest=page("handout.rest", n=rest_s) if many else "",
            pressure=pressure(self.words, technique),
        )
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
            yield tag("div", svg(drawn, theme="light"), cls="posture")
        standing = self.words.phrases.lines["standing_notice"] if technique.standing else ()
        others = [one.side for one in block.passes if one.side != side]
        switch = lines([*technique.switch, technique.load], others[0]) if others else ()
        for title, texts, cls in (
            ("prepare", lines(technique.gate, side), "in-order"),
            ("what", lines([*technique.move, *technique.easier], side), ""),
            ("set_up", lines([*standing, *technique.setup, technique.load], side), "weight"),
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
        amounts = [(one.side, amount(sets=one.sets, n=one.hold_s)) for one in passes]
        sides = [side for side, _ in amounts]
        if sides in (["left", "right"], ["right", "left"]) and len({a for _, a in amounts}) == 1:
            first = self.page(f"side.{sides[0]}")
            yield self.page("handout.amount_each", amount=amounts[0][1], side=first)
            return
        for side, each in amounts:
            named = {"side": self.page(f"side.{side}"), "amount": each} if side else {}
            yield self.page("handout.amount_side", **named) if named else each
