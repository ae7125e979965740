"""Read what `verify` needs of an MP3's tag, from any file, however it was made.

Not with the library that writes tags: a frame may be compressed, a megabyte of them a gigabyte,
and a check by other code is worth more. ID3v2.3 and 2.4; sizes are bounded before anything is
read. Sources: id3.org's ID3v2.3.0, ID3v2.4.0 and "ID3v2 Chapter Frame Addendum 1.0".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from smr_audio.mp3.id3.attachment import Attachment
from smr_audio.mp3.id3.frames import lyrics_of, picture_of
from smr_audio.mp3.id3.write import ChapterTag

MOST_BYTES: Final = 32 << 20
"""Larger tags are none of ours, whatever picture somebody has added."""

_HEADER_BYTES: Final = 10
_ENCODINGS: Final = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_TIMES: Final = struct.Struct(">IIII")


Picture: TypeAlias = bytes


@dataclass(frozen=True, slots=True)
class ReadTag:
    """A tag as found: its size with header, chapters by their table of contents, and the rest.

    `lyrics` and `cover` are None where there are none.
    """

    bytes: int
    chapters: tuple[ChapterTag, ...]
    attachment: Attachment | None
    lyrics: str | None = None
    cover: Picture | None = None


def read_tag(path: Path) -> ReadTag:
    """The ID3v2 tag at the start of a file. OSError passes.

    Raises ValueError if there is none that can be read, in words that fit after "FILE: ".
    """
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
        if len(head) < _HEADER_BYTES or head[:3] != b"ID3":
            raise ValueError("it has no ID3 tag")
        size = synchsafe(head[6:10])
        if size > MOST_BYTES:
            raise ValueError("its tag is larger than any of smr-audio's")
        body = file.read(size)
    version, flags = head[3], head[5]
    if version not in (3, 4) or flags:
        raise ValueError("its ID3 tag is of another kind than smr-audio writes")
    if len(body) < size:
        raise ValueError("it ends within its tag")
    return _read(_frames(body, version), version, size=_HEADER_BYTES + size)


def _read(frames: Iterator[tuple[bytes, bytes]], version: int, *, size: int) -> ReadTag:
    contents: list[bytes] = []
    chapters: dict[bytes, ChapterTag] = {}
    attachment, lyrics, cover = None, None, None
    for name, data in frames:
        if name == b"GEOB":
            attachment = attachment or Attachment.from_frame_body(data)
        elif name == b"CHAP":
            element, chapter = _chapter(data, version)
            chapters.setdefault(element, chapter)
        elif name == b"CTOC":
            contents += _children(data)
        elif name == b"USLT" and lyrics is None:
            lyrics = lyrics_of(data)
        elif name == b"APIC" and cover is None:
            cover = picture_of(data)
    # A table of contents has room for 255; the others follow in the order of the tag.
    named = [name for name in dict.fromkeys(contents) if name in chapters]
    rest = [name for name in chapters if name not in set(named)]
    ordered = tuple(chapters[name] for name in [*named, *rest])
    return ReadTag(size, ordered, attachment, lyrics, cover)


def synchsafe(data: bytes) -> int:
    """The number in these bytes, seven bits of each."""
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
    return value


def _frames(data: bytes, version: int) -> Iterator[tuple[bytes, bytes]]:
    """(name, body) of each frame up to the padding. Raises ValueError for one cut short."""
    at = 0
    while len(data) - at >= _HEADER_BYTES and data[at]:
        size_bytes = data[at + 4 : at + 8]
        size = synchsafe(size_bytes) if version == 4 else int.from_bytes(size_bytes, "big")
        end = at + _HEADER_BYTES + size
        if end > len(data):
            raise ValueError("its tag is damaged")
        if not data[at + 9]:  # neither compressed nor otherwise changed
            yield data[at : at + 4], data[at + _HEADER_BYTES : end]
        at = end


def _chapter(data: bytes, version: int) -> tuple[bytes, ChapterTag]:
    element, _, rest = data.partition(b"\0")
    if len(rest) < _TIMES.size:
        raise ValueError("its tag is damaged")
    start_ms, end_ms, _, _ = _TIMES.unpack_from(rest)
    titles = (body for name, body in _frames(rest[_TIMES.size :], version) if name == b"TIT2")
    return element, ChapterTag(start_ms, end_ms, _text(next(titles, b"")))


def _children(data: bytes) -> list[bytes]:
    _, _, rest = data.partition(b"\0")
    count = rest[1] if len(rest) > 1 else 0
    return rest[2:].split(b"\0", count)[:count]


def _text(data: bytes) -> str:
    if not data or data[0] >= len(_ENCODINGS):
        return ""
    text = data[1:].decode(_ENCODINGS[data[0]], "replace")
    return text.partition("\0")[0]
