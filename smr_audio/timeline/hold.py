"""What happens inside a hold: its cues, calls, coaching and metronome.

Everything here is in ticks from the onset of the start cue. Nothing that is said changes the
length of a hold: a line that does not fit is left out or, if it protects the listener, is handed
back to be said before the hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.options.choices import CueName, Talk
from smr_audio.session.script import Calls, Coaching, Say
from smr_audio.timeline.lengths import CUE_GAP_TICKS, Lengths

CueAt: TypeAlias = tuple[int, CueName]
"""A cue and the tick of its onset."""
Taken: TypeAlias = tuple[int, int]
"""The ticks of a sound and of the quiet around it, `[start, end)`."""

_S: Final = units.TICKS_PER_SECOND
LATE_TICKS: Final = units.TICKS_PER_FRAME - 1
"""How late a line can be that waits for the next MP3 frame."""

# From which length on a hold has its cues and calls.
_COUNTDOWN_FROM_TICKS: Final = 8 * _S
_HALFWAY_FROM_TICKS: Final = 25 * _S
_TEN_SECONDS_FROM_TICKS: Final = 30 * _S
_ONE_MINUTE_OVER_TICKS: Final = 90 * _S

_FIRST_COACHING_TICKS: Final = 3 * _S
_COACHING_EVERY_TICKS: Final = 30 * _S  # at learn one line under 30 s, two from there on, ...
_FOLLOW_LINES: Final = 4  # in so much time; and no more talk than this part of a hold
_FOLLOW_TALK: Final = Fraction(35, 100)
_LINE_GAP_TICKS: Final = 2 * _S
_CALL_GAP_TICKS: Final = _S
_TWO_FORMS_FROM_TICKS: Final = 15 * _S
"""A shorter hold has one form of a movement: a second one takes turns with the first."""

EVERY_PLACE_S: Final = range(70, 76)
"""Make a hold longer by each of these, and its sounds come up at every place in an MP3 frame.

