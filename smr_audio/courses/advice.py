"""How much a course says at each session, by what it has said before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from smr_audio.courses.days import Appointment
from smr_audio.options.choices import AUTO_TALK
from smr_audio.options.preferences import Preferences
from smr_audio.options.talk import TalkChoice, level_of, merged
from smr_audio.session.history import Advice, History, PastSession, levels
from smr_audio.session.layers import Layers


def advised(
    days: Iterable[Appointment], techniques: Callable[[Appointment], Iterable[str]]
) -> Iterator[tuple[Appointment, Advice, int]]:
    """Each appointment, what to say at it, and how often its routine came before.

    It is for somebody who has kept those before it, and did nothing before them. `techniques` are
    those of an appointment, by id.
    """
    history, turns = History(), Counter[str]()
    for one in days:
        names = tuple(techniques(one))
        advice = levels(history, names, one.day)
        yield one, advice, turns[one.routine]
        turns[one.routine] += 1
        history = History((*history.sessions, PastSession(one.day, names, advice.safety)))


def as_advised(options: Preferences, advice: Advice, layers: Layers) -> Preferences:
    """Options with the advice where neither they nor the profile say how much is said.

    `layers` are those of the session, which name techniques in full.
    """
    asked = layers.options.preferences.over(layers.profile.preferences)
    talk = merged(asked.talk, (TalkChoice(AUTO_TALK),))
    chosen = []
    for name, level in advice.techniques.items():
        said = level_of(talk, name)
        chosen.append(TalkChoice(level if said == AUTO_TALK else said, name))
    whole = level_of(talk)
    safety = asked.safety or (advice.safety if whole == AUTO_TALK else None)
    return replace(options, talk=(TalkChoice(whole), *chosen), safety=safety)
