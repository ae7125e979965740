"""Islands: which sounds share one, where it lies, and what is heard."""

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import Island, Placed, find_islands, render_island, session_pcm
from tests.sound.signals import noise_clip, silent_clip

END = 9000


def session(islands, *, end_tick, floor):
    return np.frombuffer(b"".join(session_pcm(islands, end_tick=end_tick, floor=floor)), "<i2")


sounds = st.lists(
    st.tuples(st.integers(0, END - 200), st.integers(1, 200 * 384)), min_size=0, max_size=30
)


@settings(max_examples=150, deadline=None)
@given(sounds)
def test_islands_hold_every_sound_once_and_never_overlap(sounds):
    placed = [Placed(start_tick=tick, clip=silent_clip(size)) for tick, size in sounds]
    islands = find_islands(placed, end_tick=END)
    held = [one for island in islands for one in island.placed]
    assert sorted(map(id, held)) == sorted(map(id, placed))
    for one, following in itertools.pairwise(islands):
        assert one.end_frame <= following.start_frame
        gap = following.placed[0].start_tick - max(x.end_tick for x in one.placed)
        assert gap * 8 >= 250
    for island in islands:
        assert 0 <= island.start_frame < island.end_frame <= END // 3
        first = min(one.start_tick for one in island.placed)
        last = max(one.end_tick for one in island.placed)
        assert island.start_frame == 0 or first - 3 * island.start_frame >= 9
        assert first - 3 * island.start_frame < 12
        assert island.end_frame == END // 3 or 3 * island.end_frame - last >= 12
        assert 3 * island.end_frame - last < 15
        reach = 0
        for number, one in enumerate(island.placed):
            assert number == 0 or (one.start_tick - reach) * 8 < 250
            reach = max(reach, one.end_tick)


@pytest.mark.parametrize(("gap_ticks", "islands"), [(31, 1), (32, 2)])
def test_250_ms_is_the_border(gap_ticks, islands):
    clip = silent_clip(384 * 10)
    placed = [Placed(start_tick=100, clip=clip), Placed(start_tick=110 + gap_ticks, clip=clip)]
    assert len(find_islands(placed, end_tick=600)) == islands


@pytest.mark.parametrize(("tick", "size"), [(-1, 384), (299, 385), (300, 1)])
def test_a_sound_outside_the_session_is_refused(tick, size):
    with pytest.raises(ValueError, match="outside"):
        find_islands([Placed(start_tick=tick, clip=silent_clip(size))], end_tick=300)


def test_an_end_within_a_frame_is_refused():
    with pytest.raises(ValueError, match="frames"):
        find_islands([], end_tick=100)


def test_a_sound_at_the_very_start_and_one_at_the_very_end():
    clip = noise_clip(384 * 30)
    placed = [Placed(start_tick=0, clip=clip), Placed(start_tick=270, clip=clip)]
    islands = find_islands(placed, end_tick=300)
    assert (islands[0].start_frame, islands[-1].end_frame) == (0, 100)
    pcm = session(islands, end_tick=300, floor=floor_for("off"))
    assert pcm.size == 300 * 384
    assert np.array_equal(pcm[: 30 * 384], clip.samples)
    assert np.array_equal(pcm[270 * 384 :], clip.samples)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30_000)), min_size=1, max_size=8))
def test_without_a_floor_every_sound_is_bit_exact_at_its_tick(gaps):
    tick, placed = 0, []
    for number, (gap, size) in enumerate(gaps):
        one = Placed(start_tick=tick + gap, clip=noise_clip(size, seed=number))
        placed.append(one)
        tick = one.end_tick
    end_tick = -(-(tick + 50) // 3) * 3
    pcm = session(
        find_islands(placed, end_tick=end_tick), end_tick=end_tick, floor=floor_for("off")
    )
    expected = np.zeros(end_tick * 384, dtype=np.int16)
    for one in placed:
        start = one.start_tick * 384
        expected[start : start + one.clip.samples.size] = one.clip.samples
    assert np.array_equal(pcm, expected)


def test_sounds_that_overlap_are_added_and_clipped():
    clip = noise_clip(3840, peak=30_000)
    placed = [Placed(start_tick=30, clip=clip), Placed(start_tick=30, clip=clip)]
    (island,) = find_islands(placed, end_tick=300)
    pcm = render_island(island, floor=floor_for("off"))
    start = 30 * 384 - island.start_frame * 1152
    doubled = np.clip(2 * clip.samples.astype(int), -32768, 32767)
    assert np.array_equal(pcm[start : start + 3840], doubled)


def test_the_same_island_sounds_the_same_anywhere():
    clip = noise_clip(5000)
    early = find_islands([Placed(start_tick=60, clip=clip)], end_tick=3000)[0]
    late = find_islands([Placed(start_tick=60 + 3 * 777, clip=clip)], end_tick=3000)[0]
    floor = floor_for("low")
    assert np.array_equal(render_island(early, floor=floor), render_island(late, floor=floor))


@pytest.mark.parametrize("end_tick", [3, 300, 3000])
def test_a_session_without_sounds_is_floor_of_the_exact_length(end_tick):
    pcm = session([], end_tick=end_tick, floor=floor_for("low"))
    assert pcm.size == end_tick * 384
    assert pcm.any()


def test_the_floor_has_no_step_at_the_joints():
    clip = silent_clip(2000)
    placed = [Placed(start_tick=tick, clip=clip) for tick in range(100, 8500, 401)]
    islands = find_islands(placed, end_tick=END)
    floor = floor_for("low")
    pcm = session(islands, end_tick=END, floor=floor).astype(int)
    most = np.max(np.abs(np.diff(floor.samples.astype(int))))
    for frame in {f for island in islands for f in (island.start_frame, island.end_frame)}:
        around = pcm[frame * 1152 - 2 : frame * 1152 + 2]
        assert np.max(np.abs(np.diff(around))) <= most
    frames = pcm.reshape(-1, 1152).astype(float)
    levels = 10 * np.log10(np.mean(np.square(frames), axis=1)) - 20 * np.log10(32768)
    assert np.max(np.abs(levels + 63)) < 5


def test_islands_in_no_order_are_refused():
    clip = silent_clip(384)
    one, other = find_islands(
        [Placed(start_tick=60, clip=clip), Placed(start_tick=900, clip=clip)], end_tick=3000
    )
    with pytest.raises(ValueError, match="overlap"):
        session([other, one], end_tick=3000, floor=floor_for("off"))
    with pytest.raises(ValueError, match="cannot end"):
        session([other], end_tick=300, floor=floor_for("off"))


def test_an_hour_needs_no_more_memory_than_a_minute():
    clip = noise_clip(48_000)
    end_tick = 3600 * 125
    placed = [Placed(start_tick=tick, clip=clip) for tick in range(100, end_tick - 500, 12_500)]
    islands = find_islands(placed, end_tick=end_tick)
    floor = floor_for("low")
    render_island(islands[0], floor=floor)
    tracemalloc.start()
    total = sum(len(piece) for piece in session_pcm(islands, end_tick=end_tick, floor=floor))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 2 * 384 * end_tick
    assert most < 8_000_000


def test_an_island_knows_its_end():
    assert Island(start_frame=3, frames=4, placed=()).end_frame == 7
