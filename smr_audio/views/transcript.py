"""A plan as text to read: Markdown, a heading a chapter, a line for each thing that is heard."""

from __future__ import annotations

import re
from typing import Final

from smr_audio import units
from smr_audio.options.choices import CueName
from smr_audio.timeline.timeline import Chapter, CueEvent, Event, HoldEvent, SpeechEvent
from smr_audio.views.protocol import PlanView
from smr_audio.views.text import cleaned

_CUES: Final[dict[CueName, str]] = {
    "start": "begin",
    "halfway": "halfway",
    "countdown": "counting down",
    "end": "ease off",
    "switch": "change sides",
    "finish": "the session is done",
}
"""What a cue means: how it sounds is up to the options. The metronome's ticks are not listed."""

_MARKUP: Final = re.compile(r"[\\`*_\[\]<>&#~|$!]")


def transcript(plan: PlanView) -> str:
    """The whole session as Markdown; times are those of the file, in minutes and seconds."""
    length = units.clock(round(plan.duration_ms / 1000))
    lines = [f"# {markdown(plan.script.title)}".rstrip(), ""]
    lines.append(f"{length}, voice {markdown(plan.voice.id)}.")
    chapters = list(plan.timeline.chapters)
    for event in plan.timeline.events:
        while chapters and chapters[0].start_tick <= event.start_tick:
            lines += _heading(chapters.pop(0))
        if not (isinstance(event, CueEvent) and event.cue == "tick"):
            lines.append(f"- {_event(event)}")
    for chapter in chapters:
        lines += _heading(chapter)
    return "\n".join(lines) + "\n"


def _heading(chapter: Chapter) -> list[str]:
    return ["", f"## {_at(chapter.start_tick)} {markdown(chapter.title)}".rstrip(), ""]


def _event(event: Event) -> str:
    at = _at(event.start_tick)
    if isinstance(event, SpeechEvent):
        return f"{at} {markdown(event.text)}"
    if isinstance(event, CueEvent):
        return f"{at} *cue: {_CUES[event.cue]}*"
    seconds = (event.end_tick - event.start_tick) // units.TICKS_PER_SECOND
    span = f"{at}–{_at(event.end_tick)}"
    if isinstance(event, HoldEvent):
        side = event.side or "both sides"
        return f"**Hold {seconds} s, {side}, set {event.set}** {span}"
    return f"**Pause to set up, {seconds} s** {span}"


def _at(tick: int) -> str:
    return units.clock(tick // units.TICKS_PER_SECOND)


def markdown(text: str) -> str:
    """Text that Markdown shows as it is: on one line, its signs escaped."""
    return _MARKUP.sub(r"\\\g<0>", cleaned(text))
