"""An album as one ZIP: tracks, playlist and cover, stored as they are, the same bytes each time.

Names are ASCII and in no folder; times and permissions are fixed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smr_audio.errors import BuildError, UsageError
from smr_audio.mp3.files import atomic_output
from smr_audio.studio import lrc_files
from smr_audio.studio.album import PLAYLIST_HEAD, Track, listing
from smr_audio.studio.build import OutputFile, write_file

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
    from zipfile import ZipFile  # noqa: PLC0415  (a build of one file makes none)

    _check_place(path)
    with atomic_output(path) as temporary:
        with ZipFile(temporary, "w") as archive:
            archive.comment = _MARK
            lines = list(PLAYLIST_HEAD)
            for track in tracks():
                if prove is not None:
                    _proved(track, path, prove)
                _add(archive, track.name, track.file.chunks(), size=track.file.bytes)
                lines += listing(track)
                if track.lrc:
                    name = lrc_files.beside(Path(track.name)).name
                    _add_text(archive, name, track.lrc)
            _add_text(archive, playlist, "\n".join(lines) + "\n")
            picture = cover()
            _add(archive, COVER, [picture], size=len(picture))
        return OutputFile(path, temporary.stat().st_size, _sha256(temporary))


def _add(archive: ZipFile, name: str, chunks: Iterable[bytes], *, size: int) -> None:
    from zipfile import ZipInfo  # noqa: PLC0415

    info = ZipInfo(name, _EPOCH)
    info.create_system, info.external_attr, info.file_size = _UNIX, _PLAIN_FILE, size
    with archive.open(info, "w") as entry:
        for chunk in chunks:
            entry.write(chunk)


def _add_text(archive: ZipFile, name: str, text: str) -> None:
    data = text.encode("utf-8", "replace")
    _add(archive, name, [data], size=len(data))


def _proved(track: Track, path: Path, prove: Callable[[Path, Path], None]) -> None:
    """Prove a track as the file that it will be when somebody has unpacked it."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    with TemporaryDirectory(prefix="smr-audio-") as folder:
        temporary, shown = Path(folder) / track.name, path / track.name
        write_file(temporary, track.file.pieces(), size=track.file.bytes, shown=shown)
        prove(temporary, shown)


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


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
