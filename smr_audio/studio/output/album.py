"""An album: a numbered track for each chapter, gapless in order, and a playlist of them.

A headset's "next" then skips an exercise, and "previous" repeats it. A track may have its words
in an .lrc beside it, which is replaced with it. A foreign file is never replaced.

As one ZIP it has the cover too, all stored as it is, the same bytes each time: names are ASCII and
in no folder, times and permissions are fixed.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from io import RawIOBase
from pathlib import Path
from typing import IO, Any, Final, cast

from smr_audio import units
from smr_audio.errors import BuildError, UsageError
from smr_audio.mp3.id3 import Tags, one_line, read_tag, tag_bytes
from smr_audio.mp3.linker import LinkedFile, Piece
from smr_audio.records import dataclass, replace
from smr_audio.storage.atomic import atomic_output, flush_to_disk, private_folder
from smr_audio.storage.signals import held_back
from smr_audio.studio.output.mp3_file import OutputFile, write_file
from smr_audio.studio.session import ARTIST, Excerpt, Session, album_of, manifest_of
from smr_audio.views.transcript import MARK, lrc, lrc_album, lyrics

_MARK: Final = "#smr-audio album"
_OURS: Final = re.compile(r"\d{2,} [A-Za-z0-9 -]+\.mp3")
_MOST_LETTERS: Final = 60
_LRC: Final = ".lrc"
_HEAD_BYTES: Final = 4096
_ZIP: Final = ".zip"
_COVER: Final = "cover.png"
_ZIP_MARK: Final = b"smr-audio album"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can have
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Track:
    """One chapter as a file: its name, its title and the album's, its MP3, its length in ms.

    `lrc` are its words with times, if they are wanted.
    """

    name: str
    title: str
    album: str
    file: LinkedFile
    length_ms: int
    lrc: str = ""


def tracks_of(session: Session, tags: Tags, *, with_lrc: bool = False) -> Iterator[Track]:
    """The tracks of a session whose tags are `tags`, cut on frames.

    A chapter begins no sooner than 256 ms after a sound, so the frame it begins in is quiet
    before it.
    """
    plan = session.plan
    chapters = plan.timeline.chapters
    starts = [chapter.start_tick // units.TICKS_PER_FRAME for chapter in chapters]
    stops = [*starts[1:], session.stream.frames]
    for number, chapter in enumerate(chapters, start=1):
        excerpt = Excerpt(number, len(chapters), starts[number - 1], stops[number - 1])
        first, end = excerpt.ticks(plan.timeline.end_tick)
        own = replace(
            tags,
            title=chapter.title or str(number),
            album=album_of(plan, tags.title),
            track=number,
            tracks=len(chapters),
            chapters=(),
            lyrics=lyrics(plan.timeline, first, end),
        )
        words = lrc(plan, first, end, title=own.title, album=own.album) if with_lrc else ""
        stem = ascii_name(chapter.title, chapter.technique)
        yield track_of(session, own, stem, excerpt, lrc=words)


def track_of(session: Session, tags: Tags, stem: str, excerpt: Excerpt | None = None, *, lrc: str = "") -> Track:
    """A session, or an excerpt of it, as a file with these tags and a numbered name."""
    part = excerpt or Excerpt(0, 0, 0, session.stream.frames)
    first, end = part.ticks(session.plan.timeline.end_tick)
    length_ms = units.ms_of_ticks(end - first)
    tag = tag_bytes(tags, length_ms=length_ms, manifest=manifest_of(session, tags, excerpt))
    file = LinkedFile(session.stream, tag=tag, start=part.start, stop=part.stop)
    digits = max(2, len(str(tags.tracks)))
    name = f"{tags.track:0{digits}} {stem}.mp3"
    return Track(name, one_line(tags.title), tags.album, file, length_ms, lrc)


def ascii_name(title: str, technique: str | None) -> str:
    """A title as a file's name on any system: ASCII letters, digits, spaces and hyphens.

    Other scripts are written in Latin letters. Where nothing is left, the technique's id, or
    else "Track".
    """
    from anyascii import anyascii  # a build of one file names no tracks

    words = re.sub(r"[^A-Za-z0-9]+", " ", anyascii(title)).split()
    return " ".join(words)[:_MOST_LETTERS].strip() or technique or "Track"


def write_album(
    folder: Path, playlist: str, tracks: Callable[[], Iterable[Track]], *, prove: Callable[..., None] | None
) -> list[OutputFile]:
    """Write all tracks and then the playlist, whose name is given; all or nothing.

    `tracks` is called when it is known that the folder can be written, `prove` with each file
    that was written, and `shown`, the name that it will have; it raises what is wrong. Tracks of
    an older album under the same playlist, which the new one does not have, are removed, and
    nothing else. Raises BuildError if a file cannot be written, or if one that is not this
    album's has the name of one of its own.
    """
    path = folder / playlist
    old = _listed(path)
    # What is entered first is put in place last: a playlist never names what is not there.
    with ExitStack() as held, ExitStack() as stack:
        listed = stack.enter_context(atomic_output(path, synced=False))
        files, temporaries = [], []
        for name, album, pieces, size in entries(playlist, tracks()):
            place, temporary = folder / name, listed
            if name != playlist:
                refuse_foreign(place, album)
                temporary = stack.enter_context(atomic_output(place, synced=False, part_of=listed))
            temporaries.append(temporary)
            files.append(write_file(temporary, pieces, size=size, shown=place))
            if prove is not None and place.suffix == ".mp3":
                prove(temporary, shown=place)
        for temporary in temporaries:
            flush_to_disk(temporary)
        # From here on it takes a moment, and must not be interrupted.
        held.enter_context(held_back("SIGINT", "SIGTERM", "SIGHUP"))
    for name in old - {file.path.name for file in files}:
        if _is_of(folder / name, album):
            with suppress(OSError):
                (folder / name).unlink()
    return files


def entries(playlist: str, tracks: Iterable[Track]) -> Iterator[tuple[str, str, Iterable[Piece], int]]:
    """The files of an album, its playlist last: name, album, content, and the size of a track."""
    lines, album = ["#EXTM3U", _MARK], ""
    for track in tracks:
        album = track.album
        yield track.name, album, track.file.pieces(), track.file.bytes
        if track.lrc:
            yield beside(Path(track.name)).name, album, [track.lrc.encode("utf-8", "replace")], 0
        lines += [f"#EXTINF:{round(track.length_ms / 1000)},{track.title}", track.name]
    yield playlist, album, ["\n".join([*lines, ""]).encode("utf-8", "replace")], 0


def _listed(playlist: Path) -> set[str]:
    """The tracks that an older playlist of ours names, and what may lie beside each.

    Raises BuildError if it is not ours.
    """
    if not playlist.is_file():
        return set()
    try:
        lines = playlist.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    if _MARK not in lines:
        raise BuildError(f"{playlist} is no album of smr-audio; name another folder")
    tracks = {line for line in lines if _OURS.fullmatch(line)}
    return tracks | {beside(Path(name)).name for name in tracks}


def beside(mp3: Path) -> Path:
    """Where the .lrc of an MP3 lies, so that players find it."""
    return mp3.with_suffix(_LRC)


def refuse_foreign(place: Path, album: str = "") -> None:
    """Raise BuildError for a file in the place of a track or its words that is not of this album.

    Without an album any .lrc of smr-audio may be there.
    """
    if not place.is_file() or _is_of(place, album):
        return
    if place.suffix == _LRC:
        of = f" of '{album}'" if album else ""
        raise BuildError(f"{place} is there and no .lrc of smr-audio{of}; move it or name another place")
    raise BuildError(f"{place} is there and no track of '{album}'; name another folder")


def _is_of(path: Path, album: str) -> bool:
    """Whether a file is a track of this album or its words, by its own tag."""
    try:
        if path.suffix == _LRC:
            with path.open("rb") as file:
                head = file.read(_HEAD_BYTES).decode("utf-8", "replace").splitlines()
            return head[:1] == [MARK] and (not album or lrc_album(album) in head)
        found = read_tag(path)
    except (ValueError, OSError):
        return False
    ours = found.manifest is not None or found.tags.artist == ARTIST
    return ours and found.tags.album == one_line(album)


def archive_path(folder: Path) -> Path:
    """The ZIP in place of an album's folder. Raises UsageError for a folder that has no name."""
    if folder.name in ("", ".."):
        raise UsageError(f"'{folder}' gives a ZIP no name; name a folder")
    named = folder.suffix.lower() == _ZIP
    return folder if named else folder.with_name(folder.name + _ZIP)


