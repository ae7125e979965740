"""Resolve preferences into work: each technique's sides, holds, sets and rests.

Options win over the profile, the profile over the routine, a routine's step over its settings, all
of them over the technique. The most specific hold of a layer wins; it is applied to the value of
the layer below.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final, Literal, TypeAlias

from smr_audio import units
from smr_audio.errors import Location, UsageError
from smr_audio.library.models import Defaults
from smr_audio.library.routine import Step
from smr_audio.library.technique import HoldRange, Technique
from smr_audio.options.choices import SIDES, Side
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_FIELD
from smr_audio.records import dataclass, replace
from smr_audio.session.dosage import Amount, Amounts
from smr_audio.session.layers import Layers, Origin, Trail
from smr_audio.session.script import Between, Notice
from smr_audio.session.selection import Selection

MOST_HOURS: Final = 12
"""Holds and rests in one session take less than this: more is a slip."""

Turn: TypeAlias = Literal["first", "only", "other", "again", "more", "both"]
"""How a pass comes about: `again` after the other side, `more` right after the same one."""


@dataclass(frozen=True, slots=True)
class SideSets:
    """All sets of one side (None: both at once), each a hold of `hold_s` seconds.

    Where they differ they are the `ladder`, and `hold_s` is the longest.

    `first_set` is the number of its first set on that side, from 1. `trail` is how the hold came
    about; a `named` hold stays in a fit.
    """

    side: Side | None
    hold_s: int
    sets: int
    turn: Turn
    first_set: int = 1
    trail: Trail = ()
    named: bool = False
    ladder: tuple[int, ...] = ()

    @property
    def holds_s(self) -> tuple[int, ...]:
        return self.ladder or (self.hold_s,) * self.sets

    def fitted(self, hold_s: int, sets: int, within: HoldRange) -> "SideSets":
        """The same with other holds; those of a ladder change alike."""
        scaled = tuple(max(within.least, min(within.most, one * hold_s // self.hold_s)) for one in self.ladder)
        return replace(self, hold_s=hold_s, sets=sets, ladder=self.ladder if hold_s == self.hold_s else scaled)


@dataclass(frozen=True, slots=True)
class Block:
    """One technique as it will be done; `wishes` are the preferences of all layers for it.

    In rounds all that come of one step have the index of the first as `group`. `rest_after` is the
    rest after the last of a round, if it is not as after the others.
    """

    step: Step
    group: int
    technique: Technique
    passes: tuple[SideSets, ...]
    rest: Amount
    sets: Amount
    wishes: Preferences
    rest_after: tuple[int, Between] | None = None

    @property
    def rest_ticks(self) -> int:
        return self.rest.value

    @property
    def repeats_a_side(self) -> bool:
        """Whether there is a rest between sets."""
        return any(one.sets > 1 or one.turn == "more" for one in self.passes)

    @property
    def after_ticks(self) -> int:
        """The rest that is asked for before the next technique; 0 if none is.

        That of a technique with one set is the one a routine or an option has between sets.
        """
        if self.rest_after is not None:
            return self.rest_after[0]
        if self.wishes.rest_between_ticks is not None:
            return self.wishes.rest_between_ticks
        asked = self.rest.origin.source in ("routine", "option") and not self.repeats_a_side
        return self.rest_ticks if asked else 0


@dataclass(frozen=True, slots=True)
class Workload:
    """Everything that will be done, in order; `selection` tells what of the routine it is."""

    blocks: tuple[Block, ...]
    selection: Selection
    warnings: tuple[Notice, ...]

    @property
    def has_exact_rests(self) -> bool:
        """Whether lines may have to give way to a rest before another side or technique."""
        return any(one.wishes.switch_ticks or one.after_ticks for one in self.blocks)

    @property
    def holds(self) -> tuple[tuple[str, Side | None, tuple[int, ...]], ...]:
        """The technique, side and seconds of the holds of each pass, of all sets if they differ."""
        return tuple((b.technique.id, one.side, one.ladder or (one.hold_s,)) for b in self.blocks for one in b.passes)


@dataclass(frozen=True, slots=True)
class FittedBlock:
    """What a fit makes of a block: its sets, and the seconds of hold of each pass."""

    sets: int
    holds_s: tuple[int, ...]


def resolve(
    selection: Selection, layers: Layers, *, defaults: Defaults, fitted: Mapping[int, FittedBlock] | None = None
) -> Workload:
    """The work of the selected steps; `fitted` by block wins. Raises UsageError for conflicts."""
    found: dict[Notice, None] = {}
    muscles = Counter(selection.techniques[step.technique].muscle for step in selection.steps)
    alike: dict[tuple[str, Location], Block] = {}
    made, told = list[Block](), set[str]()
    for index, step in enumerate(selection.steps):
        one, key = selection.techniques[step.technique], (step.technique, step.location)
        if not step.rounds or key not in alike:
            amounts = Amounts(one, step, layers.at(step), defaults, muscles[one.muscle], found)
            alike[key] = _block(amounts, index)
        if step.technique in told:
            one = replace(one, told=True)
        told.add(step.technique)
        rest = None
        if index + 1 < len(selection.steps) and step.rounds:
            rest = _rest_after(step, selection.steps[index + 1], layers.combined)
        made.append(replace(alike[key], step=step, technique=one, rest_after=rest))
    blocks, warnings = tuple(made), list(found)
    if fitted is not None:
        fits = enumerate(blocks)
        blocks = tuple(_fit_block(one, fitted[at], layers) if at in fitted else one for at, one in fits)
        warnings = [warning for warning in warnings if not warning.code.startswith("hold-")]
    _check_hours(blocks)
    warnings += (*_unused(blocks, layers.options.preferences), *_without_effect(blocks, layers))
    return Workload(blocks, selection, (*selection.notices, *warnings, *_over_dose(blocks, defaults)))


def _rest_after(step: Step, following: Step, wished: Preferences) -> tuple[int, Between] | None:
    """The rest after the last step of a round, that of the outermost one that ends and has one.

    The rest between exercises of a block is not that after the block.
    """
    pairs = zip(step.rounds, following.rounds, strict=False)
    same = len([*takewhile(lambda pair: pair[0] == pair[1], pairs)])
    for ended in step.rounds[same:]:
        if ended.rest_ticks is not None:
            return ended.rest_ticks, "rounds"
    for block in [one for one in step.rounds if one.between_ticks is not None][-1:]:
        left = block in step.rounds[same:] and block.number == block.total
        if left and step.settings.rest_between_ticks == block.between_ticks:
            return wished.rest_between_ticks or 0, "exercises"
    return None


def _block(amounts: Amounts, index: int) -> Block:
    technique, preferences = amounts.technique, _without_conflict(amounts.layers)
    sets, rest = amounts.sets(), amounts.rest()
    sides: tuple[Side | None, ...] = (None,)
    if technique.sides == 2:
        sides = SIDES if preferences.first != "right" else ("right", "left")
        if preferences.sides is not None and preferences.sides != "both":
            sides = (preferences.sides,)
    turns: list[Turn] = ["first", "other"]
    if len(sides) == 1:
        turns = ["only" if sides[0] else "both"]
    passes = []
    for side, turn in zip(sides, turns, strict=True):
        holds = [amounts.hold(side, number) for number in range(sets.value)]
        hold, seconds = max(holds, key=lambda one: one.value), tuple(one.value for one in holds)
        ladder = seconds if len({*seconds}) > 1 else ()
        passes.append(SideSets(side, hold.value, sets.value, turn, 1, hold.trail, hold.named, ladder))
    if preferences.extra and sides[0]:
        again = next(done for done in passes if done.side == preferences.extra)
        turn = "more" if passes[-1].side == preferences.extra else "again"
        passes.append(replace(again, turn=turn, first_set=sets.value + 1))
    return Block(amounts.step, index, technique, tuple(passes), rest, sets, preferences)


def _fit_block(block: Block, fit: FittedBlock, layers: Layers) -> Block:
    origin = Origin("fit", f"asked for by the {layers.origin('fit')[1].source}")
    passes = tuple(
        replace(
            one.fitted(hold_s, fit.sets, block.technique.hold),
            first_set=fit.sets + 1 if one.first_set > 1 else 1,
            trail=(*one.trail, origin) if hold_s != one.hold_s else one.trail,
        )
        for one, hold_s in zip(block.passes, fit.holds_s, strict=True)
    )
    sets = block.sets
    if fit.sets != sets.value:
        sets = replace(sets, value=fit.sets, trail=(*sets.trail, origin))
    return replace(block, passes=passes, sets=sets)


def _check_hours(blocks: Sequence[Block]) -> None:
    passes = [(done, block.rest_ticks // units.TICKS_PER_SECOND) for block in blocks for done in block.passes]
    hours = sum(sum(done.holds_s) + rest_s * done.sets for done, rest_s in passes) // 3600
    if hours >= MOST_HOURS:
        text = f"the holds and rests of this session take {hours} hours or more, which is too long; "
        raise UsageError(f"{text}less than {MOST_HOURS} hours are taken, so ask for fewer sets or shorter holds")


def _over_dose(blocks: Sequence[Block], defaults: Defaults) -> Iterator[Notice]:
    """Warn where the holds of a muscle pass a cap, over all techniques; once for equal sides."""
    seconds: dict[str, Counter[Side]] = {}
    for block in blocks:
        for one in block.passes if block.technique.presses else ():
            for side in SIDES if one.side is None else (one.side,):
                totals = seconds.setdefault(block.technique.muscle, Counter())
                totals[side] += sum(one.holds_s)
    dose = defaults.dose
    for muscle, totals in seconds.items():
        for total in dict.fromkeys(totals.values()):
            sides = [side for side, each in totals.items() if each == total]
            name = f"{muscle.replace('_', ' ')}, {'each side' if len(sides) == 2 else sides[0]}"
            kind, cap = ("hard", dose.hard_cap_s) if total > dose.hard_cap_s else ("soft", dose.soft_cap_s)
            if total > cap:
                text = f"{name}: {total} s of holds in this session is over {cap} s; "
                yield Notice(f"dose-{kind}-cap", f"{text}{dose.recommended_s} s is what is advised")


def _without_conflict(layers: Layers) -> Preferences:
    """The preferences of a step, without an extra side that is not worked.

    A layer that names the side to work removes the extra side of a layer below. Raises UsageError
    if the extra side was set in the same layer or above it.
    """
    preferences = layers.combined
    if preferences.extra is None or preferences.sides in (None, "both", preferences.extra):
        return preferences
    extra, sides = (layers.origin(name)[1].source for name in ("extra", "sides"))
    if extra not in ("profile", "option") or (extra, sides) == ("profile", "option"):
        return replace(preferences, extra=None)
    raise UsageError(
        f"the extra side is {preferences.extra}, but only the {preferences.sides} side is worked; "
        "drop one of the two, or add --sides both"
    )


def _unused(blocks: Sequence[Block], options: Preferences) -> Iterator[Notice]:
    """Options that change nothing in this session."""
    both = dict.fromkeys(block.technique.id for block in blocks if block.technique.sides == 1)
    sided = [name for name in ("sides", "first", "extra") if getattr(options, name) is not None]
    for name in both if sided and options.sides != "both" else ():
        yield Notice("wish-unused", f"{name} works both sides at once; --{' --'.join(sided)} leaves it so")
    done = {(name, one.side) for b in blocks for one in b.passes for name in (b.technique.id, None)}
    for change in options.holds:
        if change.side is not None and (change.technique, change.side) not in done:
            yield Notice("wish-unused", f"--hold {change.target}= changes nothing: that is not done")
    if options.first and options.sides not in (None, "both", options.first):
        text = f"--first {options.first} changes nothing: only the {options.sides} side is worked"
        yield Notice("wish-unused", text)


def _without_effect(blocks: Sequence[Block], layers: Layers) -> Iterator[Notice]:
    """Rests and bells of a routine or option that nothing in this session has."""
    asked: dict[tuple[str, str, Origin, Location | None], dict[str, bool]] = {}
    rounds, origins = defaultdict[Location, bool](bool), dict[int, dict[str, tuple[Any, Origin]]]()
    for block in blocks:
        wishes, last = block.wishes, block is blocks[-1]
        if block.group not in origins:
            at = layers.at(block.step)
            origins[block.group] = {name: at.origin(name) for name in _LACKING}
        for done in block.step.rounds:
            if done.rest_ticks:
                rounds[done.location] |= block.rest_after == (done.rest_ticks, "rounds")
        elsewhere = wishes.rest_between_ticks or block.rest_after
        first_s = wishes.bell.at_s[0] if wishes.bell else 0
        for name, used in (
            ("rest", block.repeats_a_side or not (last or elsewhere)),
            ("rest_between", not last and block.rest_after is None),
            ("switch", any(one.turn in ("other", "again") for one in block.passes)),
            ("bell", any(first_s < one.hold_s for one in block.passes)),
        ):
            value, origin = origins[block.group][name]
            if value and origin.source in ("routine", "option"):
                place = origin.location
                if name == "rest_between" and block.step.rounds and origin != layers.origin(name)[1]:
                    place = block.step.rounds[0].location
                key = (name, BY_FIELD[name].kind.shown(value), origin, place)
                asked.setdefault(key, defaultdict(bool))[block.technique.id] |= used
    for place in (place for place, used in rounds.items() if not used):
        yield Notice("rest-unused", f"{place}: rest_after changes nothing, since nothing follows; take it out")
    for (name, shown, *_), by_technique in asked.items():
        if not any(by_technique.values()):
            what, code = BY_FIELD[name].title, "bell" if name == "bell" else "rest"
            text = f"{', '.join(by_technique)}: {what} {shown} changes nothing, since there is "
            yield Notice(f"{code}-unused", f"{text}{_LACKING[name]}; take it out")


_LACKING: Final[Mapping[str, str]] = {
    "rest": "one set, and no rest before another technique",
    "rest_between": "no technique after it",
    "switch": "no other side",
    "bell": "no hold so long",
}
