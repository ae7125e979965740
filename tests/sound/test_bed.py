"""The loop of a bed, cut anywhere: where its frames join it sounds as it does elsewhere."""

from pathlib import Path

import numpy as np
import pytest

from smr_audio import Cache
from smr_audio.mp3.linker import LinkedFile, Stream
from smr_audio.sound.islands import BED_LOOP_FRAMES, FALL_FRAMES, RISE_FRAMES, bed_tiles_for
from smr_audio.sound.settings import BedSettings
from smr_audio.studio.segment_store import SegmentStore
from smr_audio.units import SAMPLES_PER_FRAME
from tests.mp3.signals import decode_mp3

KBPS = 96
GAP = 47  # frames: most of it rises or falls, and seven are of the loop
BANDS_HZ = ((250, 1000), (1000, 4000), (4000, 12000))


def test_the_parts_of_a_gap_are_its_length() -> None:
    for at in (-3, 0, BED_LOOP_FRAMES - 30):
        for frames in (*range(3, 60), 2 * BED_LOOP_FRAMES):
            assert sum(count for _, _, count in bed_tiles_for(at, frames)) == frames
    with pytest.raises(ValueError, match="no tiles make 2 frames"):
        list(bed_tiles_for(0, 2))


def levels(sound: np.ndarray, frames: list[int]) -> np.ndarray:
    """The mean power in each band of the windows around where these frames begin to be heard."""
    places = [frame * SAMPLES_PER_FRAME - 1105 + at for frame in frames for at in (0, 288, 576, 864, 1152)]
    windows = np.stack([sound[at : at + 576] for at in places]) * np.hanning(576)
    power, freq_hz = np.abs(np.fft.rfft(windows)) ** 2, np.fft.rfftfreq(576, 1 / 48_000)
    return np.array([power[:, (freq_hz >= low) & (freq_hz < high)].sum(axis=1).mean() for low, high in BANDS_HZ])


@pytest.mark.parametrize("name", ["rain", pytest.param("brown", marks=pytest.mark.slow)])
def test_no_joint_can_be_found(common_cache: Path, tmp_path: Path, name: str) -> None:
    tiles = SegmentStore(Cache(common_cache), "off", KBPS, BedSettings(name, -34.0, 10.0)).tiles()

    def heard(islands: list[tuple[int, bytes]], frames: int) -> np.ndarray:
        stream = Stream(islands, tiles=tiles, frames=frames, kbps=KBPS)
        (tmp_path / "a.mp3").write_bytes(b"".join(LinkedFile(stream, tag=b"").pieces()))
        return decode_mp3(tmp_path / "a.mp3").astype(float)

    # Islands of soft floor, and gaps of which each has its loop from another place.
    starts = [10 + number * (GAP + 3) for number in range(120)]
    ends = [at + 3 for at in starts[:-1]]
    joints = [end + RISE_FRAMES for end in ends] + [end + GAP - FALL_FRAMES for end in ends]
    joined = levels(heard([(at, tiles[3]) for at in starts], starts[-1] + GAP), joints)
    usual = levels(heard([], 1500), list(range(100, 1400, 5)))
    assert np.abs(10 * np.log10(joined / usual)).max() < 1.0
