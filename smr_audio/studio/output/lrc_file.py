"""The .lrc beside an MP3: written and replaced with it; a foreign file is never replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from smr_audio.errors import BuildError
from smr_audio.views.lyrics import MARK, lrc_album

SUFFIX: Final = ".lrc"
_HEAD_BYTES: Final = 4096


def beside(mp3: Path) -> Path:
    """Where the .lrc of an MP3 lies, so that players find it."""
    return mp3.with_suffix(SUFFIX)


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
