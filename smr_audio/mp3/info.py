"""What an MP3 says about its own length: write and read the Info frame and its LAME extension.

Sources: ISO/IEC 11172-3 for the header, the "Xing" header as LAME writes it, and the "Mp3 Info
Tag rev 1" specification for delay and padding.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smr_audio.mp3.frames import (
    BITRATES,
    HEADER_BYTES,
    SIDE_INFO_BYTES,
    bytes_per_frame,
    frame_header,
)
from smr_audio.units import SAMPLES_PER_FRAME

_FLAGS: Final = 0b1111  # frames, bytes, table of contents, quality
_TOC_ENTRIES: Final = 100
_QUALITY: Final = 0
_CBR: Final = 1
_LOWPASS_HZ: Final = 0  # not told
_SOURCE_48K_MONO: Final = 0b10_0_000_00
_MUSIC_CRC_NONE: Final = 0
LENGTH_BYTES_AT: Final = HEADER_BYTES + SIDE_INFO_BYTES + 12
"""Where the Info frame says how many bytes there are, after its name, flags and frames."""
_LAME_DELAY_AT: Final = 21  # in the LAME extension: 12 bits of delay, 12 of padding
# Bits that are the same in every frame of a CBR stream: all but padding, private, the mode
# extension, copyright, original and emphasis.
_STEADY_BITS: Final = 0xFFFFFCC0
_MPEG1_LAYER3: Final = 0xFFFA0000
_RATE_48K_MONO: Final = 0x000004C0


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """The sound of an MP3: 48 kHz mono CBR, with an Info frame before `frames` of sound.

    `delay` and `padding` are samples to drop at the start and at the end. `audio_offset` is
    where the Info frame begins, so after any ID3v2 tag.
    """

    kbps: int
    frames: int
    delay: int
    padding: int
    audio_offset: int

    @property
    def frame_bytes(self) -> int:
        """Bytes in each frame."""
        return bytes_per_frame(self.kbps)

    @property
    def samples(self) -> int:
        """Samples a decoder gives that honours delay and padding."""
        return self.frames * SAMPLES_PER_FRAME - self.delay - self.padding


def info_frame(*, kbps: int, frames: int, delay: int, padding: int) -> bytes:
    """The frame that goes before `frames` frames of sound and is not heard itself.

    It names LAME, which made the frames: decoders believe delay and padding from few others.
    Its table of contents is a straight line, since every frame has the same size.
    """
    size = bytes_per_frame(kbps)
    toc = bytes(place * 256 // _TOC_ENTRIES for place in range(_TOC_ENTRIES))
    total = (frames + 1) * size
    xing = struct.pack(">4sIII100sI", b"Info", _FLAGS, frames, total, toc, _QUALITY)
    lame = struct.pack(
        ">9sBBfHHBB3sBbHIH",
        b"LAME3.100",
        _CBR,
        _LOWPASS_HZ // 100,
        0.0,
        0,
        0,  # peak and replay gains: not known
        0,  # encoding flags and ATH type
        min(kbps, 255),
        (delay << 12 | padding).to_bytes(3, "big"),
        _SOURCE_48K_MONO,
        0,  # gain
        0,  # surround and preset
        total,
        _MUSIC_CRC_NONE,
    )
    head = frame_header(kbps) + bytes(SIDE_INFO_BYTES) + xing + lame
    return (head + struct.pack(">H", _crc16(head))).ljust(size, b"\0")


def read_info(path: Path) -> StreamInfo:
    """Read the Info frame and check the whole stream against it.

    Raises ValueError if the file is not 48 kHz mono CBR with such a frame, if one of its
    frames is missing or broken, or if anything follows the last. OSError passes.
    """
    import numpy as np  # who writes a session reads none

    data = np.fromfile(path, dtype=np.uint8)
    offset = _id3v2_bytes(data[:10].tobytes())
    info = parse_first_frame(data[offset : offset + 400].tobytes(), offset=offset)
    stream = data[offset:]
    if stream.size != (info.frames + 1) * info.frame_bytes:
        raise ValueError(
            f"{info.frames} frames should take {(info.frames + 1) * info.frame_bytes} bytes, "
            f"not {stream.size}"
        )
    headers = stream.reshape(-1, info.frame_bytes)[:, :HEADER_BYTES].copy()
    words = headers.view(">u4").ravel() & _STEADY_BITS
    broken = np.flatnonzero(words != words[0])
    if broken.size:
        raise ValueError(f"frame {broken[0]} does not begin with a header like the first")
    return info


def parse_first_frame(frame: bytes, *, offset: int) -> StreamInfo:
    """What an Info frame says, given the file's bytes from `offset`, where it begins.

    Raises ValueError if it is none of a 48 kHz mono stream.
    """
    return _parse(frame, kbps=_kbps(frame), offset=offset)


def _id3v2_bytes(head: bytes) -> int:
    if len(head) < 10 or head[:3] != b"ID3":
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _kbps(frame: bytes) -> int:
    if len(frame) < HEADER_BYTES:
        raise ValueError("there is no MP3 frame")
    (header,) = struct.unpack_from(">I", frame)
    if header & 0xFFFE0000 != _MPEG1_LAYER3 or header & 0x00000CC0 != _RATE_48K_MONO:
        raise ValueError("the first frame is not MPEG-1 layer III at 48 kHz mono")
    index = header >> 12 & 0xF
    if not 0 < index < len(BITRATES):
        raise ValueError("the first frame has no bit rate")
    return BITRATES[index]


def _parse(frame: bytes, *, kbps: int, offset: int) -> StreamInfo:
    at = HEADER_BYTES + SIDE_INFO_BYTES
    if frame[at : at + 4] != b"Info":
        raise ValueError("there is no Info frame")
    (flags,) = struct.unpack_from(">I", frame, at + 4)
    if not flags & 1:
        raise ValueError("the Info frame does not say how many frames there are")
    (frames,) = struct.unpack_from(">I", frame, at + 8)
    lame = at + 12 + (4 if flags & 2 else 0) + (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    three = frame[lame + _LAME_DELAY_AT : lame + _LAME_DELAY_AT + 3]
    if len(three) < 3:
        raise ValueError("the Info frame is cut short")
    both = int.from_bytes(three, "big")
    return StreamInfo(
        kbps=kbps, frames=frames, delay=both >> 12, padding=both & 0xFFF, audio_offset=offset
    )


def _crc16(data: bytes) -> int:
    """CRC-16 as in MPEG audio but reflected, from 0: what LAME puts at the end of its tag."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
