"""The ID3 tag of a session: names, chapters, words, cover, and the manifest, written and read.

What is written is ID3v2.3; v2.4, as another program may write the tag again, is read too.
Sources: id3.org's ID3v2.3.0, ID3v2.4.0 and "ID3v2 Chapter Frame Addendum 1.0".
"""

from __future__ import annotations

import codecs
import struct
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final

from smr_audio.records import dataclass, field

CHAPTER_TITLE_CHARS: Final = 50  # what a lock screen or a car shows
_COMMAS: Final = (", ", "\N{FULLWIDTH COMMA}", "\N{IDEOGRAPHIC COMMA}")
_MOST_SIDE_CHARS: Final = 18  # ", right once more"
_CODINGS: Final = ("latin-1", "utf-16", "utf-16-be", "utf-8")  # the last two of v2.4 alone
_UTF16: Final = 1  # with a byte order mark
_HEADER_BYTES: Final = 10
_SHIFTS: Final = (21, 14, 7, 0)  # of seven bits a byte
_NO_OFFSET: Final = 0xFFFFFFFF  # the times count, not places in the file
_CONTENTS: Final = b"toc"
_TOP_LEVEL_ORDERED: Final = 0b11
_MOST_CHILDREN: Final = 255  # CTOC counts them in a byte
_MANIFEST: Final = "smr-audio plan"
_MANIFEST_HEAD: Final = b"\0application/json\0plan.json\0" + _MANIFEST.encode() + b"\0"
_FRONT_COVER: Final = 3
_COVER_HEAD: Final = b"\0image/png\0" + bytes([_FRONT_COVER]) + b"\0"
MOST_BYTES: Final = 32 << 20
"""Larger tags are not smr-audio's, whatever picture somebody has added."""
_UNSYNCHRONISED: Final = 0x80  # a zero follows each 0xFF, so that none looks like sound


@dataclass(frozen=True, slots=True)
class ChapterTag:
    """A chapter `[start_ms, end_ms)`; its title is shortened to 50 characters when written."""

    start_ms: int
    end_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class Tags:
    """What a player shows. `language` is ISO 639-2 (`eng`); `track` is of `tracks` if known.

    `lyrics` are all that is said, line by line; `cover` is a PNG.
    """

    title: str
    artist: str
    album: str
    language: str
    track: int | None = None
    tracks: int | None = None
    comment: str = ""
    genre: str = "Speech"
    chapters: Sequence[ChapterTag] = ()
    lyrics: str = ""
    cover: bytes = field(default=b"", repr=False)


def tag_bytes(tags: Tags, *, length_ms: int, manifest: bytes | None = None) -> bytes:
    """An ID3v2.3 tag to put before sound of this length; the same each time."""
    texts = shown_texts(tags, length_ms=length_ms)
    named = zip(_TEXTS, texts.values(), strict=True)
    frames = b"".join(_text_frame(name, line) for name, line in named if line and name != b"COMM")
    frames += b"".join(_chapter_frames(tags))
    head = bytes([_UTF16]) + tags.language.encode("ascii") + codecs.BOM_UTF16_LE + b"\0\0"
    for name, text in ((b"COMM", texts["comment"]), (b"USLT", tags.lyrics)):
        if text:
            frames += _frame(name, head + codecs.BOM_UTF16_LE + text.encode("utf-16-le"))
    if tags.cover:
        frames += _frame(b"APIC", _COVER_HEAD + tags.cover)
    if manifest is not None:
        frames += _frame(b"GEOB", _MANIFEST_HEAD + manifest)
    return _tag(frames)


def shown_texts(tags: Tags, *, length_ms: int | None) -> dict[str, str]:
    """What a player shows in words, by what it is, each on one line; "" is not there."""
    texts = {
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "track": "/".join(str(one) for one in (tags.track, tags.tracks) if one is not None),
        "genre": tags.genre,
        "language": tags.language,
        "length in ms": "" if length_ms is None else str(length_ms),
        "comment": tags.comment,
    }
    return {name: one_line(text) for name, text in texts.items()}


_TEXTS: Final = b"TIT2 TPE1 TALB TRCK TCON TLAN TLEN COMM".split()  # as `shown_texts` has them


