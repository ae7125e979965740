"""Three, two, one: by tones, by the voice, or by both.

The voice's words begin on their seconds, and a tone stands in for one that would not end 256 ms
before the next. By both, the tones keep the seconds, since theirs is the sharper onset, and each
word is said right before its tone, where it fits between two: after a tone it would name the
second that is over. Counting stops at the first that does not fit, so a slow voice says "Three"
and leaves the rest to the tones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from smr_audio import units
from smr_audio.session.script import Calls, Say
from smr_audio.timeline.lengths import CUE_GAP_TICKS, Lengths
from smr_audio.timeline.spots import CueAt, Spot, is_clear

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
