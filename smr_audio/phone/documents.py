"""What else can be had of a session: its album, its text, its picture. Each is one function."""

from __future__ import annotations

from collections.abc import Iterator

from smr_audio.api import transcript
from smr_audio.drawing.lyrics import lrc
from smr_audio.phone.making import Made
from smr_audio.studio.album import tracks_of
from smr_audio.studio.archive import archive_chunks


def album_of(made: Made) -> Iterator[bytes]:
    """A ZIP with a track for each chapter, as `build --album --zip` writes it."""
    tracks = tracks_of(made.session, made.tags)
    playlist = f"{made.session.plan.script.routine}.m3u8"
    return archive_chunks(playlist, tracks, cover=lambda: cover_of(made))


def text_of(made: Made) -> bytes:
    """The transcript."""
    return transcript(made.session.plan).encode("utf-8", "replace")


def lyrics_of(made: Made) -> bytes:
    """The words with their times, an .lrc."""
    return lrc(made.session.plan).encode("utf-8", "replace")


def cover_of(made: Made) -> bytes:
    """The cover that its MP3 carries, a PNG."""
    return made.tags.cover
