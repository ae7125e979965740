"""A plan: the whole session with its times, and the same as the `plan-1` JSON."""

from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from smr_audio import units
from smr_audio.options.choices import NO_BED
from smr_audio.records import dataclass
from smr_audio.session.compile import Compiled  # noqa: F401  for the hints of __init__
from smr_audio.session.provenance import Reason, reasons
from smr_audio.session.script import Notice
from smr_audio.sound.settings import SoundSettings
from smr_audio.studio.clips import Clips, Speaker
from smr_audio.timeline.timeline import (
    Chapter,
    CueEvent,
    Event,
    HoldEvent,
    RestSpan,
    SpeechEvent,
    Timeline,  # noqa: F401
)
from smr_audio.views.transcript import PlanView
from smr_audio.voices.engine import Voice  # noqa: F401

PLAN_FORMAT: Final = "smr-audio/plan-1"


@dataclass(frozen=True, slots=True)
class Plan(PlanView):
    """What will be heard and when, with its sounds, `clips`, and what to know of it."""

    clips: Clips
    warnings: tuple[Notice, ...]

    @property
    def settings(self) -> SoundSettings:
        return self.clips.settings

    @property
    def why(self) -> tuple[Reason, ...]:
        return tuple(reasons(self.compiled))

    def as_json(self, *, why: bool = False) -> dict[str, Any]:
        """The plan as `plan --json` prints it; times in milliseconds."""
        events: list[Event | RestSpan] = [*self.timeline.rests, *self.timeline.events]
        explained = {"why": [reason.as_json() for reason in self.why]} if why else {}
        return {
            "format": PLAN_FORMAT,
            "routine": self.script.routine,
            "title": self.script.title,
            "language": self.script.language,
            "voice": self.voice.id,
            "duration_ms": self.duration_ms,
            "bed": Path(bed.sound).name if (bed := self.settings.bed) else NO_BED,  # where is private
            "talk": self.compiled.talk.as_json(),
            "chapters": [
                {**_span(one), "title": one.title, "technique": one.technique, "side": one.side, **_rounds(one)}
                for one in self.timeline.chapters
            ],
            "events": [_event(event) for event in sorted(events, key=attrgetter("start_tick"))],
            "warnings": [{"code": w.code, "text": w.text} for w in self.warnings],
            **explained,
        }


def voice_warnings(speaker: Speaker, language: str) -> tuple[Notice, ...]:
    """What to know about a voice that stands in, or that speaks another language."""
    voice = speaker.voice
    if speaker.stands_in:
        return (Notice("system-voice", speaker.stands_in),)
    if voice.speaks(language):
        return ()
    text = f"the voice {voice.id} speaks {', '.join(voice.languages)}, the session is in {language}"
    return (Notice("voice-language", text),)


def _event(event: Event | RestSpan) -> dict[str, Any]:
    if isinstance(event, SpeechEvent):
        return {"kind": "speech", **_span(event), "text": event.text, "role": event.role}
    if isinstance(event, CueEvent):
        return {"kind": "cue", **_span(event), "cue": event.cue}
    if isinstance(event, HoldEvent):
        technique = None if event.name else event.technique
        name = {"name": event.name} if event.name else {}
        hold = {"technique": technique, **name, "side": event.side, "set": event.set}
        return {"kind": "hold", **_span(event), **hold, **_rounds(event)}
    if isinstance(event, RestSpan):
        return {"kind": "rest", **_span(event), "between": event.between}
    return {"kind": event.kind, **_span(event)}


def _rounds(of: Chapter | HoldEvent) -> dict[str, int | None]:
    """The number of its round in the innermost block, and of the one around it."""
    inner, outer = (*of.rounds[::-1], None, None)[:2]
    return {"round": inner, "outer_round": outer}


def _span(thing: Chapter | Event | RestSpan) -> dict[str, int]:
    start, end = units.ms_of_ticks(thing.start_tick), units.ms_of_ticks(thing.end_tick)
    return {"start_ms": start, "end_ms": end}
