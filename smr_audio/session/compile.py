"""Compile a routine and preferences into a script: everything said and done, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from smr_audio import units
from smr_audio.library.library import Library
from smr_audio.library.models import PROTECTED_COACHING, Routine, Technique
from smr_audio.library.packs.qualify import named_in_full
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.options.choices import ALL_CALLS, CALLS, NO_CALLS, Side
from smr_audio.options.preferences import Preferences
from smr_audio.session.layers import Layer, Layers, Source
from smr_audio.session.narration import LEAD_TICKS, Narration, closing, opening
from smr_audio.session.phrasing import TIMES_S, Wording
from smr_audio.session.script import (
    Calls,
    Cautions,
    Coaching,
    Gate,
    Hold,
    Item,
    Notice,
    Part,
    Pause,
    Rest,
    Say,
    Script,
    Signal,
    Timed,
)
from smr_audio.session.selection import choose
from smr_audio.session.talk import TalkPlan, talk_plan
from smr_audio.session.workload import Block, FittedBlock, SideSets, Workload, resolve

USUAL_SETS: Final = 4
HARDEST: Final = 3
SENTENCE_TICKS: Final = 38
"""0.3 s, about what a voice leaves between two sentences."""

COUNTS: Final = ("count_three", "count_two", "count_one")


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


def beatless(narration: Narration) -> Iterator[Notice]:
    blocks = narration.work.blocks if narration.preferences.metronome else ()
    for name in dict.fromkeys(one.technique.id for one in blocks if one.technique.pace is None):
        text = f"{name} has no pace, so the metronome does not tick in its holds"
        yield Notice("metronome-unused", text)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A script, the work and the talk that it describes, and the layers of preferences behind."""

    script: Script
    work: Workload
    talk: TalkPlan
    layers: Layers


def compile_session(
    routine: Routine,
    options: Preferences,
    *,
    library: Library,
    profile: Layer | None = None,
    fitted: Mapping[int, FittedBlock] | None = None,
    turn: int = 0,
) -> Compiled:
    """Compile a routine, with options over a profile over the routine's own settings.

    `fitted` are holds and sets by block. `turn` is how often the session was done before: its
    coaching goes on from there. Pure but for the files that `library` reads. Raises
    UsageError for options that do not fit the routine, ContentError for content that lacks
    something, MissingError for a language without phrases.
    """
    options = named_in_full(options, _naming(routine, library))
    if profile is not None:
        profile = replace(
            profile, preferences=named_in_full(profile.preferences, library.naming(None))
        )
    source: Source = "composed" if routine.composed else "routine"
    layers = Layers(
        Layer(source, routine.settings, routine.location),
        profile or Layer("profile", Preferences()),
        Layer("option", options),
    )
    preferences = layers.combined
    language = library.language(preferences.language or DEFAULT_LANGUAGE)
    defaults = library.defaults()
    techniques = library.techniques_of(routine.steps)
    selection = choose(routine.steps, techniques, layers=layers, library=library)
    work = resolve(selection, layers, defaults=defaults, fitted=fitted or None)
    lexicon = library.lexicon(language)
    wording = Wording(library.phrases(language), defaults, preferences.pace or "normal", lexicon)
    talk = talk_plan(preferences, routine, (block.technique.id for block in work.blocks))
    narration = Narration(routine, work, library, wording, talk, preferences)
    main = [
        item for index, block in enumerate(work.blocks) for item in _block(narration, index, block)
    ]
    if routine.excerpt:
        main = [_hurried(item) for item in main]
    else:
        main = [*opening(narration, main), *main, *closing(narration)]
    script = Script(
        routine.id,
        routine.title.get(language),
        language,
        tuple(main),
        tuple(_coaching(narration, block.technique, turn) for block in work.blocks),
        tuple(_spare(narration)),
        (*work.warnings, *beatless(narration), *_of_content(routine, work, library)),
        lexicon,
    )
    return Compiled(script, work, talk, layers)


def _hurried(item: Item) -> Item:
    """An item of an excerpt, in which nobody does what is said: so that nothing waits for it."""
    if isinstance(item, Say):
        return replace(item, then_ticks=min(item.then_ticks, SENTENCE_TICKS))
    if isinstance(item, Gate | Pause):
        return replace(item, ticks=min(item.ticks, units.TICKS_PER_SECOND))
    return item


def _naming(routine: Routine, library: Library) -> Callable[[str], str]:
    """Makes the names in options full: a bare id means the one in this session, if there is one."""
    ids = {step.technique for step in routine.steps}

    def full(name: str) -> str:
        alike = [each for each in ids if each.partition(".")[2] == name]
        return alike[0] if name not in ids and len(alike) == 1 else library.full_id(name)

    return full


def _of_content(routine: Routine, work: Workload, library: Library) -> Iterator[Notice]:
    named = [("technique", block.technique.id) for block in work.blocks]
    for kind, name in dict.fromkeys([("routine", routine.id), *named]):
        if (folder := library.replaced(kind, name)) is not None:
            yield Notice("content-replaced", f"{name} of {folder} replaces the shipped one")
    for broken in library.broken_packs(look=False):
        yield Notice("pack-broken", broken.text)


