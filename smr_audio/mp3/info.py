"""The Info frame, which says how long an MP3 is, with its LAME extension: written and read.

Sources: ISO/IEC 11172-3 for the header, the "Xing" header as LAME writes it, and the "Mp3 Info
Tag rev 1" specification for delay and padding.
"""

from __future__ import annotations

import struct
from typing import Final

from smr_audio.mp3.frames import HEADER_BYTES, SIDE_INFO_BYTES, bytes_per_frame, frame_header

_AT: Final = HEADER_BYTES + SIDE_INFO_BYTES
_XING: Final = struct.Struct(">4sIII100sI")
_LAME: Final = struct.Struct(">9sBBfHHBB3sBbHIH")
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
        0,  # low-pass: not given
        0.0,
        0,
        0,  # peak and replay gains: not known
        0,  # encoding flags and ATH type
        min(kbps, 255),
        (delay << 12 | padding).to_bytes(3, "big"),
        0b10_0_000_00,  # from 48 kHz, mono
        0,  # gain
        0,  # surround and preset
        total,
        0,  # CRC of the music: none
    )
    head = frame_header(kbps) + bytes(SIDE_INFO_BYTES) + xing + lame
    return (head + struct.pack(">H", _crc16(head))).ljust(size, b"\0")


def read_info(frame: bytes) -> dict[str, int]:
    """What the Info frame at the start of some bytes says: frames, bytes, delay and padding.

    Raises ValueError if there is none with all that smr-audio and ffmpeg write.
    """
    try:
        name, flags, frames, total, _, _ = _XING.unpack_from(frame, _AT)
        both = int.from_bytes(_LAME.unpack_from(frame, _AT + _XING.size)[8], "big")
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
