"""What a hand-out says of each technique of a plan: all lines, also what the sound leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from smr_audio import units
from smr_audio.library.library import Library
from smr_audio.library.models import PROTECTED_COACHING, Line
from smr_audio.options.choices import Side
from smr_audio.session.narration import check_lines
from smr_audio.session.phrasing import Wording
from smr_audio.session.workload import Block, SideSets
from smr_audio.studio.plan import Plan


@dataclass(frozen=True, slots=True)
class Exercise:
    """A technique as it is done in a session. `side` is the one that its lines speak of."""

    name: str
    side: Side | None
    dose: tuple[str, ...]
    rest: str
    gate: tuple[str, ...]
    setup: tuple[str, ...]
    easier: tuple[str, ...]
    move: tuple[str, ...]
    watch: tuple[str, ...]
    finish: tuple[str, ...]
    for_whom: str
    not_for: tuple[str, ...]
    tools: tuple[str, ...]
    grade: str
    finding: str | None
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exercises:
    """Writes down what a plan does; all words come from the library."""

    plan: Plan
    library: Library
    words: Wording

    @classmethod
    def of(cls, plan: Plan, library: Library) -> Exercises:
        language = plan.script.language
        phrases, lexicon = library.phrases(language), library.lexicon(language)
        return cls(plan, library, Wording(phrases, library.defaults(), "normal", lexicon))

    @property
    def cap(self) -> int:
        """The most pressure of ten that any technique of the session takes."""
        return min(block.technique.cap for block in self.plan.compiled.work.blocks)

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
        coaching = technique.coaching
        watch = [coaching[key] for key in PROTECTED_COACHING if key in coaching]
        watch += [line for key, line in coaching.items() if key not in PROTECTED_COACHING]
        standing = self.words.phrases.lines["standing_notice"] if technique.standing else ()
        many = max(one.sets for one in block.passes) > 1
        rest = f"{block.rest_ticks / units.TICKS_PER_SECOND:g} s" if many else ""
        for_whom, limits = technique.for_whom, self.library.limits()
        return Exercise(
            name=technique.name.get(language),
            side=side,
            dose=tuple(self._dose(block.passes)),
            rest=rest,
            gate=self._lines(technique.gate, side),
            setup=self._lines([*standing, *technique.setup], side),
            easier=self._lines(technique.easier, side),
            move=self._lines(technique.move, side),
            watch=self._lines(watch, side),
            finish=self._lines(technique.finish, block.passes[-1].side),
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

    def _lines(self, lines: Sequence[Line], side: Side | None) -> tuple[str, ...]:
        return tuple(self.words.line(line, "setup", **self.words.side(side)).text for line in lines)

    def _dose(self, passes: Iterable[SideSets]) -> Iterable[str]:
        """Sets and seconds of each pass, equal ones once."""
        amounts = [(one.side, f"{one.sets} × {one.hold_s} s") for one in passes]
        sides = [side for side, _ in amounts]
        if sides in (["left", "right"], ["right", "left"]) and len({a for _, a in amounts}) == 1:
            yield f"{amounts[0][1]} each side, {self.words.phrases.words[str(sides[0])]} first"
            return
        for side, amount in amounts:
            yield f"{self.words.phrases.words[side]} {amount}" if side else amount