def _block(narration: Narration, index: int, block: Block) -> Iterator[Item]:
    technique = block.technique
    if technique.gate:
        yield from _gate(narration, index, technique)
    for done in block.passes:
        first = done is block.passes[0]
        title = _part_title(narration, technique, done)
        yield Part(title, technique.id, done.side, LEAD_TICKS if first else 0)
        if done.turn == "more":
            yield _rest(narration, block)
            yield Cautions()
            yield narration.again("again_side", technique, done.side)
        else:
            yield from (
                _approach(narration, index, block) if first else _switch(narration, block, done)
            )
            yield Cautions()
            yield from _load(narration, technique, done.side)
        yield from _sets(narration, index, block, done)
    yield from narration.part(technique, "finish", "finish", block.passes[-1].side)
    following = narration.work.blocks[index + 1 : index + 2]
    if following and not following[0].technique.gate:
        yield from _get_up(narration, index + 1)


def _gate(narration: Narration, index: int, technique: Technique) -> Iterator[Item]:
    """A chapter in which the listener pauses and sets up what takes as long as it takes.

    Its first line asks who should leave it out. They hear what to do instead before they get up.
    """
    words = narration.wording
    yield Part(
        words.phrases.title("gate", name=narration.name(technique)), technique.id, None, LEAD_TICKS
    )
    yield from words.phrase("next_up", "next", name=narration.short(technique))
    lines = narration.part(technique, "gate", "gate", None)
    yield next(lines)
    yield from _instead(narration, index, technique)
    yield from _get_up(narration, index)
    yield from lines
    yield from words.phrase("gate", "gate")
    yield Gate(words.defaults.gate_ticks)


def _instead(narration: Narration, index: int, technique: Technique) -> Iterator[Say]:
    """What to do for whoever leaves a gated technique out: the last one again, or a rest."""
    words, blocks = narration.wording, narration.work.blocks
    before = blocks[index - 1].technique if index else None
    again = before is not None and before.muscle == technique.muscle and not before.gate
    values = {"name": narration.short(before)} if before and again else {}
    phrase = "gate_instead" if again else "gate_rest"
    if narration.level(technique) != "learn":
        phrase += "_short"
    elif index + 1 < len(blocks):
        values |= {"n": words.number(index + 2), "total": words.number(len(blocks))}
    else:
        phrase += "_last"
    yield from words.phrase(phrase, "gate", **values)


def _get_up(narration: Narration, index: int) -> Iterator[Item]:
    if not index:
        return
    before, after = (narration.work.blocks[i].technique for i in (index - 1, index))
    if before.on_the_floor and not after.on_the_floor:
        yield from narration.wording.phrase("get_up", "next")


def _part_title(narration: Narration, technique: Technique, done: SideSets) -> str:
    phrases, name = narration.wording.phrases, narration.name(technique)
    if done.side is None:
        return phrases.title("both", name=name)
    form = "again" if done.turn in ("again", "more") else "side"
    return phrases.title(form, name=name, side=phrases.words[done.side])


def _approach(narration: Narration, index: int, block: Block) -> Iterator[Item]:
    """Number, name, side and amount; at learn what will be done; then the set-up."""
    technique, words, done = block.technique, narration.wording, block.passes[0]
    level, total = narration.level(technique), len(narration.work.blocks)
    if total > 1:
        n, of = words.number(index + 1), words.number(total)
        yield from words.phrase("number", "name", n=n, total=of)
    if level == "follow" and done.side is not None and done.turn != "only":
        values = narration.limb(technique, done.side)
        yield from words.phrase("name_side", "name", name=narration.short(technique), **values)
    else:
        if level != "minimal":
            name = narration.name(technique) if level == "learn" else narration.short(technique)
            yield from words.phrase("name", "name", name=name)
        if done.side is not None:
            phrase = "first_side" if level == "learn" else "switch_side"
            phrase = "only_side" if done.turn == "only" else phrase
            yield from words.phrase(phrase, "name", **narration.limb(technique, done.side))
    if level == "learn":
        if done.sets > 1:
            yield from words.phrase("hold_sets", "name", n=words.number(done.sets))
        yield from _time(narration, block, done)
        yield from narration.lines(technique, technique.move, "move", done.side)
        yield from narration.lines(technique, technique.easier, "caution", done.side)
    # Also at follow, since a user who knows the technique may never have heard it tick.
    if narration.preferences.metronome and technique.pace and level != "minimal":
        bends = technique.mode == "press_move"
        yield from words.phrase("metronome_bend" if bends else "metronome", "move")
    if technique.standing and (level != "follow" or technique.follow is None):
        yield from words.phrase("standing_notice", "safety")
    yield from narration.part(technique, "setup", "setup", done.side)


