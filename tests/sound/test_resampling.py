"""Without soxr, numpy resamples as well: what is built is the same to the ear."""

import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from smr_audio.sound.loudness import true_peak_dbtp
from smr_audio.sound.resampling import resample
from smr_audio.units import SAMPLE_RATE


def noise(highest: float) -> NDArray[np.float32]:
    """Noise up to a part of half its rate."""
    spectrum = np.fft.rfft(np.random.default_rng(1).normal(0, 0.1, 30_000))
    spectrum[int(spectrum.size * highest) :] = 0
    return np.fft.irfft(spectrum).astype(np.float32)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 96_000])
def test_numpy_gives_what_soxr_gives(rate: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = noise(0.85 * min(1, SAMPLE_RATE / rate))
    by_soxr = resample(sound, rate, SAMPLE_RATE)
    monkeypatch.setitem(sys.modules, "soxr", None)
    by_numpy = resample(sound, rate, SAMPLE_RATE)
    assert by_numpy.size == by_soxr.size
    error = (by_numpy - by_soxr)[300:-300]
    assert np.std(error) < 10 ** (-80 / 20) * np.std(by_soxr)


def test_numpy_finds_the_same_true_peak(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = noise(0.85)
    by_soxr = true_peak_dbtp(sound)
    monkeypatch.setitem(sys.modules, "soxr", None)
    assert true_peak_dbtp(sound) == pytest.approx(by_soxr, abs=0.01)
