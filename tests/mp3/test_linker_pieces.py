"""How islands and tiles of floor lie in a stream, by made-up bytes that no encoder made."""

from __future__ import annotations

import pytest

from smr_audio.mp3.info import info_frame
from smr_audio.mp3.linker import LinkedFile, Stream
from smr_audio.sound.islands import TILES

FRAME = 288
# A frame says which of a tile's frames it is: "3:0", "3:1", ...
TILE_FRAMES = {
    size: [f"{size}:{number}".encode().ljust(FRAME) for number in range(size)] for size in TILES
}
FAKE_TILES = {size: b"".join(frames) for size, frames in TILE_FRAMES.items()}


def island(name: str, frames: int) -> bytes:
    return b"".join(f"{name}{number}".encode().ljust(FRAME) for number in range(frames))


def laid(*islands: tuple[int, bytes], frames: int, tiles: bool = True) -> list[str]:
    stream = Stream(islands, tiles=FAKE_TILES if tiles else {}, frames=frames, kbps=96)
    data = b"".join(stream.pieces(0, (frames + 1) * FRAME))
    return [data[at : at + FRAME].decode().strip() for at in range(0, len(data), FRAME)]


def test_a_session_that_begins_with_sound_needs_no_floor_before_it() -> None:
    assert laid((0, island("a", 4)), frames=3, tiles=False) == ["a0", "a1", "a2", "a3"]


@pytest.mark.parametrize("before", [1, 2])
def test_one_or_two_frames_before_the_first_sound_are_the_end_of_the_least_tile(
    before: int,
) -> None:
    floor = ["3:0", "3:1", "3:2"][-before:]
    assert laid((before, island("a", 3)), frames=before + 2) == [*floor, "a0", "a1", "a2"]


def test_three_frames_before_it_are_a_tile() -> None:
    assert laid((3, island("a", 2)), frames=4) == ["3:0", "3:1", "3:2", "a0", "a1"]


def test_what_the_first_sound_has_before_the_session_is_cut() -> None:
    assert laid((-2, island("a", 4)), frames=1) == ["a2", "a3"]
    assert laid((-1, island("a", 3)), (2, island("b", 2)), frames=3) == ["a1", "a2", "b0", "b1"]


def test_a_gap_that_no_tiles_make_is_an_error_between_islands() -> None:
    with pytest.raises(ValueError, match="no tiles make 2 frames"):
        laid((0, island("a", 2)), (4, island("b", 2)), frames=8)
    with pytest.raises(ValueError, match="islands overlap at frame 3"):
        laid((0, island("a", 3)), (2, island("b", 2)), frames=8)


def test_the_floor_goes_on_to_the_end_and_a_frame_beyond() -> None:
    assert laid((0, island("a", 2)), frames=4) == ["a0", "a1", "3:0", "3:1", "3:2"]
    # One frame is missing, and three are the least: what is too much is never read.
    assert laid((0, island("a", 4)), frames=4) == ["a0", "a1", "a2", "a3", "3:0"]
    assert laid(frames=3) == ["4:0", "4:1", "4:2", "4:3"]


def test_what_is_spare_is_cut_from_the_last_part_only() -> None:
    islands = [(0, island("a", 20))]
    stream = Stream(islands, tiles=FAKE_TILES, frames=10, kbps=96, spare_samples=500)
    for start, stop, frames, spare in ((0, 4, 5, 0), (4, None, 7, 500), (0, None, 11, 500)):
        file = LinkedFile(stream, tag=b"", start=start, stop=stop)
        data = b"".join(bytes(piece) for piece in file.pieces())
        assert len(data) == file.bytes
        # 576 samples of delay, and as many of padding, make one frame of 1152.
        head = info_frame(kbps=96, frames=frames, delay=576, padding=576 + spare)
        assert data[: len(head)] == head
