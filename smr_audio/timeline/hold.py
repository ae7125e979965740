"""What happens inside a hold: its cues, calls, coaching and metronome.

Everything here is in ticks from the onset of the start cue. Nothing that is said changes the
length of a hold: a line that does not fit is left out or, if it protects the listener, is handed
back to be said before the hold.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.options.choices import CueName
from smr_audio.records import dataclass, field
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
_UNCOUNTED_S: Final = 5
"""So much of a hold is not counted down."""
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
class Rotation:
    """The holds that a technique has had, and its lines of coaching by index, the next first."""

    holds: int
    order: tuple[int, ...]

    @classmethod
    def begun(cls, coaching: Coaching) -> "Rotation":
        return cls(0, tuple(range(len(coaching.lines))))


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


def plan_hold(ticks: int, calls: Calls, coaching: Coaching, rotation: Rotation, lengths: Lengths) -> HoldPlan:
    """Place everything in a hold of `ticks`, with coaching as it comes in the rotation.

    First come cues, then words of the countdown, calls, lines of a given time, and coaching where
    it touches nothing.
    """
    return _Filling(ticks, calls, coaching, rotation, lengths).plan()


@dataclass(slots=True)
class _Filling:
    """A hold while it is filled: `fixed` are what is said at exact times, `placed` other lines."""

    ticks: int
    calls: Calls
    coaching: Coaching
    rotation: Rotation
    lengths: Lengths
    cues: list[CueAt] = field(default_factory=list)
    fixed: list[Spot] = field(default_factory=list)
    placed: list[Spot] = field(default_factory=list)
    first_tick: int = _FIRST_COACHING_TICKS

    def plan(self) -> HoldPlan:
        coaching, rotation, learn = self.coaching, self.rotation, self.coaching.talk == "learn"
        self.cues += [(0, "start"), (self.ticks, "end")]
        is_counted = self.ticks >= _COUNTDOWN_FROM_TICKS
        count = min(self.calls.counted, self.ticks // _S - _UNCOUNTED_S) if is_counted else 0
        ends: list[tuple[int, int, CueName]] = [(self.ticks, count, "countdown"), (0, self.calls.prepared, "prepare")]
        self.cues += [(end - left * _S, cue) for end, n, cue in ends for left in range(n, 0, -1)]
        marks: list[CueAt] = [(at * _S, "bell") for at in self.calls.bells.within(self.ticks // _S)]
        if self.ticks >= _HALFWAY_FROM_TICKS:
            marks.append((self.ticks // 2, "halfway"))
        for at, cue in marks:  # where none that matters more sounds
            end = at + self.lengths.cues[cue]
            if all(end <= start or stop <= at for start, stop in self._taken()):
                self.cues.append((at, cue))
        for end, seconds, cue in ends:
            self._count(end, seconds, cue)
        self._call()
        before, left_out = self._say_timed()
        move = None if learn and rotation.holds else coaching.move
        slots = self._slots(more=learn and move is not None)
        if move is not None:
            # Of what is done now, a hold with one of two forms has been told.
            if not before and self._coach(move, slots[0]):
                self.first_tick = self.placed[-1].end_tick  # whatever bells come before it
            slots = slots[1:]
        waiting, used, missed, crowded = list(rotation.order), list[int](), list[int](), list[int]()
        for slot, wanted in enumerate(slots):
            tried: list[int] = []
            while waiting:
                index = waiting.pop(0)
                if self._coach(coaching.lines[index], wanted):
                    used.append(index)
                    break
                tried.append(index)
            else:
                crowded += tried if learn else ()
            # Where another line is said, one too long for the place waits for the next hold.
            crowded += tried if not slot else ()
            missed += tried
        # The first hold of a technique leaves no protected line unsaid.
        first = () if rotation.holds else (*missed, *waiting)
        unsaid = [index for index in first if index < coaching.protected]
        late = [index for index in missed if index not in unsaid]
        waiting = [index for index in waiting if index not in unsaid]
        return HoldPlan(
            cues=tuple(sorted(self.cues)),
            speech=tuple(sorted((*self.fixed, *self.placed), key=lambda spot: spot.start_tick)),
            before=(*before, *(coaching.lines[index] for index in unsaid)),
            rotation=Rotation(rotation.holds + 1, (*late, *waiting, *unsaid, *used)),
            left_out=(*left_out, *(coaching.lines[index] for index in late if index in crowded)),
        )

    def _count(self, end: int, count: int, cue: CueName) -> None:
        """Words for the last seconds before a tick: in place of their tones, or before them."""
        lines = self.calls.counts[:count][::-1]  # none if tones alone count
        for at, line in zip(range(end - count * _S, end, _S), lines, strict=False):
            length = self.lengths.of(line)
            if self.calls.countdown == "voice":  # a tone where a word takes longer than its second
                self.cues.remove((at, cue))
                if length + CUE_GAP_TICKS > _S or not self._say_at(at, line):
                    self.cues.append((at, cue))
            # Until one has no room; there is none for it before a hold.
            elif not end or not self._say_at(at - CUE_GAP_TICKS - length, line):
                break

    def _call(self) -> None:
        """The calls that fit, at their exact times; a cue wins over a call."""
        calls, ticks, cues = self.calls, self.ticks, self.lengths.cues
        middle = dict(self.cues).get(ticks // 2, "halfway")  # or a bell
        after_halfway = ticks // 2 + cues[middle] + CUE_GAP_TICKS
        for line, least, start in (
            (calls.go, 0, cues["start"] + CUE_GAP_TICKS),
            (calls.ten_seconds, _TEN_SECONDS_FROM_TICKS, ticks - 10 * _S),
            (calls.one_minute, _ONE_MINUTE_OVER_TICKS + 1, ticks - 60 * _S),
            # In a hold of two minutes this falls on the cue for halfway: the cue keeps its time,
            # and the call follows it.
            (calls.one_minute, _ONE_MINUTE_OVER_TICKS + 1, after_halfway),
            (calls.halfway, _HALFWAY_FROM_TICKS, after_halfway),
        ):
            if line is not None and ticks >= least and all(line is not spot.line for spot in self.fixed):
                self._say_at(start, line)

    def _say_at(self, start: int, line: Say) -> bool:
        spot = Spot(start, start + self.lengths.of(line), line)
        if spot.end_tick > self.ticks or not _is_clear(spot, self._taken()):
            return False
        self.fixed.append(spot)
        return True

    def _say_timed(self) -> tuple[list[Say], list[Say]]:
        """Place the lines of a given time; those to say before, and those without room.

        In a hold too short for two forms of a movement they say, before every other hold, what the
        whole of it is.
        """
        timed = self.coaching.timed
        if self.ticks < _TWO_FORMS_FROM_TICKS:
            before = [one.line for one in timed if one.at_ticks is None]
            late = [one.line for one in timed if one.at_ticks is not None]
            return before if self.rotation.holds % 2 else [], late
        left_out: list[Say] = []
        for one in timed:
            at, taken = self.ticks // 2 if one.at_ticks is None else one.at_ticks, self._taken()
            starts = sorted([at, *(end for _, end in taken if end > at)])
            if not self._place(one.line, starts, taken, self.ticks):
                left_out.append(one.line)
        return [], left_out

    def _slots(self, *, more: bool) -> list[int]:
        """When lines are wanted, one `more` than usual or not; each begins there or later."""
        learn, follow = 1 + self.ticks // _COACHING_EVERY_TICKS, self.ticks * _FOLLOW_LINES // _COACHING_EVERY_TICKS
        count = more + {"learn": learn, "follow": max(1, follow)}.get(self.coaching.talk, 0)
        room = self._end - _FIRST_COACHING_TICKS
        return [_FIRST_COACHING_TICKS + room * slot // count for slot in range(count)]

    @property
    def _end(self) -> int:
        """After this there is no coaching: people know by then what to do."""
        return self.ticks * 2 // 3 if self.coaching.talk == "follow" else self.ticks // 2

    def _coach(self, line: Say, wanted: int) -> bool:
        """Place a line where it is wanted, else next after it, else as soon as it can be said."""
        if self.coaching.talk == "follow":
            said = sum(spot.end_tick - spot.start_tick for spot in (*self.fixed, *self.placed))
            if said + self.lengths.of(line) + LATE_TICKS > self.ticks * _FOLLOW_TALK:
                return False
        taken = self._taken(_CALL_GAP_TICKS, _LINE_GAP_TICKS)
        starts = {wanted, self.first_tick, *(end for _, end in taken)}
        possible = sorted(start for start in starts if start >= self.first_tick)
        return self._place(line, [*(one for one in possible if one >= wanted), *possible], taken, self._end)

    def _place(self, line: Say, starts: Sequence[int], taken: Sequence[Taken], end: int) -> bool:
        """Place a line at the first of the starts where it is clear and over by the end."""
        length = self.lengths.of(line) + LATE_TICKS
        for spot in (Spot(start, start + length, line, is_free=True) for start in starts):
            if spot.end_tick <= end and _is_clear(spot, taken):
                self.placed.append(spot)
                return True
        return False

    def _taken(self, call_gap: int = CUE_GAP_TICKS, line_gap: int = CUE_GAP_TICKS) -> list[Taken]:
        """All that sounds so far, with the quiet around it."""
        cues = ((at, at + self.lengths.cues[cue], CUE_GAP_TICKS) for at, cue in self.cues)
        fixed = ((spot.start_tick, spot.end_tick, call_gap) for spot in self.fixed)
        placed = ((spot.start_tick, spot.end_tick, line_gap) for spot in self.placed)
        return [(start - gap, end + gap) for start, end, gap in (*cues, *fixed, *placed)]


def _is_clear(spot: Spot, taken: Iterable[Taken]) -> bool:
    return all(spot.end_tick <= start or end <= spot.start_tick for start, end in taken)


def heard_beats(ticks: int, beats_per_minute: int, *, sounds: Sequence[tuple[int, int]], length: int) -> Iterator[int]:
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
