"""The sections of a session: stretches of its script that are the same wherever they stand.

A section's key names all that decides what is in it. So a session with other options is made of
sections that other sessions have too, and whoever has the sound of each can put it together.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.library.routine import Interlude, Round, Step
from smr_audio.library.technique import Technique
from smr_audio.options.choices import ALL, CALLS, NO_CALLS, USUAL_COUNT_S, Side
from smr_audio.options.kinds import NO_BELLS, counted
from smr_audio.records import dataclass, replace
from smr_audio.session.narration import Narration, check_lines, pressure, titles
from smr_audio.session.phrasing import listed
from smr_audio.session.script import QUIET_TICKS, Between, Calls, Cautions, Gate, Hold, Item, Part, Rest, Say, Signal
from smr_audio.session.workload import Block, SideSets

HARDEST: Final = 3
LEAD_TICKS: Final = 63
"""Quiet before a chapter's first sound: half a second and a bit, so that headphones are awake."""
SENTENCE_TICKS: Final = 38
"""0.3 s, about what a voice leaves between two sentences."""

LOADED_FROM_TICKS: Final = 8 * units.TICKS_PER_SECOND
"""An exact rest between sets has a line that puts weight on from this length on."""

COUNTS: Final = ("count_one", "count_two", "count_three")

Key: TypeAlias = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Items that stand together.

    The same key has the same items in every session of a routine, whatever its holds, sides, talk,
    safety check and what is left out; not with other sets, rests, pace, language or limits.
    """

    key: Key
    items: tuple[Item, ...]


def _before_hold(line: Say, block: Block) -> Say:
    """The last line before a hold: the time to get ready that was asked for comes after it."""
    return replace(line, then_ticks=0) if block.wishes.prepare_ticks else line


def numbers_of(rounds: Iterable[Round]) -> tuple[int, ...]:
    return tuple(one.number for one in rounds)


CAUTIONS: Final = Section(("cautions",), (Cautions(),))


@dataclass(frozen=True, slots=True)
class Sections(Narration):
    """Makes the sections of a narration, at its levels of talk."""

    def _made(self, key: Key, *items: Iterable[Item]) -> Section:
        return Section(key, tuple(item for each in items for item in each))

    # The opening

    def title(self) -> Section:
        level = self.talk.session
        part = Part(self.wording.phrases.title("opening"), None, None, LEAD_TICKS)
        return self._made(("title", level), [part], () if level == "minimal" else titles(self))

    def fetch(self) -> Section:
        return self._made(("fetch",), self.wording.phrase("fetch", "fetch"))

    def tool(self, name: str) -> Section:
        return self._made(("tool", name), self.wording.phrase("tool", "fetch", tool=name))

    def check(self, techniques: Sequence[Technique]) -> Section:
        """The safety check for these techniques: whole, a rule to go by, or what is between."""
        words, medical = self.wording, self.work.selection.person.medical
        target = min((pressure(words, one) for one in techniques if one.presses), default=0)
        legs = any(one.muscle in words.defaults.leg_muscles for one in techniques)
        if self.talk.safety == "full":
            return self._made(("check", "full", target, legs), check_lines(words, techniques))
        # The whole check has this line.
        clinician = words.phrase("ask_clinician", "safety") if medical else ()
        if self.talk.session == "follow" or not target:
            return self._made(("check", "rule"), words.phrase("safety_rule", "safety"), clinician)
        short = words.phrase("safety_short", "safety", target=words.number(target))
        return self._made(("check", "short", target), short, clinician)

    def closing(self, techniques: Sequence[Technique]) -> Section:
        """The finish cue, the advice, and the end, fit for the last position."""
        level = self.talk.session
        pressing = [one for one in techniques if one.presses]
        helps = level == "learn" and any(one.finding != "no_change" for one in pressing)
        floor = techniques[-1].on_the_floor
        advice = {"learn": "advice", "minimal": None}.get(level, "advice_short") if pressing else None
        phrases = ("reason" if helps else None, advice, "done_floor" if floor else "done")
        return self._made(
            ("closing", level, helps, floor, *(() if pressing else ("gentle",))),
            [Part(self.wording.phrases.title("closing"), None, None, LEAD_TICKS), Signal("finish")],
            *(self.wording.phrase(phrase, "outro") for phrase in phrases if phrase),
        )

    # A gate: a chapter in which the listener pauses and sets up what takes as long as it takes.

    def gate(self, technique: Technique) -> Section:
        """What comes next, and who should leave it out: they hear next what to do instead."""
        title = self.wording.phrases.title("gate", name=self.full_name(technique))
        next_up = self.wording.phrase("next_up", "next", "next", name=self.short(technique))
        lines = islice(self.part_lines(technique, "gate", "gate", None), 1)
        return self._made(self._told("gate", technique), [Part(title, technique.id, None, LEAD_TICKS)], next_up, lines)

    def instead(self, technique: Technique, before: Technique | None, *, last: bool) -> Section:
        """What to do for whoever leaves it out: the technique before again, or a rest."""
        again = before if before and before.muscle == technique.muscle and not before.gate else None
        values = {"name": self.short(again)} if again else {}
        end = "_short" if self.level(technique) != "learn" else "_last" if last else ""
        phrase = f"gate_{'instead' if again else 'rest'}{end}"
        return self._made((phrase, again.id if again else ""), self.wording.phrase(phrase, "gate", **values))

    def get_up(self) -> Section:
        return self._made(("get-up",), self.wording.phrase("get_up", "next"))

    def ready_gate(self, technique: Technique) -> Section:
        lines = islice(self.part_lines(technique, "gate", "gate", None), 1, None)
        wait = self.wording.phrase("gate", "gate"), [Gate(self.wording.defaults.gate_ticks)]
        return self._made(self._told("ready", technique), lines, *wait)

    # A side

    def part(self, technique: Technique, done: SideSets, *, first: bool, step: Step | None = None) -> Section:
        form = "again" if done.turn in ("again", "more") else "side" if done.side else "both"
        name, side = self.full_name(technique), self.wording.phrases.words.get(done.side or "")
        title = self.wording.phrases.title(form, name=name, side=side or "")
        rounds = step.rounds if step else ()
        for one in rounds[-1:]:
            title = self.wording.phrases.title("round", title=title, n=str(one.number), total=str(one.total))
        numbers, file = numbers_of(rounds), None if step and step.own else technique.id
        part = Part(title, file, done.side, LEAD_TICKS if first else 0, numbers)
        return self._made(("part", technique.id, done.side, done.turn, *numbers), [part])

    def interlude(self, number: int, one: Interlude) -> Section:
        """What a routine says between its exercises, at every level of talk, and its pause."""
        lines = (self.wording.line(line, "say") for line in one.say)
        return self._made(("interlude", number), lines, [Gate(one.pause_ticks, "pause")] if one.pause_ticks else [])

    def number(self, n: int, total: int, phrase: str = "number") -> Section:
        return self._made((phrase, n, total), self.wording.phrase(phrase, "name", "next", **self.wording.of(n, total)))

    def name(self, technique: Technique, done: SideSets) -> Section:
        """The name, the side and, at learn, the sets."""
        words, side, only = self.wording, done.side, done.turn == "only"
        level, lines = self.level(technique), list[Say]()
        values = {} if side is None else self.limb(technique, side)
        name = self.full_name(technique) if level == "learn" else self.short(technique)
        if level == "follow" and values and not only:
            lines += words.phrase("name_side", "name", "name", name=name, **values)
            if self.work.has_exact_rests:
                lines[0] = replace(lines[0], shorter=words.one("switch_side", "name", **values))
        else:
            lines += words.phrase("name", "name", "name", name=name) if level != "minimal" else ()
            phrase = "only_side" if only else "first_side" if level == "learn" else "switch_side"
            lines += words.phrase(phrase, "name", **values) if values else ()
        if level == "learn" and done.sets > 1:
            lines += words.phrase("hold_sets", "name", "name", n=words.number(done.sets))
        return self._made(self._key("name", technique, side, only), lines)

    def time(self, holds_s: Iterable[int], *, each: bool) -> Section:
        """How long holds are, equal ones once: of each side, or of one."""
        phrase, seconds = "hold_each" if each else "hold_time", dict.fromkeys(holds_s)
        times = listed([self.wording.time(one) for one in seconds], self.wording.phrases)
        return self._made((phrase, *seconds), self.wording.phrase(phrase, "name", "name", time=times))

    def set_up(self, technique: Technique, side: Side | None) -> Section:
        """At learn what will be done; then how to get there."""
        level, items = self.level(technique), list[Item]()
        if level == "learn":
            items += self.lines(technique, technique.move, "move", side)
            items += self.lines(technique, technique.easier, "caution", side)
        # Also at follow, since a user who knows the technique may never have heard it tick.
        if self.preferences.metronome and technique.pace and not technique.told and level != "minimal":
            phrase = "metronome_bend" if technique.mode == "press_move" else "metronome"
            items += self.wording.phrase(phrase, "move", "move")
        if technique.standing and (level != "follow" or technique.follow is None):
            items += self.wording.phrase("standing_notice", "safety", "notice")
        items += self.part_lines(technique, "setup", "setup", side)
        return self._made(self._told("set-up", technique, side), items)

    def turn(self, technique: Technique, done: SideSets) -> Section:
        """The cue to change sides; its name too, unless the lines that follow say it."""
        side, turn, said = done.side or "left", done.turn, list[Say]()
        if turn == "again" or self.level(technique) != "learn":
            phrase = "again_side" if turn == "again" else "switch_side"
            line = self.wording.one(phrase, "switch", **self.limb(technique, side), **self.wording.nth(2))
            said = [replace(line, then_ticks=min(line.then_ticks, SENTENCE_TICKS))]
        return self._made(self._key("turn", technique, side, turn), [Signal("switch")], said)

    def switch(self, technique: Technique, side: Side | None) -> Section:
        return self._made(self._told("switch", technique, side), self.part_lines(technique, "switch", "switch", side))

    def more(self, technique: Technique, block: Block, side: Side | None) -> Section:
        again = self.again("again_side", technique, side)
        items: list[Item] = [self._between_sets(block), Cautions(), _before_hold(again, block)]
        return self._made(self._key("more", technique, side), items)

    def load(self, block: Block, side: Side | None) -> Section:
        """The line that puts weight on, and "Get ready".

        At minimal only who stands or does the hardest hears the line; for others "Get ready" is it.
        """
        technique = block.technique
        values = {} if side is None else self.limb(technique, side)
        lines = [*self.wording.phrase("get_ready" if values else "get_ready_both", "ready", **values)]
        if technique.load:
            lines.insert(0, self.line(technique, technique.load, "load", side))
        easy = not technique.standing and technique.level < HARDEST
        if self.level(technique) == "minimal" and technique.load and easy:
            ticks = lines[0].then_ticks + lines[-1].then_ticks
            lines = [*lines[1:-1], replace(lines[-1], role="load", then_ticks=ticks)]
        lines[-1] = _before_hold(lines[-1], block)
        return self._made(self._key("load", technique, side), lines)

    def holds(self, index: int, block: Block, done: SideSets) -> Section:
        """The holds of a side, with what is said between and after them; no word names the side."""
        technique, items = block.technique, list[Item]()
        of_side = sum(one.sets for one in block.passes if one.side == done.side)
        minimal, rounds = self.level(technique) == "minimal", numbers_of(block.step.rounds)
        calls, prepare_ticks = self._calls(block), block.wishes.prepare_ticks
        for number, hold_s in enumerate(done.holds_s):
            if number:
                numbers = self.wording.of(done.first_set + number, of_side)
                set_of = self.wording.phrase("set_of", "ready", "next", **numbers)
                rest = self._between_sets(block)
                items += [rest, *set_of, Cautions()]
                if not rest.exact or rest.ticks >= LOADED_FROM_TICKS:
                    items.append(_before_hold(self.again("next_set", technique, done.side), block))
            hold = Hold(
                hold_s * units.TICKS_PER_SECOND,
                technique.id,
                done.side,
                done.first_set + number,
                index,
                calls,
                technique.pace if self.preferences.metronome else None,
                # Less the quiet after the line before it.
                max(calls.prepared * units.TICKS_PER_SECOND, prepare_ticks - QUIET_TICKS),
                rounds,
                self.full_name(technique) if block.step.own else None,
            )
            ease = () if minimal else self.wording.phrase("set_end", "ease")
            items += [hold, *ease[:1], *(replace(one, gives_way="ease") for one in ease[1:])]
        return self._made(self._key("holds", technique, done.hold_s, *rounds), items)

    def _calls(self, block: Block) -> Calls:
        minimal = self.level(block.technique) == "minimal"
        wanted = self.preferences.calls or ((NO_CALLS,) if minimal else (ALL,))
        words, one = self.wording, self.wording.one
        countdown, count = counted(self.preferences.countdown or "beeps")
        prepared = min(USUAL_COUNT_S, block.wishes.prepare_ticks // units.TICKS_PER_SECOND)
        go, halfway, one_minute, ten_seconds = (
            one(phrase, "go" if phrase == "go" else "call") if {name, ALL} & {*wanted} else None
            for name, phrase in zip(CALLS, ("go", "halfway", "one_minute", "ten_seconds"), strict=True)
        )
        counts = () if countdown == "beeps" else tuple(one(name, "call") for name in COUNTS)
        for n in range(len(COUNTS) + 1, count + 1) if counts else ():
            number = words.sentence(words.number(n).capitalize())
            counts += (words.say(number, "call", at=words.phrases.location),)
        bells = block.wishes.bell or NO_BELLS
        return Calls(go, halfway, one_minute, ten_seconds, countdown, counts, count, prepared, bells)

    def finish(self, technique: Technique, side: Side | None) -> Section:
        return self._made(self._told("finish", technique, side), self.part_lines(technique, "finish", "finish", side))

    def _told(self, kind: str, technique: Technique, *more: str | None) -> Key:
        """The key of lines of a technique, some of which only a short safety check needs."""
        return self._key(kind, technique, *more, self.talk.safety)

    def _key(self, kind: str, technique: Technique, *more: str | int | None) -> Key:
        return (kind, technique.id, self.level(technique), *more)

    def rest(self, technique: Technique, ticks: int, between: Between) -> Section:
        """A rest that was asked for; nobody rests while changing sides."""
        line = self._rest_line(technique) if between == "exercises" else None
        return self._made(("rest", between, ticks), [Rest(ticks, line, between, exact=True)])

    def _between_sets(self, block: Block) -> Rest:
        exact = block.rest_ticks > 0 and block.rest.origin.source not in ("default", "dose")
        return Rest(block.rest_ticks, self._rest_line(block.technique), exact=exact)

    def _rest_line(self, technique: Technique) -> Say | None:
        return None if self.level(technique) == "minimal" else self.wording.one("rest", "rest")
