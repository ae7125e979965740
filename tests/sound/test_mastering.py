"""Mastering lifts what noise would cover, and nothing else: no pause, no tail, no moment."""

import numpy as np
import pytest

from smr_audio.options.choices import MASTERS
from smr_audio.sound.mastering import STRENGTHS, mastered
from tests.sound.signals import RATE, sine, speechlike

GYM = STRENGTHS["gym"]


def db(ratio):
    return 20 * np.log10(ratio)


def rms(sound):
    return np.sqrt(np.mean(np.square(sound)))


def spoken(*, seconds=2.0):
    return speechlike(seconds=seconds, rate=RATE)


def gain_of_filter_db(hz, *, loud):
    """What the filter does to a tone, against what it does to one of 600 Hz in a loud sound."""
    inner = slice(RATE // 4, -RATE // 4)
    tone = 0.01 * sine(hz, seconds=1)
    with_it, without = (mastered(loud + extra, GYM)[inner] for extra in (tone, 0.0))
    return db(amplitude_at(with_it - without, hz) / amplitude_at(without, 600) / 0.01)


def amplitude_at(sound, hz):
    turns = np.exp(-2j * np.pi * hz * np.arange(sound.size) / RATE)
    return 2 * abs(np.mean(sound * turns))


def tone_bursts(*levels_db, hz=1000, burst_s=0.4):
    """A tone that goes through these levels, a moment of each, with faded joints."""
    steps = np.repeat(10 ** (np.array(levels_db) / 20), round(burst_s * RATE))
    width = RATE // 100
    steps = np.convolve(np.pad(steps, width, mode="edge"), np.ones(width) / width, mode="same")
    return 0.5 * sine(hz, seconds=burst_s * len(levels_db)) * steps[width:-width]


def middle(sound, number, *, burst_s=0.4):
    start = round((number + 0.25) * burst_s * RATE)
    return sound[start : start + round(burst_s * RATE / 2)]


def test_each_style_has_a_strength_and_home_is_milder_than_a_gym():
    assert set(STRENGTHS) == set(MASTERS)
    assert STRENGTHS["flat"] == 0 < STRENGTHS["home"] < GYM == 1


@pytest.mark.parametrize("strength", STRENGTHS.values())
@pytest.mark.parametrize("size", [0, 1, 47, 961, 20_000])
def test_it_is_as_long_as_before_and_silence_stays_silence(strength, size):
    done = mastered(np.resize(spoken(), size), strength)
    assert not mastered(np.zeros(size), strength).any()
    assert done.shape == (size,)
    assert done.dtype == np.float64
    assert np.isfinite(done).all()


def test_the_same_speech_gives_the_same_samples_and_is_left_alone():
    sound = spoken(seconds=0.5)
    kept = sound.copy()
    assert np.array_equal(mastered(sound, GYM), mastered(kept, GYM))
    assert np.array_equal(sound, kept)
    assert np.array_equal(mastered(sound, STRENGTHS["flat"]), sound)


def test_its_level_does_not_matter():
    quiet, loud = (mastered(spoken() * factor, GYM) for factor in (0.01, 1.0))
    assert np.allclose(quiet * 100, loud, rtol=1e-9, atol=1e-9)


def test_nothing_moves_in_time():
    sound = spoken(seconds=0.5)
    done = mastered(sound, GYM)
    lags = range(-480, 481, 4)
    likeness = [np.dot(np.roll(sound, lag), done) for lag in lags]
    assert abs(lags[int(np.argmax(likeness))]) <= 4


def test_a_sound_begins_when_it_began():
    start = RATE // 2
    sound = np.concatenate([np.zeros(start), sine(2000, seconds=0.3), np.zeros(RATE // 4)])
    done = np.abs(mastered(sound, GYM))
    assert np.max(done[: start - RATE * 5 // 1000]) < 0.003 * np.max(done)
    assert np.max(done[start : start + RATE * 2 // 1000]) > 0.5 * np.max(done)


def test_what_is_20_db_quieter_comes_within_5_db_and_half_as_near_at_half_the_strength():
    def spread_db(strength):
        done = mastered(tone_bursts(0, -20, 0), strength)
        return db(rms(middle(done, 0)) / rms(middle(done, 1)))

    assert 3 < spread_db(1) < 5
    assert spread_db(0) == pytest.approx(20, abs=0.1)
    assert spread_db(0.5) == pytest.approx((20 + spread_db(1)) / 2, abs=0.1)


def test_upper_formants_are_lifted_over_the_low_ones_and_rumble_is_gone():
    gain_db = {hz: gain_of_filter_db(hz, loud=sine(600, seconds=1)) for hz in (50, 400, 1500, 3000)}
    assert gain_db[50] < -35
    assert gain_db[400] == pytest.approx(-3.5, abs=1)
    assert gain_db[1500] == pytest.approx(7.9, abs=1)
    assert gain_db[3000] == pytest.approx(13.9, abs=1)
    bright = sine(600, seconds=1) + sine(2500, seconds=1)  # is lifted less
    assert gain_of_filter_db(3000, loud=bright) == pytest.approx(7, abs=1)


@pytest.mark.parametrize("hiss_db", [-60, -75])
def test_hiss_in_pauses_and_after_the_end_comes_no_nearer(hiss_db):
    speech, pause = spoken(), np.zeros(RATE // 2)
    sound = np.concatenate([speech, pause, speech, pause])
    hiss = np.random.Generator(np.random.PCG64(5)).standard_normal(sound.size)
    sound = sound + hiss * np.max(np.abs(speech)) * 10 ** (hiss_db / 20)
    done = mastered(sound, GYM)
    for start in (speech.size, 2 * speech.size + pause.size):
        quiet = slice(start + RATE // 20, start + pause.size - RATE // 20)
        before, after = (db(rms(x[: speech.size]) / rms(x[quiet])) for x in (sound, done))
        assert after > before - 3
        assert after > 40


def test_a_tail_that_dies_away_dies_away_faster():
    t = np.arange(RATE) / RATE
    tail = sine(1000, seconds=1) * 10 ** (-80 * t / 20)  # 80 dB in a second
    done = mastered(np.concatenate([0.9 * sine(1000, seconds=0.5), tail]), GYM)
    ends = [db(rms(done[RATE // 2 + at : RATE // 2 + at + 960])) for at in (30_000, 36_000, 42_000)]
    assert ends[0] - ends[1] > 12  # of 20 in the tail itself for each 12,000 samples
    assert ends[1] - ends[2] > 9.9


def test_the_gain_does_not_follow_the_periods_of_a_low_voice():
    beating = sine(1000, seconds=2) + sine(1085, seconds=2)  # as two harmonics of 85 Hz do
    spectrum = np.abs(np.fft.rfft(mastered(beating, GYM) * np.hanning(beating.size)))
    hz = np.fft.rfftfreq(beating.size, 1 / RATE)
    made = spectrum[(np.abs(hz - 915) < 20) | (np.abs(hz - 1170) < 20)]
    assert db(made.max() / spectrum.max()) < -25


def test_a_jump_of_the_level_makes_no_click():
    done = mastered(tone_bursts(0, -25, 0, -50, 0), GYM)
    spectrum = np.abs(np.fft.rfft(done * np.hanning(done.size)))
    hz = np.fft.rfftfreq(done.size, 1 / RATE)
    assert db(spectrum[hz > 2500].max() / spectrum.max()) < -60
