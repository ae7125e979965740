"""Compile a routine and preferences into a script: everything said and done, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from smr_audio import units
from smr_audio.errors import MissingError
from smr_audio.library.catalog import Library
from smr_audio.library.models import PROTECTED_COACHING, Line, Routine, Technique
from smr_audio.library.preferences import Preferences, Side, Talk
from smr_audio.library.spoken import DEFAULT_LANGUAGE
from smr_audio.session.script import (
    Calls,
    Cautions,
    Coaching,
    Gate,
    Hold,
    Item,
    Part,
    Pause,
    Rest,
    Role,
    Say,
    SayMinutes,
    Script,
    Signal,
)
from smr_audio.session.wording import Wording, lowered
from smr_audio.session.work import Block, Pass, Work, resolve

LEAD_TICKS: Final = 63
"""Quiet before a chapter's first sound: half a second and a bit, so that headphones are awake."""

MINUTES_STEP: Final = 5
MOST_LEFT_OUT: Final = 3
"""More than these are not named: who leaves so much out knows it."""

READY_MINUTES: Final = 60
"""Announcements up to this length are spoken along with every session."""


def compile_script(routine: Routine, options: Preferences, *, library: Library) -> Script:
    """The script of a routine, with options over the routine's own settings.

    Pure but for the files that `library` reads. Raises UsageError for options that do not
    fit the routine, ContentError for content that lacks something, MissingError for a
    language without phrases.
    """
    said = options.over(routine.settings)
    language = library.language(said.language or DEFAULT_LANGUAGE)
    defaults = library.defaults()
    techniques = library.techniques_of(routine.steps)
    work = resolve(routine, techniques, options=options, defaults=defaults)
    wording = Wording(library.phrases(language), defaults, said.pace or "normal")
    left_out = tuple(techniques[name].name.get(language) for name in work.left_out)
    return _Compiler(routine, work, left_out, wording, said.talk or "full").script()


