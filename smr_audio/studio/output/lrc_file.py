"""The .lrc beside an MP3: written and replaced with it; a foreign file is never replaced."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from smr_audio.errors import BuildError
from smr_audio.storage.atomic import atomic_output, flush_to_disk
from smr_audio.studio.output.mp3_file import OutputFile, write_text
from smr_audio.views.lyrics import MARK, lrc_album

SUFFIX: Final = ".lrc"
_HEAD_BYTES: Final = 4096


def beside(mp3: Path) -> Path:
    """Where the .lrc of an MP3 lies, so that players find it."""
    return mp3.with_suffix(SUFFIX)


def write_lrc(
    place: Path, text: str, stack: ExitStack, *, part_of: Path, album: str = ""
) -> OutputFile:
    """Write an .lrc, put in its place when `stack` is left. Its bytes are on the disk before.

    `part_of` is the temporary file of what it comes with, which `stack` leaves later.
    Raises BuildError for a file there that smr-audio did not write.
    """
    check_lrc(place, album=album)
    temporary = stack.enter_context(atomic_output(place, synced=False, part_of=part_of))
    file = write_text(temporary, text, shown=place)
    flush_to_disk(temporary)
    return file


def check_lrc(path: Path, *, album: str = "") -> None:
    """Raise BuildError for a file in an .lrc's place that smr-audio did not write."""
    if path.is_file() and not is_ours(path, album=album):
        of = f" of '{album}'" if album else ""
        raise BuildError(
            f"{path} is there and no .lrc of smr-audio{of}; move it or name another place"
        )


def is_ours(path: Path, *, album: str = "") -> bool:
    """Whether a file is an .lrc of smr-audio, and of this album if one is given."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return False
    return head[:1] == [MARK] and (not album or lrc_album(album) in head)
