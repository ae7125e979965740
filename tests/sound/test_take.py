"""What a voice spoke, kept as it came."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio.sound.clip import take_bytes, take_from
from smr_audio.voices.engine import Speech


@given(
    st.lists(st.integers(-32767, 32767), min_size=1, max_size=50), st.sampled_from([16_000, 22_050])
)
def test_sound_of_16_bits_comes_back_to_the_bit_in_16_bits(values, rate):
    samples = np.array(values, dtype=np.float32) / np.float32(32768)
    data = take_bytes(Speech(samples, rate))
    back = take_from(data)
    assert back.sample_rate == rate
    assert back.samples.tobytes() == samples.tobytes()
    assert len(data) == 24 + 2 * len(values)


def test_finer_sound_comes_back_to_the_bit_too():
    samples = np.random.default_rng(1).standard_normal(100).astype(np.float32)
    assert take_from(take_bytes(Speech(samples, 22_050))).samples.tobytes() == samples.tobytes()


TAKE = take_bytes(Speech(np.ones(3, dtype=np.float32) / 2, 16_000))


@pytest.mark.parametrize(
    "data",
    [b"", b"smrtake\n", b"x" * 40, TAKE[:-1], TAKE + b"\0", TAKE[:24], TAKE[:8] + b"\2" + TAKE[9:]],
)
def test_anything_else_is_no_take(data):
    with pytest.raises(ValueError, match="not a take"):
        take_from(data)