@dataclass(frozen=True, slots=True)
class _Compiler:
    routine: Routine
    work: Work
    left_out: tuple[str, ...]
    wording: Wording
    talk: Talk

    def script(self) -> Script:
        title = self.routine.title.get(self.wording.phrases.language)
        items = [*self._opening(title), *self._work(), *self._closing()]
        if self._full:
            after_titles = next(i for i, item in enumerate(items) if not _is_title(item))
            items.insert(after_titles, self._minutes(items))
        return Script(
            self.routine.id,
            title,
            self.wording.phrases.language,
            tuple(items),
            tuple(self._coaching(block.technique) for block in self.work.blocks),
            tuple(self._spare()),
            self.work.warnings,
        )

    @property
    def _full(self) -> bool:
        return self.talk == "full"

    def _work(self) -> Iterator[Item]:
        for index, block in enumerate(self.work.blocks):
            yield from self._block(index, block)

    def _opening(self, title: str) -> Iterator[Item]:
        words = self.wording
        yield Part(words.phrases.title("opening"), None, None, LEAD_TICKS)
        if self._full:
            yield words.say(f"{title}.", "title", at=self.routine.title.location)
            if 0 < len(self.left_out) <= MOST_LEFT_OUT:
                names = words.listed([lowered(name) for name in self.left_out])
                yield from words.phrase("left_out", "title", names=names)
            if tools := self._tools():
                yield from words.phrase("fetch", "fetch", tools=words.listed(tools))
            yield from words.phrase("paused_hint", "fetch")
        target = self.wording.defaults.pressure_target
        cap = min(block.technique.cap for block in self.work.blocks)
        pressure = {"target": words.number(min(target, cap)), "cap": words.number(cap)}
        full = self._full and self.routine.safety == "full"
        yield from words.phrase("safety_full" if full else "safety_short", "safety", **pressure)

    def _minutes(self, items: Sequence[Item]) -> SayMinutes:
        """The announcement for every length this session can have.

        Its silences are known; a word of speech takes less than a second. Lengths up to an
        hour are always among them, so that no change of holds needs a new one spoken.
        """
        silent = words = 0
        for item in items:
            if isinstance(item, (Say, Pause, Gate, Hold)):
                silent += item.then_ticks if isinstance(item, Say) else item.ticks
            if isinstance(item, Rest):
                silent += item.ticks
            if isinstance(item, Say):
                words += len(item.text.split())
        minute = 60 * units.TICKS_PER_SECOND
        least = min(silent // minute, READY_MINUTES)
        most = max((silent + words * units.TICKS_PER_SECOND) // minute + 1, READY_MINUTES)
        lines = []
        for minutes in range(MINUTES_STEP, most + MINUTES_STEP, MINUTES_STEP):
            if minutes <= READY_MINUTES or minutes >= least:
                said = self.wording.number(minutes)
                lines.append((minutes, self.wording.one("session_total", "title", minutes=said)))
        return SayMinutes(tuple(lines))

    def _tools(self) -> list[str]:
        """What to fetch, in order of use, each once."""
        names: dict[str, None] = {}
        for block in self.work.blocks:
            for tool in block.technique.tools:
                word = self.wording.phrases.tools.get(tool)
                if word is None:
                    raise MissingError(
                        f"{block.technique.location.path}: there is no word for the tool "
                        f"'{tool}'; add it to 'tools' in phrases/{self.wording.phrases.language}"
                        ".yaml"
                    )
                if word:
                    names[word] = None
        return list(names)

    def _block(self, index: int, block: Block) -> Iterator[Item]:
        technique, words = block.technique, self.wording
        name = technique.name.get(words.phrases.language)
        if technique.gate:
            yield Part(words.phrases.title("gate", name=name), technique.id, None, LEAD_TICKS)
            yield from words.phrase("next_up" if index else "name", "next", name=name)
            yield from self._get_up(index)
            yield from self._lines(technique.gate, "gate", None)
            yield from words.phrase("gate", "gate")
            yield Gate(words.defaults.gate_ticks)
        for done in block.passes:
            lead = LEAD_TICKS if done is block.passes[0] else 0
            yield Part(self._part_title(name, done), technique.id, done.side, lead)
            if done is block.passes[0]:
                yield from self._approach(index, block, done)
            elif done.turn == "more":
                yield self._rest(block)
                yield from words.phrase("again_side", "ready", **self._limb(technique, done.side))
            else:
                yield from self._switch(technique, done)
            yield Cautions()
            yield from self._ready(technique, done.side)
            yield from self._sets(index, block, done)
        yield from self._lines(technique.finish, "finish", block.passes[-1].side)
        yield from self._onward(index + 1)

    def _onward(self, index: int) -> Iterator[Item]:
        """What is next; a block with a gate says so there."""
        if index >= len(self.work.blocks) or self.work.blocks[index].technique.gate:
            return
        if self._full:
            name = self.work.blocks[index].technique.name.get(self.wording.phrases.language)
            yield from self.wording.phrase("next_up", "next", name=name)
        yield from self._get_up(index)

    def _get_up(self, index: int) -> Iterator[Item]:
        """Before a block that is not on the floor and comes after one that is."""
        if not index:
            return
        before, after = (self.work.blocks[i].technique for i in (index - 1, index))
        if before.on_the_floor and not after.on_the_floor:
            yield from self._lines(self.wording.phrases.lines["get_up"], "next", None)

    def _lines(self, lines: Sequence[Line], role: Role, side: Side | None) -> Iterator[Item]:
        """Lines at full talk; else only the safety ones, and the silences of the others.

        Whoever needs no words for setting up still needs the time.
        """
        pause = 0
        for line in lines:
            said = self.wording.line(line, role, **self.wording.side(side))
            if self._full or line.safety:
                yield said
            else:
                pause += said.then_ticks
        if pause:
            yield Pause(pause)

    def _part_title(self, name: str, done: Pass) -> str:
        if done.side is None:
            return self.wording.phrases.title("both", name=name)
        side = self.wording.phrases.words[done.side]
        form = "again" if done.turn in ("again", "more") else "side"
        return self.wording.phrases.title(form, name=name, side=side)

    def _approach(self, index: int, block: Block, done: Pass) -> Iterator[Item]:
        """Number, name and side; then, at full talk, set-up and movement."""
        technique, words = block.technique, self.wording
        total = len(self.work.blocks)
        if total > 1:
            n, of = words.number(index + 1), words.number(total)
            yield from words.phrase("number", "name", n=n, total=of)
        if self.talk != "minimal":
            name = technique.name.get(words.phrases.language)
            yield from words.phrase("name", "name", name=name)
        if done.side is not None:
            phrase = "only_side" if done.turn == "only" else "first_side"
            yield from words.phrase(phrase, "name", **self._limb(technique, done.side))
        if technique.standing:
            notice = words.phrases.lines["standing_notice"]
            yield from (words.line(line, "safety") for line in notice if self._full or line.safety)
        yield from self._lines(technique.setup, "setup", done.side)
        if self._full:
            yield from self._lines(technique.easier, "caution", done.side)
            yield from self._lines(technique.move, "move", done.side)

    def _switch(self, technique: Technique, done: Pass) -> Iterator[Item]:
        yield Signal("switch")
        words = self.wording
        if done.turn == "again":
            yield from words.phrase("again_side", "switch", **self._limb(technique, done.side))
        elif not self._full:
            yield from words.phrase("switch_side", "switch", **self._limb(technique, done.side))
        yield from self._lines(technique.switch, "switch", done.side)

    def _ready(self, technique: Technique, side: Side | None) -> Iterator[Say]:
        if side is None:
            yield from self.wording.phrase("get_ready_both", "ready")
        else:
            yield from self.wording.phrase("get_ready", "ready", **self._limb(technique, side))

    def _sets(self, index: int, block: Block, done: Pass) -> Iterator[Item]:
        words = self.wording
        for number in range(done.sets):
            if number:
                yield self._rest(block)
                yield Cautions()
                last = number == done.sets - 1
                yield from words.phrase("last_set" if last else "next_set", "ready")
            ticks = done.hold_s * units.TICKS_PER_SECOND
            calls = self._calls() if self.talk != "minimal" else Calls()
            at = done.first_set + number
            yield Hold(ticks, block.technique.id, done.side, at, index, calls)
            if self.talk != "minimal":
                yield from words.phrase("set_end", "ease")

    def _rest(self, block: Block) -> Rest:
        line = self.wording.one("rest", "rest") if self.talk != "minimal" else None
        return Rest(block.rest_ticks, line)

    def _calls(self) -> Calls:
        one = self.wording.one
        return Calls(
            one("go", "go"),
            one("halfway", "call"),
            one("one_minute", "call"),
            one("ten_seconds", "call"),
        )

    def _coaching(self, technique: Technique) -> Coaching:
        """Nerve, boundary and stop lines first, then the rest in the order written."""
        first = [key for key in PROTECTED_COACHING if key in technique.coaching]
        rest = [key for key in technique.coaching if key not in first]
        lines = (technique.coaching[key] for key in (*first, *rest))
        return Coaching(
            tuple(self.wording.line(line, "coach") for line in lines),
            len(first),
            self._full,
        )

    def _closing(self) -> Iterator[Item]:
        words = self.wording
        yield Part(words.phrases.title("closing"), None, None, LEAD_TICKS)
        yield Signal("finish")
        floor = self.work.blocks[-1].technique.on_the_floor
        yield from words.phrase("done_floor" if floor else "done", "outro")
        if self._full:
            yield from words.phrase("advice", "outro")

    def _spare(self) -> Iterator[Say]:
        for name in ("rest", "next_set", "last_set"):
            yield from self.wording.phrase(name, "ready")

    def _limb(self, technique: Technique, side: Side | None) -> dict[str, str]:
        words = self.wording.phrases.words
        return {"side": words[side or "left"], "limb": words[technique.limb]}


def _is_title(item: Item) -> bool:
    return isinstance(item, Part) or (isinstance(item, Say) and item.role == "title")
