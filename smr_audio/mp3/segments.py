"""What is linked: the encoded frames of an island or of the floor, and their form in bytes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from smr_audio.mp3.frames import Frames, bytes_per_frame, check_frames
from smr_audio.sound.islands import TILES
from smr_audio.sound.levels import Levels


@dataclass(frozen=True, slots=True)
class Segment:
    """An island's MP3 frames, each by itself, and the levels of its sound before encoding."""

    frames: Frames
    levels: Levels

    def to_bytes(self) -> bytes:
        return self.levels.to_bytes() + self.frames

    @classmethod
    def from_bytes(cls, data: bytes, *, kbps: int, frames: int) -> Segment:
        """What `to_bytes` wrote. Raises ValueError if it is not that many frames."""
        levels, at = Levels.from_bytes(data)
        check_frames(data[at:], kbps=kbps, frames=frames)
        return cls(Frames(data[at:]), levels)


def tiles_of(data: bytes, *, kbps: int) -> dict[int, Frames]:
    """The floor's tiles by size, from the frames of all. Raises ValueError if one is missing."""
    check_frames(data, kbps=kbps, frames=sum(TILES))
    ends = accumulate(size * bytes_per_frame(kbps) for size in TILES)
    return {
        size: Frames(data[end - size * bytes_per_frame(kbps) : end])
        for size, end in zip(TILES, ends, strict=True)
    }
