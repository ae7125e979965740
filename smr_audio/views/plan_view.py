"""The part of a plan that pictures, texts and covers need.

Plans themselves are made in a higher layer, which imports this one for covers and lyrics.
"""

from smr_audio import units
from smr_audio.records import dataclass
from smr_audio.session.compile import Compiled
from smr_audio.session.script import Script
from smr_audio.timeline.timeline import Timeline
from smr_audio.voices.engine import Voice


@dataclass(frozen=True, slots=True)
class PlanView:
    """What will be heard and when; `compiled` is what it is made from."""

    compiled: Compiled
    timeline: Timeline
    voice: Voice

    @property
    def script(self) -> Script:
        return self.compiled.script

    @property
    def duration_ms(self) -> int:
        """The length of the session in the decoded MP3."""
        return units.ms_of_ticks(self.timeline.end_tick)