@dataclass(frozen=True, slots=True)
class TagFound:
    """A tag as it stands in a file: its size with header, what it says, and the manifest.

    `tags` has the chapters in the order of the table of contents. What is not there is empty
    or None.
    """

    size: int
    tags: Tags
    length_ms: int | None
    manifest: bytes | None


def read_tag(path: Path) -> TagFound:
    """The ID3v2 tag at the start of any file. OSError passes.

    Raises ValueError if there is none that can be read, in words that fit after "FILE: ".
    """
    with path.open("rb") as file:
        return tag_in(file)


def tag_in(file: BinaryIO) -> TagFound:
    """The same of an open file."""
    head = file.read(_HEADER_BYTES)
    size = tag_size(head) - _HEADER_BYTES
    if size < 0:
        raise ValueError("it has no ID3 tag")
    if size > MOST_BYTES:
        raise ValueError("its tag is larger than any of smr-audio's")
    body = file.read(size)
    # In v2.3 all of the tag may be unsynchronised, in v2.4 each frame by itself.
    if head[3] not in (3, 4) or head[5] not in (0, _UNSYNCHRONISED if head[3] == 3 else 0):
        raise ValueError("its ID3 tag is of another kind than smr-audio writes")
    if len(body) < size:
        raise ValueError("it ends within its tag")
    if head[5]:
        body = body.replace(b"\xff\x00", b"\xff")
    try:
        return _found(_plain_frames(body, version=head[3]), head[3], _HEADER_BYTES + size)
    except (IndexError, ValueError, struct.error) as error:
        raise ValueError("its tag is damaged") from error


def tag_size(head: bytes) -> int:
    """The bytes of the tag that begins with these 10 bytes, 0 if none does."""
    if len(head) < _HEADER_BYTES or head[:3] != b"ID3":
        return 0
    return _HEADER_BYTES + _synchsafe(head[6:10])


def one_line(text: str, *, chars: int | None = None) -> str:
    """Text fit for a tag: one line, no control characters, at most `chars` characters."""
    # Cc holds NUL, Zl and Zp the odd line ends, Cs the halves that UTF-16 cannot write.
    unfit = {"Cc", "Cs", "Zl", "Zp"}
    spaced = "".join(" " if unicodedata.category(char) in unfit else char for char in text)
    line = " ".join(spaced.split())
    if chars is None or len(line) <= chars:
        return line
    return line[: chars - 1].rstrip() + "…"


def chapter_title(title: str) -> str:
    """A title as it stands in the tag: of at most 50 characters, shortened by words.

    What follows the last comma stays if it is short: it is the side.
    """
    line = one_line(title)
    if len(line) <= CHAPTER_TITLE_CHARS:
        return line
    comma = max(line.rfind(mark) for mark in _COMMAS)
    side = line[comma:] if comma > 0 and len(line) - comma <= _MOST_SIDE_CHARS else ""
    room = CHAPTER_TITLE_CHARS - len(side) - 1
    whole = line[:room]
    by_word = whole if line[room : room + 1] == " " else whole.rpartition(" ")[0]
    # Of a title without spaces, or of one very long word, letters are cut.
    kept = by_word if len(by_word) > room // 2 else whole
    return kept.rstrip(" ;:." + "".join(_COMMAS)) + "…" + side


def _chapter_frames(tags: Tags) -> Iterator[bytes]:
    """A CHAP frame for each chapter and the CTOC over them, in order."""
    names = [b"chp%d" % number for number in range(len(tags.chapters))]
    for number, (name, chapter) in enumerate(zip(names, tags.chapters, strict=True), start=1):
        # Without a title its number stands in for it.
        title = chapter_title(chapter.title) or str(number)
        times = struct.pack(">IIII", chapter.start_ms, chapter.end_ms, _NO_OFFSET, _NO_OFFSET)
        yield _frame(b"CHAP", name + b"\0" + times + _text_frame(b"TIT2", title))
    if names:
        children = names[:_MOST_CHILDREN]
        head = bytes([_TOP_LEVEL_ORDERED, len(children)])
        listed = b"".join(name + b"\0" for name in children)
        own = _text_frame(b"TIT2", one_line(tags.title))
        yield _frame(b"CTOC", _CONTENTS + b"\0" + head + listed + own)


