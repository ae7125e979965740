"""Count the frames of an MP3 and hold each against the others, whatever state the file is in.

`info.read_info` refuses a file at the first fault; this tells of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.mp3.frames import bytes_per_frame
from smr_audio.mp3.info import LENGTH_BYTES_AT, StreamInfo, parse_first_frame

_SIDE_INFO_END: Final = 6  # the header, and the first bits of the side information
_STEADY_BITS: Final = 0xFFFFFCC0
_FIRST: Final = 64  # of more faults the rest is counted only
_AT_ONCE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Census:
    """The frames after a tag. `broken` are those without a header like the first, `leaning`
    those that take bits from the one before: numbers from 0, not counting the Info frame, and
    no more than 64 of each. `stray_bytes` follow the last whole frame.

    `info` is what the Info frame says, `info_bytes` the length in bytes that it gives.
    """

    info: StreamInfo
    info_bytes: int | None
    frames: int
    broken: tuple[int, ...]
    leaning: tuple[int, ...]
    stray_bytes: int


def take_census(data: NDArray[np.uint8], *, offset: int) -> Census:
    """Look at every frame of a file, given as bytes, from `offset` on.

    Raises ValueError if no Info frame of a 48 kHz mono stream begins there.
    """
    first = data[offset : offset + 400].tobytes()
    info = parse_first_frame(first, offset=offset)
    size = bytes_per_frame(info.kbps)
    whole = (data.size - offset) // size
    rows = data[offset : offset + whole * size].reshape(-1, size)
    steady = int.from_bytes(first[:4], "big") & _STEADY_BITS
    broken: list[int] = []
    leaning: list[int] = []
    for start in range(1, whole, _AT_ONCE):
        heads = rows[start : start + _AT_ONCE, :_SIDE_INFO_END].astype(np.uint32)
        words = heads[:, 0] << 24 | heads[:, 1] << 16 | heads[:, 2] << 8 | heads[:, 3]
        wrong = (words & _STEADY_BITS) != steady
        # `main_data_begin` is the first nine bits of the side information.
        leans = ~wrong & ((heads[:, 4] << 8 | heads[:, 5]) >> 7 != 0)
        broken += (np.flatnonzero(wrong)[: _FIRST - len(broken)] + start - 1).tolist()
        leaning += (np.flatnonzero(leans)[: _FIRST - len(leaning)] + start - 1).tolist()
    return Census(
        info=info,
        info_bytes=_length_said(first),
        frames=max(whole - 1, 0),
        broken=tuple(broken),
        leaning=tuple(leaning),
        stray_bytes=(data.size - offset) % size,
    )


def _length_said(first: bytes) -> int | None:
    flags = int.from_bytes(first[LENGTH_BYTES_AT - 8 : LENGTH_BYTES_AT - 4], "big")
    if flags & 3 != 3:
        return None
    return int.from_bytes(first[LENGTH_BYTES_AT : LENGTH_BYTES_AT + 4], "big")
