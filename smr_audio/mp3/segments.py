"""What is linked: the encoded frames of an island or of the floor, and their form in bytes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from smr_audio.mp3.frames import Frames, bytes_per_frame, check_frames
from smr_audio.sound.islands import TILES
from smr_audio.sound.levels import Levels

_POWER: Final = struct.Struct("<d")


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


@dataclass(frozen=True, slots=True)
class Tiles:
    """The floor's MP3 frames, a tile of each size, and its K-weighted mean square."""

    by_size: Mapping[int, Frames]
    power: float

    def to_bytes(self) -> bytes:
        return _POWER.pack(self.power) + b"".join(self.by_size[size] for size in TILES)

    @classmethod
    def from_bytes(cls, data: bytes, *, kbps: int) -> Tiles:
        """What `to_bytes` wrote. Raises ValueError if it is not all there."""
        check_frames(data[_POWER.size :], kbps=kbps, frames=sum(TILES))
        at = _POWER.size
        by_size = {}
        for size in TILES:
            end = at + size * bytes_per_frame(kbps)
            by_size[size] = Frames(data[at:end])
            at = end
        return cls(by_size, *_POWER.unpack_from(data))
