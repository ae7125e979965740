"""Tiles of floor: which sizes there are, and which of them make a gap.

The floor under a session comes in tiles. Every tile begins where the floor's loop begins and
ends with the loop's last frames, so any tile, and any island, may follow any other without a
step, and their MP3 frames fit as if encoded in one go. Ten sizes make every gap of three frames
or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

FLOOR_FORMAT: Final = 2  # raise it when the same setting would give other samples
LOOP_FRAMES: Final = 208  # 4.992 s: too long to be heard as a loop, and a size an FFT likes
TILES: Final = (LOOP_FRAMES, 128, 64, 32, 16, 8, 6, 5, 4, 3)
LEAST_FRAMES: Final = 3
"""The shortest tile: one frame that leads home, and two so that an encoder has settled there."""


def tiles_for(frames: int) -> Iterator[int]:
    """Sizes of tiles, each of `TILES`, that make so many frames, largest first.

    Raises ValueError for 1 or 2 frames.
    """
    if 0 < frames < LEAST_FRAMES:
        raise ValueError(f"no tiles make {frames} frames")
    left = frames
    while left >= LOOP_FRAMES + LEAST_FRAMES or left == LOOP_FRAMES:
        yield LOOP_FRAMES
        left -= LOOP_FRAMES
    if not left:
        return
    last = LEAST_FRAMES + (left - LEAST_FRAMES) % 4
    for size in (128, 64, 32, 16, 8, 4):
        if (left - last) & size:
            yield size
    yield last
