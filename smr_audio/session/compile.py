"""Compile a routine and preferences into a script: everything said and done, in order."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from smr_audio import units
from smr_audio.errors import ContentError, Problem
from smr_audio.library.library import Library
from smr_audio.library.models import Phrases, Role
from smr_audio.library.routine import Routine
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.technique import PROTECTED_COACHING, Technique
from smr_audio.options.preferences import Preferences, named_in_full
from smr_audio.records import dataclass, replace
from smr_audio.session.layers import Layer, Layers, Source
from smr_audio.session.narration import Narration, TalkPlan, announcements, talk_plan, tool_names
from smr_audio.session.phrasing import TIMES_S, Wording
from smr_audio.session.script import Coaching, Gate, Item, Notice, Pause, Say, Script, Timed
from smr_audio.session.sections import CAUTIONS, SENTENCE_TICKS, Section, Sections
from smr_audio.session.selection import choose
from smr_audio.session.workload import Block, FittedBlock, SideSets, Workload, resolve

USUAL_SETS: Final = 4


@dataclass(frozen=True, slots=True)
class Compiled:
    """A script, the narration that it is made by, and the layers of preferences behind."""

    script: Script
    narration: Sections
    layers: Layers

    @property
    def work(self) -> Workload:
        return self.narration.work

    @property
    def talk(self) -> TalkPlan:
        return self.narration.talk


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
    ids = {step.technique for step in routine.exercises}

    def full(name: str) -> str:
        """A bare id means the one in this session, if there is one."""
        alike = [each for each in ids if each.partition(".")[2] == name]
        return alike[0] if name not in ids and len(alike) == 1 else library.full_id(name)

    options = named_in_full(options, full)
    if profile is not None:
        profile = replace(profile, preferences=named_in_full(profile.preferences, library.naming(None)))
    profile = profile or Layer("profile", Preferences())
    source: Source = "composed" if routine.composed else "routine"
    settings = routine.settings.over(Preferences(language=routine.language))
    if settings.language and profile.preferences.language not in routine.title.texts:
        profile = replace(profile, preferences=replace(profile.preferences, language=None))
    layers = Layers(Layer(source, settings, routine.location), profile, Layer("option", options))
    preferences = layers.combined
    language = library.language(preferences.language or DEFAULT_LANGUAGE)
    defaults, techniques = library.defaults(), library.techniques_of(routine.exercises)
    selection = choose(routine.steps, techniques, layers=layers, library=library)
    work = resolve(selection, layers, defaults=defaults, fitted=fitted or None)
    lexicon = library.lexicon(language)
    _check_phrases(routine, library.phrases(language))
    wording = Wording(library.phrases(language), defaults, preferences.pace or "normal", lexicon)
    talk = talk_plan(preferences, routine, (block.technique.id for block in work.blocks))
    sections = Sections(routine, work, library, wording, talk, preferences)
    main = [item for section in sequence(sections) for item in section.items]
    main = [_hurried(item) for item in main] if routine.excerpt else _opened(sections, main)
    script = Script(
        routine.id,
        routine.title.get(language),
        language,
        tuple(main),
        tuple(_all_coaching(sections, turn)),
        tuple(_spare(sections)),
        (*work.warnings, *_notices(sections)),
        lexicon,
    )
    return Compiled(script, sections, layers)


def _check_phrases(routine: Routine, phrases: Phrases) -> None:
    """Raise ContentError if a language has no words for rounds and there are some."""
    lacking = {"lines: round_of": phrases.lines, "titles: round": phrases.titles}
    names = " and ".join(name for name, known in lacking.items() if name.split()[1] not in known)
    if names and any(step.rounds for step in routine.exercises):
        raise ContentError([Problem(phrases.location, f"there are rounds, and no words for them; add {names}")])


def _opened(sections: Sections, main: Sequence[Item]) -> list[Item]:
    """A whole session: title and minutes, tools to fetch, safety check; and how it closes."""
    techniques = [block.technique for block in sections.work.blocks]
    title, check = sections.title(), sections.check(techniques)
    if sections.talk.session == "minimal":
        before = [*title.items, *check.items]
    else:
        learn = sections.talk.session == "learn"
        names = dict.fromkeys(name for one in techniques for name in tool_names(sections, one))
        fetch = [sections.fetch()] if learn and names else []
        fetch += map(sections.tool, names)
        after = [item for section in (*fetch, check) for item in section.items]
        before = [*title.items, announcements(sections, [*title.items, *after, *main]), *after]
    return [*before, *main, *sections.closing(techniques).items]


def _hurried(item: Item) -> Item:
    """An item of an excerpt, in which nobody does what is said: so that nothing waits for it."""
    if isinstance(item, Say):
        return replace(item, then_ticks=min(item.then_ticks, SENTENCE_TICKS))
    if isinstance(item, Gate | Pause):
        return replace(item, ticks=min(item.ticks, units.TICKS_PER_SECOND))
    return item


def _notices(narration: Narration) -> Iterator[Notice]:
    """Holds without beats, and content that is replaced or cannot be read."""
    library = narration.library
    techniques = {block.technique.id: block.technique for block in narration.work.blocks}
    for name, technique in techniques.items() if narration.preferences.metronome else ():
        if technique.pace is None:
            yield Notice("metronome-unused", f"{name} has no pace, so the metronome does not tick in its holds")
    for kind, name in (("routine", narration.routine.id), *(("technique", name) for name in techniques)):
        if (folder := library.replaced(kind, name)) is not None:
            yield Notice("content-replaced", f"{name} of {folder} replaces the shipped one")
    for broken in library.broken_packs(look=False):
        yield Notice("pack-broken", broken.text)


def sequence(sections: Sections) -> Iterator[Section]:
    """The sections of a session in order, but for its opening and closing."""
    work = sections.work
    blocks, interludes = work.blocks, work.selection.interludes
    told = count()
    for index, block in enumerate(blocks):
        for one in interludes.get(index, ()):
            yield sections.interlude(next(told), one)
        technique, first = block.technique, block.passes[0]
        before = blocks[index - 1].technique if index else None
        if technique.gate:
            yield sections.gate(technique)
            yield sections.instead(technique, before, last=index + 1 == len(blocks))
        if before and before.on_the_floor and not technique.on_the_floor:
            yield sections.get_up()
        if technique.gate:
            yield sections.ready_gate(technique)
        for done in block.passes:
            yield sections.part(technique, done, first=done is first, step=block.step)
            if done.turn == "more":
                yield sections.more(technique, block, done.side)
            else:
                yield from _before_load(sections, block, done, index)
                if done is not first and block.wishes.switch_ticks:
                    yield sections.rest(technique, block.wishes.switch_ticks, "sides")
                yield CAUTIONS
                yield sections.load(block, done.side)
            yield sections.holds(index, block, done)
        yield sections.finish(technique, block.passes[-1].side)
        if block.after_ticks and block is not blocks[-1]:
            between = block.rest_after[1] if block.rest_after else "exercises"
            yield sections.rest(technique, block.after_ticks, between)
    for one in interludes.get(len(blocks), ()):
        yield sections.interlude(next(told), one)


def _before_load(sections: Sections, block: Block, done: SideSets, index: int) -> Iterator[Section]:
    """Number, name, side and amount, and how to get there, or how to change sides."""
    technique, blocks = block.technique, sections.work.blocks
    first = done is block.passes[0]
    if first and len(blocks) > 1 and not any(one.step.rounds for one in blocks):
        yield sections.number(index + 1, len(blocks))
    before = blocks[index - 1].step.rounds if index else ()
    for depth, one in enumerate(block.step.rounds) if first else ():
        if one.total > 1 and before[: depth + 1] != block.step.rounds[: depth + 1]:
            yield sections.number(one.number, one.total, "number" if depth else "round_of")
    yield sections.name(technique, done) if first else sections.turn(technique, done)
    if sections.level(technique) == "learn":
        each = len({one.holds_s for one in block.passes}) == 1 and len({one.side for one in block.passes}) > 1
        if first or not each:
            yield sections.time(done.holds_s, each=each)
    yield (sections.set_up if first else sections.switch)(technique, done.side)


def _all_coaching(narration: Narration, turn: int) -> Iterator[Coaching]:
    """The coaching of each block; one that comes again goes on in the rotation."""
    made, turns = dict[tuple[str, bool, int], Coaching](), Counter[str]()
    for technique in (block.technique for block in narration.work.blocks):
        start = (turn + turns[technique.id]) % (len(technique.coaching) or 1)
        key = (technique.id, technique.told, start)
        if key not in made:
            made[key] = _coaching(narration, technique, start)
        turns[technique.id] += 1
        yield made[key]


def _coaching(narration: Narration, technique: Technique, turn: int) -> Coaching:
    """Nerve, boundary and stop lines first, then the rest in the order written, from `turn` on."""
    level, own = narration.talk.techniques[technique.id], technique.coaching
    roles: dict[str, Role] = {key: "coach" if line.at is None else "say" for key, line in own.items()}
    said = {key: narration.line(technique, line, roles[key], None) for key, line in own.items()}
    timed = tuple(
        Timed(None if line.at == "half" else line.at * units.TICKS_PER_SECOND, said[key], key)
        for key, line in own.items()
        if line.at is not None and level != "minimal"
    )
    turning = [key for key, line in own.items() if line.at is None]
    first = [key for key in PROTECTED_COACHING if key in turning]
    rest = [key for key in turning if key not in first]
    start = turn % (len(rest) or 1)
    names = (*first, *rest[start:], *rest[:start])
    move = technique.follow.move if technique.follow and level != "minimal" else None
    done = narration.line(technique, move, "coach", None) if move else None
    return Coaching(tuple(said[name] for name in names), len(first), level, names, done, timed)


def _spare(narration: Narration) -> Iterator[Say]:
    """Lines for other holds, sets and rests, of the numbers that people choose."""
    words, techniques = narration.wording, [one.technique for one in narration.work.blocks]
    yield words.one("rest", "rest")
    for total in range(2, USUAL_SETS + 1):
        for n in range(2, total + 1):
            yield words.one("set_of", "ready", **words.of(n, total))
    # Sides that are not held alike, or one alone, are told as one place is: two sentences when they come up.
    for sides, again, time in ((2, "next_set", "hold_each"), (1, "next_set_both", "hold_time")):
        alike = [one for one in techniques if one.sides == sides]
        if alike:
            yield words.one(again, "load")
        learnt = [one.hold for one in alike if narration.level(one) == "learn"]
        for n in range(2, USUAL_SETS + 1) if learnt else ():
            yield from words.phrase("hold_sets", "name", n=words.number(n))
        for seconds in TIMES_S if learnt else ():
            if min(one.least for one in learnt) <= seconds <= max(one.most for one in learnt):
                yield from words.phrase(time, "name", time=words.time(seconds))
