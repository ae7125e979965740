"""The sections of a session: stretches of its script that are the same wherever they stand.

A section's key names all that decides what is in it. So a session with other options is made of
sections that other sessions have too, and whoever has the sound of each can put it together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.library.models import Technique
from smr_audio.options.choices import ALL_CALLS, CALLS, NO_CALLS, Side
from smr_audio.session.narration import Narration, check_lines, pressure, titles
from smr_audio.session.script import Calls, Cautions, Gate, Hold, Item, Part, Rest, Say, Signal
from smr_audio.session.workload import Block, SideSets

HARDEST: Final = 3
LEAD_TICKS: Final = 63
"""Quiet before a chapter's first sound: half a second and a bit, so that headphones are awake."""
SENTENCE_TICKS: Final = 38
"""0.3 s, about what a voice leaves between two sentences."""

COUNTS: Final = ("count_three", "count_two", "count_one")

Key: TypeAlias = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Items that stand together.

    The same key has the same items in every session of a routine, whatever its holds, sides, talk,
    safety check and what is left out; not with other sets, rests, pace, language or limits.
    """

    key: Key
    items: tuple[Item, ...]


def calls_of(narration: Narration, technique: Technique) -> Calls:
    preferences = narration.preferences
    minimal = narration.level(technique) == "minimal"
    wanted = preferences.calls or ((NO_CALLS,) if minimal else (ALL_CALLS,))
    countdown = preferences.countdown or "beeps"
    one = narration.wording.one
    phrases = ("go", "halfway", "one_minute", "ten_seconds")
    go, halfway, one_minute, ten_seconds = (
        one(phrase, "go" if phrase == "go" else "call") if {name, ALL_CALLS} & {*wanted} else None
        for name, phrase in zip(CALLS, phrases, strict=True)
    )
    counts = () if countdown == "beeps" else tuple(one(name, "call") for name in COUNTS)
    return Calls(go, halfway, one_minute, ten_seconds, countdown, counts)


@dataclass(frozen=True, slots=True)
class Sections:
    """Makes sections at the levels of talk of a narration."""

    narration: Narration

    def _made(self, key: Key, *items: Iterable[Item]) -> Section:
        return Section(key, tuple(item for each in items for item in each))

    # The opening

    def title(self) -> Section:
        level = self.narration.talk.session
        part = Part(self.narration.wording.phrases.title("opening"), None, None, LEAD_TICKS)
        return self._made(
            ("title", level), [part], () if level == "minimal" else titles(self.narration)
        )

    def fetch(self) -> Section:
        return self._made(("fetch",), self.narration.wording.phrase("fetch", "fetch"))

    def tool(self, name: str) -> Section:
        return self._made(("tool", name), self.narration.wording.phrase("tool", "fetch", tool=name))

    def check(self, techniques: Sequence[Technique]) -> Section:
        """The safety check for these techniques: whole, a rule to go by, or what is between."""
        words, medical = self.narration.wording, self.narration.work.selection.person.medical
        target = min(pressure(words, one) for one in techniques)
        legs = any(one.muscle in words.defaults.leg_muscles for one in techniques)
        if self.narration.talk.safety == "full":
            return self._made(("check", "full", target, legs), check_lines(words, techniques))
        # The whole check has this line.
        clinician = words.phrase("ask_clinician", "safety") if medical else ()
        if self.narration.talk.session == "follow":
            return self._made(("check", "rule"), words.phrase("safety_rule", "safety"), clinician)
        short = words.phrase("safety_short", "safety", target=words.number(target))
        return self._made(("check", "short", target), short, clinician)

    def closing(self, techniques: Sequence[Technique]) -> Section:
        """The finish cue, the advice, and the end, fit for the last position."""
        words, level = self.narration.wording, self.narration.talk.session
        helps = level == "learn" and any(one.finding != "no_change" for one in techniques)
        floor = techniques[-1].on_the_floor
        advice = {"learn": "advice", "minimal": None}.get(level, "advice_short")
        phrases = ("reason" if helps else None, advice, "done_floor" if floor else "done")
        return self._made(
            ("closing", level, helps, floor),
            [Part(words.phrases.title("closing"), None, None, LEAD_TICKS), Signal("finish")],
            *(words.phrase(phrase, "outro") for phrase in phrases if phrase),
        )

    # A gate: a chapter in which the listener pauses and sets up what takes as long as it takes.

    def gate(self, technique: Technique) -> Section:
        """What comes next, and who should leave it out: they hear next what to do instead."""
        words, name = self.narration.wording, self.narration.name(technique)
        part = Part(words.phrases.title("gate", name=name), technique.id, None, LEAD_TICKS)
        next_up = words.phrase("next_up", "next", name=self.narration.short(technique))
        lines = list(self.narration.part(technique, "gate", "gate", None))
        return self._made(self._told("gate", technique), [part], next_up, lines[:1])

    def instead(self, technique: Technique, before: Technique | None, *, last: bool) -> Section:
        """What to do for whoever leaves it out: the technique before again, or a rest."""
        level = self.narration.level(technique)
        again = before is not None and before.muscle == technique.muscle and not before.gate
        values = {"name": self.narration.short(before)} if before and again else {}
        end = "_short" if level != "learn" else "_last" if last else ""
        phrase = f"gate_{'instead' if again else 'rest'}{end}"
        lines = self.narration.wording.phrase(phrase, "gate", **values)
        return self._made((phrase, before.id if before and again else ""), lines)

    def get_up(self) -> Section:
        return self._made(("get-up",), self.narration.wording.phrase("get_up", "next"))

    def ready_gate(self, technique: Technique) -> Section:
        words = self.narration.wording
        lines = list(self.narration.part(technique, "gate", "gate", None))
        gate = Gate(words.defaults.gate_ticks)
        return self._made(
            self._told("ready", technique), lines[1:], words.phrase("gate", "gate"), [gate]
        )

    # A side

    def part(self, technique: Technique, done: SideSets, *, first: bool) -> Section:
        words, name = self.narration.wording, self.narration.name(technique)
        title = words.phrases.title("both", name=name)
        if done.side is not None:
            form = "again" if done.turn in ("again", "more") else "side"
            title = words.phrases.title(form, name=name, side=words.phrases.words[done.side])
        lead = LEAD_TICKS if first else 0
        key = ("part", technique.id, done.side, done.turn)
        return Section(key, (Part(title, technique.id, done.side, lead),))

    def number(self, n: int, total: int) -> Section:
        words = self.narration.wording
        numbers = {"n": words.number(n), "total": words.number(total)}
        return self._made(("number", n, total), words.phrase("number", "name", **numbers))

    def name(self, technique: Technique, done: SideSets) -> Section:
        """The name, the side and, at learn, the sets."""
        narration, words, side = self.narration, self.narration.wording, done.side
        level, lines = narration.level(technique), list[Say]()
        if level == "follow" and side is not None and done.turn != "only":
            values = narration.limb(technique, side)
            lines += words.phrase("name_side", "name", name=narration.short(technique), **values)
        else:
            if level != "minimal":
                name = narration.name(technique) if level == "learn" else narration.short(technique)
                lines += words.phrase("name", "name", name=name)
            if side is not None:
                phrase = "first_side" if level == "learn" else "switch_side"
                phrase = "only_side" if done.turn == "only" else phrase
                lines += words.phrase(phrase, "name", **narration.limb(technique, side))
        if level == "learn" and done.sets > 1:
            lines += words.phrase("hold_sets", "name", n=words.number(done.sets))
        return self._made(self._key("name", technique, side, done.turn == "only"), lines)

    def time(self, seconds: int, *, each: bool) -> Section:
        """How long a hold is: of each side, or of one."""
        words = self.narration.wording
        phrase = "hold_each" if each else "hold_time"
        return self._made((phrase, seconds), words.phrase(phrase, "name", time=words.time(seconds)))

    def set_up(self, technique: Technique, side: Side | None) -> Section:
        """At learn what will be done; then how to get there."""
        narration, words = self.narration, self.narration.wording
        level, items = narration.level(technique), list[Item]()
        if level == "learn":
            items += narration.lines(technique, technique.move, "move", side)
            items += narration.lines(technique, technique.easier, "caution", side)
        # Also at follow, since a user who knows the technique may never have heard it tick.
        if narration.preferences.metronome and technique.pace and level != "minimal":
            bends = technique.mode == "press_move"
            items += words.phrase("metronome_bend" if bends else "metronome", "move")
        if technique.standing and (level != "follow" or technique.follow is None):
            items += words.phrase("standing_notice", "safety")
        items += narration.part(technique, "setup", "setup", side)
        return self._made(self._told("set-up", technique, side), items)

    def turn(self, technique: Technique, done: SideSets) -> Section:
        """The cue to change sides; its name too, unless the lines that follow say it."""
        words, said = self.narration.wording, list[Say]()
        side, turn = done.side or "left", done.turn
        if turn == "again" or self.narration.level(technique) != "learn":
            phrase = "again_side" if turn == "again" else "switch_side"
            line = words.one(phrase, "switch", **self.narration.limb(technique, side))
            said = [replace(line, then_ticks=min(line.then_ticks, SENTENCE_TICKS))]
        key = self._key("turn", technique, side, turn)
        return self._made(key, [Signal("switch")], said)

    def switch(self, technique: Technique, side: Side | None) -> Section:
        lines = self.narration.part(technique, "switch", "switch", side)
        return self._made(self._told("switch", technique, side), lines)

    def more(self, technique: Technique, block: Block, side: Side | None) -> Section:
        again = self.narration.again("again_side", technique, side)
        return self._made(
            self._key("more", technique, side), [self._rest(block), Cautions(), again]
        )

    def load(self, technique: Technique, side: Side | None) -> Section:
        """The line that puts weight on, and "Get ready".

        At minimal only who stands or does the hardest hears the line; for others "Get ready" is it.
        """
        narration, words = self.narration, self.narration.wording
        load = narration.line(technique, technique.load, "load", side)
        values = {} if side is None else narration.limb(technique, side)
        ready = words.phrase("get_ready" if values else "get_ready_both", "ready", **values)
        minimal = narration.level(technique) == "minimal"
        if minimal and not technique.standing and technique.level < HARDEST:
            *before, last = ready
            ticks = load.then_ticks + last.then_ticks
            lines = (*before, replace(last, role="load", then_ticks=ticks))
        else:
            lines = (load, *ready)
        return self._made(self._key("load", technique, side), lines)

    def holds(self, index: int, block: Block, done: SideSets) -> Section:
        """The holds of a side, with what is said between and after them; no word names the side."""
        narration, words, technique = self.narration, self.narration.wording, block.technique
        of_side = sum(one.sets for one in block.passes if one.side == done.side)
        minimal = narration.level(technique) == "minimal"
        items: list[Item] = []
        for number in range(done.sets):
            if number:
                n, total = words.number(done.first_set + number), words.number(of_side)
                again = narration.again("next_set", technique, done.side)
                set_of = words.phrase("set_of", "ready", n=n, total=total)
                items += [self._rest(block), *set_of, Cautions(), again]
            hold = Hold(
                done.hold_s * units.TICKS_PER_SECOND,
                technique.id,
                done.side,
                done.first_set + number,
                index,
                calls_of(narration, technique),
                technique.pace if narration.preferences.metronome else None,
            )
            items += [hold, *(() if minimal else words.phrase("set_end", "ease"))]
        return self._made(self._key("holds", technique, done.hold_s), items)

    def finish(self, technique: Technique, side: Side | None) -> Section:
        lines = self.narration.part(technique, "finish", "finish", side)
        return self._made(self._told("finish", technique, side), lines)

    def _told(self, kind: str, technique: Technique, *more: str | None) -> Key:
        """The key of lines of a technique, some of which only a short safety check needs."""
        return self._key(kind, technique, *more, self.narration.talk.safety)

    def _key(self, kind: str, technique: Technique, *more: str | int | None) -> Key:
        return (kind, technique.id, self.narration.level(technique), *more)

    def _rest(self, block: Block) -> Rest:
        minimal = self.narration.level(block.technique) == "minimal"
        line = None if minimal else self.narration.wording.one("rest", "rest")
        return Rest(block.rest_ticks, line)
