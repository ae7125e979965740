"""The cues: loud enough, exact at their onset, and no two alike."""

import itertools
import time

import numpy as np
import pytest

from smr_audio.sound.cues import cue_clip
from smr_audio.sound.keys import cue_key
from smr_audio.sound.loudness import max_momentary_lufs
from smr_audio.sound.tones import CUE_TICKS, TONES
from tests.sound.signals import RATE

NAMES = sorted(TONES)


@pytest.fixture(scope="module")
def clips():
    return {name: cue_clip(name) for name in NAMES}


def contour(name):
    """Onsets in ms and the steps between fundamentals: what the ear tells cues apart by."""
    tones = TONES[name]
    steps = tuple(int(np.sign(b.freq_hz - a.freq_hz)) for a, b in itertools.pairwise(tones))
    return len(tones), steps


def test_there_is_one_for_each_name():
    assert NAMES == ["countdown", "end", "finish", "halfway", "start", "switch"]


@pytest.mark.parametrize("name", NAMES)
def test_its_length_is_known_beforehand(name, clips):
    assert clips[name].ticks == CUE_TICKS[name]


def test_the_lengths_the_timeline_counts_on():
    assert clips_ms("start") <= 320
    assert clips_ms("countdown") == 150
    assert clips_ms("end") == 600


def clips_ms(name):
    return max(tone.start_ms + tone.length_ms for tone in TONES[name])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", [-19.0, -16.0, -14.0])
def test_it_stands_1_lu_above_the_voice_with_room_to_its_peak(name, target):
    clip = cue_clip(name, target_lufs=target)
    assert max_momentary_lufs(clip.samples) == pytest.approx(target + 1.0, abs=0.05)
    assert clip.true_peak_dbtp <= -2.0


@pytest.mark.parametrize("name", NAMES)
def test_it_begins_at_sample_0(name, clips):
    samples = np.abs(clips[name].samples.astype(int))
    assert np.flatnonzero(samples > 0.005 * samples.max())[0] < RATE // 1000
    assert samples[0] == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_tone_has_its_fundamental_in_the_band_and_two_harmonics(name, clips):
    for tone in TONES[name]:
        start, size = tone.start_ms * 48, tone.length_ms * 48
        part = clips[name].samples[start : start + size] * np.hanning(size)
        spectrum = np.abs(np.fft.rfft(part, 1 << 17))
        hz = np.fft.rfftfreq(1 << 17, 1 / RATE)
        peak = hz[np.argmax(spectrum)]
        assert peak == pytest.approx(tone.freq_hz, abs=5)
        assert 600 <= peak <= 1200
        for multiple, lowest_db in ((2, -10), (3, -16)):
            near = np.abs(hz - multiple * tone.freq_hz) < 20
            assert 20 * np.log10(spectrum[near].max() / spectrum.max()) > lowest_db


@pytest.mark.parametrize("name", NAMES)
def test_it_has_no_click(name, clips):
    samples = clips[name].samples.astype(float)
    # 10 ms fades keep what a step would add above the third harmonic far down.
    spectrum = np.abs(np.fft.rfft(samples))
    hz = np.fft.rfftfreq(samples.size, 1 / RATE)
    assert 20 * np.log10(spectrum[hz > 6000].max() / spectrum.max()) < -60


def test_no_two_share_rhythm_and_contour():
    families = {name: contour(name) for name in NAMES if name not in {"countdown", "end"}}
    assert len(set(families.values())) == len(families)
    assert contour("start") == (2, (1,))
    assert contour("halfway") == (2, (0,))
    assert contour("switch") == (3, (-1, 1))
    assert contour("finish") == (3, (-1, -1))
    # The two single tones: a long one, higher, answers the short ones.
    assert clips_ms("end") >= 4 * clips_ms("countdown")
    assert TONES["end"][0].freq_hz > 1.25 * TONES["countdown"][0].freq_hz


def test_they_are_the_same_each_time(clips):
    assert all(cue_clip(name).to_bytes() == clips[name].to_bytes() for name in NAMES)


def test_they_are_made_in_about_half_a_second():
    begin = time.process_time()
    for name in NAMES:
        cue_clip(name)
    assert time.process_time() - begin < 2.0  # four times what it takes, for a busy machine


def test_the_key_tells_cues_and_targets_apart():
    keys = [str(cue_key(name, target_lufs=lufs)) for name in NAMES for lufs in (-16.0, -14.0)]
    assert len(set(keys)) == len(keys)
