"""A plan as text to read: Markdown, a heading a chapter, a line for each thing that is heard."""

import re
from operator import attrgetter
from typing import Final

from smr_audio import units
from smr_audio.options.choices import CueName
from smr_audio.timeline.timeline import Chapter, CueEvent, Event, HoldEvent, SpeechEvent, Timeline
from smr_audio.views.plan_view import PlanView
from smr_audio.views.text import cleaned

_CUES: Final[dict[CueName, str]] = {
    "start": "begin",
    "halfway": "halfway",
    "countdown": "counting down",
    "end": "ease off",
    "switch": "change sides",
    "finish": "the session is done",
    "prepare": "about to begin",
    "bell": "bell",
}
"""What a cue means: how it sounds is up to the options. The metronome's ticks are not listed."""

_MARKUP: Final = re.compile(r"[\\`*_\[\]<>&#~|$!]")


def transcript(plan: PlanView) -> str:
    """The whole session as Markdown; times are those of the file, in minutes and seconds."""
    length = units.clock(round(plan.duration_ms / 1000))
    lines = [f"# {markdown(plan.script.title)}".rstrip(), ""]
    lines.append(f"{length}, voice {markdown(plan.voice.id)}.")
    for part in parts(plan.timeline):
        if isinstance(part, Chapter):
            lines += ["", f"## {_at(part.start_tick)} {markdown(part.title)}".rstrip(), ""]
        elif not (isinstance(part, CueEvent) and part.cue == "tick"):
            lines.append(f"- {_event(part)}")
    return "\n".join(lines) + "\n"


def parts(timeline: Timeline) -> list[Chapter | Event]:
    """Chapters and events in the order of time, a chapter before what begins with it."""
    return sorted((*timeline.chapters, *timeline.events), key=attrgetter("start_tick"))


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
        rounds = "".join(f", round {number}" for number in event.rounds)
        return f"**Hold {seconds} s, {side}, set {event.set}{rounds}** {span}"
    what = "Pause to set up" if event.kind == "gate" else "Pause"
    return f"**{what}, {seconds} s** {span}"


def _at(tick: int) -> str:
    return units.clock(tick // units.TICKS_PER_SECOND)


def markdown(text: str) -> str:
    """Text that Markdown shows as it is: on one line, its signs escaped."""
    return _MARKUP.sub(r"\\\g<0>", cleaned(text))
