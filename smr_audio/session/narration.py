"""The narration of a session: its lines at each level of talk, how it opens and closes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from smr_audio import units
from smr_audio.errors import ContentError, Problem
from smr_audio.library.library import Library
from smr_audio.library.models import Line, Role, Routine, Technique
from smr_audio.options.choices import Side, Talk
from smr_audio.options.preferences import Preferences
from smr_audio.session.phrasing import Wording, listed
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
from smr_audio.session.workload import Workload
from smr_audio.storage.paths import is_file

MOST_ASKED_FOR: Final = 3
"""If more techniques are left out or swapped, only those changed because of a limit are named."""

LEAD_TICKS: Final = 63
"""Quiet before a chapter's first sound: half a second and a bit, so that headphones are awake."""


@dataclass(frozen=True, slots=True)
class Narration:
    """What the lines of a session are made from. `preferences` are those of all layers."""

    routine: Routine
    work: Workload
    library: Library
    wording: Wording
    talk: Talk
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def full(self) -> bool:
        return self.talk == "full"

    @property
    def language(self) -> str:
        return self.wording.phrases.language

    def name(self, technique: Technique) -> str:
        return technique.name.get(self.language)

    def limb(self, technique: Technique, side: Side) -> dict[str, str]:
        words = self.wording.phrases.words
        return {"side": words[side], "limb": words[technique.limb]}

    def lines(self, lines: Sequence[Line], role: Role, side: Side | None) -> Iterator[Item]:
        """Lines at full talk; else the safety lines only, and the silences of the others.

        A person who needs no instructions still needs the time.
        """
        pause = 0
        for line in lines:
            spoken = self.wording.line(line, role, **self.wording.side(side))
            if self.full or line.safety:
                yield spoken
            else:
                pause += spoken.quiet_ticks + spoken.then_ticks
        if pause:
            yield Pause(pause)


RULER_S: Final = 57 * 60
"""Few languages have a longer number below sixty, so this announcement takes longest."""

_WORDS: Final = 20
"""An announcement has fewer."""


def opening(narration: Narration, rest: Sequence[Item]) -> Iterator[Item]:
    """Title and minutes, tools to fetch, safety check. `rest` is the session that follows."""
    yield Part(narration.wording.phrases.title("opening"), None, None, LEAD_TICKS)
    titles = list(_titles(narration))
    after = [*_fetch(narration), *_safety(narration)]
    yield from titles
    if narration.full:
        yield _length(narration, [*titles, *after, *rest])
    yield from after


def closing(narration: Narration) -> Iterator[Item]:
    """The finish cue and the advice, fit for the last position."""
    words = narration.wording
    yield Part(words.phrases.title("closing"), None, None, LEAD_TICKS)
    yield Signal("finish")
    floor = narration.work.blocks[-1].technique.on_the_floor
    yield from words.phrase("done_floor" if floor else "done", "outro")
    if narration.full:
        yield from words.phrase("advice", "outro")


def _titles(narration: Narration) -> Iterator[Item]:
    if not narration.full:
        return
    title = narration.routine.title
    text = narration.wording.sentence(title.get(narration.language))
    yield narration.wording.say(text, "title", at=title.location)
    selection, technique = narration.work.selection, narration.library.technique
    for phrase, changes in (
        ("left_out", [(name, name) for name in selection.left_out]),
        ("swapped", selection.swapped),
    ):
        for new, old in changes:
            if len(changes) <= MOST_ASKED_FOR or selection.reasons[new].source == "limit":
                name, other = (narration.name(technique(each)) for each in (new, old))
                yield from narration.wording.phrase(phrase, "title", name=name, other=other)


def _fetch(narration: Narration) -> Iterator[Item]:
    if not narration.full:
        return
    if tools := _tools(narration):
        yield from narration.wording.phrase(
            "fetch", "fetch", tools=listed(tools, narration.wording.phrases)
        )
    yield from narration.wording.phrase("paused_hint", "fetch")


@lru_cache(maxsize=4096)
def units_of_speech(text: str) -> int:
    """Words, and letters of scripts that have no spaces: none takes a second to say."""
    return len(text.split()) + sum(unicodedata.category(letter) == "Lo" for letter in text)


def _tools(narration: Narration) -> list[str]:
    """What to fetch, in order of use, each once."""
    known = narration.wording.phrases.tools
    names: dict[str, None] = {}
    for block in narration.work.blocks:
        for tool in block.technique.tools:
            if tool not in known:
                where = f"'tools' in phrases/{narration.language}.yaml"
                message = f"there is no word for the tool '{tool}'; add it to {where}"
                raise ContentError([Problem(block.technique.location, message)])
            if known[tool]:
                names[known[tool]] = None
    return list(names)


def _safety(narration: Narration) -> Iterator[Item]:
    """The full check or the short one. The limit is the lowest of the session's techniques,
    so that nothing said later contradicts it."""
    words = narration.wording
    cap = min(block.technique.cap for block in narration.work.blocks)
    target = min(words.defaults.pressure_target, cap)
    full = narration.full and narration.routine.safety == "full"
    yield from words.phrase(
        "safety_full" if full else "safety_short",
        "safety",
        target=words.number(target),
        cap=words.number(cap),
    )
    # The full check has this line; at less talk a medical limit needs it too.
    if not full and narration.work.selection.person.medical:
        yield from words.phrase("ask_clinician", "safety")


def _length(narration: Narration, items: Sequence[Item]) -> SayLength:
    """The announcements of every length that this session can have, and of those near it.

    Its silences are known, and a word takes less than a second. What is said in a rest is part of
    it.
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
    if fit_ticks := narration.preferences.fit_ticks:
        least, most = min(least, fit_ticks), max(most, fit_ticks)
    lengths = units.abouts_between(
        units.ms_of_ticks(least) - NEAR_MS, units.ms_of_ticks(most) + NEAR_MS
    )
    lines = {seconds: _announcement(narration.wording, seconds) for seconds in lengths}
    return SayLength(lines, _announcement(narration.wording, RULER_S))


def _announcement(words: Wording, seconds: int) -> Say:
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
    values = {"hours": words.number(hours), "minutes": words.number(over)}
    if phrase not in words.phrases.lines:
        phrase, values = "session_total", {"minutes": words.number(Decimal(seconds) / 60)}
    line = words.phrases.lines[phrase][0]
    announced = words.line(line, "title", **values)
    recording = announced.sentences[0] if announced.sentences else ""
    if isinstance(recording, UserRecording) and not is_file(Path(recording.path)):
        # Few people record all of them.
        return words.line(replace(line, sound=None), "title", **values)
    return announced