Sounds lie at fixed times from the start, from halfway or from the end. A second more moves the
end by two thirds of a frame and halfway by one third, so six lengths in a row have all places.
70 seconds more give every hold that is usual all of its calls.
"""


@dataclass(frozen=True, slots=True)
class Spot:
    """A line at a place in the hold, `[start_tick, end_tick)`.

    A free one may begin up to `LATE_TICKS` later, on an MP3 frame, and has that much more room.
    """

    start_tick: int
    end_tick: int
    line: Say
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class HoldPlan:
    """What sounds in one hold, and the protected lines that must be said before it.

    `cues` are (tick, name). `rotation` is what comes next in the technique's coaching;
    `left_out` are the lines in turn that had no room.
    """

    cues: tuple[CueAt, ...]
    speech: tuple[Spot, ...]
    before: tuple[Say, ...]
    rotation: Rotation
    left_out: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True)
class Rotation:
    """The holds that a technique has had, and its lines of coaching by index, the next first."""

    holds: int
    order: tuple[int, ...]

    @classmethod
    def begun(cls, coaching: Coaching) -> Rotation:
        return cls(0, tuple(range(len(coaching.lines))))


def plan_hold(
    ticks: int, *, calls: Calls, coaching: Coaching, rotation: Rotation, lengths: Lengths
) -> HoldPlan:
    """Place everything in a hold of `ticks`, with coaching as it comes in the rotation.

    First come cues, then words of the countdown, calls, lines of a given time, and coaching where
    it touches nothing.
    """
    marks: list[CueAt] = [(0, "start"), (ticks, "end")]
    if ticks >= _HALFWAY_FROM_TICKS:
        marks.append((ticks // 2, "halfway"))
    tones, words = _countdown(ticks, calls, marks, lengths)
    cues = tuple(sorted((*marks, *tones)))
    taken = _around_cues(cues, lengths)
    fixed = _calls(ticks, calls, words, taken, lengths)
    around = [*taken, *_around(fixed)]
    timed, before, left_out = _timed(ticks, coaching, rotation, around, lengths)
    hold = _Coached(ticks, fixed, taken, lengths, coaching.talk, timed)
    tells = coaching.move is not None and not (coaching.talk == "learn" and rotation.holds)
    slots = hold.slots(more=tells and coaching.talk == "learn")
    if coaching.move is not None and tells:
        if not before:  # of what is done now, a hold with one of two forms has been told
            hold.place(coaching.move, slots[0])
        slots = slots[1:]
    waiting, used, missed = list(rotation.order), [], []
    crowded: list[int] = []
    for slot, wanted in enumerate(slots):
        tried: list[int] = []
        while waiting:
            index = waiting.pop(0)
            if hold.place(coaching.lines[index], wanted):
                used.append(index)
                break
            tried.append(index)
        else:
            crowded += tried if coaching.talk == "learn" else ()
        # Where another line is said, one that was too long for the place waits for the next hold.
        crowded += tried if not slot else ()
        missed += tried
    # The first hold of a technique leaves no protected line unsaid.
    unsaid: list[int] = []
    if not rotation.holds:
        unsaid = [index for index in (*missed, *waiting) if index < coaching.protected]
    late = [index for index in missed if index not in unsaid]
    waiting = [index for index in waiting if index not in unsaid]
    return HoldPlan(
        cues=cues,
        speech=tuple(sorted((*fixed, *hold.placed), key=lambda spot: spot.start_tick)),
        before=(*before, *(coaching.lines[index] for index in unsaid)),
        rotation=Rotation(rotation.holds + 1, (*late, *waiting, *unsaid, *used)),
        left_out=(*left_out, *(coaching.lines[index] for index in late if index in crowded)),
    )


@dataclass(slots=True)
class _Coached:
    """A hold while its coaching is placed, around what stands at fixed times."""

    ticks: int
    fixed: Sequence[Spot]
    taken: Sequence[Taken]
    lengths: Lengths
    talk: Talk
    placed: list[Spot]

    def slots(self, *, more: bool) -> list[int]:
        """When lines are wanted, one `more` than usual or not; each begins there or later."""
        count = 0
        if self.talk == "learn":
            count = 1 + self.ticks // _COACHING_EVERY_TICKS
        elif self.talk == "follow":
            count = max(1, self.ticks * _FOLLOW_LINES // _COACHING_EVERY_TICKS)
        count += more
        room = self._end - _FIRST_COACHING_TICKS
        return [_FIRST_COACHING_TICKS + room * slot // count for slot in range(count)]

    @property
    def _end(self) -> int:
        """After this there is no coaching: people know by then what to do."""
        return self.ticks * 2 // 3 if self.talk == "follow" else self.ticks // 2

    def place(self, line: Say, wanted: int) -> bool:
        """Place a line where it is wanted, else next after it, else as soon as it can be said."""
        length = self.lengths.of(line)
        if self.talk == "follow":
            said = sum(spot.end_tick - spot.start_tick for spot in (*self.fixed, *self.placed))
            if said + length + LATE_TICKS > self.ticks * _FOLLOW_TALK:
                return False
        taken = [*self.taken, *_around(self.fixed, gap=_CALL_GAP_TICKS)]
        taken += _around(self.placed, gap=_LINE_GAP_TICKS)
        starts = {wanted, _FIRST_COACHING_TICKS, *(end for _, end in taken)}
        possible = sorted(start for start in starts if start >= _FIRST_COACHING_TICKS)
        later = [start for start in possible if start >= wanted]
        for start in (*later, *possible):
            spot = Spot(start, start + length + LATE_TICKS, line, is_free=True)
            if spot.end_tick <= self._end and _is_clear(spot, taken):
                self.placed.append(spot)
                return True
        return False


def _timed(
    ticks: int, coaching: Coaching, rotation: Rotation, taken: Sequence[Taken], lengths: Lengths
) -> tuple[list[Spot], list[Say], list[Say]]:
    """The lines of a given time: those placed, those to say before, and those without room.

    In a hold too short for two forms of a movement they say, before every other hold, what the
    whole of it is.
    """
    placed: list[Spot] = []
    left_out: list[Say] = []
    if ticks < _TWO_FORMS_FROM_TICKS:
        before = [one.line for one in coaching.timed if one.at_ticks is None]
        late = [one.line for one in coaching.timed if one.at_ticks is not None]
        return [], before if rotation.holds % 2 else [], late
    for one in coaching.timed:
        at = ticks // 2 if one.at_ticks is None else one.at_ticks
        length = lengths.of(one.line) + LATE_TICKS
        around = [*taken, *_around(placed)]
        starts = sorted([at, *(end for _, end in around if end > at)])
        spots = (Spot(start, start + length, one.line, is_free=True) for start in starts)
        clear = (spot for spot in spots if spot.end_tick <= ticks and _is_clear(spot, around))
        if spot := next(clear, None):
            placed.append(spot)
        else:
            left_out.append(one.line)
    return placed, [], left_out


def _countdown(
    ticks: int, calls: Calls, marks: Sequence[CueAt], lengths: Lengths
) -> tuple[list[CueAt], list[Spot]]:
    """The tones and words of the last three seconds; `marks` are the other cues."""
    if ticks < _COUNTDOWN_FROM_TICKS:
        return [], []
    seconds = [ticks - left * _S for left in (3, 2, 1)]
    tones: list[CueAt] = [(at, "countdown") for at in seconds]
    if calls.countdown == "beeps" or not calls.counts:
        return tones, []
    counts = zip(seconds, calls.counts, strict=True)
    words: list[Spot] = []
    if calls.countdown == "voice":  # a tone where a word takes longer than its second
        for at, line in counts:
            spot = Spot(at, at + lengths.of(line), line)
            fits = lengths.of(line) + CUE_GAP_TICKS <= _S
            if fits and _is_clear(spot, _around_cues(marks, lengths)):
                words.append(spot)
        taken = {spot.start_tick for spot in words}
        return [tone for tone in tones if tone[0] not in taken], words
    for at, line in counts:  # a word before each tone, until one has no room
        end = at - CUE_GAP_TICKS
        spot = Spot(end - lengths.of(line), end, line)
        around = [*_around(words), *_around_cues([*marks, *tones], lengths)]
        if not _is_clear(spot, around):
            break
        words.append(spot)
    return tones, words


def _calls(
    ticks: int, calls: Calls, counts: list[Spot], taken: Sequence[Taken], lengths: Lengths
) -> list[Spot]:
    """The calls that fit, at their exact times, after the countdown; a cue wins over a call."""
    wanted: list[tuple[int, Say]] = []
    after_start = lengths.cues["start"] + CUE_GAP_TICKS
    after_halfway = ticks // 2 + lengths.cues["halfway"] + CUE_GAP_TICKS
    if calls.go is not None:
        wanted.append((after_start, calls.go))
    if calls.ten_seconds is not None and ticks >= _TEN_SECONDS_FROM_TICKS:
        wanted.append((ticks - 10 * _S, calls.ten_seconds))
    if calls.one_minute is not None and ticks > _ONE_MINUTE_OVER_TICKS:
        # In a hold of two minutes this falls on the cue for halfway: the cue keeps its time, and
        # the call follows it.
        wanted += [(ticks - 60 * _S, calls.one_minute), (after_halfway, calls.one_minute)]
    if calls.halfway is not None and ticks >= _HALFWAY_FROM_TICKS:
        wanted.append((after_halfway, calls.halfway))
    spots = list(counts)
    for start, line in wanted:
        spot = Spot(start, start + lengths.of(line), line)
        is_new = not any(line is other.line for other in spots)
        if is_new and spot.end_tick <= ticks and _is_clear(spot, [*taken, *_around(spots)]):
            spots.append(spot)
    return spots


def _around(spots: Iterable[Spot], *, gap: int = CUE_GAP_TICKS) -> list[Taken]:
    return [(spot.start_tick - gap, spot.end_tick + gap) for spot in spots]


def _around_cues(cues: Iterable[CueAt], lengths: Lengths) -> list[Taken]:
    return [(at - CUE_GAP_TICKS, at + lengths.cues[cue] + CUE_GAP_TICKS) for at, cue in cues]


def _is_clear(spot: Spot, taken: Iterable[Taken]) -> bool:
    return all(spot.end_tick <= start or end <= spot.start_tick for start, end in taken)


def heard_beats(
    ticks: int, beats_per_minute: int, *, sounds: Sequence[tuple[int, int]], length: int
) -> Iterator[int]:
    """The beats of the metronome, `length` ticks long, that are `CUE_GAP_TICKS` from other sounds.

    `sounds` are `[start, end)` from the hold's start, the end cue included.
    """
    taken = [(start - CUE_GAP_TICKS, end + CUE_GAP_TICKS) for start, end in sounds]
    for at in beats(ticks, beats_per_minute):
        if all(at + length <= start or end <= at for start, end in taken):
            yield at


def beats(ticks: int, beats_per_minute: int) -> Iterator[int]:
    """The ticks of a hold's beats after its start. Each is rounded alone, so they never drift."""
    number = 1
    while (at := units.round_half_up(Fraction(number * 60 * _S, beats_per_minute))) < ticks:
        yield at
        number += 1
