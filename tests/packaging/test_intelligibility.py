"""scripts/intelligibility: a sample of what it measures. The docs have the whole."""

import numpy as np
import pytest
from intelligibility.cues import SIGNALS, named
from intelligibility.listeners import edits, groups, spread
from intelligibility.recogniser import words_of
from intelligibility.speech import rates_of

from smr_audio.options.choices import CUE_SCHEMES
from smr_audio.voices.pace import guide_factor


@pytest.mark.parametrize("scheme", CUE_SCHEMES)
def test_each_signal_is_named_in_babble_as_loud_as_itself(scheme: str) -> None:
    assert named(scheme, 0, trials=8) == dict.fromkeys(SIGNALS, 8)


def test_a_signal_far_under_the_babble_is_not() -> None:
    assert sum(named("classic", -40, trials=2).values()) < 2 * len(SIGNALS)


@pytest.mark.parametrize(("heard", "wrong"), [
    ("sit down breathe out", [0, 0]), ("sit town breathe", [1, 1]), ("breathe out", [2, 0]),
    ("sit down now breathe out", [1, 0]), ("", [2, 2]),
])  # fmt: skip
def test_words_missing_wrong_or_too_many_count_for_their_line(heard: str, wrong: list[int]) -> None:
    assert edits([("sit", "down"), ("breathe", "out")], words_of(heard)) == wrong


def test_lines_are_heard_together_up_to_28_seconds() -> None:
    assert list(groups([20 * 16_000, 8 * 16_000, 16_000, 40 * 16_000])) == [[0, 1], [2], [3]]


def test_the_spread_by_chance_is_that_of_a_share() -> None:
    half = np.tile([0.0, 1.0], 50)
    assert spread(half, np.ones(100)) == pytest.approx(0.098, abs=0.01)  # 1.96 * 0.05
    assert spread(np.ones(100), np.ones(100)) == 0


def test_lines_are_spoken_at_the_rates_of_sessions() -> None:
    rates = rates_of(["hamstring-ball-press"], "pyttsx3")
    assert rates["Begin."] == 1
    assert rates["Left leg first."] == round(guide_factor("pyttsx3", "en"), 3) < 1
