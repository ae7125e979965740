"""The transcript has every line of the plan once, in order, with its time."""

import re

import pytest
from hypothesis import given, settings

import smr_audio
from smr_audio import units
from smr_audio.timeline.timeline import Chapter, CueEvent, GateEvent, HoldEvent, SpeechEvent, Timeline
from smr_audio.views.transcript import markdown, transcript
from tests.drawing.made_up import plan_of, timelines
from tests.timeline.test_invariants import sessions


def at(tick: int) -> str:
    return units.clock(tick * 8 // 1000)


def check(timeline: Timeline) -> None:
    lines = [line for line in transcript(plan_of(timeline)).split("\n") if line.startswith("- ")]
    events = [e for e in timeline.events if not (isinstance(e, CueEvent) and e.cue == "tick")]
    assert len(lines) == len(events)
    for line, event in zip(lines, events, strict=True):
        start = at(event.start_tick)
        if isinstance(event, HoldEvent | GateEvent):
            assert line.endswith(f"** {start}–{at(event.end_tick)}")
        elif isinstance(event, SpeechEvent):
            assert line == f"- {start} {markdown(event.text)}"
        else:
            assert line.startswith(f"- {start} ")


@settings(max_examples=60)
@given(timelines() | sessions().map(lambda session: session.timeline))
def test_every_event_of_any_timeline_or_session_is_a_line(timeline: Timeline) -> None:
    check(timeline)
    text = transcript(plan_of(timeline))
    assert text.count("\n## ") == len(timeline.chapters)


@pytest.mark.usefixtures("warm")
def test_it_reads_as_it_should() -> None:
    plan = smr_audio.plan("hamstrings", smr_audio.Preferences(voice="silent"))
    text = smr_audio.transcript(plan)
    timeline = plan.timeline
    length = units.clock(round(plan.duration_ms / 1000))
    title = f"# Hamstrings: roller, barbell, ball\n\n{length}, voice silent.\n"
    assert text.startswith(f"{title}\n## 0:00 Opening\n\n- 0:00 ")
    _, first, *_, closing = timeline.chapters
    number = next(e for e in timeline.speech if e.start_tick >= first.start_tick)
    heading = f"\n\n## {at(first.start_tick)} {first.title}\n\n"
    assert f"{heading}- {at(number.start_tick)} {number.text}\n" in text
    hold = timeline.holds[0]
    begin = next(e for e in timeline.speech if e.role == "go")
    start = at(hold.start_tick)
    assert (
        f"- **Hold 30 s, left, set 1** {start}–{at(hold.end_tick)}\n- {start} *cue: begin*\n"
        f"- {at(begin.start_tick)} {begin.text}\n"
    ) in text
    load = next(e for e in timeline.speech if e.role == "load")
    assert f"- {at(load.start_tick)} {load.text}\n" in text
    (gate,) = (e for e in timeline.events if isinstance(e, GateEvent))
    pause = f"{at(gate.start_tick)}–{at(gate.end_tick)}"
    assert f"- **Pause to set up, 20 s** {pause}\n" in text
    assert f"## {at(closing.start_tick)} Closing\n" in text
    assert text.endswith(f" {timeline.speech[-1].text}\n")


def test_a_chapter_without_events_has_a_heading_all_the_same() -> None:
    chapters = (Chapter(0, 125, "A"), Chapter(125, 125, "B"), Chapter(125, 250, ""))
    speech = SpeechEvent(0, 100, "Hello.", "go", ())
    text = transcript(plan_of(Timeline((speech,), chapters, 250)))
    assert re.findall(r"^## .*$", text, re.MULTILINE) == ["## 0:00 A", "## 0:01 B", "## 0:01"]


@pytest.mark.parametrize(("text", "shown"), [
    ("*bold* _it_ `x`", r"\*bold\* \_it\_ \`x\`"),
    ("<b> & [a](b)", r"\<b\> \& \[a\](b)"),
    ("two\nlines\x00", "two lines�"),
    ("a\\b #1 ~x~ $y$ | !", r"a\\b \#1 \~x\~ \$y\$ \| \!"),
])  # fmt: skip
def test_what_could_be_markdown_is_escaped(text: str, shown: str) -> None:
    assert markdown(text) == shown