def write_archive(
    path: Path,
    playlist: str,
    tracks: Callable[[], Iterable[Track]],
    *,
    cover: Callable[[], bytes],
    prove: Callable[..., None] | None,
) -> list[OutputFile]:
    """Write all tracks, the playlist, whose name is given, and the cover; all or nothing.

    `tracks` is called when it is known that the file can be written, and `cover` after it.
    `prove` is as with an album. Raises BuildError if the file cannot be written, or if there is
    one that is no album of smr-audio.
    """

    def proved() -> Iterator[Track]:
        for track in tracks():
            if prove is not None:  # as the file that it will be when it is unpacked
                with private_folder() as folder:
                    temporary, shown, file = folder / track.name, path / track.name, track.file
                    write_file(temporary, file.pieces(), shown=shown)
                    prove(temporary, shown=shown)
            yield track

    _check_place(path)
    with atomic_output(path) as temporary:
        chunks = archive_chunks(playlist, proved(), cover=cover)
        return [write_file(temporary, chunks, shown=path)]


def archive_chunks(playlist: str, tracks: Iterable[Track], *, cover: Callable[[], bytes]) -> Iterator[bytes]:
    """The bytes of the ZIP, made as they are taken; the same tracks give the same bytes."""
    from zipfile import ZipFile, ZipInfo  # a build of one file makes none

    def contents() -> Iterator[tuple[str, Iterable[Piece]]]:
        yield from ((name, pieces) for name, _, pieces, _ in entries(playlist, tracks))
        yield _COVER, [cover()]

    sink = _Sink()
    with ZipFile(cast("IO[bytes]", sink), "w") as archive:
        archive.comment = _ZIP_MARK
        for name, pieces in contents():
            info = ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = _UNIX, _PLAIN_FILE
            with archive.open(info, "w") as entry:
                for piece in pieces:
                    entry.write(piece)
                    yield sink.taken()
    yield sink.taken()


class _Sink(RawIOBase):
    """What a ZIP is written to: it only goes forward, and is emptied again and again."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        data = bytes(self._written)
        self._written.clear()
        return data


def _check_place(path: Path) -> None:
    if path.is_file():
        with suppress(OSError), path.open("rb") as file:
            file.seek(-len(_ZIP_MARK), os.SEEK_END)  # the ZIP's comment, which ends the file
            if file.read() == _ZIP_MARK:
                return
        raise BuildError(f"{path} is there and no album of smr-audio; name another")
