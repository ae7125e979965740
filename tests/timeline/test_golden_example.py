"""The floor roller in a session of two, second by second as it must be heard.

The technique and the phrases have words and silences of their own here, so that nothing but the
order and the times of a session can change what is heard. A word takes 0.3 s and a sentence 0.3 s
more.
"""

import re
from pathlib import Path

import pytest

from smr_audio import Preferences, TalkChoice
from smr_audio.library.library import Library
from smr_audio.session.compile import compile_session
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import CueEvent, SpeechEvent, Timeline
from tests.timeline.speech import made_up

TECHNIQUE = """\
kind: technique
id: floor-roller
name: "Hamstrings, roller on the floor"
short: "the floor roller"
about: "Of the back of the thigh."
muscle: hamstrings
tools: [foam_roller]
position: floor-seated
sides: 2
limb: leg
mode: roll
level: 1
cap: 7
hold: {least: 20, default: 30, most: 120}
move:
  - "You will slide from the top of the thigh to just above the knee, four seconds each way."
easier:
  - "Stiff hips: roller on a bench, step over it, same clock."
setup:
  - {en: "Sit down, {side} leg straight, roller under the top of the thigh.", then_s: 5.5}
  - {en: "{other} foot folded back, or flat in front to spare the knee.", then_s: 3}
  - {en: "Hands on the floor behind you.", then_s: 1}
load: {en: "Hips up and lean forward, {press} at most.", then_s: 2.5}
coaching:
  lighter: "Lighter: sit, hold both ends and roll."
  boundary: "Off the hollow of the knee."
  breath: "Breathe out towards the knee."
  nerve: "Lift off if tingling."
  ease: "Lean back to ease."
  angle: "Toes in, then out."
switch:
  - {en: "Hips down and swap legs, roller under the top of the {side} thigh.", then_s: 7}
finish:
  - {en: "Hips down, push the roller away.", then_s: 2.5}
follow:
  setup:
    - {en: "Roller under the top of the thigh, other foot back, hands behind.", then_s: 4.5}
  move: "Full length, four each way."
  switch:
    - {en: "Hips down and swap, roller under the top of the thigh.", then_s: 6}
  finish:
    - {en: "Hips down, roller away.", then_s: 2}
"""
ROUTINE = """\
kind: routine
id: mine
title: "Mine"
about: "Mine."
steps:
  - {technique: floor-roller}
  - {technique: floor-roller}
"""
PHRASES = """\
kind: phrases
language: en
lines:
  number: {en: "{n} of {total}.", then_s: 0.2}
  name: {en: "{name}.", then_s: 0.2}
  name_side: {en: "{name}, {side} {limb}.", then_s: 0.2}
  first_side: {en: "{side} {limb} first.", then_s: 0.2}
  switch_side: {en: "{side} {limb}.", then_s: 0.2}
  hold_each: {en: "{time} each side.", then_s: 0.3}
  get_ready: {en: "{side} {limb}, get ready.", then_s: 0.8}
  set_end: {en: "Ease off.", then_s: 0.3}
  go: "Begin."
  halfway: "Halfway."
  ten_seconds: "Ten seconds."
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for name, text in (("techniques/floor-roller", TECHNIQUE), ("routines/mine", ROUTINE),
                       ("phrases/en", PHRASES)):  # fmt: skip
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    return Library([tmp_path])


def heard(library: Library, **options: object) -> list[tuple[float, str]]:
    """All that sounds from the first technique on up to the second, with the second it begins."""
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
LEARN = """\
  0.5  One of two.
  1.9  Hamstrings, roller on the floor.
  4.0  Left leg first.
  5.4  Thirty seconds each side.
  7.2  You will slide from the top of the thigh to just above the knee, four seconds each way.
 13.1  Stiff hips: roller on a bench, step over it, same clock.
 17.0  Sit down, left leg straight, roller under the top of the thigh.
 26.4  Right foot folded back, or flat in front to spare the knee.
 33.2  Hands on the floor behind you.
 36.3  Hips up and lean forward, five at most.
 41.4  Left leg, get ready.
 43.7  * start
 44.3  Begin.
 46.7  Full length, four each way.
 50.7  Lift off if tingling.
 54.7  Off the hollow of the knee.
 58.7  * halfway
 59.3  Halfway.
 63.7  Ten seconds.
 70.7  * countdown 71.7 72.7 end 73.7
 74.6  Ease off.
 75.8  * switch
 76.5  Hips down and swap legs, roller under the top of the right thigh.
 87.7  Hips up and lean forward, five at most.
 92.9  Right leg, get ready.
 95.1  * start
 95.7  Begin.
 98.1  Lighter: sit, hold both ends and roll.
104.1  Breathe out towards the knee.
110.1  * halfway
110.7  Halfway.
115.1  Ten seconds.
122.1  * countdown 123.1 124.1 end 125.1
126.0  Ease off.
127.2  Hips down, push the roller away.
"""


def test_everything_is_heard_in_this_order_and_at_these_seconds(library: Library) -> None:
    """At learn; the other levels are in the goldens of routines."""
    rows = heard(library, talk=(TalkChoice("learn"),))
    found = "".join(f"{at:5.1f}  {what}\n" for at, what in rows)
    assert LAST_SECONDS.sub(r"\1 \2 \3 end \4", found) == LEARN
