"""Where sounds begin: clips at their words, and known sounds by matched filter."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from smr_audio.options.choices import CUE_NAMES, MASTERS, CueName, Master
from smr_audio.sound.clip import RECORDED_EDGES, SPOKEN_EDGES, Clip, find_onset, heard, words_in
from smr_audio.sound.cues import cue_clip
from smr_audio.sound.floor import floor_for
from smr_audio.sound.level import make_clip, make_recorded_clip
from tests.sound.signals import RATE, sine, speech_of, speechlike

TICK = 384
WORD = sine(150, seconds=0.6) * np.hanning(round(0.6 * RATE)) ** 0.2
NOISE = np.random.default_rng(2)


def at(dbfs: float, *, seconds: float) -> NDArray[Any]:
    """Noise of this peak under the word's."""
    return NOISE.uniform(-1, 1, round(seconds * RATE)) * 10 ** (dbfs / 20)


def quiet(seconds: float) -> NDArray[Any]:
    return at(-85, seconds=seconds)


def clip_of(*parts: NDArray[Any], master: Master = "gym", target_lufs: float = -16.0) -> Clip:
    speech = speech_of(np.concatenate(parts), rate=RATE)
    return make_clip(speech, target_lufs=target_lufs, master=master)


def edges_of(clip: Clip) -> tuple[int, int]:
    """The ticks before and after what is heard of a clip."""
    words = words_in(heard(clip.powers[: clip.ticks]))
    assert words is not None
    return words[0], clip.ticks - words[1]


BEFORE_WORDS = {
    "a click too soft to hear": (at(-57, seconds=0.01), quiet(0.24)),
    "a click": (at(-40, seconds=0.005), quiet(0.2)),
    "a loud click": (at(-20, seconds=0.005), quiet(0.15)),
    "two clicks": (at(-58, seconds=0.01), quiet(0.3), at(-58, seconds=0.01), quiet(0.2)),
    "a breath": (at(-57, seconds=0.15), quiet(0.1)),
}


@pytest.mark.parametrize("master", MASTERS)
@pytest.mark.parametrize("kind", BEFORE_WORDS)
def test_a_clip_begins_at_its_word_whatever_is_before_it(kind: str, master: Master) -> None:
    alone = clip_of(quiet(0.2), WORD, quiet(0.2), master=master)
    clip = clip_of(*BEFORE_WORDS[kind], WORD, quiet(0.2), master=master)
    assert edges_of(clip)[0] <= 3
    assert clip.ticks == pytest.approx(alone.ticks, abs=1)


SOFT = [(at(dbfs, seconds=0.07),) for dbfs in (-58, -45, -30)]
PLOSIVE = (at(-25, seconds=0.01), at(-48, seconds=0.06))


@pytest.mark.parametrize("consonant", [*SOFT, PLOSIVE])
def test_a_consonant_before_a_word_stays_whole(consonant: tuple[NDArray[Any], ...]) -> None:
    with_it = clip_of(quiet(0.2), *consonant, WORD, quiet(0.2))
    without = clip_of(quiet(0.2), WORD, quiet(0.2))
    assert with_it.ticks - without.ticks == pytest.approx(0.07 * 125, abs=1)


def test_a_recording_begins_at_its_words_after_a_smack_of_the_lips() -> None:
    room, smack = at(-70, seconds=2.0), at(-25, seconds=0.01)
    sound = np.concatenate([room, smack, room, WORD, room])
    clip = make_recorded_clip(sound, target_lufs=-16.0)
    assert edges_of(clip)[0] <= RECORDED_EDGES.before
    assert clip.ticks < 1.5 * 125


@given(
    before_dbfs=st.floats(-70, -15), after_dbfs=st.floats(-70, -50),
    gaps=st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)),
    lengths=st.tuples(st.floats(0.001, 0.3), st.floats(0.001, 0.3)),
    master=st.sampled_from(MASTERS), target_lufs=st.sampled_from([-19.0, -16.0, -14.0]),
)  # fmt: skip
def test_no_clip_has_more_around_its_words_than_verify_allows(
    *, before_dbfs: float, after_dbfs: float, gaps: tuple[float, float],
    lengths: tuple[float, float], master: Master, target_lufs: float,
) -> None:  # fmt: skip
    parts = (
        at(before_dbfs, seconds=lengths[0]), quiet(gaps[0]), WORD,
        quiet(gaps[1]), at(after_dbfs, seconds=lengths[1]),
    )  # fmt: skip
    before, after = edges_of(clip_of(*parts, master=master, target_lufs=target_lufs))
    assert before <= SPOKEN_EDGES.before + 2
    assert after <= SPOKEN_EDGES.after + 5


def test_words_are_what_is_heard_but_a_click_before_it() -> None:
    sounding = np.zeros(100, dtype=bool)
    sounding[[5, 6]] = True
    assert words_in(sounding) == (5, 7)
    sounding[40:60] = True
    assert words_in(sounding) == (40, 60)
    sounding[2:8] = True  # too long for a click
    assert words_in(sounding) == (2, 60)
    for never_heard in (heard(np.zeros(10)), heard(np.full(10, 1e-4), floor_power=1e-4)):
        assert words_in(never_heard) is None


@pytest.mark.parametrize("name", sorted(CUE_NAMES))
@pytest.mark.parametrize("start", [0, 700, 48_123])
def test_a_cue_over_the_floor_is_found_to_the_sample(name: CueName, start: int) -> None:
    sound = cue_clip(name).samples
    recording = floor_for("high").stretch(150).copy()
    recording[start : start + sound.size] += sound
    onset = find_onset(recording, sound=sound, near_sample=start + 300, within_samples=960)
    assert onset.sample == start
    assert onset.likeness > 0.999


START = cue_clip("start").samples


@pytest.mark.parametrize(("recording", "least", "most"), [
    (np.pad(START / 32768 * 0.1, (4000, 30_000)), 1 - 1e-6, 1 + 1e-6),  # gain does not matter
    (np.pad(START[:11_000], (4000, 0)), 0.5, 0.95),  # cut off by the recording's end
])  # fmt: skip
def test_a_sound_is_found_at_any_gain_and_cut_off(recording: NDArray[Any], least: float, most: float) -> None:
    onset = find_onset(recording, sound=START, near_sample=4100, within_samples=480)
    assert onset.sample == 4000
    assert least <= onset.likeness <= most


@pytest.mark.parametrize("recording", [
    np.zeros(48_000, dtype=np.int16),
    floor_for("low").stretch(40),
    np.zeros(0, dtype=np.int16),
    (speechlike(seconds=1, rate=48_000) * 20_000).astype(np.int16),
])  # fmt: skip
def test_what_is_not_there_is_unlike(recording: NDArray[Any]) -> None:
    sound = cue_clip("switch").samples
    onset = find_onset(recording, sound=sound, near_sample=9000, within_samples=2000)
    assert onset.likeness < 0.5
