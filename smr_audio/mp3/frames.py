"""MP3 frames as bytes: their size, whether they are whole and stand alone, and the Info frame.

48 kHz mono CBR throughout, so every frame of a bit rate has the same size and no padding slot. The
Info frame, with its LAME extension, says how long an MP3 is. Sources: ISO/IEC 11172-3, 2.4.1.3 and
2.4.1.7; the "Xing" header as LAME writes it, and the "Mp3 Info Tag rev 1" specification.
"""

import struct
import zlib
from functools import cached_property
from typing import Final

HEADER_BYTES: Final = 4
SIDE_INFO_BYTES: Final = 17  # MPEG-1, mono
BITRATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)

# Speech limited for -14 LUFS was seen to grow by 0.76, at 64 kbit/s by 1.19.
ENCODER_OVERSHOOT_DB: Final = {64: 1.4, 96: 0.9, 128: 0.9}
ENCODER_GAIN_DB: Final = -0.446  # LAME's presets scale by 0.95; the same at 64 to 128 kbit/s
ENCODER_DELAY: Final = 576
"""Samples of delay, as an Info frame counts: decoders add their own 529."""

# Sync word, MPEG-1, layer III, no CRC; then 48 kHz, and mono.
_FIXED: Final = 0xFFFB04C0
_FIXED_MASK: Final = 0xFFFF0CC0
_PADDING: Final = 0x00000200


def bytes_per_frame(kbps: int) -> int:
    """Bytes in a CBR frame at 48 kHz; whole at every bit rate."""
    return 3 * kbps


def frame_header(kbps: int) -> bytes:
    """The header that LAME gives a frame of ours: no CRC, original, no emphasis."""
    return struct.pack(">I", _FIXED | BITRATES.index(kbps) << 12 | 0x04)


def check_frames(data: bytes, *, kbps: int, frames: int) -> None:
    """Raise ValueError unless the data is this many frames of this bit rate, each by itself.

    A frame by itself takes no bits from those before it (`main_data_begin` is 0), so it may
    follow any other.
    """
    size = bytes_per_frame(kbps)
    if len(data) != frames * size:
        raise ValueError(f"{frames} frames should take {frames * size} bytes, not {len(data)}")
    fixed = _FIXED | BITRATES.index(kbps) << 12
    mask = _FIXED_MASK | 0xF000 | _PADDING
    for number in range(frames):
        header, side_info = struct.unpack_from(">IH", data, number * size)
        if header & mask != fixed:
            raise ValueError(f"frame {number} does not begin with a header of ours")
        if side_info >> 7:
            raise ValueError(f"frame {number} leans on the one before it")


class Frames(bytes):
    """MP3 frames that are linked again and again: their CRC-32 is computed once."""

    @cached_property
    def crc32(self) -> int:
        return zlib.crc32(self)


_AT: Final = HEADER_BYTES + SIDE_INFO_BYTES
_XING: Final = struct.Struct(">4sIII100sI")
_LAME: Final = struct.Struct(">9sB10xB3sB3xI2x")  # no low-pass, peak, gains or flags; no CRC of the music
_FLAGS: Final = 0b1111  # frames, bytes, table of contents, quality
_TOC_ENTRIES: Final = 100


def info_frame(*, kbps: int, frames: int, delay: int, padding: int) -> bytes:
    """The frame that goes before `frames` frames of sound and is not heard itself.

    It names LAME, which made the frames: decoders believe delay and padding from few others.
    Its table of contents is a straight line, since every frame has the same size.
    """
    size = bytes_per_frame(kbps)
    toc = bytes(place * 256 // _TOC_ENTRIES for place in range(_TOC_ENTRIES))
    total = (frames + 1) * size
    xing = _XING.pack(b"Info", _FLAGS, frames, total, toc, 0)
    lame = _LAME.pack(
        b"LAME3.100",
        1,  # CBR
        min(kbps, 255),
        (delay << 12 | padding).to_bytes(3, "big"),
        0b10_0_000_00,  # from 48 kHz, mono
        total,
    )
    head = frame_header(kbps) + bytes(SIDE_INFO_BYTES) + xing + lame
    return (head + struct.pack(">H", _crc16(head))).ljust(size, b"\0")


def read_info(frame: bytes) -> dict[str, int]:
    """What the Info frame at the start of some bytes says: frames, bytes, delay and padding.

    Raises ValueError if there is none with all that smr-audio and ffmpeg write.
    """
    try:
        name, flags, frames, total, _, _ = _XING.unpack_from(frame, _AT)
        both = int.from_bytes(_LAME.unpack_from(frame, _AT + _XING.size)[3], "big")
    except struct.error:
        raise ValueError("there is no whole Info frame") from None
    if (name, flags) != (b"Info", _FLAGS):
        raise ValueError("there is no Info frame")
    return {"frames": frames, "bytes": total, "delay": both >> 12, "padding": both & 0xFFF}


def _crc16(data: bytes) -> int:
    """CRC-16 as in MPEG audio but reflected, from 0: what LAME puts at the end of its tag."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
