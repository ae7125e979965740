"""What a hand-out says of each technique of a plan: all lines, also what the sound leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from smr_audio import units
from smr_audio.library.library import Library
from smr_audio.library.models import PROTECTED_COACHING, Line, Page, Technique
from smr_audio.options.choices import Side
from smr_audio.poses.shapes import Picture
from smr_audio.poses.words import picture_words
from smr_audio.session.narration import check_lines, places, pressure
from smr_audio.session.phrasing import Wording
from smr_audio.session.workload import Block, SideSets
from smr_audio.studio.plan import Plan
from smr_audio.studio.postures import posture


@dataclass(frozen=True, slots=True)
class Exercise:
    """A technique as it is done in a session. `side` is the one that its lines speak of.

    `setup` ends with the line that puts weight on, and so does `switch`, which is for the other
    side. `pressure` is the most out of ten.
    """

    name: str
    language: str
    picture: Picture | None
    side: Side | None
    dose: str
    rest: str
    pressure: int
    gate: tuple[str, ...]
    move: tuple[str, ...]
    easier: tuple[str, ...]
    setup: tuple[str, ...]
    watch: tuple[str, ...]
    switch: tuple[str, ...]
    finish: tuple[str, ...]
    for_whom: str
    not_for: tuple[str, ...]
    tools: tuple[str, ...]
    grade: str
    finding: str | None
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exercises:
    """Writes down what a plan does; all words come from the library, `page` those of hand-outs."""

    plan: Plan
    library: Library
    words: Wording
    page: Page

    @classmethod
    def of(cls, plan: Plan, library: Library) -> Exercises:
        language = plan.script.language
        phrases, lexicon = library.phrases(language), library.lexicon(language)
        wording = Wording(phrases, library.defaults(), "normal", lexicon)
        return cls(plan, library, wording, library.page(language))

    def safety(self) -> tuple[str, ...]:
        """The safety check in full, as it is spoken."""
        techniques = [block.technique for block in self.plan.compiled.work.blocks]
        return tuple(line.text for line in check_lines(self.words, techniques))

    def advice(self) -> tuple[str, ...]:
        """What is said at the end."""
        return tuple(line.text for line in self.words.phrase("advice", "outro"))

    def medical(self) -> tuple[str, ...]:
        """Who should ask a clinician first."""
        language = self.plan.script.language
        return tuple(text.shown(language) for text in self.library.limits().medical.values())

    def all(self) -> tuple[Exercise, ...]:
        return tuple(map(self._exercise, self.plan.compiled.work.blocks))

    def _exercise(self, block: Block) -> Exercise:
        technique, language = block.technique, self.plan.script.language
        side = block.passes[0].side
        others = [one.side for one in block.passes if one.side != side]
        lines = partial(self._lines, technique)
        standing = self.words.phrases.lines["standing_notice"] if technique.standing else ()
        many = max(one.sets for one in block.passes) > 1
        rest_s = f"{block.rest_ticks / units.TICKS_PER_SECOND:g}"
        for_whom, limits = technique.for_whom, self.library.limits()
        return Exercise(
            name=technique.name.get(language),
            language=language,
            picture=posture(technique, side, picture_words(self.library, language)),
            side=side,
            dose=self.page.joined(self._dose(block.passes), "handout.amounts"),
            rest=self.page("handout.rest", n=rest_s) if many else "",
            pressure=pressure(self.words, technique),
            gate=lines(technique.gate, side),
            move=lines(technique.move, side),
            easier=lines(technique.easier, side),
            setup=lines([*standing, *technique.setup, technique.load], side),
            watch=tuple(self._watch(technique)),
            switch=lines([*technique.switch, technique.load], others[0]) if others else (),
            finish=lines(technique.finish, block.passes[-1].side),
            for_whom=for_whom.shown(language) if for_whom else "",
            # Without what the whole hand-out asks a clinician about.
            not_for=tuple(
                limits.text(name).shown(language)
                for name in technique.not_for
                if name in limits.body
            ),
            tools=technique.tools,
            grade=technique.grade,
            finding=technique.finding,
            refs=technique.refs,
        )

    def _lines(
        self, technique: Technique, lines: Sequence[Line], side: Side | None
    ) -> tuple[str, ...]:
        values = places(self.words, technique, side)
        return tuple(self.words.line(line, "setup", **values).text for line in lines)

    def _watch(self, technique: Technique) -> Iterator[str]:
        """Coaching: what protects first, and when it is said where that is given."""
        coaching = technique.coaching
        first = [key for key in PROTECTED_COACHING if key in coaching]
        for key in (*first, *(key for key in coaching if key not in first)):
            (text,) = self._lines(technique, [coaching[key]], None)
            at = coaching[key].at
            when = "handout.at_half" if at == "half" else "handout.at_second"
            yield text if at is None else self.page(when, n=at, text=text)

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
