"""How much a course says at each session, by what it has said before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from smr_audio.courses.days import Appointment
from smr_audio.session.habit import Advice, History, PastSession, levels


@dataclass(frozen=True, slots=True)
class Advised:
    """An appointment, what to say at it, and how often its routine came before."""

    appointment: Appointment
    advice: Advice
    turn: int


def advised(
    days: Iterable[Appointment], techniques: Callable[[Appointment], Iterable[str]]
) -> Iterator[Advised]:
    """Each appointment for somebody who has kept those before it, and did nothing before them.

    `techniques` are those of an appointment, by id.
    """
    history, turns = History(), Counter[str]()
    for one in days:
        names = tuple(techniques(one))
        advice = levels(history, names, one.day)
        yield Advised(one, advice, turns[one.routine])
        turns[one.routine] += 1
        history = History((*history.sessions, PastSession(one.day, names, advice.safety)))
