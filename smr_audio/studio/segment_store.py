"""Segments, the encoded frames of islands and floor: known, from the cache, or made now; and what lies under them.

That is the floor, or a bed, one of the user's own levelled once and kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Final, cast

from smr_audio import units
from smr_audio.mp3.frames import Frames, bytes_per_frame, check_frames
from smr_audio.options.choices import KeepAwake, MadeBed
from smr_audio.records import dataclass
from smr_audio.sound.ffmpeg import encoder_identity
from smr_audio.sound.islands import BED_TILES, TILES, Shape
from smr_audio.sound.keys import bed_key, frames_key, length_key
from smr_audio.sound.levels import FLOOR_POWERS, Levels
from smr_audio.sound.settings import BedSettings
from smr_audio.storage.cache import Cache, Key, key_digest
from smr_audio.studio.clips import Clips, length_bytes, ticks_from

if TYPE_CHECKING:  # brings numpy, and linking needs none
    import numpy as np
    from numpy.typing import NDArray

    from smr_audio.sound.floor import Floor

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
        from smr_audio.sound.render import measure_island

        floor = floor_under(self._keep_awake, self._bed)
        power = FLOOR_POWERS[self._keep_awake]
        made = {}
        encoded = encode_pieces(list(map(renderer(floor, self._bed, clips), shapes)), floor=floor, kbps=self._kbps)
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


def full_bed(bed: BedSettings) -> Floor:
    """A bed that is made, as it is in pauses."""
    from smr_audio.sound.floor import made_bed

    return made_bed(cast("MadeBed", bed.sound), bed.lufs)


def floor_under(keep_awake: KeepAwake, bed: BedSettings | None) -> Floor:
    """The floor of islands: a bed that is made is one, as soft as it is then."""
    from smr_audio.sound.floor import floor_for

    return full_bed(bed).softer(bed.ducked_db) if bed and not bed.digest else floor_for(keep_awake)


def renderer(floor: Floor, bed: BedSettings | None, clips: Clips) -> Callable[[Shape], NDArray[np.int16]]:
    """What renders an island: its sounds over the floor, and over a bed of the user's own on it."""
    from smr_audio.sound.floor import under
    from smr_audio.sound.render import render_island

    own = own_bed_of(clips.cache, bed) if bed and bed.digest else None

    def render(shape: Shape) -> NDArray[np.int16]:
        if bed is None or own is None:
            ground = floor.tile(shape[0])
        else:
            spans = [(tick, tick + clips.clip(each).ticks) for tick, each in shape[1]]
            ground = under(own, bed, floor, shape[0], spans)
        return render_island(shape, ground=ground, samples_of=lambda sound: clips.clip(sound).samples)

    return render


def prove_bed(cache: Cache, bed: BedSettings) -> None:
    """Raise as `own_bed_of` does, before any work; what was proven once is not decoded again."""
    key = bed_key(digest=bed.digest, encoder=encoder_identity())
    if cache.read(length_key(key_digest(key)), ticks_from) is None:
        own_bed_of(cache, bed)


def own_bed_of(cache: Cache, bed: BedSettings) -> NDArray[np.int16]:
    """The user's bed, levelled. Raises as `own_bed` does if it was never decoded before."""
    import numpy as np

    from smr_audio.sound.floor import own_bed

    key = bed_key(digest=bed.digest, encoder=encoder_identity())
    kept: NDArray[np.int16] | None = cache.read(key, lambda data: np.frombuffer(data, np.int16))
    if kept is not None:
        return kept
    sound = own_bed(bed)
    cache.put(key, sound.tobytes())
    cache.put(length_key(key_digest(key)), length_bytes(sound.size // units.SAMPLES_PER_TICK))
    return sound
