"""Read an MP3 frame by frame, whatever state it is in: its Info frame, and every fault."""

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.mp3.frames import BITRATES, HEADER_BYTES, bytes_per_frame, read_info
from smr_audio.records import dataclass, field

_SIDE_INFO_END: Final = 6  # the header, and the first bits of the side information
# Bits that are the same in every frame of a CBR stream: all but padding, private, the mode
# extension, copyright, original and emphasis.
_STEADY_BITS: Final = 0xFFFFFCC0
_OURS: Final = 0xFFFA04C0  # MPEG-1 layer III at 48 kHz, mono
_OURS_MASK: Final = 0xFFFE0CC0
_MOST_LISTED: Final = 64
_AT_ONCE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class FrameScan:
    """The frames after a tag, not counting the Info frame, and the CRC-32 of them all.

    `broken` are those without a header like the first, `leaning` those that take bits from the
    one before: their numbers from 0, the first 64 of each. `stray_bytes` follow the last whole
    frame. `info` is what the Info frame says: frames, bytes, delay and padding, the last two in
    samples to drop at the start and at the end. `fault` is why there are no frames.
    """

    kbps: int = 0
    info: dict[str, int] = field(default_factory=dict)
    frames: int = 0
    broken: tuple[int, ...] = ()
    leaning: tuple[int, ...] = ()
    stray_bytes: int = 0
    crc32: int = 0
    fault: str = ""


def scan_frames(data: NDArray[np.uint8], *, offset: int) -> FrameScan:
    """Look at every frame of a file, given as bytes, from `offset` on.

    Raises ValueError if no Info frame of a 48 kHz mono stream begins there.
    """
    first = data[offset : offset + 400].tobytes()
    kbps = _kbps(first)
    size = bytes_per_frame(kbps)
    whole = (data.size - offset) // size
    rows = data[offset : offset + whole * size].reshape(-1, size)
    steady = int.from_bytes(first[:4], "big") & _STEADY_BITS
    broken: list[int] = []
    leaning: list[int] = []
    crc32 = 0
    for start in range(1, whole, _AT_ONCE):
        block = rows[start : start + _AT_ONCE]
        crc32 = zlib.crc32(block.data, crc32)
        heads = block[:, :_SIDE_INFO_END].astype(np.uint32)
        words = heads[:, 0] << 24 | heads[:, 1] << 16 | heads[:, 2] << 8 | heads[:, 3]
        wrong = (words & _STEADY_BITS) != steady
        # `main_data_begin` is the first nine bits of the side information.
        leans = ~wrong & ((heads[:, 4] << 8 | heads[:, 5]) >> 7 != 0)
        broken += (np.flatnonzero(wrong)[: _MOST_LISTED - len(broken)] + start - 1).tolist()
        leaning += (np.flatnonzero(leans)[: _MOST_LISTED - len(leaning)] + start - 1).tolist()
    return FrameScan(
        kbps=kbps,
        info=read_info(first),
        frames=max(whole - 1, 0),
        broken=tuple(broken),
        leaning=tuple(leaning),
        stray_bytes=(data.size - offset) % size,
        crc32=crc32,
    )


def _kbps(frame: bytes) -> int:
    if len(frame) < HEADER_BYTES:
        raise ValueError("there is no MP3 frame")
    (header,) = struct.unpack_from(">I", frame)
    if header & _OURS_MASK != _OURS:
        raise ValueError("the first frame is not MPEG-1 layer III at 48 kHz mono")
    index = header >> 12 & 0xF
    if not 0 < index < len(BITRATES):
        raise ValueError("the first frame has no bit rate")
    return BITRATES[index]
