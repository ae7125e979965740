"""Made-up lengths of speech, and a timeline as text."""

from smr_audio.session.script import Script
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.timeline import CueEvent, GateEvent, HoldEvent, SpeechEvent, Timeline
from tests.conftest import CUE_TICKS


def made_up(script: Script) -> Lengths:
    """Lengths from the number of words: 0.3 s, and 0.3 s a word."""
    sentences = {text: 37 + 37 * len(text.split()) for text in script.sentences()}
    return Lengths(sentences, CUE_TICKS)


def said_before(timeline: Timeline, hold: HoldEvent) -> list[SpeechEvent]:
    """What is said between the last hold, or the beginning, and this one."""
    ends = [one.end_tick for one in timeline.holds if one.end_tick <= hold.start_tick]
    since = max(ends, default=0)
    return [e for e in timeline.speech if since <= e.start_tick < hold.start_tick]


def as_text(timeline: Timeline) -> str:
    """A timeline for people to read and compare: milliseconds, how long, and what.

    The cues that mark a hold stand in its row, each with its time in the hold.
    """
    rows = [f"{chapter.start_tick * 8:>8} == {chapter.title}" for chapter in timeline.chapters]
    marks = {
        hold: [cue for cue in timeline.cues if hold.start_tick <= cue.start_tick <= hold.end_tick]
        for hold in timeline.holds
    }
    for event in timeline.events:
        length = (event.end_tick - event.start_tick) * 8
        match event:
            case SpeechEvent(text=text, role=role):
                what = f"{role}: {text}"
            case CueEvent() if any(event in cues for cues in marks.values()):
                continue
            case CueEvent(cue=cue):
                what = f"* {cue}"
            case HoldEvent(technique=technique, side=side, set=number):
                what = f"[ {technique} {side} {number} *"
                for mark in marks[event]:
                    what += f" {mark.cue} {(mark.start_tick - event.start_tick) * 8}"
            case GateEvent():
                what = "[ gate"
        rows.append(f"{event.start_tick * 8:>8} {length:>6} {what}")
    rows.append(f"{timeline.end_tick * 8:>8} == end")
    return "\n".join(rows) + "\n"
