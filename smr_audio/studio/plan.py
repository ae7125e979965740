"""A plan: the whole session with its times, and the same as the `plan-1` JSON."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from smr_audio import units
from smr_audio.library.catalog import Library
from smr_audio.library.models import Routine
from smr_audio.library.preferences import Preferences
from smr_audio.session.compile import compile_script
from smr_audio.session.script import Notice, Script
from smr_audio.sound.cache import Cache
from smr_audio.sound.cues import CUE_TICKS
from smr_audio.studio.clips import Clips, get_clips
from smr_audio.studio.progress import Progress, silent_progress
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import (
    Chapter,
    CueEvent,
    Event,
    GateEvent,
    HoldEvent,
    SpeechEvent,
    Timeline,
)
from smr_audio.voices.engine import Engine, Voice
from smr_audio.voices.locality import user_locale
from smr_audio.voices.registry import choose

PLAN_FORMAT: Final = "smr-audio/plan-1"


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be heard and when; `clips` are its sounds."""

    script: Script
    timeline: Timeline
    voice: Voice
    clips: Clips
    warnings: tuple[Notice, ...]

    @property
    def duration_ms(self) -> int:
        """The length of the session in the decoded MP3."""
        return units.ms_of_ticks(self.timeline.end_tick)

    def as_json(self) -> dict[str, Any]:
        """The plan as `plan --json` prints it; times in milliseconds."""
        return {
            "format": PLAN_FORMAT,
            "routine": self.script.routine,
            "title": self.script.title,
            "language": self.script.language,
            "voice": self.voice.id,
            "duration_ms": self.duration_ms,
            "chapters": [_chapter(chapter) for chapter in self.timeline.chapters],
            "events": [_event(event) for event in self.timeline.events],
            "warnings": [{"code": w.code, "text": w.text} for w in self.warnings],
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A script and who will speak it: all that can be wrong before a word is spoken."""

    script: Script
    engine: Engine
    voice: Voice
    rate: float

    def plan(self, *, cache: Cache, progress: Progress = silent_progress) -> Plan:
        """Speak what is not cached yet, since only then lengths are known, and schedule.

        Raises BuildError if the voice breaks.
        """
        with closing(self.engine):
            clips = get_clips(
                self.script.sentences(),
                engine=self.engine,
                voice=self.voice,
                rate=self.rate,
                cache=cache,
                progress=progress,
            )
        lengths = Lengths(
            {sentence: clip.ticks for sentence, clip in clips.sentences.items()}, CUE_TICKS
        )
        notices = (*self.script.warnings, *_voice_warnings(self.voice, self.script.language))
        return Plan(self.script, schedule(self.script, lengths), self.voice, clips, notices)


def draft(routine: Routine, options: Preferences, *, library: Library) -> Draft:
    """Compile a session and find its voice.

    Raises UsageError, ContentError and MissingError, each with what to do.
    """
    script = compile_script(routine, options, library=library)
    said = options.over(routine.settings)
    language = said.language or script.language
    name = "auto" if said.voice is None else said.voice
    engine, voice = choose(name, language=language, locale=user_locale())
    return Draft(script, engine, voice, said.rate or 1.0)


def _voice_warnings(voice: Voice, language: str) -> tuple[Notice, ...]:
    if voice.speaks(language):
        return ()
    text = f"the voice {voice.id} speaks {', '.join(voice.languages)}, the session is in {language}"
    return (Notice("voice-language", text),)


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        **_span(chapter),
        "title": chapter.title,
        "technique": chapter.technique,
        "side": chapter.side,
    }


def _event(event: Event) -> dict[str, Any]:
    if isinstance(event, SpeechEvent):
        return {"kind": "speech", **_span(event), "text": event.text, "role": event.role}
    if isinstance(event, CueEvent):
        return {"kind": "cue", **_span(event), "cue": event.cue}
    if isinstance(event, HoldEvent):
        return {
            "kind": "hold",
            **_span(event),
            "technique": event.technique,
            "side": event.side,
            "set": event.set,
        }
    return {"kind": "gate", **_span(event)}


def _span(thing: Chapter | SpeechEvent | CueEvent | HoldEvent | GateEvent) -> dict[str, int]:
    return {
        "start_ms": units.ms_of_ticks(thing.start_tick),
        "end_ms": units.ms_of_ticks(thing.end_tick),
    }
