"""What `build` and `plan` say of how much talk a session has, where nobody asked for a level."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smr_audio import units
from smr_audio.options.preferences import Preferences
from smr_audio.options.talk import TalkChoice

if TYPE_CHECKING:
    from smr_audio.library.models import Routine
    from smr_audio.studio.plan import Plan
    from smr_audio.studio.studio import Studio

SHORT_ON_WORDS: Final = "This routine is short on words. First time: --talk learn."


def short_on_words(plan: Plan) -> str | None:
    """What to do the first time, where the routine itself chose follow."""
    return SHORT_ON_WORDS if plan.compiled.layers.short_on_words else None


def at_follow(studio: Studio, routine: Routine, options: Preferences, plan: Plan) -> str | None:
    """How long the session is for who knows it, where nobody has said how much talk there is."""
    layers = plan.compiled.layers
    if layers.origin("talk")[1].source != "default" or layers.combined.fit_ticks:
        return None
    follow = replace(options, talk=(TalkChoice("follow"),))
    estimate = studio.estimate(routine, follow)
    about = "about " if estimate.missing else ""  # of what was never spoken
    shorter, now = (units.clock(round(one.duration_ms / 1000)) for one in (estimate.plan, plan))
    return f"Once you know it, --talk follow: {about}{shorter} in place of {now}"
