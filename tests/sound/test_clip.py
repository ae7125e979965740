"""Takes and clips come back from their bytes as they were, or not at all; and their keys."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio.options.choices import CUE_NAMES
from smr_audio.sound.clip import Clip, clip_of, take_bytes, take_from
from smr_audio.sound.keys import clip_key, cue_key, recording_key
from smr_audio.sound.level import make_clip, sure_ticks
from smr_audio.sound.settings import OwnCue, SoundSettings
from smr_audio.voices.engine import Speech
from tests.sound.signals import noise_clip, speech_of, speechlike


@pytest.mark.parametrize("samples", [0, 1, 383, 384, 385, 5000])
def test_a_clip_comes_back_from_its_bytes(samples):
    clip = noise_clip(samples)
    back = Clip.from_bytes(clip.to_bytes())
    assert np.array_equal(back.samples, clip.samples)
    assert back.samples.dtype == np.int16
    assert (back.lufs, back.true_peak_dbtp) == (clip.lufs, clip.true_peak_dbtp)
    assert np.array_equal(back.powers, clip.powers)
    assert back.ticks == -(-samples // 384) == back.powers.size - 6


@pytest.mark.parametrize("seconds", [0.05, 0.3, 2.0])
def test_a_clip_of_speech_says_what_measuring_it_again_says(seconds):
    clip = make_clip(speech_of(speechlike(seconds=seconds)), target_lufs=-16.0)
    assert clip.to_bytes() == clip_of(clip.samples).to_bytes()


@pytest.mark.parametrize("master", ["flat", "gym"])
@pytest.mark.parametrize("before_db", [-90, -50, -30])
@pytest.mark.parametrize("after_db", [-90, -50, -30])
def test_a_length_that_is_sure_is_that_of_the_clip(before_db, after_db, master):
    """A breath or another word, 0.4 s before the words and after them, at these levels."""
    words = speechlike(seconds=1.0)
    quiet = np.zeros(19_200)
    breath = speechlike(seconds=0.1, seed=2)
    parts = [10 ** (before_db / 20) * breath, quiet, words, quiet, 10 ** (after_db / 20) * breath]
    speech = speech_of(0.5 * np.concatenate(parts))
    sure = sure_ticks(speech)
    assert sure in (None, make_clip(speech, target_lufs=-16.0, master=master).ticks)
    assert (sure is not None) == ({before_db, after_db} <= {-90, -30})


def test_a_silent_clip_comes_back_too_and_no_length_of_silence_is_sure():
    back = Clip.from_bytes(clip_of(np.zeros(500, dtype=np.int16)).to_bytes())
    assert back.lufs == back.true_peak_dbtp == -math.inf
    assert sure_ticks(speech_of(np.zeros(1000))) is None


def test_every_flipped_bit_cut_and_addition_is_found():
    data = noise_clip(40).to_bytes()
    places = range(len(data))
    flips = (data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
             for at in places for bit in range(8))  # fmt: skip
    for damaged in (*flips, *(data[:length] for length in places), data + b"\0"):
        with pytest.raises(ValueError, match="clip"):
            Clip.from_bytes(damaged)


def test_nobody_can_change_a_clip():
    samples = np.ones(10, dtype=np.int16)
    clip = clip_of(samples)
    samples[0] = 7
    assert clip.samples[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        clip.samples[0] = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        clip.lufs = 0.0


SETTINGS = [SoundSettings(), SoundSettings(loudness="loud"), SoundSettings(master="flat")]


@pytest.mark.parametrize(("key_of", "others"), [
    (clip_key, {"fingerprint": ["e1", "e2"], "sentence": ["Go.", "Go!"], "rate": [1.0, 1.1]}),
    (recording_key, {"digest": ["d1", "d2"], "encoder": ["f1", "f2"]}),
])  # fmt: skip
def test_the_key_tells_apart_whatever_shapes_a_clip(key_of, others):
    others = {**others, "settings": SETTINGS}
    base = {name: values[0] for name, values in others.items()}
    changed = [{**base, name: value} for name, values in others.items() for value in values[1:]]
    keys = [key_of(**each) for each in (base, *changed)]
    assert all(a != b for i, a in enumerate(keys) for b in keys[:i])
    # Cues and the floor are other sounds: choosing those makes no line anew.
    same = SoundSettings(cues="soft", keep_awake="high")
    assert key_of(**{**base, "settings": same}) == keys[0]


def test_the_key_of_a_cue_is_its_scheme_or_the_content_of_a_file():
    own = SoundSettings(own_cues=(OwnCue("start", "bell.wav", "d1"),))
    other = SoundSettings(own_cues=(OwnCue("start", "bell.wav", "d2"),))
    moved = SoundSettings(own_cues=(OwnCue("start", "else/bell.wav", "d1"),), master="flat")
    settings = [
        SoundSettings(), SoundSettings(cues="soft"), SoundSettings(loudness="loud"), own, other,
    ]  # fmt: skip
    keys = [cue_key("start", encoder="f1", settings=each) for each in settings]
    assert all(a != b for i, a in enumerate(keys) for b in keys[:i])
    assert cue_key("start", encoder="f1", settings=moved) == keys[3]
    assert len({str(cue_key(name, encoder="x", settings=moved)) for name in CUE_NAMES}) == len(CUE_NAMES)
    assert cue_key("end", encoder="f1", settings=own) == cue_key("end", encoder="f2", settings=SoundSettings())


@given(st.lists(st.integers(-32767, 32767), min_size=1, max_size=50), st.sampled_from([16_000, 22_050]))
def test_sound_comes_back_to_the_bit_and_that_of_16_bits_in_16_bits(values, rate):
    samples = np.array(values, dtype=np.float32) / np.float32(32768)
    data = take_bytes(Speech(samples, rate))
    back = take_from(data)
    assert back.sample_rate == rate
    assert back.samples.tobytes() == samples.tobytes()
    assert len(data) == 52 + 2 * len(values)
    finer = samples / np.float32(3)
    assert take_from(take_bytes(Speech(finer, rate))).samples.tobytes() == finer.tobytes()


TAKE = take_bytes(Speech(np.ones(3, dtype=np.float32) / 2, 16_000))


@pytest.mark.parametrize(
    "data", [b"", b"smrtake\n", b"x" * 40, TAKE[:-1], TAKE + b"\0", TAKE[:52], TAKE[:8] + b"\1" + TAKE[9:]]
)
def test_anything_else_is_no_take(data):
    with pytest.raises(ValueError, match="not a take"):
        take_from(data)
