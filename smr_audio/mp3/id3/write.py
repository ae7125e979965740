"""Write and read the ID3v2.3 tag of a session: names, chapters, its words and its cover.

Sources: id3.org's ID3v2.3.0 and "ID3v2 Chapter Frame Addendum 1.0".
"""

# mutagen has types, but its frames' constructors have none.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import codecs
import struct
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from mutagen import MutagenError
from mutagen.id3 import (
    COMM,
    ID3,
    TALB,
    TCON,
    TIT2,
    TLAN,
    TLEN,
    TPE1,
    TRCK,
    ID3NoHeaderError,
    PictureType,
)

from smr_audio.errors import BuildError
from smr_audio.mp3.id3.attachment import Attachment
from smr_audio.mp3.id3.frames import lyrics_body, picture_body

CHAPTER_TITLE_CHARS: Final = 50  # what a lock screen or a car shows
_COMMAS: Final = (", ", "\N{FULLWIDTH COMMA}", "\N{IDEOGRAPHIC COMMA}")
_MOST_SIDE_CHARS: Final = 18  # ", right once more"
_UTF16: Final = 1  # with a byte order mark: all that v2.3 has beside Latin-1
_HEADER_BYTES: Final = 10
_NO_OFFSET: Final = 0xFFFFFFFF  # the times count, not places in the file
_CONTENTS: Final = b"toc"
_TOP_LEVEL_ORDERED: Final = 0b11
_MOST_CHILDREN: Final = 255  # CTOC counts them in a byte


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


def tag_bytes(tags: Tags, *, length_ms: int, attached: Attachment | None = None) -> bytes:
    """An ID3v2.3 tag to put before sound of this length; the same each time.

    Raises ValueError for a language that is not three letters.
    """
    if len(tags.language) != 3 or not tags.language.isascii() or not tags.language.isalpha():
        raise ValueError(f"not an ISO 639-2 language: {tags.language!r}")
    file = BytesIO()
    # Every frame we use is one of v2.3 as well, so nothing is to be converted.
    _id3_of(tags, length_ms=length_ms).save(file, v1=0, v2_version=3, padding=lambda _: 0)
    frames = file.getvalue()[_HEADER_BYTES:] + b"".join(_chapter_frames(tags))
    if tags.lyrics:
        frames += _frame(b"USLT", lyrics_body(tags.lyrics, tags.language))
    if tags.cover:
        frames += _frame(b"APIC", picture_body(tags.cover))
    if attached is not None:
        frames += _frame(b"GEOB", attached.frame_body())
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + frames


def read_tags(path: Path) -> Tags:
    """The tag of an MP3, its chapters in the order of its table of contents.

    What is not there is empty or None. Raises BuildError if there is no tag to read.
    """
    try:
        id3 = ID3(path)
    except ID3NoHeaderError as error:
        raise BuildError(f"{path} has no ID3 tag") from error
    except MutagenError as error:
        raise BuildError(f"cannot read the tag of {path}: {error}") from error
    track, _, tracks = _text(id3, "TRCK").partition("/")
    comments, lyrics = id3.getall("COMM"), id3.getall("USLT")
    covers = [one.data for one in id3.getall("APIC") if one.type == PictureType.COVER_FRONT]
    return Tags(
        title=_text(id3, "TIT2"),
        artist=_text(id3, "TPE1"),
        album=_text(id3, "TALB"),
        language=_text(id3, "TLAN"),
        track=int(track) if track.isdecimal() else None,
        tracks=int(tracks) if tracks.isdecimal() else None,
        comment=str(comments[0].text[0]) if comments and comments[0].text else "",
        genre=_text(id3, "TCON"),
        chapters=_chapters_of(id3),
        lyrics=str(lyrics[0].text) if lyrics else "",
        cover=bytes(covers[0]) if covers else b"",
    )


def one_line(text: str, *, chars: int | None = None) -> str:
    """Text fit for a tag: one line, no control characters, clipped to so many characters."""
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


def _id3_of(tags: Tags, *, length_ms: int) -> ID3:
    id3 = ID3()
    for kind, text in (
        (TIT2, tags.title),
        (TPE1, tags.artist),
        (TALB, tags.album),
        (TCON, tags.genre),
        (TLAN, tags.language),
        (TLEN, str(length_ms)),
        (TRCK, _track_of(tags)),
    ):
        if line := one_line(text):
            id3.add(kind(encoding=_UTF16, text=[line]))
    if comment := one_line(tags.comment):
        id3.add(COMM(encoding=_UTF16, lang=tags.language, desc="", text=[comment]))
    return id3


def _chapter_frames(tags: Tags) -> Iterator[bytes]:
    """A CHAP frame for each chapter and the CTOC over them, in order.

    mutagen would put them in order of size, and takes longer for forty of them than linking
    the session does.
    """
    names = [b"chp%d" % number for number in range(len(tags.chapters))]
    for number, (name, chapter) in enumerate(zip(names, tags.chapters, strict=True), start=1):
        # Without a title its number stands in for it.
        title = chapter_title(chapter.title) or str(number)
        times = struct.pack(">IIII", chapter.start_ms, chapter.end_ms, _NO_OFFSET, _NO_OFFSET)
        yield _frame(b"CHAP", name + b"\0" + times + _title_frame(title))
    if names:
        children = names[:_MOST_CHILDREN]
        head = bytes([_TOP_LEVEL_ORDERED, len(children)])
        listed = b"".join(name + b"\0" for name in children)
        own = _title_frame(one_line(tags.title))
        yield _frame(b"CTOC", _CONTENTS + b"\0" + head + listed + own)


@lru_cache(maxsize=1024)  # the next session has most of these titles as well
def _title_frame(title: str) -> bytes:
    text = codecs.BOM_UTF16_LE + title.encode("utf-16-le") + b"\0\0"
    return _frame(b"TIT2", bytes([_UTF16]) + text)


def _frame(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "big") + b"\0\0" + body


def _track_of(tags: Tags) -> str:
    if tags.track is None:
        return ""
    return str(tags.track) if tags.tracks is None else f"{tags.track}/{tags.tracks}"


def _text(id3: ID3, name: str) -> str:
    frames = id3.getall(name)
    return str(frames[0].text[0]) if frames and frames[0].text else ""


def _chapters_of(id3: ID3) -> tuple[ChapterTag, ...]:
    found = {frame.element_id: frame for frame in id3.getall("CHAP")}
    ordered = [name for toc in id3.getall("CTOC") for name in toc.child_element_ids]
    rest = sorted(name for name in found if name not in ordered)
    return tuple(
        ChapterTag(
            start_ms=found[name].start_time,
            end_ms=found[name].end_time,
            title=_text(found[name].sub_frames, "TIT2"),
        )
        for name in [*ordered, *rest]
        if name in found
    )
