"""Timelines of any shape and length, odd titles among them, and plans around timelines."""

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, cast

from hypothesis import strategies as st
from PIL import Image

from smr_audio.library.library import Library
from smr_audio.options.choices import SIDES
from smr_audio.session.compile import Compiled
from smr_audio.session.script import Script
from smr_audio.studio.plan import Plan
from smr_audio.timeline.timeline import Chapter, CueEvent, Event, GateEvent, HoldEvent, SpeechEvent, Timeline
from smr_audio.views.cover.layout import rgb
from smr_audio.voices.silent import VOICE

CUES: Any = ("start", "halfway", "countdown", "end", "switch", "finish", "tick")
WORDS = Library().page("en")
SIDE: Any = st.sampled_from([*SIDES, None])
ODD = (
    "<&\"'>", "a\x00b\x1b[31mc\ud800", "line\nline\ttab", "👩‍👩‍👧 🦵 ✓", "שרירי ההמסטרינג, שמאל",
    "عضلات الفخذ الخلفية", "腘绳肌：地面上的泡沫轴，左侧",
    "Oberschenkelrückseite, Rolle auf dem Boden, links",
    "", " ", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "x, " * 40,
    "\N{RIGHT-TO-LEFT OVERRIDE}abc",
    "é" * 80, "%s {0} \\n `*_[]", "]]>", "&amp;",
)  # fmt: skip
titles = st.sampled_from(ODD) | st.text(max_size=60)


@st.composite
def timelines(draw: st.DrawFn, most_s: int = 12 * 3600) -> Timeline:
    """Chapters that touch and cover the whole, some of no length, and events anywhere."""
    end = 3 * draw(st.integers(1, most_s * 125 // 3))
    cuts = sorted(draw(st.lists(st.integers(0, end), max_size=6)))
    chapters = tuple(Chapter(start, stop, draw(titles), None, draw(SIDE)) for start, stop in pairwise([0, *cuts, end]))
    events = sorted((_event(draw, end) for _ in range(draw(st.integers(0, 12)))), key=lambda e: e.start_tick)
    return Timeline(tuple(_one_at_a_time(events)), chapters, end)


def _one_at_a_time(events: list[Event]) -> Iterator[Event]:
    """Without holds and pauses that begin while another lasts: no session has them."""
    free = 0
    for event in events:
        if isinstance(event, HoldEvent | GateEvent):
            if event.start_tick < free:
                continue
            free = event.end_tick
        yield event


def _event(draw: st.DrawFn, end: int) -> Event:
    start = draw(st.integers(0, end - 1))
    stop = min(end, start + draw(st.integers(0, 45_000)))
    kind = draw(st.sampled_from(["speech", "cue", "hold", "gate"]))
    if kind == "speech":
        return SpeechEvent(start, stop, draw(titles), "setup", ())
    if kind == "cue":
        return CueEvent(start, stop, draw(st.sampled_from(CUES)))
    if kind == "hold":
        return HoldEvent(start, stop, "technique", draw(SIDE), draw(st.integers(1, 20)))
    return GateEvent(start, stop)


def plan_of(timeline: Timeline, *, title: str = "Made up") -> Plan:
    """A plan with only what is drawn and written."""
    script = Script("made-up", title, "en", (), (), (), ())
    compiled = Compiled(script, cast(Any, None), cast(Any, None))
    return Plan(compiled, timeline, VOICE, cast(Any, None), ())


def opened(data: bytes) -> Any:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (value / 255 for value in rgb(colour))
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
