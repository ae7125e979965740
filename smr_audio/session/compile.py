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
from smr_audio.session.phrasing import Wording
from smr_audio.session.script import (
    Calls,
    Cautions,
    Coaching,
    Gate,
    Hold,
    Item,
    Notice,
    Part,
    Rest,
    Say,
    Script,
    Signal,
)
from smr_audio.session.selection import choose
from smr_audio.session.workload import Block, FittedBlock, SideSets, Workload, resolve

COUNTS: Final = ("count_three", "count_two", "count_one")


def calls_of(narration: Narration) -> Calls:
    preferences = narration.preferences
    wanted = preferences.calls or ((NO_CALLS,) if narration.talk == "minimal" else (ALL_CALLS,))
    countdown = preferences.countdown or "beeps"
    one = narration.wording.one
    lines = (
        one("go", "go"),
        one("halfway", "call"),
        one("one_minute", "call"),
        one("ten_seconds", "call"),
    )
    go, halfway, one_minute, ten_seconds = (
        line if name in wanted or ALL_CALLS in wanted else None
        for name, line in zip(CALLS, lines, strict=True)
    )
    counts = () if countdown == "beeps" else tuple(one(name, "call") for name in COUNTS)
    return Calls(go, halfway, one_minute, ten_seconds, countdown, counts)


def beatless(narration: Narration) -> Iterator[Notice]:
    if not narration.preferences.metronome:
        return
    techniques = {block.technique.id: block.technique for block in narration.work.blocks}
    for technique in techniques.values():
        if technique.pace is None:
            text = f"{technique.id} has no pace, so the metronome does not tick in its holds"
            yield Notice("metronome-unused", text)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A script, the work that it describes, and the layers of preferences behind it."""

    script: Script
    work: Workload
    layers: Layers


def compile_session(
    routine: Routine,
    options: Preferences,
    *,
    library: Library,
    profile: Layer | None = None,
    fitted: Mapping[int, FittedBlock] | None = None,
) -> Compiled:
    """Compile a routine, with options over a profile over the routine's own settings.

    `fitted` are holds and sets by block. Pure but for the files that `library` reads. Raises
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
    narration = Narration(routine, work, library, wording, preferences.talk or "full", preferences)
    main = [
        item for index, block in enumerate(work.blocks) for item in _block(narration, index, block)
    ]
    main += closing(narration)
    script = Script(
        routine.id,
        routine.title.get(language),
        language,
        (*opening(narration, main), *main),
        tuple(_coaching(narration, block.technique) for block in work.blocks),
        tuple(_spare(narration)),
        (*work.warnings, *beatless(narration), *_of_content(routine, work, library)),
        lexicon,
    )
    return Compiled(script, work, layers)


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
        if first:
            yield from _approach(narration, index, block)
        elif done.turn == "more":
            yield _rest(narration, block)
            yield from _sided(narration, "again_side", technique, done.side)
        else:
            yield from _switch(narration, technique, done)
        yield Cautions()
        yield from _sided(narration, "get_ready", technique, done.side)
        yield from _sets(narration, index, block, done)
    yield from narration.lines(technique.finish, "finish", block.passes[-1].side)
    following = narration.work.blocks[index + 1 : index + 2]
    if following and not following[0].technique.gate:
        if narration.full:
            name = narration.name(following[0].technique)
            yield from narration.wording.phrase("next_up", "next", name=name)
        yield from _get_up(narration, index + 1)


def _gate(narration: Narration, index: int, technique: Technique) -> Iterator[Item]:
    """A chapter in which the listener pauses and sets up what takes as long as it takes."""
    words, name = narration.wording, narration.name(technique)
    yield Part(words.phrases.title("gate", name=name), technique.id, None, LEAD_TICKS)
    yield from words.phrase("next_up" if index else "name", "next", name=name)
    yield from _get_up(narration, index)
    yield from narration.lines(technique.gate, "gate", None)
    yield from words.phrase("gate", "gate")
    yield Gate(words.defaults.gate_ticks)


def _get_up(narration: Narration, index: int) -> Iterator[Item]:
    if not index:
        return
    before, after = (narration.work.blocks[i].technique for i in (index - 1, index))
    if before.on_the_floor and not after.on_the_floor:
        yield from narration.lines(narration.wording.phrases.lines["get_up"], "next", None)


