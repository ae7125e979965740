"""Gather sounds that touch into islands, and lay a session out: islands in a sea of floor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.sound.clip import Clip
from smr_audio.sound.floor import Floor
from smr_audio.sound.level import raised_cosine
from smr_audio.units import SAMPLES_PER_FRAME, TICKS_PER_FRAME, ms_of_ticks

SHARED_TICKS: Final = 31  # gaps of less than 250 ms
FRAMES_BEFORE: Final = 3  # what LAME needs to settle before a sound
FRAMES_AFTER: Final = 4  # and to let it ring out


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip and the tick its first sample stands on."""

    start_tick: int
    clip: Clip

    @property
    def end_tick(self) -> int:
        """The tick at or after its last sample's end."""
        return self.start_tick + self.clip.ticks


@dataclass(frozen=True, slots=True)
class Island:
    """Sounds that touch, with floor around them: frames `[start_frame, start_frame + frames)`."""

    start_frame: int
    frames: int
    placed: tuple[Placed, ...]

    @property
    def end_frame(self) -> int:
        """The frame after its last."""
        return self.start_frame + self.frames


def find_islands(placed: Sequence[Placed], *, end_tick: int) -> tuple[Island, ...]:
    """The islands of a session `[0, end_tick)`, in order; they never overlap.

    Sounds less than 250 ms apart share one. Each has 3 frames of floor before its first sound
    and 4 after its last, as far as the session reaches, and islands that would then overlap
    are one. Raises ValueError for a sound outside the session, or an end that is no frame.
    """
    if end_tick % TICKS_PER_FRAME:
        raise ValueError(f"the session's end, tick {end_tick}, is no whole number of frames")
    islands: list[Island] = []
    for group in _groups(sorted(placed, key=lambda one: one.start_tick)):
        island = _island(group, end_tick=end_tick)
        if islands and island.start_frame < islands[-1].end_frame:
            island = _island([*islands.pop().placed, *group], end_tick=end_tick)
        islands.append(island)
    return tuple(islands)


def render_island(island: Island, *, floor: Floor) -> NDArray[np.int16]:
    """An island's sounds over the floor, shape (frames * 1152,), clipped at full scale.

    The floor begins where its loop does, so the same island is the same anywhere.
    """
    # pydub takes 40 ms to import, and islands that are cached need none of it.
    from smr_audio.sound.pydub_io import overlay  # noqa: PLC0415

    first_tick = island.start_frame * TICKS_PER_FRAME
    return overlay(
        floor.stretch(island.frames),
        sounds=[
            (ms_of_ticks(one.start_tick - first_tick), one.clip.samples) for one in island.placed
        ],
    )


def session_pcm(islands: Sequence[Island], *, end_tick: int, floor: Floor) -> Iterator[bytes]:
    """A whole session as little pieces of s16le at 48 kHz mono, `end_tick * 384` samples.

    Takes linear time and the memory of one island. Raises ValueError if islands overlap, are
    out of order or pass the end.
    """
    at_frame, phase = 0, 0
    for island in islands:
        if island.start_frame < at_frame:
            raise ValueError(f"islands overlap at frame {at_frame}")
        yield from _sea(island.start_frame - at_frame, phase=phase, floor=floor, land_ahead=True)
        yield render_island(island, floor=floor).astype("<i2").tobytes()
        at_frame, phase = island.end_frame, island.frames
    end_frame = end_tick // TICKS_PER_FRAME
    if end_frame < at_frame or end_tick % TICKS_PER_FRAME:
        raise ValueError(f"the session cannot end at tick {end_tick}")
    yield from _sea(end_frame - at_frame, phase=phase, floor=floor, land_ahead=False)


def _groups(placed: Sequence[Placed]) -> Iterator[list[Placed]]:
    group: list[Placed] = []
    group_end = 0
    for one in placed:
        if group and one.start_tick - group_end > SHARED_TICKS:
            yield group
            group = []
        group_end = max(group_end, one.end_tick) if group else one.end_tick
        group.append(one)
    if group:
        yield group


def _island(placed: Sequence[Placed], *, end_tick: int) -> Island:
    first_tick = min(one.start_tick for one in placed)
    last_tick = max(one.end_tick for one in placed)
    if first_tick < 0 or last_tick > end_tick:
        raise ValueError(f"sound at ticks {first_tick} to {last_tick} is outside the session")
    start = max(0, first_tick // TICKS_PER_FRAME - FRAMES_BEFORE)
    end = min(end_tick // TICKS_PER_FRAME, -(-last_tick // TICKS_PER_FRAME) + FRAMES_AFTER)
    return Island(start_frame=start, frames=end - start, placed=tuple(placed))


def _sea(frames: int, *, phase: int, floor: Floor, land_ahead: bool) -> Iterator[bytes]:
    """Floor from `phase` of the loop on; where land is ahead, its last frame leads to the start.

    The last frame fades, at equal power, into the last frame of the loop, which the island's
    floor follows without a step.
    """
    plain = frames - 1 if land_ahead and frames else frames
    for done in range(0, plain, floor.frames):
        piece = floor.stretch(min(floor.frames, plain - done), from_frame=phase + done)
        yield piece.astype("<i2").tobytes()
    if plain < frames:
        leaving = floor.stretch(1, from_frame=phase + plain)
        coming = floor.stretch(1, from_frame=-1)
        rise = raised_cosine(SAMPLES_PER_FRAME)
        mixed = leaving * np.sqrt(1 - rise) + coming * np.sqrt(rise)
        yield np.rint(mixed).astype("<i2").tobytes()
