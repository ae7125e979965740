"""Trimming, resampling and levelling of speech."""

import math

import numpy as np
import pytest

from smr_audio.errors import BuildError
from smr_audio.sound.clip import make_clip
from smr_audio.sound.level import (
    KEPT_AFTER,
    KEPT_BEFORE,
    SESSION_CALIBRATION_LU,
    level,
    padded_lufs,
    resample,
    to_int16,
    trim,
)
from tests.sound.signals import RATE, sine, speech_of, speechlike


def test_resampling_keeps_length_level_and_makes_no_images():
    tone = resample(speech_of(sine(3000, seconds=1, dbfs=-6, rate=22_050)))
    assert tone.size == pytest.approx(RATE, abs=1)
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(tone.size)))
    hz = np.fft.rfftfreq(tone.size, 1 / RATE)
    assert hz[np.argmax(spectrum)] == pytest.approx(3000, abs=2)
    assert 20 * np.log10(spectrum[hz > 11_025].max() / spectrum.max()) < -90


def test_speech_at_48_khz_already_is_left_alone():
    sound = speechlike(seconds=0.5, rate=RATE)
    assert np.array_equal(resample(speech_of(sound, rate=RATE)), sound.astype(np.float32))


def test_trimming_leaves_15_ms_before_and_40_ms_after():
    sound = np.concatenate([np.zeros(9000), sine(400, seconds=0.5) + 0.01, np.zeros(20_000)])
    trimmed = trim(sound)
    assert trimmed.size == KEPT_BEFORE + 24_000 + KEPT_AFTER
    assert np.array_equal(trimmed[KEPT_BEFORE:-KEPT_AFTER], sound[9000:33_000])


def test_trimming_fills_up_with_silence_where_the_engine_left_none():
    sound = sine(400, seconds=0.5) + 0.01
    trimmed = trim(sound)
    assert trimmed.size == KEPT_BEFORE + sound.size + KEPT_AFTER
    assert not trimmed[:KEPT_BEFORE].any()


def test_a_soft_consonant_is_kept():
    rng = np.random.Generator(np.random.PCG64(1))
    breath = rng.uniform(-1, 1, 4800) * 10 ** (-50 / 20)  # an h, 50 dB under the vowel
    vowel = sine(200, seconds=0.3)
    sound = np.concatenate([np.zeros(4800), breath, vowel, breath, np.zeros(4800)])
    trimmed = trim(sound)
    assert trimmed.size == pytest.approx(KEPT_BEFORE + KEPT_AFTER + 2 * 4800 + vowel.size, abs=60)


def test_trimmed_sound_begins_and_ends_without_a_click():
    noise = 0.0005 * np.random.Generator(np.random.PCG64(1)).uniform(-1, 1, RATE)
    sound = noise.copy()
    sound[20_000:30_000] += sine(300, seconds=10_000 / RATE)
    trimmed = trim(sound)
    assert trimmed.size < 15_000
    assert abs(trimmed[0]) == 0
    assert abs(trimmed[-1]) < 1e-7


@pytest.mark.parametrize("target", [-19.0, -16.0, -14.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_clip_gets_the_loudness_asked_for_under_the_ceiling(target, seed):
    clip = make_clip(speech_of(speechlike(seed=seed)), target_lufs=target)
    assert clip.lufs == pytest.approx(target + SESSION_CALIBRATION_LU, abs=0.03)
    assert clip.true_peak_dbtp <= -1.99
    assert padded_lufs(clip.samples) == clip.lufs


def test_the_engine_s_own_level_does_not_matter():
    sound = resample(speech_of(speechlike()))
    loud, faint = level(sound, target_lufs=-16.0), level(sound / 5000, target_lufs=-16.0)
    assert loud == pytest.approx(faint, abs=1e-3)


def test_a_single_click_is_not_driven_without_end():
    click = np.zeros(RATE)
    click[100] = 0.5
    assert np.max(np.abs(level(click, target_lufs=-16.0))) <= 10 ** (-2 / 20) + 1e-9


@pytest.mark.parametrize(("samples", "rate"), [(22_050, 22_050), (16_000, 22_050), (777, 48_000)])
def test_silent_speech_keeps_its_length_and_has_no_loudness(samples, rate):
    clip = make_clip(speech_of(np.zeros(samples), rate=rate), target_lufs=-16.0)
    assert clip.samples.size == round(samples * RATE / rate)
    assert not clip.samples.any()
    assert clip.lufs == clip.true_peak_dbtp == -math.inf


def test_the_same_speech_gives_the_same_clip():
    one, other = (make_clip(speech_of(speechlike()), target_lufs=-16.0) for _ in range(2))
    assert one.to_bytes() == other.to_bytes()


def test_samples_that_are_no_numbers_are_an_error():
    sound = speechlike(seconds=0.5)
    sound[100] = np.nan
    with pytest.raises(BuildError, match="no numbers"):
        make_clip(speech_of(sound), target_lufs=-16.0)


def test_rounding_is_half_to_even_and_clips():
    steps = np.array([0.5, 1.5, -0.5, 2.5, 40_000, -40_000]) / 32768
    assert to_int16(steps).tolist() == [0, 2, 0, 2, 32767, -32767]
