"""An album as one ZIP: tracks, playlist and cover, stored as they are, the same bytes each time.

Names are ASCII and in no folder; times and permissions are fixed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from smr_audio.errors import BuildError, UsageError
from smr_audio.storage.atomic import atomic_output
from smr_audio.storage.leftovers import private_folder
from smr_audio.studio.output import lrc_file
from smr_audio.studio.output.album import PLAYLIST_HEAD, Track, listing
from smr_audio.studio.output.mp3_file import OutputFile, write_file

if TYPE_CHECKING:
    from zipfile import ZipFile

SUFFIX: Final = ".zip"
COVER: Final = "cover.png"
_MARK: Final = b"smr-audio album"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can have
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


def archive_path(folder: Path) -> Path:
    """The ZIP in place of an album's folder. Raises UsageError for a folder that has no name."""
    if folder.name in ("", ".."):
        raise UsageError(f"'{folder}' gives a ZIP no name; name a folder")
    named = folder.suffix.lower() == SUFFIX
    return folder if named else folder.with_name(folder.name + SUFFIX)


def write_archive(
    path: Path,
    playlist: str,
    tracks: Callable[[], Iterable[Track]],
    *,
    cover: Callable[[], bytes],
    prove: Callable[[Path, Path], None] | None,
) -> OutputFile:
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
                    write_file(temporary, file.pieces(), size=file.bytes, shown=shown)
                    prove(temporary, shown)
            yield track

    _check_place(path)
    with atomic_output(path) as temporary:
        digest, size = hashlib.sha256(), 0
        with temporary.open("wb") as file:
            for chunk in archive_chunks(playlist, proved(), cover=cover):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        return OutputFile(path, size, digest.hexdigest())


def archive_chunks(
    playlist: str, tracks: Iterable[Track], *, cover: Callable[[], bytes]
) -> Iterator[bytes]:
    """The bytes of the ZIP, made as they are taken; the same tracks give the same bytes."""
    from zipfile import ZipFile  # a build of one file makes none

    sink = _Sink()
    with ZipFile(cast("IO[bytes]", sink), "w") as archive:
        archive.comment = _MARK
        lines = list(PLAYLIST_HEAD)
        for track in tracks:
            yield from _entry(archive, sink, track.name, track.file.chunks(), track.file.bytes)
            lines += listing(track)
            if track.lrc:
                name = lrc_file.beside(Path(track.name)).name
                yield from _text(archive, sink, name, track.lrc)
        yield from _text(archive, sink, playlist, "\n".join(lines) + "\n")
        picture = cover()
        yield from _entry(archive, sink, COVER, [picture], len(picture))
    yield sink.taken()


class _Sink:
    """What a ZIP is written to: it only goes forward, and is emptied again and again."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data = b"".join(self._written)
        self._written.clear()
        return data


def _entry(
    archive: ZipFile, sink: _Sink, name: str, chunks: Iterable[bytes], size: int
) -> Iterator[bytes]:
    from zipfile import ZipInfo

    info = ZipInfo(name, _EPOCH)
    info.create_system, info.external_attr, info.file_size = _UNIX, _PLAIN_FILE, size
    with archive.open(info, "w") as entry:
        for chunk in chunks:
            entry.write(chunk)
            yield sink.taken()


def _text(archive: ZipFile, sink: _Sink, name: str, text: str) -> Iterator[bytes]:
    data = text.encode("utf-8", "replace")
    return _entry(archive, sink, name, [data], len(data))


def _check_place(path: Path) -> None:
    # The mark is the ZIP's comment, which ends the file.
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - len(_MARK)))
            ours = file.read() == _MARK
    except OSError:
        ours = False
    if not ours:
        raise BuildError(f"{path} is there and no album of smr-audio; name another")
