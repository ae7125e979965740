"""Levels composed from islands, against a meter over the whole."""

import math

import numpy as np
import pytest

from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import PlacedSound, find_islands
from smr_audio.sound.level import make_clip
from smr_audio.sound.levels import BLOCK_TICKS, FLOOR_POWERS, Levels, composed_lufs, power_of_lufs
from smr_audio.sound.loudness import hop_powers
from smr_audio.sound.render import levels_of, measure_island
from tests.sound.signals import lufs, session_pcm, speech_of, speechlike

END = 4200


@pytest.mark.parametrize(
    ("keep_awake", "ticks"), [("low", (100, 900, 2500)), ("high", (200, 520, 3000)), ("off", (200, 520, 3000))]
)
def test_a_session_s_loudness_is_composed_as_a_meter_reads_it(keep_awake, ticks):
    clips = {str(n): make_clip(speech_of(speechlike(seed=n)), target_lufs=-16 - 3 * n)
             for n in range(3)}  # fmt: skip
    placed = [PlacedSound(at, clips[str(n)].ticks, str(n)) for n, at in enumerate(ticks)]
    floor = floor_for(keep_awake)
    power = FLOOR_POWERS[keep_awake]
    islands = find_islands(placed, end_tick=END)
    parts = [(measure_island(island.shape, floor_power=power, clip_of=clips.__getitem__), 1) for island in islands]
    pcm = session_pcm(islands, frames=END // 3, floor=floor, samples_of=lambda s: clips[s].samples)
    composed = composed_lufs(parts, ticks=END, floor_power=power)
    assert composed == pytest.approx(lufs(pcm), abs=0.1)


@pytest.mark.parametrize("keep_awake", FLOOR_POWERS)
def test_the_power_of_a_floor_is_as_it_is_going_round_and_round(keep_awake):
    floor = floor_for(keep_awake)
    powers = hop_powers(np.tile(floor.samples, 2))[floor.samples.size // 384 :]
    assert powers.mean() == pytest.approx(FLOOR_POWERS[keep_awake], rel=1e-6)


def test_levels_come_back_from_their_bytes():
    levels = levels_of(np.array([power_of_lufs(n / 3) for n in range(-250, 30)]), peak_dbtp=-2.25)
    read, end = Levels.from_bytes(levels.to_bytes() + b"more")
    assert read == levels
    assert end == len(levels.to_bytes())
    assert read.blocks == 280
    for size in (0, 5, 13, 30):
        with pytest.raises(ValueError, match="levels"):
            Levels.from_bytes(levels.to_bytes()[:size])


def test_silence_has_no_loudness():
    assert composed_lufs([], ticks=1000, floor_power=0.0) == -math.inf
    silent = levels_of(np.zeros(60), peak_dbtp=-math.inf)
    assert composed_lufs([(silent, 3)], ticks=1000, floor_power=0.0) == -math.inf


def test_an_island_that_comes_twice_counts_twice():
    loud = levels_of(np.full(100, power_of_lufs(-10)), peak_dbtp=-1.0)
    soft = levels_of(np.full(100, power_of_lufs(-16)), peak_dbtp=-1.0)
    ticks = 300 + BLOCK_TICKS - 1
    once = composed_lufs([(loud, 1), (soft, 2)], ticks=ticks, floor_power=0.0)
    want = 10 * math.log10((10**-1 + 2 * 10**-1.6) / 3)
    assert once == pytest.approx(want, abs=0.01)
