"""What is drawn of a plan: so much of it that a picture, a text or a cover needs.

A Protocol, since this room is below the one that makes plans: files of sessions carry covers
and lyrics.
"""

from __future__ import annotations

from typing import Protocol

from smr_audio.session.script import Script
from smr_audio.timeline.timeline import Timeline
from smr_audio.voices.engine import Voice


class PlanView(Protocol):
    """A plan, whatever else it knows."""

    @property
    def script(self) -> Script:
        """What is said and done, in order."""

    @property
    def timeline(self) -> Timeline:
        """When."""

    @property
    def voice(self) -> Voice:
        """Who speaks."""

    @property
    def duration_ms(self) -> int:
        """The length of the session."""
