"""Divide a session into islands of sound and tiles of floor, on whole MP3 frames.

An island is sounds that touch, with floor around them; tiles fill the gaps. Every tile begins
where the floor's loop begins and ends with the loop's last frames, and so does the floor of an
island. So any of them may follow any other without a step, and their MP3 frames fit as if they
had been encoded in one go. Ten sizes of tile make every gap of three frames or more.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import Final, TypeAlias

from smr_audio.records import dataclass
from smr_audio.units import TICKS_PER_FRAME

LOOP_FRAMES: Final = 208  # 4.992 s: too long to be heard as a loop, and a size an FFT likes
TILES: Final = (LOOP_FRAMES, 128, 64, 32, 16, 8, 6, 5, 4, 3)
LEAST_FRAMES: Final = 3
"""The shortest tile: one frame that leads home, and two so that an encoder has settled there."""

# A bed is soft in islands, and rises and falls again in the gap between two.
BED_LOOP_FRAMES: Final = 2500  # 60 s
RISE_FRAMES: Final = 26  # one that is soft like the island before it, and 600 ms
FALL_FRAMES: Final = 14  # 288 ms, and two that are soft
_BOTH_FRAMES: Final = RISE_FRAMES + FALL_FRAMES
BED_TILES: Final = (BED_LOOP_FRAMES, *range(LEAST_FRAMES, _BOTH_FRAMES + 1))
"""The loop, at its full level all through, and a tile for each gap that is too short for it."""

SHARED_TICKS: Final = 31  # gaps of less than 250 ms
FRAMES_BEFORE: Final = 3  # what LAME needs to settle before a sound
FRAMES_AFTER: Final = 4  # and to let it ring out, and the floor lead home

Shape: TypeAlias = tuple[int, tuple[tuple[int, str], ...]]
"""What an island is, wherever it lies: its frames, and (tick from its start, sound) of each."""


@dataclass(frozen=True, slots=True)
class PlacedSound:
    """A sound `[start_tick, start_tick + ticks)`; `sound` is the digest of its clip's key."""

    start_tick: int
    ticks: int
    sound: str

    @property
    def end_tick(self) -> int:
        return self.start_tick + self.ticks


@dataclass(frozen=True, slots=True)
class Island:
    """Sounds that touch, with floor around them: frames `[start_frame, start_frame + frames)`.

    The first may begin before the session and the last end after it, by some frames of floor.
    """

    start_frame: int
    frames: int
    placed: tuple[PlacedSound, ...]

    @property
    def end_frame(self) -> int:
        return self.start_frame + self.frames

    @property
    def shape(self) -> Shape:
        """The same for islands that sound the same."""
        first = self.start_frame * TICKS_PER_FRAME
        return self.frames, tuple((one.start_tick - first, one.sound) for one in self.placed)


def find_islands(placed: Sequence[PlacedSound], *, end_tick: int) -> tuple[Island, ...]:
    """The islands of a session `[0, end_tick)`, in order; they never overlap.

    Sounds less than 250 ms apart share one. Each has 3 frames of floor before its first sound
    and 4 after its last, or as many more as keep the next from lying 1 or 2 frames further,
    where no tile of floor fits. Raises ValueError for a sound outside the session.
    """
    groups, group_end = list[list[PlacedSound]](), 0
    for one in sorted(placed, key=lambda one: one.start_tick):
        if not groups or one.start_tick - group_end > SHARED_TICKS:
            groups.append([])
        groups[-1].append(one)
        group_end = max(group_end, one.end_tick)
    starts = [group[0].start_tick // TICKS_PER_FRAME - FRAMES_BEFORE for group in groups]
    islands = []
    for group, start, following in zip_longest(groups, starts, starts[1:]):
        last_tick = max(one.end_tick for one in group)
        if group[0].start_tick < 0 or last_tick > end_tick:
            span = f"{group[0].start_tick} to {last_tick}"
            raise ValueError(f"sound at ticks {span} is outside the session")
        end = -(-last_tick // TICKS_PER_FRAME) + FRAMES_AFTER
        if following is not None and following - end < LEAST_FRAMES:
            end = following
        islands.append(Island(start, end - start, tuple(group)))
    return tuple(islands)


def chapter_islands(placed: Sequence[PlacedSound], starts: Sequence[int], *, frames: int) -> tuple[Island, ...]:
    """A session of so many frames as one island for each chapter, given the frames they start in.

    Each reaches 3 frames back into the silence before it, so that its first sound can begin at
    once. Raises ValueError where a chapter begins within a sound.
    """
    edges = [*(start - FRAMES_BEFORE for start in starts), frames + FRAMES_AFTER]
    islands = []
    for start, end in pairwise(edges):
        own = tuple(one for one in placed if start <= one.start_tick // TICKS_PER_FRAME < end)
        if any(one.end_tick > end * TICKS_PER_FRAME for one in own):
            raise ValueError(f"a chapter begins within a sound, at frame {end}")
        islands.append(Island(start, end - start, own))
    return tuple(islands)


def tiles_for(frames: int) -> Iterator[int]:
    """Sizes of tiles, each of `TILES`, that make this many frames, largest first.

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


def bed_tiles_for(at: int, frames: int) -> Iterator[tuple[int, int, int]]:
    """The parts of `BED_TILES` in a gap that begins at a frame: size, first frame, frames.

    The longest but one rises and falls; between its halves runs the loop, which begins with
    frame 0 of the session and is cut anywhere: noise goes on as noise.
    Raises ValueError for 1 or 2 frames.
    """
    if 0 < frames < LEAST_FRAMES:
        raise ValueError(f"no tiles make {frames} frames")
    if frames < _BOTH_FRAMES:
        if frames:
            yield frames, 0, frames
        return
    yield _BOTH_FRAMES, 0, RISE_FRAMES
    place, end = at + RISE_FRAMES, at + frames - FALL_FRAMES
    while place < end:
        first = place % BED_LOOP_FRAMES
        size = min(end - place, BED_LOOP_FRAMES - first)
        yield BED_LOOP_FRAMES, first, size
        place += size
    yield _BOTH_FRAMES, RISE_FRAMES, FALL_FRAMES
