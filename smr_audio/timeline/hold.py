"""Inside a hold: calls at their exact times, coaching where it touches nothing, cues.

Everything here is in ticks from the onset of the start cue. Nothing said in a hold changes
how long it is: what does not fit is left out, or, if it protects the listener, is handed back
to be said before the hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from smr_audio import units
from smr_audio.options.choices import CueName
from smr_audio.session.script import Calls, Coaching, Say
from smr_audio.timeline.lengths import CUE_GAP_TICKS, Lengths

CueAt: TypeAlias = tuple[int, CueName]
"""A cue and the tick of its onset."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A line at a place in the hold, `[start_tick, end_tick)`.

    One that is free may begin a little later, to lie on an MP3 frame, and has that much more
    room.
    """

    start_tick: int
    end_tick: int
    line: Say
    is_free: bool = False


def is_clear(
    spot: Spot, others: Iterable[Spot], cues: Iterable[CueAt], *, gap: int, lengths: Lengths
) -> bool:
    """Whether there are `gap` ticks to any other line and the usual ones to any cue."""
    clear_of_lines = all(
        spot.end_tick + gap <= other.start_tick or other.end_tick + gap <= spot.start_tick
        for other in others
    )
    return clear_of_lines and all(
        spot.end_tick + CUE_GAP_TICKS <= at
        or at + lengths.cues[cue] + CUE_GAP_TICKS <= spot.start_tick
        for at, cue in cues
    )


_S: Final = units.TICKS_PER_SECOND
FROM_TICKS: Final = 8 * _S


def count_down(
    ticks: int, calls: Calls, marks: Sequence[CueAt], lengths: Lengths
) -> tuple[list[CueAt], list[Spot]]:
    """The tones and words of a hold whose other cues are `marks`; none if it is short."""
    if ticks < FROM_TICKS:
        return [], []
    seconds = [ticks - left * _S for left in (3, 2, 1)]
    tones: list[CueAt] = [(at, "countdown") for at in seconds]
    if calls.countdown == "beeps" or not calls.counts:
        return tones, []
    counts = list(zip(seconds, calls.counts, strict=True))
    if calls.countdown == "voice":
        said = [spot for at, line in counts if (spot := _on_its_second(at, line, marks, lengths))]
        taken = {spot.start_tick for spot in said}
        return [tone for tone in tones if tone[0] not in taken], said
    words: list[Spot] = []
    for at, line in counts:
        end = at - CUE_GAP_TICKS
        spot = Spot(end - lengths.of(line), end, line)
        if not is_clear(spot, words, [*marks, *tones], gap=CUE_GAP_TICKS, lengths=lengths):
            break
        words.append(spot)
    return tones, words


def _on_its_second(at: int, line: Say, marks: Sequence[CueAt], lengths: Lengths) -> Spot | None:
    spot = Spot(at, at + lengths.of(line), line)
    fits = lengths.of(line) + CUE_GAP_TICKS <= _S
    clear = is_clear(spot, (), marks, gap=CUE_GAP_TICKS, lengths=lengths)
    return spot if fits and clear else None


def beats(ticks: int, beats_per_minute: int) -> Iterator[int]:
    """The ticks of a hold's beats from its start, but for the start itself: each is rounded
    alone, so that they never drift."""
    minute = 60 * units.TICKS_PER_SECOND
    number = 1
    while (at := units.round_half_up(Fraction(number * minute, beats_per_minute))) < ticks:
        yield at
        number += 1


def heard_beats(
    ticks: int, beats_per_minute: int, *, sounds: Sequence[tuple[int, int]], length: int
) -> Iterator[int]:
    """The beats whose tick, `length` long, is 256 ms or more away from every other sound.

    `sounds` are the others, `[start, end)` from the hold's start, its end cue among them.
    """
    waiting = sorted(sounds, reverse=True)
    last_end = -CUE_GAP_TICKS
    for at in beats(ticks, beats_per_minute):
        while waiting and waiting[-1][0] <= at:
            last_end = max(last_end, waiting.pop()[1])
        clear_before = last_end + CUE_GAP_TICKS <= at
        if clear_before and (not waiting or at + length + CUE_GAP_TICKS <= waiting[-1][0]):
            yield at


HALFWAY_FROM_TICKS: Final = 25 * _S
TEN_SECONDS_FROM_TICKS: Final = 30 * _S
ONE_MINUTE_OVER_TICKS: Final = 90 * _S
FIRST_COACHING_TICKS: Final = 3 * _S
LINE_GAP_TICKS: Final = 2 * _S
COACHING_EVERY_TICKS: Final = 30 * _S
LATE_TICKS: Final = units.TICKS_PER_FRAME - 1  # to the next MP3 frame


@dataclass(frozen=True, slots=True)
class HoldPlan:
    """What sounds in one hold, and the protected lines that must be said before it.

    `cues` are (tick, name); the end cue stands at the hold's own length. `said` is how far
    the technique's rotation has come after it; `left_out` are lines of it that had their turn
    and no room.
    """

    cues: tuple[CueAt, ...]
    speech: tuple[Spot, ...]
    before: tuple[Say, ...]
    said: int
    left_out: tuple[Say, ...] = ()


def coaching_lines(ticks: int) -> int:
    """How many coaching lines a hold has: one under 30 s, two at 30 s, one more each 30 s."""
    return 1 + ticks // COACHING_EVERY_TICKS


def plan_hold(
    ticks: int, *, calls: Calls, coaching: Coaching, said: int, lengths: Lengths
) -> HoldPlan:
    """Place everything in a hold of `ticks`. `said` lines of the rotation came before it."""
    marks = _marks(ticks)
    tones, words = count_down(ticks, calls, marks, lengths)
    cues = tuple(sorted((*marks, *tones)))
    fixed = _calls(ticks, calls, words, cues, lengths)
    count = min(coaching_lines(ticks), len(coaching.lines)) if coaching.per_hold else 0
    chosen = [(said + i) % len(coaching.lines) for i in range(count)]
    placed: list[Spot] = []
    missed: list[int] = []
    left_out: list[Say] = []
    for slot, index in enumerate(chosen):
        line = coaching.lines[index]
        room = (ticks // 2 - FIRST_COACHING_TICKS) * slot // count
        spot = _find_room(
            line, FIRST_COACHING_TICKS + room, [*fixed, *placed], cues, ticks=ticks, lengths=lengths
        )
        if spot is not None:
            placed.append(spot)
        elif index < coaching.protected:
            missed.append(index)
        else:
            left_out.append(line)
    # The first hold of a technique leaves no protected line unsaid.
    if said == 0:
        missed += range(count, coaching.protected)
    return HoldPlan(
        cues=cues,
        speech=tuple(sorted((*fixed, *placed), key=lambda spot: spot.start_tick)),
        before=tuple(coaching.lines[index] for index in missed),
        said=max(said + count, coaching.protected),
        left_out=tuple(left_out),
    )


def _marks(ticks: int) -> tuple[CueAt, ...]:
    """The cues of a hold, but for its countdown."""
    halfway: tuple[CueAt, ...] = ((ticks // 2, "halfway"),) if ticks >= HALFWAY_FROM_TICKS else ()
    return ((0, "start"), *halfway, (ticks, "end"))


def _calls(
    ticks: int, calls: Calls, counts: list[Spot], cues: tuple[CueAt, ...], lengths: Lengths
) -> list[Spot]:
    """The calls that fit, at their exact times, after the words of the countdown.

    A cue is worth more than a call that touches it.
    """
    wanted: list[tuple[int, Say]] = []
    after_start = lengths.cues["start"] + CUE_GAP_TICKS
    after_halfway = ticks // 2 + lengths.cues["halfway"] + CUE_GAP_TICKS
    if calls.go is not None:
        wanted.append((after_start, calls.go))
    if calls.ten_seconds is not None and ticks >= TEN_SECONDS_FROM_TICKS:
        wanted.append((ticks - 10 * _S, calls.ten_seconds))
    if calls.one_minute is not None and ticks > ONE_MINUTE_OVER_TICKS:
        # Halfway through two minutes both fall together: the tap keeps its time, and what it
        # means is said right after it.
        wanted += [(ticks - 60 * _S, calls.one_minute), (after_halfway, calls.one_minute)]
    if calls.halfway is not None and ticks >= HALFWAY_FROM_TICKS:
        wanted.append((after_halfway, calls.halfway))
    spots = list(counts)
    for start, line in wanted:
        spot = Spot(start, start + lengths.of(line), line)
        said = any(line is other.line for other in spots)
        if (
            not said
            and spot.end_tick <= ticks
            and is_clear(spot, spots, cues, gap=CUE_GAP_TICKS, lengths=lengths)
        ):
            spots.append(spot)
    return spots


def _find_room(
    line: Say,
    wanted: int,
    others: list[Spot],
    cues: tuple[CueAt, ...],
    *,
    ticks: int,
    lengths: Lengths,
) -> Spot | None:
    """A place in the first half: where it is wanted, else as soon after, else as soon as can be."""
    length = lengths.of(line) + LATE_TICKS
    after_others = [other.end_tick + LINE_GAP_TICKS for other in others]
    after_cues = [at + lengths.cues[cue] + CUE_GAP_TICKS for at, cue in cues]
    starts = sorted(
        {start for start in (wanted, *after_others, *after_cues) if start >= FIRST_COACHING_TICKS}
    )
    later = [start for start in starts if start >= wanted]
    for start in (*later, FIRST_COACHING_TICKS, *starts):
        spot = Spot(start, start + length, line, is_free=True)
        if spot.end_tick <= ticks // 2 and is_clear(
            spot, others, cues, gap=LINE_GAP_TICKS, lengths=lengths
        ):
            return spot
    return None
