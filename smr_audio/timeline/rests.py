"""What is heard between two holds, where the rest between them is exact.

Silences give way first, since the rest itself is the time that they are for; then lines are left
out, as few as need be.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, product

from smr_audio import units
from smr_audio.session.script import GIVING_WAY, Cautions, Gate, Hold, Item, Part, Pause, Rest, Say, Signal
from smr_audio.timeline.hold import HoldPlan
from smr_audio.timeline.lengths import CUE_GAP_TICKS, Lengths

_LOADED_TICKS = 10 * units.TICKS_PER_SECOND
"""The line that puts weight on ends within so much time before the hold."""


def ticks_of(item: Item, lengths: Lengths) -> int:
    """How long an item takes up to where the next may begin, a hold up to its start cue."""
    if isinstance(item, Say):
        if not item.sentences:
            return 0
        return units.whole_frames(lengths.of(item) + max(item.then_ticks, CUE_GAP_TICKS))
    if isinstance(item, Hold):
        return units.whole_frames(item.prepare_ticks)
    if isinstance(item, Part):
        return units.whole_frames(item.lead_ticks)
    if isinstance(item, Signal):
        return units.whole_frames(lengths.cues[item.cue] + CUE_GAP_TICKS)
    return units.whole_frames(item.ticks) if isinstance(item, Pause | Gate) else 0


def as_heard(items: Iterable[Item], plans: Iterable[HoldPlan], lengths: Lengths) -> Iterator[Item]:
    """The items, cautions as the lines they are; what exact rests have no room for is left out."""
    waiting, since, heard = iter(plans), list[Item](), set[str]()
    plan = next(waiting, None)
    for item in items:
        if isinstance(item, Cautions) and plan:
            since += (replace(line, role="caution") for line in plan.before)
            continue
        since.append(item)
        if isinstance(item, Hold):
            for rest in since:
                if isinstance(rest, Rest) and rest.exact:
                    since = _in_rest(since, rest, heard, lengths)
                    break
            heard |= {one.text for one in since if isinstance(one, Say)}
            yield from since
            since, plan = [], next(waiting, None)
    yield from since


def _in_rest(items: list[Item], rest: Rest, heard: set[str], lengths: Lengths) -> list[Item]:
    """What of some items is heard in a rest; it may need longer all the same."""
    room = rest.ticks - lengths.cues["end"] - CUE_GAP_TICKS
    room = (room - units.TICKS_PER_FRAME + 1) // units.TICKS_PER_FRAME * units.TICKS_PER_FRAME
    items = _loaded_late(items, lengths)
    least = sum(_least_ticks(item, lengths) for item in items)
    if least > room:
        items[items.index(rest)] = replace(rest, line=None)
    # Of lines of one kind the last is left out first.
    for what, (index, item) in product(GIVING_WAY, reversed([*enumerate(items)])):
        if not (isinstance(item, Say) and item.gives_way == what):
            continue
        if least > room and (what != "notice" or item.text in heard):
            items[index] = item.shorter or Pause(0)
            least -= _least_ticks(item, lengths) - _least_ticks(items[index], lengths)
    return _shared(items, max(0, room - least), lengths)


def _loaded_late(items: Sequence[Item], lengths: Lengths) -> list[Item]:
    """Items with less silence after the line that puts weight on, if it would end too early."""
    found, left = list[Item](), _LOADED_TICKS
    for item in reversed(items):
        if isinstance(item, Say) and item.role == "load" and item.then_ticks > left:
            found.append(_with_silence(item, max(0, left)))
        else:
            found.append(item)
        left -= ticks_of(found[-1], lengths)
    return found[::-1]


def _least_ticks(item: Item, lengths: Lengths) -> int:
    """How long an item takes without the silence that gives way."""
    if isinstance(item, Say | Pause | Hold) and not getattr(item, "kept", False):
        least = item.calls.prepared * units.TICKS_PER_SECOND if isinstance(item, Hold) else 0
        kept = isinstance(item, Say) and item.role == "switch"
        item = item if kept else _with_silence(item, least)
    return ticks_of(item, lengths)


def _with_silence(item: Item, ticks: int) -> Item:
    if isinstance(item, Hold):
        return replace(item, prepare_ticks=ticks)
    return replace(item, then_ticks=ticks) if isinstance(item, Say) else Pause(ticks)


def _shared(items: Sequence[Item], room: int, lengths: Lengths) -> list[Item]:
    """Items with no more silence than there is room for, shared in proportion, in whole frames."""
    least = [_least_ticks(item, lengths) for item in items]
    spare = [ticks_of(item, lengths) - own for item, own in zip(items, least, strict=True)]
    whole, found, given = sum(spare), list[Item](), 0
    if whole <= room:
        return list(items)
    for before, item, own, needed in zip(accumulate(spare), items, spare, least, strict=True):
        share = room // units.TICKS_PER_FRAME * before // whole * units.TICKS_PER_FRAME - given
        given += share
        said = lengths.of(item) if isinstance(item, Say) else 0
        found.append(_with_silence(item, needed + share - said) if own else item)
    return found