def _time(narration: Narration, block: Block, done: SideSets) -> Iterator[Say]:
    """How long a hold is: of each side, or of this one where there is no other as long."""
    seconds = {one.hold_s for one in block.passes}
    sides = {one.side for one in block.passes}
    alike = len(seconds) == 1 and len(sides) > 1
    if alike and done is not block.passes[0]:
        return
    phrase = "hold_each" if alike else "hold_time"
    yield from narration.wording.phrase(phrase, "name", time=narration.wording.time(done.hold_s))


def _switch(narration: Narration, block: Block, done: SideSets) -> Iterator[Item]:
    technique, level = block.technique, narration.level(block.technique)
    yield Signal("switch")
    side = done.side or "left"
    if done.turn == "again" or level != "learn":
        phrase = "again_side" if done.turn == "again" else "switch_side"
        said = narration.wording.one(phrase, "switch", **narration.limb(technique, side))
        yield replace(said, then_ticks=min(said.then_ticks, SENTENCE_TICKS))
    if level == "learn":
        yield from _time(narration, block, done)
    yield from narration.part(technique, "switch", "switch", side)


def _load(narration: Narration, technique: Technique, side: Side | None) -> Iterator[Item]:
    """The line that puts weight on, and "Get ready".

    At minimal only who stands or does the hardest hears the line; for others "Get ready" is it.
    """
    load = narration.line(technique, technique.load, "load", side)
    phrase, values = "get_ready_both", {}
    if side is not None:
        phrase, values = "get_ready", narration.limb(technique, side)
    ready = narration.wording.phrase(phrase, "ready", **values)
    if narration.level(technique) != "minimal" or technique.standing or technique.level >= HARDEST:
        yield load
        yield from ready
    else:
        *lines, last = ready
        yield from lines
        ticks = load.then_ticks + last.then_ticks
        yield replace(last, role="load", then_ticks=ticks)


def _sets(narration: Narration, index: int, block: Block, done: SideSets) -> Iterator[Item]:
    words, technique = narration.wording, block.technique
    of_side = sum(one.sets for one in block.passes if one.side == done.side)
    for number in range(done.sets):
        if number:
            yield _rest(narration, block)
            n, total = words.number(done.first_set + number), words.number(of_side)
            yield from words.phrase("set_of", "ready", n=n, total=total)
            yield Cautions()
            yield narration.again("next_set", technique, done.side)
        yield Hold(
            done.hold_s * units.TICKS_PER_SECOND,
            technique.id,
            done.side,
            done.first_set + number,
            index,
            calls_of(narration, technique),
            technique.pace if narration.preferences.metronome else None,
        )
        if narration.level(technique) != "minimal":
            yield from words.phrase("set_end", "ease")


def _rest(narration: Narration, block: Block) -> Rest:
    minimal = narration.level(block.technique) == "minimal"
    return Rest(block.rest_ticks, None if minimal else narration.wording.one("rest", "rest"))


def _coaching(narration: Narration, technique: Technique, turn: int) -> Coaching:
    """Nerve, boundary and stop lines first, then the rest in the order written, from `turn` on."""
    level = narration.level(technique)
    said = {
        key: (line.at, narration.line(technique, line, "coach", None))
        for key, line in technique.coaching.items()
    }
    timed = tuple(
        Timed(None if at == "half" else at * units.TICKS_PER_SECOND, line, name)
        for name, (at, line) in said.items()
        if at is not None and level != "minimal"
    )
    first = [key for key in PROTECTED_COACHING if key in said and said[key][0] is None]
    rest = [key for key, (at, _) in said.items() if at is None and key not in first]
    start = turn % len(rest) if rest else 0
    names = (*first, *rest[start:], *rest[:start])
    move = technique.follow.move if technique.follow and level != "minimal" else None
    return Coaching(
        tuple(said[name][1] for name in names),
        len(first),
        level,
        names,
        None if move is None else narration.line(technique, move, "coach", None),
        timed,
    )


def _spare(narration: Narration) -> Iterator[Say]:
    """Lines for other holds, sets and rests, of the numbers that people choose."""
    words, techniques = narration.wording, [one.technique for one in narration.work.blocks]
    yield words.one("rest", "rest")
    for total in range(2, USUAL_SETS + 1):
        for n in range(2, total + 1):
            numbers = {"n": words.number(n), "total": words.number(total)}
            yield words.one("set_of", "ready", **numbers)
    # Sides that are not held alike, or one alone, are told as one place is.
    for sides, again, times in (
        (2, "next_set", ("hold_each", "hold_time")),
        (1, "next_set_both", ("hold_time",)),
    ):
        alike = [one for one in techniques if one.sides == sides]
        if alike:
            yield words.one(again, "load")
        learnt = [one for one in alike if narration.level(one) == "learn"]
        if learnt:
            for n in range(2, USUAL_SETS + 1):
                yield from words.phrase("hold_sets", "name", n=words.number(n))
            for seconds in TIMES_S:
                if seconds <= max(one.hold.most for one in learnt):
                    for time in times:
                        yield from words.phrase(time, "name", time=words.time(seconds))
