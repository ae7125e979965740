"""Fit a session to an exact length: by holds and sets first, then by silences between lines.

The work is scaled as a whole, so that its parts keep their proportions, within each technique's
range and within the dose for each muscle. The rest of the time goes to the silences in which
people set up and change over, and the last ticks, less than a frame, to the end.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.options.choices import SIDES
from smr_audio.records import dataclass, replace
from smr_audio.session.script import Hold, Item, Pause, Rest, Say, Script
from smr_audio.session.sections import HARDEST
from smr_audio.session.workload import Block, FittedBlock
from smr_audio.timeline.lengths import with_silence

STRETCH: Final = Fraction(1, 2)
"""Silences between lines may grow by this part of themselves: what a relaxed pace gives them."""

_ROLES: Final = ("fetch", "setup", "move", "caution", "switch", "finish", "next")
_LEAST_TICKS: Final = units.TICKS_PER_SECOND  # shorter silences are those of speech


def room_of(script: Script) -> int:
    """Ticks by which all silences of a script together may grow."""
    return sum(int(_silence(script.items[place]) * STRETCH) for place in stretchable(script))


def stretchable(script: Script) -> list[int]:
    """The indices of items whose silence may grow: none between a rest and its hold.

    Nor any between two holds with an exact rest between them.
    """
    places, resting, held = list[int](), False, 0
    for place, item in enumerate(script.items):
        if isinstance(item, Rest | Hold):
            resting = isinstance(item, Rest)
            if isinstance(item, Rest) and item.exact:
                places = places[:held]
            held = len(places)
        elif not resting and _silence(item) >= _LEAST_TICKS:
            places.append(place)
    return places


def stretch(script: Script, ticks: int) -> Script:
    """The script with so many ticks more of silence, shared in proportion, in whole frames.

    Raises ValueError if its silences have no room for them; a part of a frame is left out.
    """
    places = stretchable(script)
    whole = sum(_silence(script.items[place]) for place in places)
    frames = ticks // units.TICKS_PER_FRAME
    items = list(script.items)
    given = before = 0
    for place in places:
        before += _silence(items[place])
        share = frames * before // whole - given
        given += share
        items[place] = with_silence(items[place], _silence(items[place]) + share * units.TICKS_PER_FRAME)
    if given < frames:
        raise ValueError(f"there is no silence to take {ticks} ticks")
    return replace(script, items=tuple(items))


def _silence(item: Item) -> int:
    if isinstance(item, Pause):
        return item.ticks
    return item.then_ticks if isinstance(item, Say) and item.role in _ROLES else 0


MOST_SETS: Final = 4
"""The most sets that a fit makes of fewer; it adds none to the hardest techniques."""

_MOST_SCALE: Final = Fraction(64)
_TRIES: Final = 8  # where a line takes longer than its slot, the length depends on it

Choice: TypeAlias = Mapping[int, FittedBlock]


@dataclass(eq=False)
class FitError(Exception):
    """No session has the length. `nearest_ticks` is the shortest or the longest possible one.

    `over_ticks` is the next longer one, if the nearest is shorter. `muscle` and `work_s` are given
    where even the shortest holds exceed the dose.
    """

    nearest_ticks: int
    over_ticks: int | None = None
    muscle: str | None = None
    work_s: int = 0
    most_s: int = 0


@dataclass(frozen=True, slots=True)
class Fitter:
    """Chooses holds and sets for the blocks of a session.

    `most_s` are the most seconds of work on a side, by muscle. `compiled` gives the script of a
    choice, `ticks_of` the length of a script.
    """

    blocks: Sequence[Block]
    most_s: Mapping[str, int]
    compiled: Callable[[Choice], Script]
    ticks_of: Callable[[Script], int]

    @property
    def groups(self) -> list[int]:
        """The blocks that are changed, each with all its rounds."""
        return [index for index, block in enumerate(self.blocks) if block.group == index]

    def fit(self, target_ticks: int) -> tuple[Choice, Script]:
        """The holds, sets and script of a session of exactly that many ticks.

        Raises FitError if there is none.
        """
        scales = self._most_scales()
        if (shortest := self._ticks(self._scaled(Fraction(0), scales))) > target_ticks:
            raise FitError(shortest)
        choice = self._topped_up(self._largest(target_ticks, scales), target_ticks)
        while self._reach(choice) < target_ticks:
            more = self._with_a_set_more(choice, target_ticks)
            if more is None:
                raise FitError(self._reach(choice), over_ticks=self._next_longer(choice, target_ticks))
            choice = self._topped_up(more, target_ticks)
        return choice, self._stretched(self.compiled(choice), target_ticks)

    def is_short(self, target_ticks: int) -> bool:
        """Whether the shortest session is no longer than that."""
        return self._ticks(self._scaled(Fraction(0), self._most_scales())) <= target_ticks

    def _largest(self, target_ticks: int, scales: Mapping[str, Fraction]) -> Choice:
        """The longest choice within the length that the search for the largest scale comes by."""
        found = {0: self._scaled(Fraction(0), scales)}

        def fits(scale: Fraction) -> bool:
            choice = self._scaled(scale, scales)
            if (ticks := self._ticks(choice)) <= target_ticks:
                found.setdefault(ticks, choice)
            return ticks <= target_ticks

        _largest_scale(fits, 20)
        return found[max(found)]

    def _topped_up(self, choice: Choice, target_ticks: int) -> Choice:
        """The choice with a second more, in turn, wherever there is time for it."""
        waiting = list(self.groups)
        while waiting:
            index = waiting.pop(0)
            longer = self._longer(choice, index)
            if longer is not None and self._ticks(longer) <= target_ticks:
                choice = longer
                waiting.append(index)
        return choice

    def _longer(self, choice: Choice, index: int) -> Choice | None:
        """The choice with a second more for a block, or None if it can have none."""
        block, now = self.blocks[index], choice[index]
        most = block.technique.hold.most
        passes = zip(block.passes, now.holds_s, strict=True)
        holds = tuple(held if one.named else min(held + 1, most) for one, held in passes)
        longer = self._changed(choice, index, replace(now, holds_s=holds))
        return None if holds == now.holds_s or self._over_dose(longer) else longer

    def _with_a_set_more(self, choice: Choice, target_ticks: int) -> Choice | None:
        """The choice with as much work, or else less, in one more set, which adds a rest."""
        everything = self.groups
        for step in range(3):
            for index in everything:
                more = self._set_more(choice, index, ((), (index,), everything)[step])
                if more is not None and self._ticks(more) <= target_ticks:
                    return more
        return None

    def _set_more(self, choice: Choice, index: int, shortest: Iterable[int]) -> Choice | None:
        """The choice with another set of a block, or None if it can have none.

        The blocks that are `shortest` get the shortest holds first.
        """
        least = {one: scaled(self.blocks[one], Fraction(0)).holds_s for one in shortest}
        groups = [block.group for block in self.blocks]
        choice = {one: replace(now, holds_s=least.get(groups[one], now.holds_s)) for one, now in choice.items()}
        block, now = self.blocks[index], choice[index]
        if block.sets.named or now.sets >= _most_sets(block):
            return None
        hold = block.technique.hold
        passes = zip(block.passes, now.holds_s, strict=True)
        holds = (one if done.named else max(hold.least, one * now.sets // (now.sets + 1)) for done, one in passes)
        more = self._changed(choice, index, FittedBlock(now.sets + 1, tuple(holds)))
        return None if self._over_dose(more) else more

    def _next_longer(self, choice: Choice, target_ticks: int) -> int | None:
        """The length of the shortest session that a second or a set more would make too long."""
        steps: list[Choice | None] = []
        for index in self.groups:
            steps += (self._longer(choice, index), self._set_more(choice, index, (index,)))
        ticks = (self._ticks(more) for more in steps if more is not None)
        return min((each for each in ticks if each > target_ticks), default=None)

    def _changed(self, choice: Choice, group: int, now: FittedBlock) -> Choice:
        """The choice with other holds or sets in each round of a step."""
        alike = (index for index, block in enumerate(self.blocks) if block.group == group)
        return {**choice, **dict.fromkeys(alike, now)}

    def _reach(self, choice: Choice) -> int:
        """The longest that a choice can be; another length may be announced in fewer words."""
        script = self.compiled(choice)
        room = room_of(script)
        return self.ticks_of(stretch(script, room)) + room % units.TICKS_PER_FRAME

    def _scaled(self, scale: Fraction, scales: Mapping[str, Fraction]) -> Choice:
        """Holds and sets of all blocks for `scale` times the requested work, within the dose."""
        limited = (min(scale, scales.get(block.technique.muscle, scale)) for block in self.blocks)
        return dict(enumerate(map(scaled, self.blocks, limited)))

    def _most_scales(self) -> dict[str, Fraction]:
        """The largest scale of each muscle's work within its dose. Raises FitError without one."""
        least = self._scaled(Fraction(0), {})
        found = {}
        for muscle in dict.fromkeys(block.technique.muscle for block in self.blocks):
            most_s, work_s = self.most_s[muscle], self._work_s(least, muscle)
            if work_s > most_s:
                raise FitError(self._ticks(least), muscle=muscle, work_s=work_s, most_s=most_s)
            found[muscle] = _largest_scale(partial(self._is_within, muscle), 26)  # a try takes no time
        return found

    def _is_within(self, muscle: str, scale: Fraction) -> bool:
        return self._work_s(self._scaled(scale, {}), muscle) <= self.most_s[muscle]

    def _over_dose(self, choice: Choice) -> bool:
        return any(self._work_s(choice, muscle) > most for muscle, most in self.most_s.items())

    def _work_s(self, choice: Choice, muscle: str) -> int:
        """Seconds of hold for a muscle, on the side that has more of them."""
        work = dict.fromkeys(SIDES, 0)
        for index, block in enumerate(self.blocks):
            if block.technique.muscle == muscle:
                fitted, hold = choice[index], block.technique.hold
                for one, hold_s in zip(block.passes, fitted.holds_s, strict=True):
                    for side in SIDES if one.side is None else (one.side,):
                        work[side] += sum(one.fitted(hold_s, fitted.sets, hold).holds_s)
        return max(work.values())

    def _ticks(self, choice: Choice) -> int:
        return self.ticks_of(self.compiled(choice))

    def _stretched(self, script: Script, target_ticks: int) -> Script:
        """The script with longer silences between its lines, and its end at the tick."""
        natural, room = self.ticks_of(script), room_of(script)
        # Another length may be announced in more words, which needs less silence.
        more = min(target_ticks - natural, room)
        for _ in range(_TRIES):
            if not 0 <= more <= room + units.TICKS_PER_FRAME - 1:
                break
            stretched = stretch(script, more)
            missing = target_ticks - self.ticks_of(stretched)
            if 0 <= missing < units.TICKS_PER_FRAME:
                return replace(stretched, end_tick=target_ticks)
            more += missing
        raise FitError(natural + room)


