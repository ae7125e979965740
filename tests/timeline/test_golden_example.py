"""The floor roller at full talk with 30 s holds, second by second as it must be heard.

The times are the golden example of how a session is spoken. The lengths of speech are made
up, so that every line starts when the example says.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smr_audio.session.script import Script
from smr_audio.timeline.lengths import Lengths
from smr_audio.timeline.schedule import schedule
from smr_audio.timeline.timeline import Timeline
from tests.conftest import CUE_TICKS

# Seconds that each sentence sounds.
SENTENCE_S = {
    "One of three.": 0.7,
    "Hamstrings, roller on the floor.": 1.5,
    "Left leg first.": 1.0,
    "Sit on the floor with the roller beside you.": 3.0,
    "Left leg straight ahead.": 1.3,
    "Fold the right foot behind you, or flat in front if that knee complains.": 3.896,
    "Roller crossways under the left thigh, just below the sitting bone, a hand on each end.": 4.6,
    "Back long.": 0.8,
    "Lean forward until it presses, five out of ten.": 2.496,
    "Hands take some weight.": 1.2,
    "Slide your hips: roll from the top of the thigh to just above the knee.": 4.496,
    "Four seconds each way.": 1.18,
    "Tingling or sharp pain: stop.": 1.116,
    "Left leg.": 0.9,
    "Right leg.": 0.5,
    "Get ready.": 0.196,
    "Begin.": 0.4,
    "Stay above the knee, off the soft hollow behind it.": 4.5,
    "Lean back to ease, lean forward to add.": 2.8,
    "Ease off.": 0.344,
    "Slide the roller out and swap.": 2.49,
    "Roller under the right thigh, hands on its ends.": 3.2,
    "Five out of ten.": 0.696,
    "Done.": 0.4,
    "Move the roller away and shake out both legs.": 2.486,
}

HEARD = [
    (0.5, "One of three."),
    (5.3, "Sit on the floor with the roller beside you."),
    (11.3, "Left leg straight ahead. Fold the right foot behind you, or flat in front if that "
     "knee complains."),
    (24.0, "Roller crossways under the left thigh, just below the sitting bone, a hand on each "
     "end."),
    (33.6, "Back long. Lean forward until it presses, five out of ten."),
    (40.4, "Hands take some weight. Slide your hips: roll from the top of the thigh to just "
     "above the knee."),
    (47.6, "Four seconds each way. Tingling or sharp pain: stop."),
    (55.4, "Left leg. Get ready."),
    (62.0, "Stay above the knee, off the soft hollow behind it."),
    (68.5, "Lean back to ease, lean forward to add."),
    (79.0, "Ten seconds."),
    (102.4, "Roller under the right thigh, hands on its ends. Five out of ten."),
    (112.8, "Right leg. Get ready."),
    (148.2, "Done. Move the roller away and shake out both legs."),
    (154.1, "Next: hamstrings on a racked barbell."),
]  # fmt: skip
CUES = [
    (59.0, "start"), (74.0, "halfway"), (86.0, "countdown"), (87.0, "countdown"),
    (88.0, "countdown"), (89.0, "end"), (91.2, "switch"), (116.0, "start"), (131.0, "halfway"),
    (143.0, "countdown"), (144.0, "countdown"), (145.0, "countdown"), (146.0, "end"),
]  # fmt: skip


@pytest.fixture
def timeline(compiled: Callable[..., Script]) -> Timeline:
    script = compiled("hamstrings")
    sentences = {text: int(SENTENCE_S.get(text, 1.0) * 125) for text in script.sentences()}
    assert set(SENTENCE_S) <= set(sentences)
    return schedule(script, Lengths(sentences, CUE_TICKS))


def _start(timeline: Timeline) -> int:
    return next(c.start_tick for c in timeline.chapters if c.technique is not None)


def test_lines_are_heard_when_the_example_says(timeline: Timeline) -> None:
    start = _start(timeline)
    at = {
        event.text: (event.start_tick - start) / 125
        for event in reversed(timeline.speech)  # the first time a line is heard counts
        if event.start_tick >= start
    }
    late = {text: (want, at[text]) for want, text in HEARD if abs(at[text] - want) > 0.1}
    assert not late


def test_cues_come_when_the_example_says(timeline: Timeline) -> None:
    start = _start(timeline)
    heard = [(e.start_tick - start, e.cue) for e in timeline.cues if e.start_tick >= start]
    assert [cue for _, cue in heard[: len(CUES)]] == [cue for _, cue in CUES]
    for (at, _), (want, cue) in zip(heard, CUES, strict=False):
        assert abs(at / 125 - want) <= 0.1, cue
