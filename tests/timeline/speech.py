"""Made-up lengths of speech, and a timeline as text."""

from __future__ import annotations

from smr_audio.session.script import Script
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.timeline import CueEvent, GateEvent, HoldEvent, SpeechEvent, Timeline
from tests.conftest import CUE_TICKS


def made_up(script: Script) -> Lengths:
    """Lengths from the number of words: 0.3 s, and 0.3 s a word."""
    sentences = {text: 37 + 37 * len(text.split()) for text in script.sentences()}
    return Lengths(sentences, CUE_TICKS)


def as_text(timeline: Timeline) -> str:
    """A timeline for people to read and compare: milliseconds, what, and how long."""
    rows = [f"{chapter.start_tick * 8:>8} == {chapter.title}" for chapter in timeline.chapters]
    for event in timeline.events:
        length = (event.end_tick - event.start_tick) * 8
        match event:
            case SpeechEvent(text=text, role=role):
                what = f"{role}: {text}"
            case CueEvent(cue=cue):
                what = f"* {cue}"
            case HoldEvent(technique=technique, side=side, set=number):
                what = f"[ {technique} {side} {number}"
            case GateEvent():
                what = "[ gate"
        rows.append(f"{event.start_tick * 8:>8} {length:>6} {what}")
    rows.append(f"{timeline.end_tick * 8:>8} == end")
    return "\n".join(rows) + "\n"
