"""The levels of a session, put together from figures that each of its islands keeps.

Loudness is gated over the whole (ITU-R BS.1770-5), so an island cannot know its share. It keeps
a histogram of its gating blocks instead, as libraries for long programmes do: how many lie in
each 0.25 LU, and the power they add up to. Nothing here needs a sample.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from typing import Final

from smr_audio.options.choices import KeepAwake
from smr_audio.records import dataclass
from smr_audio.units import TICKS_PER_SECOND

BLOCK_TICKS: Final = TICKS_PER_SECOND * 400 // 1000
ABSOLUTE_GATE_LUFS: Final = -70.0
RELATIVE_GATE_LU: Final = -10.0
OFFSET_LU: Final = -0.691  # makes a 997 Hz sine of 0 dBFS read -3.01 LUFS
BINS_PER_LU: Final = 4
FLOOR_POWERS: Final[Mapping[KeepAwake, float]] = {"low": 7.791210e-07, "high": 4.915485e-06, "off": 0.0}
"""The K-weighted mean square of each floor."""
_HEAD: Final = struct.Struct("<dIH")
_BIN: Final = struct.Struct("<hId")


@dataclass(frozen=True, slots=True)
class Levels:
    """Gating blocks of 400 ms, one from each tick, and the highest true peak, before encoding.

    `bins` are (quarter of a LUFS, blocks in it, sum of their K-weighted powers); blocks that
    the absolute gate drops are in none. `blocks` counts all.
    """

    blocks: int
    peak_dbtp: float
    bins: tuple[tuple[int, int, float], ...]

    def to_bytes(self) -> bytes:
        head = _HEAD.pack(self.peak_dbtp, self.blocks, len(self.bins))
        return head + b"".join(_BIN.pack(*each) for each in self.bins)

    @classmethod
    def from_bytes(cls, data: bytes) -> tuple[Levels, int]:
        """The levels at the start of the data, and how many bytes they take.

        Raises ValueError if there are none.
        """
        try:
            peak_dbtp, blocks, count = _HEAD.unpack_from(data)
            end = _HEAD.size + count * _BIN.size
            bins = tuple(_BIN.iter_unpack(data[_HEAD.size : end]))
        except struct.error as error:
            raise ValueError(f"no levels: {error}") from error
        if len(bins) != count:
            raise ValueError("the levels are cut short")
        return cls(blocks, peak_dbtp, bins), end


def composed_lufs(parts: Iterable[tuple[Levels, int]], *, ticks: int, floor_power: float) -> float:
    """Integrated loudness in LUFS of a session of `ticks` ticks; -inf if nothing passes.

    Each part is an island's levels and how often it comes; all other blocks are floor. The
    relative gate falls on the edge of a bin, and islands under 400 ms apart count the blocks
    between them as floor: a meter reads the same within 0.1 LU.
    """
    rows, left = list[tuple[int, int, float]](), ticks - BLOCK_TICKS + 1
    for levels, times in parts:
        left -= levels.blocks * times
        rows += ((place, count * times, power * times) for place, count, power in levels.bins)
    floor_lufs = lufs_of_power(floor_power)
    if left > 0 and floor_lufs > ABSOLUTE_GATE_LUFS:
        rows.append((math.floor(floor_lufs * BINS_PER_LU), left, left * floor_power))
    bins: dict[int, tuple[int, float]] = {}
    for place, count, power in rows:
        known = bins.get(place, (0, 0.0))
        bins[place] = (known[0] + count, known[1] + power)
    if not bins:
        return -math.inf
    gate = lufs_of_power(_mean(bins.values())) + RELATIVE_GATE_LU
    loud = [each for place, each in bins.items() if (place + 0.5) / BINS_PER_LU > gate]
    return lufs_of_power(_mean(loud))


def _mean(bins: Iterable[tuple[int, float]]) -> float:
    counts, powers = zip(*bins, strict=True)
    return float(math.fsum(powers) / sum(counts))


def lufs_of_power(power: float) -> float:
    """Loudness in LUFS of a K-weighted mean square; -inf for 0."""
    return OFFSET_LU + 10 * math.log10(power) if power > 0 else -math.inf


def power_of_lufs(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET_LU) / 10))
