"""How much is said of each technique, and which safety check: decided once for a session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from smr_audio.library.models import Line, Routine, Technique
from smr_audio.options.choices import Safety, Talk
from smr_audio.options.preferences import Preferences
from smr_audio.options.talk import level_of

TechniquePart: TypeAlias = Literal["gate", "setup", "switch", "finish"]
"""What a technique has a shorter form of."""


@dataclass(frozen=True, slots=True)
class TalkPlan:
    """What was asked for, the level of each technique by id, and the kind of safety check."""

    asked: Talk
    techniques: Mapping[str, Talk]
    safety: Safety

    @property
    def session(self) -> Talk:
        """The level of the opening and the closing; at `auto` that of all techniques or learn."""
        if self.asked != "auto":
            return self.asked
        return "learn" if "learn" in self.techniques.values() else "follow"

    def as_json(self) -> dict[str, Any]:
        return {"asked": self.asked, "techniques": {**self.techniques}, "safety": self.safety}


def talk_plan(preferences: Preferences, routine: Routine, techniques: Iterable[str]) -> TalkPlan:
    """The levels of a session. Without a history `auto` is learn."""
    asked = level_of(preferences.talk)
    levels: dict[str, Talk] = {}
    for name in techniques:
        level = level_of(preferences.talk, name)
        levels[name] = "learn" if level == "auto" else level
    safety = preferences.safety
    if safety is None:
        safety = routine.safety if asked in ("learn", "auto") else "short"
    return TalkPlan(asked, levels, safety)


def lines_for(technique: Technique, part: TechniquePart, level: Talk) -> tuple[Line, ...]:
    """The lines of a part at a level of talk.

    Below learn a technique's shorter lines stand in for its own; a set-up keeps its safety lines.
    """
    own: tuple[Line, ...] = getattr(technique, part)
    if level == "learn" or technique.follow is None:
        return own
    shorter: tuple[Line, ...] = getattr(technique.follow, part)
    if not shorter:
        return own
    if part != "setup":
        return shorter
    return (*(line for line in own if line.safety or line.unless_checked), *shorter)
