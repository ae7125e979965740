"""What else can be had of a session: its tracks, its text, its picture. Each is one function."""

from __future__ import annotations

from collections.abc import Iterator

from smr_audio.api import transcript
from smr_audio.phone.making import Made
from smr_audio.studio import album
from smr_audio.studio.album import Track


def tracks_of(made: Made) -> Iterator[Track]:
    """A track for each chapter, as `build --album` writes them."""
    return album.tracks_of(made.session, made.tags)


def text_of(made: Made) -> bytes:
    """The transcript."""
    return transcript(made.session.plan).encode("utf-8", "replace")


def cover_of(made: Made) -> bytes:
    """A PNG. Raises MissingError without Pillow."""
    from smr_audio.drawing import fonts  # noqa: PLC0415  (Pillow, if anybody looks)

    fonts.require_pillow()
    from smr_audio.drawing.png import png  # noqa: PLC0415
    from smr_audio.drawing.strip import lay_out  # noqa: PLC0415

    return png(lay_out(made.session.plan))