@lru_cache(maxsize=1024)  # the next session has most of these titles as well
def _text_frame(name: bytes, line: str) -> bytes:
    text = codecs.BOM_UTF16_LE + line.encode("utf-16-le") + b"\0\0"
    return _frame(name, bytes([_UTF16]) + text)


def _frame(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "big") + b"\0\0" + body


def _tag(frames: bytes) -> bytes:
    size = bytes(len(frames) >> shift & 0x7F for shift in _SHIFTS)
    return b"ID3\x03\x00\x00" + size + frames


def _synchsafe(data: bytes) -> int:
    return sum((byte & 0x7F) << shift for byte, shift in zip(data, _SHIFTS, strict=True))


def _plain_frames(data: bytes, *, version: int) -> Iterator[tuple[bytes, bytes]]:
    """(name, body) of each frame up to the padding, except compressed or encrypted ones."""
    at = 0
    while len(data) - at >= _HEADER_BYTES and data[at]:
        size_bytes = data[at + 4 : at + 8]
        size = _synchsafe(size_bytes) if version == 4 else int.from_bytes(size_bytes, "big")
        start, end = at + _HEADER_BYTES, at + _HEADER_BYTES + size
        if end > len(data):
            raise ValueError("its tag is damaged")
        if not data[at + 9]:
            yield data[at : at + 4], data[start:end]
        at = end


def _found(frames: Iterable[tuple[bytes, bytes]], version: int, size: int) -> TagFound:
    """What frames say. Of two that say the same the first counts."""
    texts: dict[bytes, str] = {}
    chapters: dict[bytes, ChapterTag] = {}
    listed: list[bytes] = []
    cover, manifest = b"", None
    for name, body in frames:
        element, _, rest = body.partition(b"\0")
        if name == b"CHAP":
            start_ms, end_ms = struct.unpack_from(">II", rest)
            inner = dict(_plain_frames(rest[16:], version=version))
            chapters[element] = ChapterTag(start_ms, end_ms, _text(inner.get(b"TIT2", b"")))
        elif name == b"CTOC":
            listed += rest[2:].split(b"\0")[: rest[1]]
        elif name in (b"COMM", b"USLT"):
            description, rest = _parted(body[4:], body[0])
            if name == b"USLT" or not description:
                texts.setdefault(name, _parted(rest, body[0])[0])
        elif name in _TEXTS:
            texts.setdefault(name, _text(body))
        elif name == b"APIC":
            _, rest = _parted(body[1:])
            if rest[0] == _FRONT_COVER:
                cover = cover or _parted(rest[1:], body[0])[1]
        elif name == b"GEOB":
            _, rest = _parted(body[1:])
            _, rest = _parted(rest, body[0])
            description, rest = _parted(rest, body[0])
            if description == _MANIFEST and manifest is None:
                manifest = rest
    title, artist, album, track, genre, language, length, comment = (texts.get(name, "") for name in _TEXTS)
    counts = (*track.split("/", 1), "")[:2]
    number, count, length_ms = (int(text) if text.isdecimal() else None for text in (*counts, length))
    # A table of contents has room for 255; the others follow in the order of the tag.
    ordered = tuple(chapters[each] for each in dict.fromkeys([*listed, *chapters]) if each in chapters)
    lyrics = texts.get(b"USLT", "")
    tags = Tags(title, artist, album, language, number, count, comment, genre, ordered, lyrics, cover)
    return TagFound(size, tags, length_ms, manifest)


def _text(body: bytes) -> str:
    return _parted(body[1:], body[0])[0] if body else ""


def _parted(data: bytes, coding: int = 0) -> tuple[str, bytes]:
    """A text in one of the codings, up to the mark that ends it, and what follows that."""
    mark = b"\0\0" if "16" in _CODINGS[coding] else b"\0"
    end = data.find(mark)
    while end > 0 and end % len(mark):  # it begins within a letter
        end = data.find(mark, end + 1)
    text = data[: end if end >= 0 else len(data)].decode(_CODINGS[coding], "replace")
    return text, data[end + len(mark) :] if end >= 0 else b""
