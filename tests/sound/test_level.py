"""Trimming, resampling and levelling of speech."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from smr_audio.errors import BuildError
from smr_audio.sound import level as level_module
from smr_audio.sound.clip import measure
from smr_audio.sound.level import KEPT_AFTER, KEPT_BEFORE, SESSION_CALIBRATION_LU, level, make_clip, resample, trim
from smr_audio.sound.loudness import as_float, to_int16, true_peak_dbtp
from tests.sound.signals import RATE, sine, speech_of, speechlike


def test_resampling_keeps_length_level_and_makes_no_images():
    tone = resample(speech_of(sine(3000, seconds=1, dbfs=-6, rate=22_050)))
    assert tone.size == pytest.approx(RATE, abs=1)
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(tone.size)))
    hz = np.fft.rfftfreq(tone.size, 1 / RATE)
    assert hz[np.argmax(spectrum)] == pytest.approx(3000, abs=2)
    assert 20 * np.log10(spectrum[hz > 11_025].max() / spectrum.max()) < -90
    sound = speechlike(seconds=0.5, rate=RATE)  # at 48 kHz already
    assert np.array_equal(resample(speech_of(sound, rate=RATE)), sound.astype(np.float32))


def test_trimming_leaves_15_ms_before_and_40_ms_after_and_fills_up_where_there_is_less():
    words = sine(400, seconds=0.5) + 0.01
    for sound in (np.concatenate([np.zeros(9000), words, np.zeros(20_000)]), words):
        trimmed = trim(sound)
        assert trimmed.size == KEPT_BEFORE + 24_000 + KEPT_AFTER
        assert not trimmed[:KEPT_BEFORE].any()
    assert np.array_equal(trim(np.pad(words, 9000))[KEPT_BEFORE:-KEPT_AFTER], words)


def test_trimmed_sound_begins_and_ends_without_a_click():
    noise = 0.0005 * np.random.Generator(np.random.PCG64(1)).uniform(-1, 1, RATE)
    sound = noise.copy()
    sound[20_000:30_000] += sine(300, seconds=10_000 / RATE)
    trimmed = trim(sound)
    assert trimmed.size < 15_000
    assert abs(trimmed[0]) == 0
    assert abs(trimmed[-1]) < 1e-7


@pytest.mark.parametrize("target", [-19.0, -16.0, -14.0])
def test_a_clip_gets_the_loudness_asked_for_under_the_ceiling(target):
    clip = make_clip(speech_of(speechlike()), target_lufs=target)
    assert clip.lufs == pytest.approx(target + SESSION_CALIBRATION_LU, abs=0.03)
    assert clip.true_peak_dbtp <= -1.99
    assert measure(clip.samples)[0] == clip.lufs


def test_the_engine_s_own_level_does_not_matter():
    sound = resample(speech_of(speechlike(seconds=0.5)))
    loud, faint = (as_float(level(one, target_lufs=-16.0).samples) for one in (sound, sound / 5000))
    assert loud == pytest.approx(faint, abs=1e-3)


def test_a_single_click_is_not_driven_without_end():
    click = np.zeros(RATE)
    click[100] = 0.5
    levelled = as_float(level(click, target_lufs=-16.0).samples)
    assert np.max(np.abs(levelled)) <= 10 ** (-2 / 20) + 1e-9


@pytest.mark.parametrize(("samples", "rate"), [(22_050, 22_050), (16_000, 22_050), (777, 48_000)])
def test_silent_speech_keeps_its_length_and_has_no_loudness(samples, rate):
    clip = make_clip(speech_of(np.zeros(samples), rate=rate), target_lufs=-16.0)
    assert clip.samples.size == round(samples * RATE / rate)
    assert not clip.samples.any()
    assert clip.lufs == clip.true_peak_dbtp == -math.inf


def crackle(rng, size):
    return rng.choice([-1.0, 1.0], size) * (rng.uniform(size=size) < 0.001)


SOUNDS = {
    "speech": lambda rng, size: speechlike(seconds=size / RATE, rate=RATE),
    "swells": lambda rng, size: speechlike(seconds=size / RATE, rate=RATE) * fades(rng, size),
    "noise": lambda rng, size: rng.uniform(-1, 1, size),
    "decay": lambda rng, size: rng.normal(size=size) * np.exp(-np.arange(size) / 4800),
    "squares": lambda rng, size: np.sign(np.sin(np.arange(size) * 0.0173)),
    "hiss": lambda rng, size: np.sin(np.arange(size) * 2.1) * np.hanning(size),
    "crackle": lambda rng, size: crackle(rng, size) + 0.001 * rng.normal(size=size),
    "a pop": lambda rng, size: speechlike(seconds=size / RATE, rate=RATE) + 30.0 * (np.arange(size) == size // 2),
    "rumble": lambda rng, size: np.sin(np.arange(size) * 0.0008),
    "drift": lambda rng, size: np.cumsum(rng.normal(size=size)),
}


def fades(rng, size):
    return np.exp(1.5 * rng.normal(size=size // 4800 + 1)).repeat(4800)[:size]


SIZES = [2_401, 33_333, pytest.param(150_001, marks=pytest.mark.slow)]
"""The fast sample has a sound shorter than a block of the meter, and one of several."""


@pytest.mark.parametrize("kind", SOUNDS)
@pytest.mark.parametrize("samples", SIZES)
@pytest.mark.parametrize("target", [-24.0, -15.5])
def test_any_sound_keeps_to_the_ceiling_and_never_gets_too_loud(kind, samples, target):
    sound = trim(SOUNDS[kind](np.random.Generator(np.random.PCG64(samples)), samples))
    levelled = level(sound, target_lufs=target)
    assert levelled.samples.size == sound.size
    assert levelled.true_peak_dbtp == true_peak_dbtp(levelled.samples) <= -2.0
    assert levelled.lufs == measure(levelled.samples)[0] <= target + 0.02


@pytest.mark.parametrize("kind", ["speech", "swells", "noise", "decay", "squares", "hiss"])
@pytest.mark.parametrize("samples", [4_801, *SIZES[1:]])
@pytest.mark.parametrize("target", [-30.0, -20.0])
def test_the_loudness_is_right_to_a_fiftieth_of_a_lu(kind, samples, target):
    sound = trim(SOUNDS[kind](np.random.Generator(np.random.PCG64(samples)), samples))
    got = measure(level(sound, target_lufs=target).samples)[0]
    assert got == pytest.approx(target, abs=0.02)


def test_what_no_meter_hears_stays_where_it_is():
    swell = np.sin(np.linspace(0, np.pi, 5 * RATE)) ** 4
    levelled = level(swell, target_lufs=-16.0)
    assert levelled.lufs == -math.inf
    assert levelled.true_peak_dbtp == pytest.approx(-2, abs=0.05)


def test_speech_is_limited_and_measured_a_single_time(monkeypatch):
    times = []
    monkeypatch.setattr(level_module, "measure", lambda samples: times.append(1) or measure(samples))
    make_clip(speech_of(speechlike()), target_lufs=-17.0)
    assert len(times) == 1


def test_threads_make_the_same_clips():
    speech = [speech_of(speechlike(seconds=0.3 + seed / 5, seed=seed)) for seed in range(4)]
    alone = [make_clip(one, target_lufs=-16.0).to_bytes() for one in speech]
    with ThreadPoolExecutor(4) as pool:
        together = pool.map(lambda one: make_clip(one, target_lufs=-16.0).to_bytes(), speech * 4)
        assert list(together) == alone * 4


def test_samples_that_are_no_numbers_are_an_error():
    sound = speechlike(seconds=0.5)
    sound[100] = np.nan
    with pytest.raises(BuildError, match="not numbers"):
        make_clip(speech_of(sound), target_lufs=-16.0)


def test_rounding_is_half_to_even_and_clips():
    steps = np.array([0.5, 1.5, -0.5, 2.5, 40_000, -40_000]) / 32768
    assert to_int16(steps).tolist() == [0, 2, 0, 2, 32767, -32767]
