"""The limiter keeps its ceiling, and its hands off what is below it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smr_audio.sound.level import gain_curve, limited, peak_envelope
from smr_audio.sound.loudness import to_int16, true_peak_dbtp
from tests.sound.signals import RATE, speechlike


def limit(sound):
    return limited(sound, envelope=peak_envelope(sound))[0]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(1, 30_000),
    gain_db=st.floats(-20, 30),
    colour=st.sampled_from(["white", "clicks", "squares", "steps"]),
)
def test_no_true_peak_passes_the_ceiling(seed, size, gain_db, colour):
    rng = np.random.Generator(np.random.PCG64(seed))
    sound = {
        "white": lambda: rng.uniform(-1, 1, size),
        "clicks": lambda: rng.choice([-1.0, 1.0], size) * (rng.uniform(size=size) < 0.002),
        "squares": lambda: np.sign(np.sin(np.arange(size) * rng.uniform(0.01, 3))),
        "steps": lambda: np.repeat(rng.uniform(-1, 1, size // 100 + 1), 100)[:size],
    }[colour]() * 10 ** (gain_db / 20)  # fmt: skip
    low = limit(sound)
    assert low.shape == sound.shape
    assert true_peak_dbtp(low) <= -2.0


def test_what_is_below_the_ceiling_is_untouched():
    sound = speechlike(seconds=1, rate=RATE, peak=0.5)
    assert np.array_equal(limit(sound), to_int16(sound))
    assert limit(np.zeros(0)).size == 0


@given(seed=st.integers(0, 2**32 - 1), size=st.integers(1, 5_000), ceiling_db=st.floats(-40, 0))
def test_the_gain_is_low_enough_for_every_sample(seed, size, ceiling_db):
    envelope = np.random.Generator(np.random.PCG64(seed)).uniform(0, 1, size) ** 20
    gains = gain_curve(envelope, ceiling_db=ceiling_db)
    assert gains.shape == envelope.shape
    assert 0 < gains.min() <= gains.max() <= 1
    assert np.max(gains * envelope) <= 10 ** (ceiling_db / 20) + 1e-12


def test_the_gain_goes_down_for_a_peak_and_comes_back_without_a_corner():
    envelope = np.full(RATE, 0.1)
    envelope[RATE // 2] = 1.0
    gains_db = 20 * np.log10(gain_curve(envelope, ceiling_db=-6.0))
    lowest = int(np.argmin(gains_db))
    assert abs(lowest - RATE // 2) < 96
    assert gains_db.min() == pytest.approx(-6, abs=0.1)
    assert np.all(np.diff(gains_db)[: lowest - 96] <= 1e-12)
    assert not gains_db[: RATE // 2 - 240].any()
    assert gains_db[-1] == pytest.approx(0, abs=1e-6)
    # Down within 4 ms, so at a corner of the curve its slope changes by a small part of that.
    assert np.max(np.abs(np.diff(gains_db, 2))) < 6 / 96 / 4


def test_the_ceiling_holds_after_rounding_and_is_reached():
    sound = 4 * speechlike(seconds=1, rate=RATE)
    low, peak_dbtp = limited(sound, envelope=peak_envelope(sound))
    assert peak_dbtp == true_peak_dbtp(low) <= -2.0
    assert peak_dbtp > -2.1


def test_a_louder_sound_has_the_same_envelope_louder():
    sound = speechlike(seconds=0.5, rate=RATE)
    assert peak_envelope(2 * sound) == pytest.approx(2 * peak_envelope(sound), rel=1e-5)
