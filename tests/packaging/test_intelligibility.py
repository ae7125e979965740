"""scripts/intelligibility: a sample of what it measures. The docs have the whole."""

import pytest
from intelligibility.cues import SIGNALS, named

from smr_audio.options.choices import CUE_SCHEMES


@pytest.mark.parametrize("scheme", CUE_SCHEMES)
def test_each_signal_is_named_in_babble_as_loud_as_itself(scheme: str) -> None:
    assert named(scheme, 0, trials=8) == dict.fromkeys(SIGNALS, 8)


def test_a_signal_far_under_the_babble_is_not() -> None:
    assert sum(named("classic", -40, trials=2).values()) < 2 * len(SIGNALS)
