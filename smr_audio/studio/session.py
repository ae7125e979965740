"""A session ready to be written: its plan and its frames, linked but not yet put together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from smr_audio import units
from smr_audio.mp3.frames import ENCODER_GAIN_DB, ENCODER_OVERSHOOT_DB
from smr_audio.mp3.linker import Stream
from smr_audio.mp3.objects import Tiles
from smr_audio.sound.levels import composed_lufs
from smr_audio.studio.objects import KBPS
from smr_audio.studio.plan import Plan
from smr_audio.studio.production import Product


@dataclass(frozen=True, slots=True)
class Session:
    """A plan and the stream of its frames.

    The levels are those of the decoded file, composed from figures kept with each island: the
    loudness as BS.1770 would measure it, the true peak at most that.
    """

    plan: Plan
    stream: Stream
    loudness_lufs: float
    true_peak_dbtp: float
    islands_encoded: int
    islands_cached: int


def link_session(plan: Plan, product: Product, tiles: Tiles) -> Session:
    """Lay the objects of a product at their places."""
    end_tick = plan.timeline.end_tick
    stream = Stream(
        ((island.start_frame, product.objects[island.shape].frames) for island in product.islands),
        tiles=tiles.by_size,
        frames=end_tick // units.TICKS_PER_FRAME,
        kbps=KBPS,
    )
    times = Counter(island.shape for island in product.islands)
    levels = [(product.objects[shape].levels, count) for shape, count in times.items()]
    loudness = composed_lufs(levels, ticks=end_tick, floor_power=tiles.power)
    peak = max((one.peak_dbtp for one, _ in levels), default=float("-inf"))
    return Session(
        plan=plan,
        stream=stream,
        loudness_lufs=loudness + ENCODER_GAIN_DB,
        true_peak_dbtp=peak + ENCODER_GAIN_DB + ENCODER_OVERSHOOT_DB,
        islands_encoded=product.encoded,
        islands_cached=len(product.objects) - product.encoded,
    )
