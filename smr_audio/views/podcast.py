"""Files for podcast apps: chapters as JSON, and captions as WebVTT."""

from __future__ import annotations

import json
from typing import Final
from xml.sax.saxutils import escape

from smr_audio import units
from smr_audio.mp3.id3 import CHAPTER_TITLE_CHARS, one_line
from smr_audio.views.plan_view import PlanView
from smr_audio.views.text import cleaned

VERSION: Final = "1.2.0"


def chapters_json(plan: PlanView) -> bytes:
    """The file; times in seconds, titles clipped as in the MP3's tag."""
    chapters = [
        {
            "startTime": units.ms_of_ticks(chapter.start_tick) / 1000,
            "title": one_line(chapter.title, chars=CHAPTER_TITLE_CHARS) or str(number),
        }
        for number, chapter in enumerate(plan.timeline.chapters, start=1)
    ]
    value = {"version": VERSION, "title": one_line(plan.script.title), "chapters": chapters}
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def captions(plan: PlanView) -> bytes:
    """The file: a cue for each line that is said, on one line of text."""
    lines = ["WEBVTT", ""]
    for event in plan.timeline.speech:
        start_ms = units.ms_of_ticks(event.start_tick)
        # WebVTT has no cues without length; lines of a silent voice may have none.
        end_ms = max(units.ms_of_ticks(event.end_tick), start_ms + 1)
        text = escape(cleaned(event.text)) or "…"  # an empty line would end the cue
        lines += [f"{_time(start_ms)} --> {_time(end_ms)}", text, ""]
    return "\n".join(lines).encode()


def _time(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}.{rest:03}"
