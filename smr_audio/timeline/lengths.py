"""How long sounds and items take, and what is heard between two holds with an exact rest.

There silences give way first, since the rest itself is the time that they are for; then lines are
left out, as few as need be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, product
from typing import Final

from smr_audio import units
from smr_audio.options.choices import CueName
from smr_audio.records import dataclass, replace
from smr_audio.session.script import QUIET_TICKS, Cautions, Gate, Hold, Item, Part, Pause, Rest, Say, Sentence, Signal

SENTENCE_GAP_TICKS: Final = 63
"""Quiet between the sentences of one line, 0.504 s: about a speaker's own pause."""

QUESTION_GAP_TICKS: Final = 88
"""Quiet after a question within a line, 0.704 s: time to answer it."""

CUE_GAP_TICKS: Final = QUIET_TICKS

GIVING_WAY: Final = ("next", "ease", "name", "move", "setup", "notice")
"""What lines are left out of a rest too short for all, in order; a notice, if it was heard."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """Ticks that each sentence and each cue sounds, rounded up to whole ticks."""

    sentences: Mapping[Sentence, int]
    cues: Mapping[CueName, int]

    def of(self, line: Say) -> int:
        """Ticks from the start of a line to the end of its last sentence."""
        return self.starts(line)[-1] + self.sentences[line.sentences[-1]] if line.sentences else 0

    def starts(self, line: Say) -> list[int]:
        """The ticks at which the sentences of a line begin, after pauses written before them.

        Each begins on an MP3 frame if the line does, so that it has one encoded form.
        """
        starts, at = list[int](), 0
        for index, sentence in enumerate(line.sentences):
            pause = line.quiet[index] if line.quiet else None
            if pause is not None:
                at += pause
            elif index:
                asks = str(line.sentences[index - 1]).rstrip("\"'’”)").endswith(("?", "？"))
                at += QUESTION_GAP_TICKS if asks else SENTENCE_GAP_TICKS
            at = units.whole_frames(at)
            starts.append(at)
            at += self.sentences[sentence]
        return starts


def ticks_of(item: Item, lengths: Lengths) -> int:
    """How long an item takes up to where the next may begin, a hold up to its start cue."""
    if isinstance(item, Say):
        ticks = lengths.of(item) + max(item.then_ticks, CUE_GAP_TICKS)
        return units.whole_frames(ticks) if item.sentences else 0
    if isinstance(item, Hold):
        return units.whole_frames(item.prepare_ticks)
    if isinstance(item, Part):
        return units.whole_frames(item.lead_ticks)
    if isinstance(item, Signal):
        return units.whole_frames(lengths.cues[item.cue] + CUE_GAP_TICKS)
    return units.whole_frames(item.ticks) if isinstance(item, Pause | Gate) else 0


def as_heard(items: Iterable[Item], cautions: Iterable[Sequence[Say]], lengths: Lengths) -> Iterator[Item]:
    """The items, with the `cautions` ahead of each hold, without what exact rests have no room for."""
    waiting, since, heard = iter(cautions), list[Item](), set[str]()
    before = next(waiting, ())
    for item in items:
        if isinstance(item, Cautions):
            since += (replace(line, role="caution") for line in before)
            continue
        since.append(item)
        if isinstance(item, Hold):
            for rest in since:
                if isinstance(rest, Rest) and rest.exact:
                    since = _in_rest(since, rest, heard, lengths)
                    break
            heard |= {one.text for one in since if isinstance(one, Say)}
            yield from since
            since, before = [], next(waiting, ())
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
        if least <= room or not isinstance(item, Say) or item.gives_way != what:
            continue
        if what != "notice" or item.text in heard:
            items[index] = item.shorter or Pause(0)
            least -= _least_ticks(item, lengths) - _least_ticks(items[index], lengths)
    return _shared(items, max(0, room - least), lengths)


def _loaded_late(items: Sequence[Item], lengths: Lengths) -> list[Item]:
    """Items with less silence after the line that puts weight on, which ends in the last ten seconds."""
    found, left = list[Item](), 10 * units.TICKS_PER_SECOND
    for item in reversed(items):
        is_early = isinstance(item, Say) and item.role == "load" and item.then_ticks > left
        found.append(with_silence(item, max(0, left)) if is_early else item)
        left -= ticks_of(found[-1], lengths)
    return found[::-1]


def _least_ticks(item: Item, lengths: Lengths) -> int:
    """How long an item takes without the silence that gives way."""
    least = item.calls.prepared * units.TICKS_PER_SECOND if isinstance(item, Hold) else 0
    kept = item.role == "switch" if isinstance(item, Say) else isinstance(item, Pause) and item.kept
    return ticks_of(item if kept else with_silence(item, least), lengths)


def with_silence(item: Item, ticks: int) -> Item:
    if isinstance(item, Hold):
        return replace(item, prepare_ticks=ticks)
    if isinstance(item, Pause):
        return replace(item, ticks=ticks)
    return replace(item, then_ticks=ticks) if isinstance(item, Say) else item


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
        found.append(with_silence(item, needed + share - said) if own else item)
    return found
