"""Resolve what is to be done: which techniques and sides, how long, how often, and warnings.

Options win over the routine, the routine over the technique; within a layer the most specific
wins, whatever the order. A relative hold changes the value of the layer below it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from smr_audio import units
from smr_audio.errors import UsageError
from smr_audio.library.choices import MOST_HOLD_S, SIDES, Side
from smr_audio.library.holds import HoldChange
from smr_audio.library.models import Defaults, Routine, Step, Technique
from smr_audio.library.preferences import Preferences, unknown_names
from smr_audio.session.script import Notice
from smr_audio.suggest import did_you_mean

MOST_HOURS: Final = 12
"""Holds and rests in one session take less than this: more is a slip."""

Turn: TypeAlias = Literal["first", "only", "other", "again", "more", "both"]
"""How a pass comes about: `again` after the other side, `more` right after the same one."""


@dataclass(frozen=True, slots=True)
class Pass:
    """All sets of one side (None: both at once), each a hold of `hold_s` seconds.

    `first_set` is the number of its first set on that side, from 1.
    """

    side: Side | None
    hold_s: int
    sets: int
    turn: Turn
    first_set: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """One technique as it will be done."""

    technique: Technique
    passes: tuple[Pass, ...]
    rest_ticks: int


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that will be done, in order; `left_out` are the techniques that will not."""

    blocks: tuple[Block, ...]
    left_out: tuple[str, ...]
    warnings: tuple[Notice, ...]


