"""How a session opens and closes: title, minutes, tools, safety; and the advice at the end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from smr_audio import units
from smr_audio.errors import ContentError, Problem
from smr_audio.session.narration import LEAD_TICKS, Narration
from smr_audio.session.phrasing import Wording
from smr_audio.session.script import (
    NEAR_MS,
    Gate,
    Hold,
    Item,
    Part,
    Pause,
    Rest,
    Say,
    SayLength,
    Signal,
    UserRecording,
)
from smr_audio.storage.paths import is_file

RULER_S: Final = 57 * 60
"""Few languages have a longer number below sixty, so this announcement takes longest."""

_WORDS: Final = 20
"""An announcement has fewer."""


def opening(telling: Narration, rest: Sequence[Item]) -> Iterator[Item]:
    """Title and minutes, tools to fetch, safety check. `rest` is the session that follows."""
    yield Part(telling.wording.phrases.title("opening"), None, None, LEAD_TICKS)
    titles, fetch, safety = list(_titles(telling)), list(_fetch(telling)), list(_safety(telling))
    yield from titles
    if telling.full:
        yield _length(telling, [*titles, *fetch, *safety, *rest])
    yield from fetch
    yield from safety


def closing(telling: Narration) -> Iterator[Item]:
    """The finish cue and the advice, fit for the last position."""
    words = telling.wording
    yield Part(words.phrases.title("closing"), None, None, LEAD_TICKS)
    yield Signal("finish")
    floor = telling.work.blocks[-1].technique.on_the_floor
    yield from words.phrase("done_floor" if floor else "done", "outro")
    if telling.full:
        yield from words.phrase("advice", "outro")


def _titles(telling: Narration) -> Iterator[Item]:
    if not telling.full:
        return
    title = telling.routine.title
    text = telling.wording.sentence(title.get(telling.language))
    yield telling.wording.say(text, "title", at=title.location)
    for name in telling.left_out:
        yield from telling.wording.phrase("left_out", "title", name=name)
    for name, other in telling.swapped:
        yield from telling.wording.phrase("swapped", "title", name=name, other=other)


def _fetch(telling: Narration) -> Iterator[Item]:
    if not telling.full:
        return
    if tools := _tools(telling):
        yield from telling.wording.phrase("fetch", "fetch", tools=telling.wording.listed(tools))
    yield from telling.wording.phrase("paused_hint", "fetch")


@lru_cache(maxsize=4096)
def units_of_speech(text: str) -> int:
    """Words, and letters of scripts that have no spaces: none takes a second to say."""
    return len(text.split()) + sum(unicodedata.category(letter) == "Lo" for letter in text)


def _tools(telling: Narration) -> list[str]:
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


def _safety(telling: Narration) -> Iterator[Item]:
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


def _length(telling: Narration, items: Sequence[Item]) -> SayLength:
    """The announcement for every length this session can have, and for those near to these.

    Its silences are known, and a word of speech takes less than a second. What is said in a rest
    is part of it.
    """
    silent = words = resting = 0
    for item in items:
        if isinstance(item, Say):
            silent += item.quiet_ticks + item.then_ticks
            words += sum(units_of_speech(str(sentence)) for sentence in item.sentences)
        elif isinstance(item, Pause | Gate | Hold):
            silent += item.ticks
        elif isinstance(item, Rest):
            resting += item.ticks
    least, most = silent, silent + resting + (words + _WORDS) * units.TICKS_PER_SECOND
    if fit_ticks := telling.wishes.fit_ticks:
        least, most = min(least, fit_ticks), max(most, fit_ticks)
    lengths = units.abouts_between(
        units.ms_of_ticks(least) - NEAR_MS, units.ms_of_ticks(most) + NEAR_MS
    )
    lines = {seconds: _announcement(telling.wording, seconds) for seconds in lengths}
    return SayLength(lines, _announcement(telling.wording, RULER_S))


def _announcement(words: Wording, seconds: int) -> Say:
    """The words for a length that `units.about_s` gives."""
    minutes, half = divmod(seconds, 60)
    hours, over = divmod(minutes, 60)
    if half:
        phrase = "session_minutes_half" if minutes else "session_half_minute"
    elif minutes == 1:
        phrase = "session_one_minute"
    elif not hours:
        phrase = "session_total"
    else:
        phrase = ("session_hour" if hours == 1 else "session_hours") + ("_minutes" if over else "")
    said = {"hours": words.number(hours), "minutes": words.number(over)}
    if phrase not in words.phrases.lines:
        phrase, said = "session_total", {"minutes": words.number(Decimal(seconds) / 60)}
    line = words.phrases.lines[phrase][0]
    announced = words.line(line, "title", **said)
    recording = announced.sentences[0] if announced.sentences else ""
    if isinstance(recording, UserRecording) and not is_file(Path(recording.path)):
        return words.line(replace(line, sound=None), "title", **said)  # nobody records them all
    return announced
