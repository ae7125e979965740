"""What is said in a session, as WebVTT: for podcast apps, and for who cannot hear it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from smr_audio import units
from smr_audio.drawing.words import cleaned
from smr_audio.studio.plan import Plan


def captions(plan: Plan) -> bytes:
    """The file: a cue for each line that is said, on one line of text."""
    return "\n".join(["WEBVTT", "", *_cues(plan)]).encode()


def _cues(plan: Plan) -> Iterator[str]:
    for event in plan.timeline.speech:
        start_ms = units.ms_of_ticks(event.start_tick)
        # A cue without length is none; a silent voice may have such lines.
        end_ms = max(units.ms_of_ticks(event.end_tick), start_ms + 1)
        yield f"{_time(start_ms)} --> {_time(end_ms)}"
        yield escape(cleaned(event.text)) or "…"  # an empty line would end the cue
        yield ""


def _time(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}.{rest:03}"
