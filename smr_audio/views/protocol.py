"""The part of a plan that pictures, texts and covers need.

A Protocol, since plans are made in a higher layer, which imports this one for covers and lyrics.
"""

from __future__ import annotations

from typing import Protocol

from smr_audio.session.script import Script
from smr_audio.timeline.timeline import Timeline
from smr_audio.voices.engine import Voice


class PlanView(Protocol):
    """A plan."""

    @property
    def script(self) -> Script: ...

    @property
    def timeline(self) -> Timeline: ...

    @property
    def voice(self) -> Voice: ...

    @property
    def duration_ms(self) -> int: ...
