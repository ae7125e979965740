"""The matched filter finds a sound where it was put."""

import numpy as np
import pytest

from smr_audio.options.choices import CUE_NAMES
from smr_audio.sound.cues import cue_clip
from smr_audio.sound.edges import find_onset
from smr_audio.sound.floor import floor_for
from tests.sound.signals import speechlike


@pytest.mark.parametrize("name", sorted(CUE_NAMES))
@pytest.mark.parametrize("at", [0, 700, 48_123])
def test_a_cue_over_the_floor_is_found_to_the_sample(name, at):
    sound = cue_clip(name).samples
    recording = floor_for("high").stretch(150).copy()
    recording[at : at + sound.size] += sound
    onset = find_onset(recording, sound=sound, near_sample=at + 300, within_samples=960)
    assert onset.sample == at
    assert onset.likeness > 0.999


def test_gain_does_not_matter():
    sound = cue_clip("start").samples
    recording = np.zeros(48_000)
    recording[5000 : 5000 + sound.size] = sound / 32768 * 0.1
    onset = find_onset(recording, sound=sound, near_sample=4800, within_samples=480)
    assert onset.sample == 5000
    assert onset.likeness == pytest.approx(1.0, abs=1e-6)


def test_a_sound_cut_off_by_the_recording_s_end_is_still_found():
    sound = cue_clip("start").samples
    recording = np.concatenate([np.zeros(4000, dtype=np.int16), sound[:11_000]])
    onset = find_onset(recording, sound=sound, near_sample=4100, within_samples=480)
    assert onset.sample == 4000
    assert 0.5 < onset.likeness < 0.95


@pytest.mark.parametrize("recording", [
    np.zeros(48_000, dtype=np.int16),
    floor_for("low").stretch(40),
    np.zeros(0, dtype=np.int16),
    (speechlike(seconds=1, rate=48_000) * 20_000).astype(np.int16),
])  # fmt: skip
def test_what_is_not_there_is_unlike(recording):
    sound = cue_clip("switch").samples
    onset = find_onset(recording, sound=sound, near_sample=9000, within_samples=2000)
    assert onset.likeness < 0.5
