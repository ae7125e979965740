"""The floor: its level, its colour, its seam, and that it never sleeps."""

import hashlib

import numpy as np
import pytest

from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import TILES, tiles_for
from smr_audio.units import SAMPLES_PER_FRAME
from tests.studio.compare import longest_zero_run


@pytest.mark.parametrize(("keep_awake", "dbfs"), [("low", -63.0), ("high", -55.0)])
def test_its_level(keep_awake, dbfs):
    samples = floor_for(keep_awake).samples.astype(float)
    rms = np.sqrt(np.mean(np.square(samples))) / 32768
    assert 20 * np.log10(rms) == pytest.approx(dbfs, abs=0.05)
    frames = samples.reshape(-1, 4 * SAMPLES_PER_FRAME)  # ca. 100 ms: it never swells
    levels = 10 * np.log10(np.mean(np.square(frames), axis=1)) - 20 * np.log10(32768)
    assert np.max(np.abs(levels - dbfs)) < 3


def test_it_is_pink():
    samples = np.tile(floor_for("low").samples, 2).astype(float)
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(samples.size, 1 / 48_000)
    octaves = [power[(hz >= low) & (hz < 2 * low)].sum() for low in (100, 400, 1600, 6400)]
    assert np.ptp(10 * np.log10(octaves)) < 1.5


def test_its_end_meets_its_start_and_it_is_never_zero_for_long_unless_it_is_off():
    floor = floor_for("low")
    samples = floor.samples.astype(int)
    assert abs(samples[0] - samples[-1]) <= np.abs(np.diff(samples)).max()
    assert floor.frames == 208
    assert longest_zero_run(np.tile(floor.samples, 2)) < 480
    assert not floor_for("off").stretch(100).any()


def test_it_is_the_same_on_every_machine():
    # Few samples stand so near a half that another FFT could round them the other way.
    digest = hashlib.sha256(floor_for("low").samples.astype("<i2").tobytes()).hexdigest()
    assert digest == "c280542b9083276abb12d6a522b8587bcc76fb7f960df705e100b5120ca8a1a1"


def test_a_stretch_begins_anywhere_and_wraps():
    floor = floor_for("low")
    long = floor.stretch(500, from_frame=-3)
    assert long.size == 500 * SAMPLES_PER_FRAME
    assert np.array_equal(long[: 3 * SAMPLES_PER_FRAME], floor.samples[-3 * SAMPLES_PER_FRAME :])
    assert np.array_equal(long[3 * SAMPLES_PER_FRAME :][: floor.samples.size], floor.samples)
    assert floor.stretch(0).size == 0


@pytest.mark.parametrize("frames", [TILES[0], TILES[-1], 25, 209])
def test_a_tile_begins_with_the_loop_and_leads_home(frames):
    floor = floor_for("low")
    tile = floor.tile(frames)
    assert tile.size == frames * SAMPLES_PER_FRAME
    home = 2 * SAMPLES_PER_FRAME
    assert np.array_equal(tile[-home:], floor.samples[-home:])
    begun = tile.size - 3 * SAMPLES_PER_FRAME
    assert np.array_equal(tile[:begun], floor.stretch(frames)[:begun])


def test_tiles_in_any_order_have_no_step_and_keep_the_level():
    floor = floor_for("low")
    most = np.max(np.abs(np.diff(floor.samples.astype(int))))
    for sizes in (TILES, TILES[::-1], (3, 3, 3, 128, 4)):
        sound = np.concatenate([floor.tile(size) for size in sizes]).astype(float)
        assert np.max(np.abs(np.diff(sound))) <= 1.25 * most
        levels = np.mean(np.square(sound.reshape(-1, 1152)), axis=1)
        assert np.max(np.abs(10 * np.log10(levels) - 20 * np.log10(32768) + 63)) < 5


def test_tiles_make_every_gap():
    for frames in (0, *range(3, 700), 50_000):
        sizes = list(tiles_for(frames))
        assert sum(sizes) == frames
        assert set(sizes) <= set(TILES)
        assert sum(size != TILES[0] for size in sizes) <= 7


@pytest.mark.parametrize("frames", [1, 2])
def test_one_or_two_frames_are_no_tile(frames):
    with pytest.raises(ValueError, match="frames"):
        list(tiles_for(frames))