def _part_title(narration: Narration, technique: Technique, done: SideSets) -> str:
    phrases, name = narration.wording.phrases, narration.name(technique)
    if done.side is None:
        return phrases.title("both", name=name)
    form = "again" if done.turn in ("again", "more") else "side"
    return phrases.title(form, name=name, side=phrases.words[done.side])


def _approach(narration: Narration, index: int, block: Block) -> Iterator[Item]:
    """Number, name and side; at full talk set-up and movement; the meaning of a beat."""
    technique, words, done = block.technique, narration.wording, block.passes[0]
    total = len(narration.work.blocks)
    if total > 1:
        n, of = words.number(index + 1), words.number(total)
        yield from words.phrase("number", "name", n=n, total=of)
    if narration.talk != "minimal":
        yield from words.phrase("name", "name", name=narration.name(technique))
    if done.side is not None:
        phrase = "only_side" if done.turn == "only" else "first_side"
        yield from words.phrase(phrase, "name", **narration.limb(technique, done.side))
    if technique.standing:
        yield from narration.lines(words.phrases.lines["standing_notice"], "safety", None)
    yield from narration.lines(technique.setup, "setup", done.side)
    if narration.full:
        yield from narration.lines(technique.easier, "caution", done.side)
        yield from narration.lines(technique.move, "move", done.side)
    # Also at brief talk, since a user who knows the technique may never have heard it tick.
    if narration.preferences.metronome and technique.pace and narration.talk != "minimal":
        bends = technique.mode == "press_move"
        yield from words.phrase("metronome_bend" if bends else "metronome", "move")


def _switch(narration: Narration, technique: Technique, done: SideSets) -> Iterator[Item]:
    yield Signal("switch")
    side = done.side or "left"
    if done.turn == "again" or not narration.full:
        phrase = "again_side" if done.turn == "again" else "switch_side"
        yield from narration.wording.phrase(phrase, "switch", **narration.limb(technique, side))
    yield from narration.lines(technique.switch, "switch", side)


def _sided(
    narration: Narration, phrase: str, technique: Technique, side: Side | None
) -> Iterator[Item]:
    """A phrase that names the side, or its twin for both sides at once."""
    if side is None:
        yield from narration.wording.phrase(f"{phrase}_both", "ready")
    else:
        yield from narration.wording.phrase(phrase, "ready", **narration.limb(technique, side))


def _sets(narration: Narration, index: int, block: Block, done: SideSets) -> Iterator[Item]:
    words = narration.wording
    for number in range(done.sets):
        if number:
            yield _rest(narration, block)
            yield Cautions()
            of_side = [one for one in block.passes if one.side == done.side]
            last = number == done.sets - 1 and done is of_side[-1]
            phrase = "last_set" if last else "next_set"
            yield from words.phrase(phrase if done.side else f"{phrase}_both", "ready")
        yield Hold(
            done.hold_s * units.TICKS_PER_SECOND,
            block.technique.id,
            done.side,
            done.first_set + number,
            index,
            calls_of(narration),
            block.technique.pace if narration.preferences.metronome else None,
        )
        if narration.talk != "minimal":
            yield from words.phrase("set_end", "ease")


def _rest(narration: Narration, block: Block) -> Rest:
    line = narration.wording.one("rest", "rest") if narration.talk != "minimal" else None
    return Rest(block.rest_ticks, line)


def _coaching(narration: Narration, technique: Technique) -> Coaching:
    """Nerve, boundary and stop lines first, then the rest in the order written."""
    first = [key for key in PROTECTED_COACHING if key in technique.coaching]
    rest = [key for key in technique.coaching if key not in first]
    names = (*first, *rest)
    lines = tuple(narration.wording.line(technique.coaching[name], "coach") for name in names)
    return Coaching(lines, len(first), narration.full, names)


def _spare(narration: Narration) -> Iterator[Say]:
    both = any(block.technique.sides == 1 for block in narration.work.blocks)
    more = ("next_set_both", "last_set_both") if both else ()
    for name in ("rest", "next_set", "last_set", *more):
        yield from narration.wording.phrase(name, "ready")