def _largest_scale(fits: Callable[[Fraction], bool], halvings: int) -> Fraction:
    """The largest scale of the work that fits, or nearly; the search begins as requested."""
    if fits(_MOST_SCALE):
        return _MOST_SCALE
    low, high, middle = Fraction(0), _MOST_SCALE, Fraction(1)
    for _ in range(halvings):
        low, high = (middle, high) if fits(middle) else (low, middle)
        middle = (low + high) / 2
    return low


def scaled(block: Block, scale: Fraction) -> FittedBlock:
    """A block's holds and sets for so many times its work; holds keep within its range."""
    hold, requested = block.technique.hold, block.sets.value
    open_holds = [one.hold_s for one in block.passes if not one.named]
    most_sets, sets = _most_sets(block), requested
    if not (block.sets.named or open_holds):
        sets = max(1, min(most_sets, int(scale * requested)))
    elif not block.sets.named:
        work = scale * requested * max(open_holds)
        if work < sets * hold.least:
            sets = max(1, int(work / hold.least))
        elif work > sets * hold.most:
            sets = min(most_sets, -int(-work // hold.most))
    factor = scale * requested / sets
    wanted = ((one, max(hold.least, min(hold.most, int(factor * one.hold_s)))) for one in block.passes)
    return FittedBlock(sets, tuple(one.hold_s if one.named else hold_s for one, hold_s in wanted))


def _most_sets(block: Block) -> int:
    requested = block.sets.value
    return requested if block.technique.level >= HARDEST else max(requested, MOST_SETS)
