"""What a tag shows beside names: a cover and lyrics, the frames APIC and USLT of ID3v2.

Source: id3.org's ID3v2.3.0, 4.9 and 4.15.
"""

from __future__ import annotations

import codecs
from typing import Final

_LATIN_1: Final = 0
_UTF16: Final = 1
_FRONT_COVER: Final = 3
_PNG: Final = b"image/png"
_PICTURE_HEAD: Final = bytes([_LATIN_1]) + _PNG + b"\0" + bytes([_FRONT_COVER]) + b"\0"
_ENCODINGS: Final = ("latin-1", "utf-16", "utf-16-be", "utf-8")


def picture_body(png: bytes) -> bytes:
    """The body of the APIC frame of a front cover without a description."""
    return _PICTURE_HEAD + png


def picture_of(body: bytes) -> bytes | None:
    """The front cover in an APIC frame; None for another picture."""
    _, _, rest = body[1:].partition(b"\0")
    if rest[:1] != bytes([_FRONT_COVER]):
        return None
    return _after_text(rest[1:], body[0])


def lyrics_body(text: str, language: str) -> bytes:
    """The body of the USLT frame of a text of many lines without a description."""
    head = bytes([_UTF16]) + language.encode("ascii")
    empty = codecs.BOM_UTF16_LE + b"\0\0"
    return head + empty + codecs.BOM_UTF16_LE + text.encode("utf-16-le")


def lyrics_of(body: bytes) -> str:
    """The text in a USLT frame; empty if it has none that can be read."""
    if len(body) < 4 or body[0] >= len(_ENCODINGS):
        return ""
    text = _after_text(body[4:], body[0])
    return text.decode(_ENCODINGS[body[0]], "replace").rstrip("\0")


def _after_text(data: bytes, encoding: int) -> bytes:
    """What follows a text that ends with a NUL of its encoding."""
    if encoding not in (1, 2):
        return data.partition(b"\0")[2]
    ends = (at for at in range(0, len(data) - 1, 2) if data[at : at + 2] == b"\0\0")
    return data[next(ends, len(data)) + 2 :]
