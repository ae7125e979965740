"""What marks the time in a hold: which calls it has, how it is counted down, and its beats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from smr_audio.library.choices import ALL_CALLS, CALLS, NO_CALLS, Call
from smr_audio.library.models import Technique
from smr_audio.session.script import Calls, Item, Notice, Say
from smr_audio.session.telling import Telling

COUNTS: Final = ("count_three", "count_two", "count_one")


def calls_of(telling: Telling) -> Calls:
    """The calls of every hold. Minimal talk has those that were asked for by name."""
    wishes = telling.wishes
    wanted = wishes.calls or ((NO_CALLS,) if telling.talk == "minimal" else (ALL_CALLS,))
    countdown = wishes.countdown or "beeps"
    one = telling.wording.one

    def call(name: Call, line: Say) -> Say | None:
        return line if name in wanted or ALL_CALLS in wanted else None

    begin, halfway, one_minute, ten_seconds = CALLS
    return Calls(
        call(begin, one("go", "go")),
        call(halfway, one("halfway", "call")),
        call(one_minute, one("one_minute", "call")),
        call(ten_seconds, one("ten_seconds", "call")),
        countdown,
        () if countdown == "beeps" else tuple(one(name, "call") for name in COUNTS),
    )


def beats_of(telling: Telling, technique: Technique) -> int | None:
    """The beats a minute of a technique's holds, if the metronome is wanted and it has a pace."""
    return technique.pace if telling.wishes.metronome else None


def metronome_lines(telling: Telling, technique: Technique) -> Iterator[Item]:
    """What a beat means, once for each technique, right before its first "Get ready".

    Also at brief talk, since somebody who knows the technique may never have heard it tick.
    """
    if beats_of(telling, technique) is not None and telling.talk != "minimal":
        bends = technique.mode == "press_move"
        yield from telling.wording.phrase("metronome_bend" if bends else "metronome", "move")


def beatless(telling: Telling) -> Iterator[Notice]:
    """A word about each technique that the metronome was wanted for and that has no pace."""
    if not telling.wishes.metronome:
        return
    techniques = {block.technique.id: block.technique for block in telling.work.blocks}
    for technique in techniques.values():
        if technique.pace is None:
            text = f"{technique.id} has no pace, so the metronome does not tick in its holds"
            yield Notice("metronome-unused", text)
