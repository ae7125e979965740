"""How a session opens and closes: title, minutes, tools, safety; and the advice at the end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from smr_audio import units
from smr_audio.errors import ContentError, Problem
from smr_audio.session.script import Gate, Hold, Item, Part, Pause, Rest, Say, SayMinutes, Signal
from smr_audio.session.telling import LEAD_TICKS, Telling

MINUTES_STEP: Final = 5
READY_MINUTES: Final = 60
"""Announcements up to this length are spoken along with every session."""


def opening(telling: Telling, rest: Sequence[Item]) -> Iterator[Item]:
    """Title and minutes, tools to fetch, safety check. `rest` is the session that follows."""
    yield Part(telling.wording.phrases.title("opening"), None, None, LEAD_TICKS)
    titles, fetch, safety = list(_titles(telling)), list(_fetch(telling)), list(_safety(telling))
    yield from titles
    if telling.full:
        yield _minutes(telling, [*titles, *fetch, *safety, *rest])
    yield from fetch
    yield from safety


def closing(telling: Telling) -> Iterator[Item]:
    """The finish cue and the advice, fit for the last position."""
    words = telling.wording
    yield Part(words.phrases.title("closing"), None, None, LEAD_TICKS)
    yield Signal("finish")
    floor = telling.work.blocks[-1].technique.on_the_floor
    yield from words.phrase("done_floor" if floor else "done", "outro")
    if telling.full:
        yield from words.phrase("advice", "outro")


def _titles(telling: Telling) -> Iterator[Item]:
    if not telling.full:
        return
    title = telling.routine.title
    text = telling.wording.sentence(title.get(telling.language))
    yield telling.wording.say(text, "title", at=title.location)
    for name in telling.left_out:
        yield from telling.wording.phrase("left_out", "title", name=name)
    for name, other in telling.swapped:
        yield from telling.wording.phrase("swapped", "title", name=name, other=other)


def _fetch(telling: Telling) -> Iterator[Item]:
    if not telling.full:
        return
    if tools := _tools(telling):
        yield from telling.wording.phrase("fetch", "fetch", tools=telling.wording.listed(tools))
    yield from telling.wording.phrase("paused_hint", "fetch")


@lru_cache(maxsize=4096)
def units_of_speech(text: str) -> int:
    """Words, and letters of scripts that have no spaces: none takes a second to say."""
    return len(text.split()) + sum(unicodedata.category(letter) == "Lo" for letter in text)


def _tools(telling: Telling) -> list[str]:
    """What to fetch, in order of use, each once."""
    known = telling.wording.phrases.tools
    names: dict[str, None] = {}
    for block in telling.work.blocks:
        for tool in block.technique.tools:
            if tool not in known:
                where = f"'tools' in phrases/{telling.language}.yaml"
                message = f"there is no word for the tool '{tool}'; add it to {where}"
                raise ContentError([Problem(block.technique.location, message)])
            if known[tool]:
                names[known[tool]] = None
    return list(names)


def _safety(telling: Telling) -> Iterator[Item]:
    """The full check or the short one. The limit is the lowest of the session's techniques,
    so that nothing said later contradicts it."""
    words = telling.wording
    cap = min(block.technique.cap for block in telling.work.blocks)
    target = min(words.defaults.pressure_target, cap)
    full = telling.full and telling.routine.safety == "full"
    yield from words.phrase(
        "safety_full" if full else "safety_short",
        "safety",
        target=words.number(target),
        cap=words.number(cap),
    )
    # The full check asks for it already; at less talk who named a limit must hear it too.
    if not full and telling.work.chosen.person.medical:
        yield from words.phrase("ask_clinician", "safety")


def _minutes(telling: Telling, items: Sequence[Item]) -> SayMinutes:
    """The announcement for every length this session can have.

    Its silences are known, and a word of speech takes less than a second. Lengths up to an
    hour are always among them, so that no change of holds needs a new one spoken.
    """
    silent = words = 0
    for item in items:
        if isinstance(item, Say):
            silent += item.quiet_ticks + item.then_ticks
            words += sum(units_of_speech(str(sentence)) for sentence in item.sentences)
        elif isinstance(item, Pause | Gate | Hold | Rest):
            silent += item.ticks
    minute = 60 * units.TICKS_PER_SECOND
    least, most = silent // minute, (silent + words * units.TICKS_PER_SECOND) // minute + 1
    lines = []
    for minutes in range(MINUTES_STEP, max(most, READY_MINUTES) + MINUTES_STEP, MINUTES_STEP):
        if minutes <= READY_MINUTES or minutes >= least:
            said = telling.wording.number(minutes)
            lines.append((minutes, telling.wording.one("session_total", "title", minutes=said)))
    return SayMinutes(tuple(lines))
