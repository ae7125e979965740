"""The transcript has every line of the plan once, in order, with its time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

import smr_audio
from smr_audio import units
from smr_audio.timeline.timeline import (
    Chapter,
    CueEvent,
    Event,
    GateEvent,
    HoldEvent,
    SpeechEvent,
    Timeline,
)
from smr_audio.views.transcript import markdown, transcript
from tests.drawing.made_up import plan_of, timelines
from tests.timeline.test_invariants import Session, sessions


def at(tick: int) -> str:
    return units.clock(tick * 8 // 1000)


def start_of(event: Event) -> str:
    """How the line of an event must begin or end."""
    if isinstance(event, HoldEvent | GateEvent):
        return f"** {at(event.start_tick)}–{at(event.end_tick)}"
    return f"- {at(event.start_tick)} "


def check(timeline: Timeline) -> None:
    lines = [line for line in transcript(plan_of(timeline)).split("\n") if line.startswith("- ")]
    events = [e for e in timeline.events if not (isinstance(e, CueEvent) and e.cue == "tick")]
    assert len(lines) == len(events)
    for line, event in zip(lines, events, strict=True):
        if isinstance(event, HoldEvent | GateEvent):
            assert line.endswith(start_of(event))
        else:
            assert line.startswith(start_of(event))
        if isinstance(event, SpeechEvent):
            assert line == f"- {at(event.start_tick)} {markdown(event.text)}"


@given(timeline=timelines())
def test_every_event_of_any_timeline_is_a_line(timeline: Timeline) -> None:
    check(timeline)
    text = transcript(plan_of(timeline))
    assert text.count("\n## ") == len(timeline.chapters)


@given(session=sessions())
def test_every_event_of_any_session_is_a_line(session: Session) -> None:
    check(session.timeline)


@pytest.mark.usefixtures("warm")
def test_it_reads_as_it_should() -> None:
    plan = smr_audio.plan("hamstrings", smr_audio.Preferences(voice="silent"))
    text = smr_audio.transcript(plan)
    assert text.startswith(
        "# Hamstrings: roller, barbell, ball\n\n11:47, voice silent.\n\n## 0:00 Opening\n\n- 0:00 "
    )
    assert "\n\n## 1:01 Hamstrings, roller on the floor, left\n\n- 1:02 One of three.\n" in text
    hold = "- **Hold 30 s, left, set 1** 2:10–2:40\n- 2:10 *cue: begin*\n- 2:11 Begin.\n"
    assert hold in text
    assert "- **Pause to set up, 20 s** 4:42–5:02\n" in text
    assert text.endswith("will not change much.\n")


def test_a_chapter_without_events_has_a_heading_all_the_same() -> None:
    chapters = (Chapter(0, 125, "A"), Chapter(125, 125, "B"), Chapter(125, 250, ""))
    speech = SpeechEvent(0, 100, "Hello.", "go", ())
    text = transcript(plan_of(Timeline((speech,), chapters, 250)))
    assert re.findall(r"^## .*$", text, re.MULTILINE) == ["## 0:00 A", "## 0:01 B", "## 0:01"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _it_ `x`", r"\*bold\* \_it\_ \`x\`"),
        ("<b> & [a](b)", r"\<b\> \& \[a\](b)"),
        ("two\nlines\x00", "two lines�"),
        ("a\\b #1 ~x~ $y$ | !", r"a\\b \#1 \~x\~ \$y\$ \| \!"),
    ],
)
def test_what_could_be_markdown_is_escaped(text: str, shown: str) -> None:
    assert markdown(text) == shown
