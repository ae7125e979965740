"""Islands: which sounds share one, where it lies, and what is heard."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import PlacedSound, find_islands
from smr_audio.sound.render import render_island
from tests.sound.signals import noise_clip, session_pcm

END = 9000


def session(islands, *, end_tick, floor="low", clips=None):
    return session_pcm(
        islands, frames=end_tick // 3, floor=floor_for(floor),
        samples_of=lambda sound: (clips or {})[sound].samples,
    )  # fmt: skip


sounds = st.lists(st.tuples(st.integers(0, END - 200), st.integers(1, 200)), min_size=0, max_size=30)


@settings(max_examples=60, deadline=None)
@given(sounds)
def test_islands_hold_every_sound_once_and_never_overlap(sounds):
    placed = [PlacedSound(tick, ticks, str(n)) for n, (tick, ticks) in enumerate(sounds)]
    islands = find_islands(placed, end_tick=END)
    held = [one for island in islands for one in island.placed]
    assert sorted(map(id, held)) == sorted(map(id, placed))
    for one, following in itertools.pairwise(islands):
        assert following.start_frame - one.end_frame not in (-1, 1, 2)
        assert one.end_frame <= following.start_frame
        gap = following.placed[0].start_tick - max(x.end_tick for x in one.placed)
        assert gap * 8 >= 250
    for island in islands:
        first = min(one.start_tick for one in island.placed)
        last = max(one.end_tick for one in island.placed)
        assert 9 <= first - 3 * island.start_frame < 12
        assert 12 <= 3 * island.end_frame - last < 15 + 6
        reach = 0
        for number, one in enumerate(island.placed):
            assert number == 0 or (one.start_tick - reach) * 8 < 250
            reach = max(reach, one.end_tick)


def test_250_ms_is_the_border_and_no_gap_is_left_that_no_tile_fits():
    for start, gap_ticks in itertools.product((100, 101, 102), range(31, 50)):
        placed = [PlacedSound(start, 10, "a"), PlacedSound(start + 10 + gap_ticks, 10, "a")]
        one, *others = find_islands(placed, end_tick=600)
        assert len(others) == (gap_ticks >= 32)
        other = others[0] if others else one
        assert other.start_frame - one.end_frame not in (1, 2)


@pytest.mark.parametrize(("tick", "ticks"), [(-1, 1), (299, 2), (300, 1), (261, 40)])
def test_a_sound_outside_the_session_is_refused(tick, ticks):
    with pytest.raises(ValueError, match="outside"):
        find_islands([PlacedSound(tick, ticks, "a")], end_tick=300)


def test_an_end_within_a_frame_is_one_like_others():
    placed = [PlacedSound(60, 40, "a")]
    assert find_islands(placed, end_tick=100) == find_islands(placed, end_tick=102)


@pytest.mark.parametrize("first_tick", [0, 5, 11, 12, 18])
def test_a_sound_near_the_very_start_and_one_at_the_very_end(first_tick):
    clip = noise_clip(384 * 30)
    placed = [PlacedSound(first_tick, 30, "a"), PlacedSound(270, 30, "a")]
    islands = find_islands(placed, end_tick=300)
    pcm = session(islands, end_tick=300, floor="off", clips={"a": clip})
    assert pcm.size == 300 * 384
    assert np.array_equal(pcm[first_tick * 384 :][: 30 * 384], clip.samples)
    assert np.array_equal(pcm[270 * 384 :], clip.samples)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30_000)), min_size=1, max_size=8))
def test_without_a_floor_every_sound_is_bit_exact_at_its_tick(gaps):
    tick, placed, clips = 0, [], {}
    for number, (gap, size) in enumerate(gaps):
        clips[str(number)] = clip = noise_clip(size, seed=number)
        placed.append(PlacedSound(tick + gap, clip.ticks, str(number)))
        tick = placed[-1].end_tick
    end_tick = -(-(tick + 50) // 3) * 3
    islands = find_islands(placed, end_tick=end_tick)
    pcm = session(islands, end_tick=end_tick, floor="off", clips=clips)
    expected = np.zeros(end_tick * 384, dtype=np.int16)
    for one in placed:
        samples = clips[one.sound].samples
        expected[one.start_tick * 384 :][: samples.size] = samples
    assert np.array_equal(pcm, expected)


def test_sounds_that_overlap_are_added_and_clipped():
    clip = noise_clip(3840, peak=30_000)
    (island,) = find_islands([PlacedSound(30, 10, "a"), PlacedSound(30, 10, "a")], end_tick=300)
    pcm = render_island(island.shape, ground=floor_for("off").tile(island.frames), samples_of=lambda _: clip.samples)
    start = 30 * 384 - island.start_frame * 1152
    doubled = np.clip(2 * clip.samples.astype(int), -32768, 32767)
    assert np.array_equal(pcm[start : start + 3840], doubled)


def test_the_same_island_has_the_same_shape_anywhere():
    shapes = {find_islands([PlacedSound(60 + 3 * n, 13, "a")], end_tick=3000)[0].shape for n in (0, 1, 777, 960)}
    assert shapes == {((11 + 13 + 2) // 3 + 4, ((9, "a"),))}
    shapes = {find_islands([PlacedSound(60 + n, 13, "a")], end_tick=300)[0].shape for n in range(9)}
    assert len(shapes) == 3  # each place in a frame has one of its own


@pytest.mark.parametrize("end_tick", [3, 300, 3000])
def test_a_session_without_sounds_is_floor_of_the_exact_length(end_tick):
    pcm = session([], end_tick=end_tick)
    assert pcm.size == end_tick * 384
    assert pcm.any()


def test_the_floor_has_no_step_anywhere():
    clip = noise_clip(2000, peak=1)
    placed = [PlacedSound(tick, clip.ticks, "a") for tick in range(100, 8500, 401)]
    islands = find_islands(placed, end_tick=END)
    pcm = session(islands, end_tick=END, clips={"a": clip}).astype(int)
    most = np.max(np.abs(np.diff(floor_for("low").samples.astype(int))))
    assert np.max(np.abs(np.diff(pcm))) <= 1.25 * most + 2
    levels = 10 * np.log10(np.mean(np.square(pcm.reshape(-1, 1152).astype(float)), axis=1))
    assert np.max(np.abs(levels - 20 * np.log10(32768) + 63)) < 5


def test_pydub_says_nothing_even_where_warnings_are_errors():
    script = (
        "from smr_audio.sound.floor import floor_for as floor\n"
        "from smr_audio.sound.render import render_island\n"
        "print(render_island((3, ()), ground=floor('off').tile(3), samples_of=len).size)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], check=False, capture_output=True, text=True,
        env={**os.environ, "PATH": ""},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "3456\n", "")
