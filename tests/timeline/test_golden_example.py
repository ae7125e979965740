"""The floor roller in a session of two, second by second as it must be heard.

The technique and the phrases have words and silences of their own here, so that nothing but the
order and the times of a session can change what is heard. A word takes 0.3 s and a sentence 0.3 s
more.
"""

import re
from pathlib import Path

from smr_audio import Preferences, TalkChoice
from smr_audio.library.library import Library
from smr_audio.session.compile import compile_session
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import CueEvent, SpeechEvent, Timeline
from tests.timeline.speech import made_up

EXAMPLE = Path(__file__).with_name("example")


def heard(**options: object) -> list[tuple[float, str]]:
    """All that sounds from the first technique on up to the second, with the second it begins."""
    library = Library([EXAMPLE])
    wishes = Preferences(**options)  # type: ignore[arg-type]
    script = compile_session(library.load("mine"), wishes, library=library).script
    timeline: Timeline = schedule(script, made_up(script))
    first, _, second, *_ = (c.start_tick for c in timeline.chapters if c.technique)
    return [
        (round((event.start_tick - first) / 125, 1),
         event.text if isinstance(event, SpeechEvent) else f"* {event.cue}")
        for event in timeline.events
        if first <= event.start_tick < second and isinstance(event, SpeechEvent | CueEvent)
    ]  # fmt: skip


# The last tones of a hold and its end stand in one row.
TONE = r"\n *(\S+)  \* "
LAST_SECONDS = re.compile(rf"(\* countdown){TONE}countdown{TONE}countdown{TONE}end")


def test_everything_is_heard_in_this_order_and_at_these_seconds() -> None:
    """At learn; the other levels are in the goldens of routines."""
    rows = heard(talk=(TalkChoice("learn"),))
    found = "".join(f"{at:5.1f}  {what}\n" for at, what in rows)
    assert LAST_SECONDS.sub(r"\1 \2 \3 end \4", found) == (EXAMPLE / "heard.txt").read_text("utf-8")
