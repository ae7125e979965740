"""A session on an exact timeline: what sounds when, in whole ticks.

Ranges are half-open, `[start_tick, end_tick)`. Events are in order of start. A hold runs
from the onset of its start cue to the onset of its end cue.
"""

from typing import Literal, TypeAlias

from smr_audio import units
from smr_audio.library.models import Role
from smr_audio.options.choices import CueName, Side
from smr_audio.records import dataclass
from smr_audio.session.script import Between, Sentence


@dataclass(frozen=True, slots=True)
class SpeechEvent:
    """A line as it is heard. `sentences` are its clips: (start tick, sentence)."""

    start_tick: int
    end_tick: int
    text: str
    role: Role
    sentences: tuple[tuple[int, Sentence], ...]


@dataclass(frozen=True, slots=True)
class CueEvent:
    """A signal with a meaning. `end_tick` is where its sound has ended."""

    start_tick: int
    end_tick: int
    cue: CueName


@dataclass(frozen=True, slots=True)
class HoldEvent:
    """The timed work. `side` is None where both sides work at once; `set` counts from 1 a side."""

    start_tick: int
    end_tick: int
    technique: str
    side: Side | None
    set: int
    rounds: tuple[int, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class GateEvent:
    """Silence of a routine: a `gate` is one in which the listener may pause and set up."""

    start_tick: int
    end_tick: int
    kind: Literal["gate", "pause"] = "gate"


@dataclass(frozen=True, slots=True)
class RestSpan:
    """From the onset of an end cue to that of the next start cue, whatever is heard in between."""

    start_tick: int
    end_tick: int
    between: Between


Event: TypeAlias = SpeechEvent | CueEvent | HoldEvent | GateEvent


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the session that a player can jump to. Chapters touch and cover the whole."""

    start_tick: int
    end_tick: int
    title: str
    technique: str | None = None
    side: Side | None = None
    rounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole session, `[0, end_tick)`; what is not fitted ends on a whole MP3 frame."""

    events: tuple[Event, ...]
    chapters: tuple[Chapter, ...]
    end_tick: int
    rests: tuple[RestSpan, ...] = ()

    @property
    def frames(self) -> int:
        """The MP3 frames that the session takes, the last one perhaps in part."""
        return units.whole_frames(self.end_tick) // units.TICKS_PER_FRAME

    @property
    def holds(self) -> tuple[HoldEvent, ...]:
        return tuple(event for event in self.events if isinstance(event, HoldEvent))

    @property
    def speech(self) -> tuple[SpeechEvent, ...]:
        return tuple(event for event in self.events if isinstance(event, SpeechEvent))

    @property
    def cues(self) -> tuple[CueEvent, ...]:
        return tuple(event for event in self.events if isinstance(event, CueEvent))
