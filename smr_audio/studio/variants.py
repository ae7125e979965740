"""A session in all its variants: the sections that it has with other holds, sides and talk.

A session with other options is made of these and no others, so a page can put it together from
their sound. Their sequence is that of `session/compile.py`, which `page/link.mjs` follows too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import product
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.library.routine import Routine
from smr_audio.options.choices import SAFETIES, SIDES, TALKS, KeepAwake, Talk
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import TalkChoice, parse_hold
from smr_audio.progress import Progress
from smr_audio.records import dataclass, field, replace
from smr_audio.session.compile import Compiled
from smr_audio.session.narration import announcement, ruler, tool_names
from smr_audio.session.script import NEAR_MS, Coaching, Say, SayLength
from smr_audio.session.sections import Key, Section, Sections
from smr_audio.session.workload import Block
from smr_audio.sound.islands import Shape
from smr_audio.sound.settings import BedSettings, Ground
from smr_audio.studio.clips import Clips
from smr_audio.studio.draft import Draft, Drafter
from smr_audio.studio.pipeline import Encoding, islands_of, sounds_of
from smr_audio.studio.segment_store import SegmentStore
from smr_audio.timeline.hold import Rotation
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import Laid, lay, schedule

LEAST_S: Final = 10
STEP_S: Final = 5
_SHORTEST_MS: Final = 30_000

Mode: TypeAlias = tuple[str, str]
"""The sides and the first side that are asked for; empty where nothing is."""
BOTH: Final = ("both", "")
MODES: Final[tuple[Mode, ...]] = tuple(product(("", "both", *SIDES), ("", *SIDES)))


@dataclass(frozen=True, slots=True)
class HoldVariant:
    """The holds of a side at a length, in a state of the technique's coaching.

    `before` are the cautions that are said ahead of them, `after` the state they leave.
    """

    laid: Laid
    before: Laid
    after: int


@dataclass(frozen=True, slots=True)
class Variants:
    """Every section of a session by its key, those of holds also by the state of the coaching.

    `given` is the session as it was asked for. `sides` are the passes of each block by mode,
    `seconds` the holds of each technique that can be chosen, `tools` what is fetched for it.
    `announcements` are those of every length in seconds, and `ruler` the line whose time each of
    them gets.
    """

    given: Compiled
    clips: Clips
    lengths: Lengths
    sides: Mapping[Mode, Sequence[Block]]
    seconds: Mapping[str, Sequence[int]]
    tools: Mapping[str, Mapping[Talk, tuple[str, ...]]]
    ruler: Say
    announcements: Mapping[int, Laid]
    sections: Mapping[Key, tuple[Section, Laid]]
    holds: Mapping[tuple[str, Talk, int, int], HoldVariant]
    _islands: dict[int, list[tuple[int, Shape]]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """What may lie under it: what is asked for, and the floor alone."""
        settings = self.clips.settings
        return tuple(dict.fromkeys((settings.ground, (settings.keep_awake, settings.kbps, None))))

    def islands(self, laid: Laid) -> Sequence[tuple[int, Shape]]:
        """The start frame and shape of each island of one of its sections."""
        if id(laid) not in self._islands:
            found = islands_of(laid, self.clips, self.lengths)
            self._islands[id(laid)] = [(island.start_frame, island.shape) for island in found]
        return self._islands[id(laid)]

    def all_laid(self) -> Iterator[Laid]:
        """Everything that may be heard."""
        yield from (laid for _, laid in self.sections.values())
        yield from self.announcements.values()
        for one in self.holds.values():
            yield from (one.laid, one.before)


def _seconds(blocks: Iterable[Block]) -> dict[str, list[int]]:
    """The holds of each technique that can be chosen: in steps, its bounds, and the usual ones."""
    found: dict[str, list[int]] = {}
    for block in blocks:
        hold, usual = block.technique.hold, {one.hold_s for one in block.passes}
        steps = range(LEAST_S, hold.most + 1, STEP_S)
        found[block.technique.id] = sorted({*steps, hold.least, hold.most, *usual})
    return found


def make_variants(
    drafter: Drafter,
    stores: Callable[[KeepAwake, int, BedSettings | None], SegmentStore],
    progress: Progress,
    routine: Routine,
    options: Preferences,
) -> Variants:
    """All variants, spoken, with their segments in the store. Raises as `Pipeline.run` does."""

    def drafted(**changes: object) -> Draft:
        return drafter.draft(routine, replace(options, **changes))  # type: ignore[arg-type]

    given = drafted().compiled
    sides = {
        (side, first): drafted(sides=side or options.sides, first=first or options.first).compiled.work.blocks
        for side, first in MODES
    }
    seconds = _seconds(sides[BOTH])
    found: dict[Key, Section] = {}
    tools: dict[str, dict[Talk, tuple[str, ...]]] = {name: {} for name in seconds}
    coaching: dict[tuple[str, Talk], tuple[int, Sequence[Coaching]]] = {}
    for level, safety in product(TALKS, SAFETIES):
        compiled = drafted(talk=(TalkChoice(level),), safety=safety).compiled
        for section in _sections(compiled.narration, sides.values(), seconds):
            if found.setdefault(section.key, section).items != section.items:
                raise ValueError(f"two sections are called {section.key}")
        for index, block in enumerate(compiled.work.blocks):
            name = block.technique.id
            tools[name][level] = tuple(tool_names(compiled.narration, block.technique))
            coaching[name, level] = index, compiled.script.coaching
    most = tuple(parse_hold(f"{name}={max(holds)}") for name, holds in seconds.items())
    longest = drafted(talk=(TalkChoice("learn"),), safety="full", holds=most)
    # The announcement of each length up to that of the longest session.
    words, end_tick = longest.compiled.narration.wording, schedule(longest.script, longest.clips.lengths()).end_tick
    told = units.abouts_between(_SHORTEST_MS, units.ms_of_ticks(end_tick) + NEAR_MS)
    length = SayLength({each: announcement(words, each) for each in told}, ruler(words))
    script = replace(
        given.script,
        items=(length, *(item for one in found.values() for item in one.items)),
        coaching=tuple(each for _, lines in coaching.values() for each in lines),
    )
    clips = drafter.clips_of(replace(given, script=script))
    with clips.cache.alone(lambda: progress("waiting", 0, 1)):
        clips.speak(lambda: clips.missing, progress=progress)
        lengths = clips.lengths()
        announcements = {each: lay([line], lengths) for each, line in length.lines.items()}
        sections = {key: (section, lay(section.items, lengths)) for key, section in found.items() if key[0] != "holds"}
        holds = dict(_laid_holds(found, coaching, lengths))
        variants = Variants(given, clips, lengths, sides, seconds, tools, length.ruler, announcements, sections, holds)
        shapes = {shape for laid in variants.all_laid() for _, shape in variants.islands(laid)}
        for ground in variants.grounds:
            segments = stores(*ground)
            lacking = [shape for shape in shapes if segments.find(shape) is None]
            clips.fetch(sounds_of(lacking))
            with closing(Encoding(segments, clips)) as encoding:
                encoding.order(lacking)
                encoding.finish(progress)
    return variants


def _sections(
    sections: Sections, modes: Iterable[Sequence[Block]], seconds: Mapping[str, Sequence[int]]
) -> Iterator[Section]:
    """Every section that a session may have at this level of talk, but for its state."""
    blocks = sections.work.blocks
    techniques = [block.technique for block in blocks]
    learn = sections.talk.session == "learn"
    yield sections.title()
    yield sections.fetch()
    yield sections.get_up()
    for names in (tool_names(sections, one) for one in techniques):
        yield from map(sections.tool, names)
    for pair in product(techniques, techniques):
        # Least and any of many are those of two among them.
        yield sections.check(pair)
        yield sections.closing(pair)
    for total in range(2, len(blocks) + 1):
        for n in range(1, total + 1):
            yield sections.number(n, total)
    for index, block in enumerate(blocks):
        technique = block.technique
        if technique.gate:
            yield sections.gate(technique)
            yield sections.ready_gate(technique)
            for before, last in product((None, *techniques[:index]), (False, True)):
                yield sections.instead(technique, before, last=last)
        for passes in {
            tuple((one.side, one.turn) for one in mode[index].passes): mode[index].passes for mode in modes
        }.values():
            for done in passes:
                first = done is passes[0]
                yield sections.part(technique, done, first=first)
                yield sections.name(technique, done) if first else sections.turn(technique, done)
                yield (sections.set_up if first else sections.switch)(technique, done.side)
                yield sections.load(block, done.side)
            yield sections.finish(technique, passes[-1].side)
        for hold_s in seconds[technique.id]:
            yield sections.holds(index, block, replace(block.passes[0], hold_s=hold_s))
            for each in (False, True) if learn else ():
                yield sections.time((hold_s,), each=each)


def _laid_holds(
    found: Mapping[Key, Section], coaching: Mapping[tuple[str, Talk], tuple[int, Sequence[Coaching]]], lengths: Lengths
) -> Iterator[tuple[tuple[str, Talk, int, int], HoldVariant]]:
    """Holds in every state that a technique's earlier sides leave its coaching in."""
    for (name, level), (index, lines) in coaching.items():
        sections = [one for key, one in found.items() if key[:3] == ("holds", name, level)]
        states, done = {Rotation.begun(lines[index]): 0}, 0
        for _ in SIDES:
            fresh, done = list(states)[done:], len(states)
            for state, section in product(fresh, sections):
                laid = lay(section.items, lengths, lines, {index: state})
                after = states.setdefault(_alike(laid.rotation or state), len(states))
                before = lay([replace(line, role="caution") for line in laid.before], lengths)
                key = (name, level, int(section.key[3] or 0), states[state])
                yield key, HoldVariant(laid, before, after)


def _alike(rotation: Rotation) -> Rotation:
    """Of later holds it counts only whether their number is odd."""
    holds = rotation.holds
    return replace(rotation, holds=holds if holds < 2 else 2 + holds % 2)
