"""Loudness and true peak against known values and against ffmpeg."""

import math

import numpy as np
import pytest

from smr_audio.sound.loudness import hop_powers, sounding_lufs, true_peak_dbtp
from tests.sound.signals import RATE, block_powers, ebur128, lufs, sine, speechlike


# BS.1770-5 annex 1: a sine of 0 dBFS at 997 Hz in one front channel reads -3.01.
@pytest.mark.parametrize(("dbfs", "expected"), [(0, -3.01), (-23, -26.01), (-33, -36.01)])
def test_a_sine_at_997_hz_reads_3_01_below_its_peak(dbfs, expected):
    assert lufs(sine(997, seconds=20, dbfs=dbfs)) == pytest.approx(expected, abs=0.01)


def test_int16_reads_as_float_does():
    sound = sine(500, seconds=3, dbfs=-12)
    assert lufs(np.rint(sound * 32768).astype(np.int16)) == pytest.approx(lufs(sound), abs=1e-3)
    assert true_peak_dbtp(np.array([0, -32768, 0], dtype=np.int16)) >= 0


def test_the_relative_gate_drops_what_is_10_lu_below_the_rest():
    # EBU Tech 3341 case 3: 10 s at -36, 60 s at -23, 10 s at -36 reads -23.
    quiet, loud = sine(1000, seconds=10, dbfs=-36), sine(1000, seconds=60, dbfs=-23)
    assert lufs(np.concatenate([quiet, loud, quiet])) == pytest.approx(lufs(loud), abs=0.05)


def test_silence_is_minus_infinity_and_less_than_a_block_too():
    assert lufs(np.zeros(RATE)) == -math.inf
    assert lufs(sine(1000, seconds=0.39)) == -math.inf
    assert true_peak_dbtp(np.zeros(RATE)) == -math.inf
    assert true_peak_dbtp(np.zeros(0)) == -math.inf


def k_weighted(samples):
    """The two biquads of BS.1770-5 as they stand there, one sample after another."""
    for b, a in (
        ((1.53512485958697, -2.69169618940638, 1.19839281085285),
         (-1.69065929318241, 0.73248077421585)),
        ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)),
    ):  # fmt: skip
        s1 = s2 = 0.0
        filtered = np.empty_like(samples)
        for n, x in enumerate(samples):
            y = b[0] * x + s1
            s1, s2 = b[1] * x - a[0] * y + s2, b[2] * x - a[1] * y
            filtered[n] = y
        samples = filtered
    return samples


@pytest.mark.parametrize("deep", [0.0, 0.5])
def test_the_filter_is_that_of_the_standard_to_nine_places(deep):
    # Longer than a chunk, with something slow that would show a filter cut off too early.
    sound = deep + speechlike(seconds=1.0, rate=RATE)
    expected = np.mean(np.square(k_weighted(sound)).reshape(-1, 480), axis=1)
    assert np.allclose(hop_powers(sound, hop_samples=480), expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("hop", [16, 384, 4800])
def test_hops_of_any_length_hold_the_same_power(hop):
    sound = speechlike(seconds=1.2, rate=RATE)
    blocks = hop_powers(sound, hop_samples=19_200)
    parts = hop_powers(sound, hop_samples=hop).reshape(blocks.size, -1)
    assert parts.mean(axis=1) == pytest.approx(blocks, rel=1e-12)


def test_silence_between_sounds_is_silent_and_the_next_sound_unchanged():
    sound, pause = speechlike(seconds=0.4, rate=RATE), np.zeros(4 * 19_200)
    powers = block_powers(np.concatenate([sound, pause, sound]), hop_samples=19_200)
    assert powers[0] == pytest.approx(powers[-1], rel=1e-9)
    assert not powers[2:-1].any()


def test_a_long_sound_in_chunks_reads_as_its_parts():
    sound = speechlike(seconds=9, rate=RATE)
    powers = block_powers(sound)
    assert powers.size == 90 - 3
    for block in (0, 20, 40, 86):
        # A part has no history, so let the filter settle for half a second before the block.
        start = max(0, block * 4800 - 24_000)
        part = block_powers(sound[start : block * 4800 + 19_200], hop_samples=4800)
        assert part[-1] == pytest.approx(powers[block], rel=1e-3)


def test_it_agrees_with_ffmpeg():
    sound = speechlike(seconds=6, rate=RATE, peak=0.5)
    sound[2 * RATE : 4 * RATE] = 0
    pcm = np.rint(sound * 32768).astype(np.int16)
    meter = ebur128(pcm)
    assert lufs(pcm) == pytest.approx(meter["lufs"], abs=0.1)
    assert true_peak_dbtp(pcm) == pytest.approx(meter["true_peak"], abs=0.2)


def test_true_peak_sees_what_lies_between_samples():
    # A quarter of the rate, 45 degrees off: each sample at 0.707 of the peak.
    n = np.arange(RATE)
    sound = 0.5 * np.sin(np.pi / 2 * n + np.pi / 4) * np.hanning(RATE)
    assert 20 * np.log10(np.max(np.abs(sound))) == pytest.approx(-9.03, abs=0.01)
    assert true_peak_dbtp(sound) == pytest.approx(-6.02, abs=0.1)


def test_what_sounds_is_measured_without_gaps_and_tails():
    tone, gap = sine(997, seconds=0.16, dbfs=-10), np.zeros(RATE // 5)
    tail = sine(997, seconds=0.5, dbfs=-25)
    for sound in (tone, np.concatenate([tone, gap, tone, tail])):
        assert sounding_lufs(sound) == pytest.approx(-13.01, abs=0.1)
    half = sine(997, seconds=0.076, dbfs=-10)  # of the 152 ms that the ear takes together
    assert sounding_lufs(half) == pytest.approx(-16.02, abs=0.1)
    assert sounding_lufs(np.zeros(100)) == -np.inf
