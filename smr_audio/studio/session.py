"""A session ready to be written: its plan and its frames, linked but not yet put together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from smr_audio import units
from smr_audio.mp3.frames import ENCODER_GAIN_DB, ENCODER_OVERSHOOT_DB, bytes_per_frame
from smr_audio.mp3.linker import Later, Stream
from smr_audio.sound.islands import Shape
from smr_audio.sound.levels import FLOOR_POWERS, composed_lufs
from smr_audio.studio.pipeline import Product
from smr_audio.studio.plan import Plan
from smr_audio.studio.segment_store import KBPS


@dataclass(frozen=True, slots=True)
class Session:
    """A plan, what was made for it, and the stream of its frames."""

    plan: Plan
    product: Product
    tiles: Mapping[int, bytes]
    stream: Stream

    @property
    def loudness_lufs(self) -> float:
        """Integrated loudness of the decoded file, composed from figures kept with islands."""
        times = Counter(self.product.shapes)
        parts = [(self.product.segments[shape].levels, count) for shape, count in times.items()]
        end_tick = self.plan.timeline.end_tick
        floor_power = FLOOR_POWERS[self.plan.settings.keep_awake]
        composed = composed_lufs(parts, ticks=end_tick, floor_power=floor_power)
        return composed + ENCODER_GAIN_DB

    @property
    def true_peak_dbtp(self) -> float:
        peaks = (one.levels.peak_dbtp for one in self.product.segments.values())
        return max(peaks, default=-math.inf) + ENCODER_GAIN_DB + ENCODER_OVERSHOOT_DB


def link_session(plan: Plan, product: Product, tiles: Mapping[int, bytes]) -> Session:
    return Session(plan, product, tiles, stream_of(product, tiles))


def stream_of(product: Product, tiles: Mapping[int, bytes]) -> Stream:
    def frames(shape: Shape) -> bytes | None:
        found = product.segments.get(shape)
        return None if found is None else found.frames

    timeline, laid = product.timeline, zip(product.islands, product.shapes, strict=True)
    return Stream(
        (
            (
                island.start_frame,
                frames(shape) or Later(shape[0] * bytes_per_frame(KBPS), partial(frames, shape)),
            )
            for island, shape in laid
        ),
        tiles=tiles,
        frames=timeline.frames,
        kbps=KBPS,
        spare_samples=units.samples_of_ticks(
            timeline.frames * units.TICKS_PER_FRAME - timeline.end_tick
        ),
    )
