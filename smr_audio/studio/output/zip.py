"""An album as one ZIP: tracks, playlist and cover, stored as they are, the same bytes each time.

Names are ASCII and in no folder; times and permissions are fixed.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import RawIOBase
from pathlib import Path
from typing import IO, Any, Final, cast

from smr_audio.errors import BuildError, UsageError
from smr_audio.mp3.linker import Piece
from smr_audio.storage.atomic import atomic_output, private_folder
from smr_audio.studio.output.album import Track, entries
from smr_audio.studio.output.mp3_file import OutputFile, write_file

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

    sink = _Sink()
    with ZipFile(cast("IO[bytes]", sink), "w") as archive:
        archive.comment = _MARK
        for name, pieces in _contents(playlist, tracks, cover):
            info = ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = _UNIX, _PLAIN_FILE
            with archive.open(info, "w") as entry:
                for piece in pieces:
                    entry.write(piece)
                    yield sink.taken()
    yield sink.taken()


def _contents(
    playlist: str, tracks: Iterable[Track], cover: Callable[[], bytes]
) -> Iterator[tuple[str, Iterable[Piece]]]:
    yield from ((name, pieces) for name, _, pieces, _ in entries(playlist, tracks))
    yield COVER, [cover()]


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
            file.seek(-len(_MARK), os.SEEK_END)  # the ZIP's comment, which ends the file
            if file.read() == _MARK:
                return
        raise BuildError(f"{path} is there and no album of smr-audio; name another")
