"""Objects: what an island or the floor is to the linker, and their exact form in bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from smr_audio.mp3.frames import bytes_per_frame, check_frames
from smr_audio.sound.islands import TILES
from smr_audio.sound.levels import Levels

_POWER: Final = struct.Struct("<d")


@dataclass(frozen=True, slots=True)
class Segment:
    """An island's MP3 frames, each by itself, and the levels of its sound before encoding.

    `crc32` is of the frames: what a file that was linked of them can be held against.
    """

    frames: bytes
    levels: Levels
    crc32: int = field(init=False)

    def __post_init__(self) -> None:
        """Work it out once: an object is linked into many files."""
        object.__setattr__(self, "crc32", zlib.crc32(self.frames))

    def to_bytes(self) -> bytes:
        """This object in bytes: its levels, then its frames."""
        return self.levels.to_bytes() + self.frames

    @classmethod
    def from_bytes(cls, data: bytes, *, kbps: int, frames: int) -> Segment:
        """The object that `to_bytes` wrote. Raises ValueError if it is not that many frames."""
        levels, at = Levels.from_bytes(data)
        check_frames(data[at:], kbps=kbps, frames=frames)
        return cls(data[at:], levels)


@dataclass(frozen=True, slots=True)
class Tiles:
    """The floor's MP3 frames, a tile of each size, and its K-weighted mean square."""

    by_size: Mapping[int, bytes]
    power: float

    def to_bytes(self) -> bytes:
        """These tiles in bytes: the power, then the tiles in the order of `TILES`."""
        return _POWER.pack(self.power) + b"".join(self.by_size[size] for size in TILES)

    @classmethod
    def from_bytes(cls, data: bytes, *, kbps: int) -> Tiles:
        """The tiles that `to_bytes` wrote. Raises ValueError if they are not all there."""
        check_frames(data[_POWER.size :], kbps=kbps, frames=sum(TILES))
        at = _POWER.size
        by_size = {}
        for size in TILES:
            end = at + size * bytes_per_frame(kbps)
            by_size[size] = data[at:end]
            at = end
        return cls(by_size, *_POWER.unpack_from(data))
