"""Sounds of one's own that are hard to place, and where each begins: one onset for all."""

import numpy as np
import pytest

from smr_audio.sound.cues import audible_onset
from tests.sound.signals import RATE, sine
from tests.sound.test_own_sound import bell


def in_noise(sound, dbfs, *, hum_dbfs=None):
    """With a room's noise under it, and its hum."""
    noise = np.random.default_rng(5).standard_normal(sound.size) * 10 ** (dbfs / 20)
    hum = 0.0
    if hum_dbfs is not None:
        hum = 10 ** (hum_dbfs / 20) * np.sin(2 * np.pi * 50 * np.arange(sound.size) / RATE)
    return sound + noise + hum


def swelling(seconds, *, freq_hz=880):
    ramp = np.linspace(0, 0.5, round(seconds * RATE))
    turns = freq_hz * np.arange(ramp.size) / RATE
    return np.concatenate([np.zeros(RATE // 2), ramp * np.sin(2 * np.pi * turns)])


def burst(seconds, *, decay_s=0.01):
    """Noise that is there at once, half a second into the file."""
    t = np.arange(round(seconds * RATE)) / RATE
    shape = 0.5 * np.exp(-t / decay_s)
    return np.pad(np.random.default_rng(6).uniform(-1, 1, t.size) * shape, (RATE // 2, 0))


def room_bell(dbfs, *, hum_dbfs=None):
    return in_noise(bell(rate=RATE, quiet_s=0.5), dbfs, hum_dbfs=hum_dbfs)


OWN_SHAPES = {
    "a bell in a noisy room": lambda: room_bell(-54),
    "a bell over a hum": lambda: room_bell(-60, hum_dbfs=-46),
    "a bell from an MP3": lambda: room_bell(-54),
    "a swell of a second": lambda: swelling(1.0),
    "a low swell in noise": lambda: in_noise(swelling(1.9, freq_hz=70), -54),
    "a beep just under full scale": lambda: np.pad(0.999 * sine(880, seconds=0.4), (9000, 0)),
    "a soft sound before a loud one": lambda: np.concatenate(
        [np.zeros(RATE // 2), 0.06 * sine(880, seconds=0.1), 0.6 * sine(880, seconds=0.4)]
    ),
    "two tones, the softer first": lambda: np.concatenate([0.1 * sine(880, seconds=0.4), 0.5 * sine(660, seconds=0.4)]),
    "a tick from an MP3": lambda: burst(0.1),
    "a tick that swells": lambda: swelling(0.14),
    "a bell in a very noisy room": lambda: room_bell(-32),
    "a swell from the first sample": lambda: swelling(0.4)[RATE // 2 :],
    "a steady tone of two seconds": lambda: 0.4 * sine(440, seconds=1.9),
}
"""Honest sounds that were hard to place, at 48 kHz; what has `tick` in its name is short."""


@pytest.mark.parametrize("dbfs", [-90, -54, -40])
def test_a_sharp_onset_is_found_to_the_sample_whatever_noise_is_before_it(dbfs):
    assert audible_onset(in_noise(burst(0.4, decay_s=0.1), dbfs)) == pytest.approx(24_000, abs=4)
    # A sine is under the noise for its first samples.
    assert audible_onset(room_bell(dbfs)) == pytest.approx(24_000, abs=8)


@pytest.mark.parametrize(("sound", "onset", "off"), [
    (room_bell(-30), 24_000, 240), (room_bell(-60, hum_dbfs=-40), 24_000, 240),
    (OWN_SHAPES["two tones, the softer first"](), 0, 9),
    (OWN_SHAPES["a soft sound before a loud one"](), RATE // 2, 240),
    (np.array([0.5]), 0, 0), (np.pad(np.full(3, 0.5), (7, 2)), 7, 0),  # shorter than any window
])  # fmt: skip
def test_neither_loud_noise_nor_a_soft_first_tone_is_taken_for_the_other(sound, onset, off):
    assert audible_onset(sound) == pytest.approx(onset, abs=off)


def test_a_swell_begins_where_it_is_audible():
    for seconds in (0.4, 1.0, 1.9):
        late_s = audible_onset(swelling(seconds)) / RATE - 0.5
        assert late_s == pytest.approx(0.08 * seconds, abs=0.01)