def resolve(
    routine: Routine,
    techniques: Mapping[str, Technique],
    *,
    options: Preferences,
    defaults: Defaults,
) -> Work:
    """What to do, from a routine and options over it.

    Raises UsageError for names the routine does not have and for wishes that exclude each
    other.
    """
    ids = [step.technique for step in routine.steps]
    if unknown := unknown_names(options, ids):
        raise UsageError(
            f"'{unknown[0]}' is no technique of this routine; {did_you_mean(unknown[0], ids)}"
        )
    steps = [step for step in routine.steps if _is_wanted(step, routine.settings, options)]
    if not steps:
        raise UsageError("nothing is left to do; skip fewer techniques")
    warnings: list[Notice] = []
    blocks = tuple(
        _block(
            techniques[step.technique], step,
            routine=routine.settings, options=options, defaults=defaults, warnings=warnings,
        )
        for step in steps
    )  # fmt: skip
    hours = sum(
        (done.hold_s + block.rest_ticks // units.TICKS_PER_SECOND) * done.sets
        for block in blocks
        for done in block.passes
    ) // 3600  # fmt: skip
    if hours >= MOST_HOURS:
        raise UsageError(
            f"the holds and rests of this session take {hours} hours or more, which is too long; "
            f"less than {MOST_HOURS} hours are taken, so ask for fewer sets or shorter holds"
        )
    kept = {step.technique for step in steps}
    left_out = tuple(dict.fromkeys(name for name in ids if name not in kept))
    warnings += _unused(blocks, options)
    return Work(blocks, left_out, (*warnings, *_dose_warnings(blocks, defaults)))


def _is_wanted(step: Step, routine: Preferences, options: Preferences) -> bool:
    """Options that name what to keep lift the routine's choice; skips add up."""
    name = step.technique
    if options.only:
        return name in options.only and name not in options.skip
    if routine.only and name not in routine.only:
        return False
    return name not in (*routine.skip, *options.skip)


def _block(
    technique: Technique,
    step: Step,
    *,
    routine: Preferences,
    options: Preferences,
    defaults: Defaults,
    warnings: list[Notice],
) -> Block:
    said = _without_conflict(options, step.settings.over(routine))
    sets = said.sets or technique.sets
    rest = defaults.rest_ticks if said.rest_ticks is None else said.rest_ticks

    def length(side: Side | None) -> int:
        return _hold(technique, step, side, routine=routine, options=options, warnings=warnings)

    if technique.sides == 1:
        return Block(technique, (Pass(None, length(None), sets, "both"),), rest)
    sides = _sides(said)
    turns: list[Turn] = ["only"] if len(sides) == 1 else ["first", "other"]
    passes = [Pass(s, length(s), sets, turn) for s, turn in zip(sides, turns, strict=True)]
    if said.extra:
        again = next(done for done in passes if done.side == said.extra)
        turn: Turn = "more" if passes[-1].side == said.extra else "again"
        passes.append(replace(again, turn=turn, first_set=sets + 1))
    return Block(technique, tuple(passes), rest)


def _without_conflict(options: Preferences, below: Preferences) -> Preferences:
    """What is said, where an extra side and the only side to work exclude each other.

    Options that name the side to work drop the routine's extra one. Raises UsageError if the
    extra side was asked for in the options too.
    """
    said = options.over(below)
    if said.extra is None or said.sides in (None, "both", said.extra):
        return said
    if options.extra is None:
        return replace(said, extra=None)
    raise UsageError(
        f"the extra side is {said.extra}, but only the {said.sides} side is worked; "
        "drop one of the two wishes, or add --sides both"
    )


def _sides(said: Preferences) -> tuple[Side, ...]:
    if said.sides is not None and said.sides != "both":
        return (said.sides,)
    return SIDES if said.first != "right" else ("right", "left")


def _hold(
    technique: Technique,
    step: Step,
    side: Side | None,
    *,
    routine: Preferences,
    options: Preferences,
    warnings: list[Notice],
) -> int:
    seconds, cut_from = technique.hold.default, 0
    most, least = technique.hold.most, technique.hold.least
    for changes in ((*routine.holds, *step.holds), options.holds):
        change = _most_specific(changes, technique.id, side)
        if change is None:
            continue
        wanted, limit = change.apply(seconds), MOST_HOLD_S
        if change.technique is None:
            # Who named the technique before lifted its most, and "all ten longer" or "all ten
            # shorter" must not take that back.
            limit = most if change.how == "exact" else max(most, seconds)
        seconds, cut_from = min(wanted, limit), wanted if wanted > limit else 0
    if cut_from:
        _warn(
            warnings,
            "hold-clipped",
            f"{technique.id}: a hold of {cut_from} s is above its most and is cut to {seconds} s; "
            f"--hold {technique.id}={min(cut_from, MOST_HOLD_S)} lifts that",
        )
        return seconds
    if seconds > most:
        _warn(
            warnings,
            "hold-long",
            f"{technique.id}: a hold of {seconds} s is above the {most} s advised",
        )
    if seconds < least:
        _warn(
            warnings,
            "hold-short",
            f"{technique.id}: a hold of {seconds} s is below the {least} s advised",
        )
    return seconds


def _most_specific(
    changes: Iterable[HoldChange], technique: str, side: Side | None
) -> HoldChange | None:
    """The change that says most about this hold; of equals the last, so a step's own wins."""
    best: HoldChange | None = None
    for change in changes:
        if change.technique not in (None, technique) or change.side not in (None, side):
            continue
        if best is None or _weight(change) >= _weight(best):
            best = change
    return best


def _weight(change: HoldChange) -> int:
    return (change.technique is not None) + (change.side is not None)


def _unused(blocks: Sequence[Block], options: Preferences) -> list[Notice]:
    """Wishes in the options that change nothing in this session."""
    both = [block.technique.id for block in blocks if block.technique.sides == 1]
    sided = [name for name in ("sides", "first", "extra") if getattr(options, name) is not None]
    found = [
        Notice(
            "wish-unused", f"{name} works both sides at once; --{' --'.join(sided)} leaves it so"
        )
        for name in dict.fromkeys(both)
        if sided and options.sides != "both"
    ]
    done = {(block.technique.id, one.side) for block in blocks for one in block.passes}
    for change in options.holds:
        target = (change.technique, change.side)
        if change.side is not None and target not in done:
            text = f"--hold {change.technique}:{change.side}= changes nothing: that is not done"
            found.append(Notice("wish-unused", text))
    if options.first and options.sides not in (None, "both", options.first):
        text = f"--first {options.first} changes nothing: only the {options.sides} side is worked"
        found.append(Notice("wish-unused", text))
    return found


def _warn(warnings: list[Notice], code: str, text: str) -> None:
    warning = Notice(code, text)
    if warning not in warnings:
        warnings.append(warning)


def _dose_warnings(blocks: Sequence[Block], defaults: Defaults) -> list[Notice]:
    """Warn per muscle and side, over all techniques, at each cap that is passed."""
    seconds: dict[tuple[str, Side], int] = defaultdict(int)
    for block in blocks:
        for done in block.passes:
            for side in SIDES if done.side is None else (done.side,):
                seconds[block.technique.muscle, side] += done.hold_s * done.sets
    dose = defaults.dose
    caps = (("dose-soft-cap", dose.soft_cap_s), ("dose-hard-cap", dose.hard_cap_s))
    return [
        Notice(
            code,
            f"{muscle.replace('_', ' ')}, {side}: {total} s of holds in this session is over "
            f"{cap} s; {dose.recommended_s} s is what is advised",
        )
        for (muscle, side), total in seconds.items()
        for code, cap in caps
        if total > cap
    ]
