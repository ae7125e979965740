"""Segments, the encoded frames of islands and floor: known, from the cache, or made now."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import accumulate
from typing import Final

from smr_audio.mp3.frames import Frames, bytes_per_frame, check_frames
from smr_audio.options.choices import KeepAwake
from smr_audio.records import dataclass
from smr_audio.sound.ffmpeg import encoder_identity
from smr_audio.sound.islands import BED_TILES, TILES, Shape
from smr_audio.sound.levels import FLOOR_POWERS, Levels
from smr_audio.sound.settings import BedSettings, frames_key
from smr_audio.storage.cache import Cache, Key
from smr_audio.studio.clips import Clips
from smr_audio.studio.ground import floor_under, full_bed, grounds

MEMORY_BYTES: Final = 32 << 20
"""Segments in memory: those of six sessions of 20 minutes."""


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


def tiles_of(data: bytes, *, sizes: Sequence[int], kbps: int) -> dict[int, Frames]:
    """The tiles of these sizes, from the frames of all. Raises ValueError if one is missing."""
    check_frames(data, kbps=kbps, frames=sum(sizes))
    ends = accumulate(size * bytes_per_frame(kbps) for size in sizes)
    return {size: Frames(data[end - size * bytes_per_frame(kbps) : end]) for size, end in zip(sizes, ends, strict=True)}


class SegmentStore:
    """Segments on one floor, or bed, at a bit rate by their keys, for any number of sessions; thread-safe."""

    def __init__(self, cache: Cache, keep_awake: KeepAwake, kbps: int, bed: BedSettings | None = None) -> None:
        self._cache = cache
        self._kbps = kbps
        self._keep_awake = keep_awake
        self._bed = bed
        encoder = encoder_identity()
        self._key = partial(frames_key, encoder=encoder, kbps=kbps, keep_awake=keep_awake, bed=bed)
        self._tiles: dict[int, Frames] | None = None
        self._tiles_key = self._key(kind="tiles")
        self._memory: OrderedDict[Shape, Segment] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._tiles_lock = threading.Lock()  # held for as long as encoding takes

    def alone(self, on_wait: Callable[[], None]) -> AbstractContextManager[None]:
        return self._cache.alone(on_wait)

    @property
    def sizes(self) -> Sequence[int]:
        """Those of its tiles."""
        return BED_TILES if self._bed and not self._bed.digest else TILES

    def find(self, shape: Shape) -> Segment | None:
        with self._lock:
            if found := self._memory.get(shape):
                self._memory.move_to_end(shape)
                return found
        reader = partial(Segment.from_bytes, kbps=self._kbps, frames=shape[0])
        found = self._cache.read(self._island_key(shape), reader)
        if found is not None:
            self._remember(shape, found)
        return found

    def make(self, shapes: Sequence[Shape], clips: Clips) -> dict[Shape, Segment]:
        """Render, encode and keep islands whose sounds `clips` has fetched.

        Raises BuildError or MissingError as `encode_pieces` does; then none is kept.
        """
        # These bring numpy, pydub and soxr, and a build that finds all it needs does not.
        from smr_audio.mp3.codec import encode_pieces
        from smr_audio.sound.render import measure_island, render_island

        floor = floor_under(self._keep_awake, self._bed)
        ground_of = grounds(self._cache, floor, self._bed, clips)
        power = FLOOR_POWERS[self._keep_awake]
        pieces = [
            render_island(shape, ground=ground_of(shape), samples_of=lambda sound: clips.clip(sound).samples)
            for shape in shapes
        ]
        made = {}
        encoded = encode_pieces(pieces, floor=floor, kbps=self._kbps)
        for shape, frames in zip(shapes, encoded, strict=True):
            levels = measure_island(shape, floor_power=power, clip_of=clips.clip)
            made[shape] = Segment(Frames(frames), levels)
            self._cache.put(self._island_key(shape), made[shape].to_bytes())
            self._remember(shape, made[shape])
        return made

    def tiles(self) -> dict[int, Frames]:
        """The floor's tiles by size. Raises BuildError or MissingError as `encode_pieces` does."""
        with self._tiles_lock:
            if self._tiles is None:
                reader = partial(tiles_of, sizes=self.sizes, kbps=self._kbps)
                self._tiles = self._cache.read(self._tiles_key, reader) or self._made_tiles()
            return self._tiles

    def _made_tiles(self) -> dict[int, Frames]:
        from smr_audio.mp3.codec import encode_pieces  # imports numpy

        floor, bed = floor_under(self._keep_awake, self._bed), self._bed
        if self.sizes is TILES or bed is None:
            encoded = encode_pieces([floor.tile(size) for size in TILES], floor=floor, kbps=self._kbps)
        else:
            from smr_audio.sound.floor import bed_tile

            full, (_, *sizes) = full_bed(bed), BED_TILES
            encoded = encode_pieces([full.samples], floor=full, kbps=self._kbps)
            tiles = [bed_tile(full, size, bed.ducked_db) for size in sizes]
            encoded += encode_pieces(tiles, floor=floor, kbps=self._kbps)
        self._cache.put(self._tiles_key, b"".join(encoded))
        return dict(zip(self.sizes, map(Frames, encoded), strict=True))

    def _island_key(self, shape: Shape) -> Key:
        frames, sounds = shape
        return self._key(kind="island", frames=frames, sounds=sounds)

    def _remember(self, shape: Shape, found: Segment) -> None:
        with self._lock:
            if shape not in self._memory:
                self._bytes += len(found.frames)
            self._memory[shape] = found
            while self._bytes > MEMORY_BYTES and len(self._memory) > 1:
                _, dropped = self._memory.popitem(last=False)
                self._bytes -= len(dropped.frames)
