"""How islands and tiles of floor lie in a stream, by made-up bytes that no encoder made."""

import pytest

from smr_audio.mp3.frames import info_frame
from smr_audio.mp3.linker import LinkedFile, Stream
from smr_audio.sound.islands import TILES

FRAME = 288
# A frame says which of a tile's frames it is: "3:0", "3:1", ...
TILE_FRAMES = {size: [f"{size}:{number}".encode().ljust(FRAME) for number in range(size)] for size in TILES}
FAKE_TILES = {size: b"".join(frames) for size, frames in TILE_FRAMES.items()}


def island(name: str, frames: int) -> bytes:
    return b"".join(f"{name}{number}".encode().ljust(FRAME) for number in range(frames))


def laid(*islands: tuple[int, bytes], frames: int, tiles: bool = True) -> str:
    stream = Stream(islands, tiles=FAKE_TILES if tiles else {}, frames=frames, kbps=96)
    data = b"".join(stream.pieces(0, (frames + 1) * FRAME))
    return " ".join(data[at : at + FRAME].decode().strip() for at in range(0, len(data), FRAME))


@pytest.mark.parametrize(("islands", "frames", "wanted"), [
    # One or two frames before the first sound are the end of the least tile; three are a tile.
    ([(1, island("a", 3))], 3, "3:2 a0 a1 a2"), ([(2, island("a", 3))], 4, "3:1 3:2 a0 a1 a2"),
    ([(3, island("a", 2))], 4, "3:0 3:1 3:2 a0 a1"),
    # What the first sound has before the session is cut.
    ([(-2, island("a", 4))], 1, "a2 a3"),
    ([(-1, island("a", 3)), (2, island("b", 2))], 3, "a1 a2 b0 b1"),
    # The floor goes on to the end and a frame beyond.
    ([(0, island("a", 2))], 4, "a0 a1 3:0 3:1 3:2"), ([], 3, "4:0 4:1 4:2 4:3"),
    # One frame is missing, and three are the least: what is too much is never read.
    ([(0, island("a", 4))], 4, "a0 a1 a2 a3 3:0"),
])  # fmt: skip
def test_islands_lie_in_the_floor(islands: list[tuple[int, bytes]], frames: int, wanted: str) -> None:
    assert laid(*islands, frames=frames) == wanted


def test_a_session_that_begins_with_sound_needs_no_floor_before_it() -> None:
    assert laid((0, island("a", 4)), frames=3, tiles=False) == "a0 a1 a2 a3"


def test_a_gap_that_no_tiles_make_is_an_error_between_islands() -> None:
    with pytest.raises(ValueError, match="no tiles make 2 frames"):
        laid((0, island("a", 2)), (4, island("b", 2)), frames=8)
    with pytest.raises(ValueError, match="islands overlap at frame 3"):
        laid((0, island("a", 3)), (2, island("b", 2)), frames=8)


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
