"""Hold what a player shows beside names against a file's record: the lyrics and the cover."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from smr_audio import units
from smr_audio.drawing.lyrics import clean
from smr_audio.studio.record import Record
from smr_audio.studio.verdict import Check, Finding, check_of

_MOST_LINES: Final = 5
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PX_AT: Final = slice(16, 20)
"""Where a PNG has its width."""


def check_lyrics(record: Record, lyrics: str | None) -> Check:
    """The tag has the words of the session, as they were written."""
    if record.lyrics is None:
        return check_of("lyrics", promised="none", found="not looked at", findings=[])
    found, findings = "none", [Finding("the lyrics are missing")]
    if lyrics:
        text = lyrics.replace("\r\n", "\n")  # as other programs may have written it anew
        lines = text.split("\n")
        found, findings = f"{len(lines)} lines", []
        if zlib.crc32(text.encode("utf-8", "replace")) != record.lyrics:
            findings = list(_missing(record, set(lines)))[:_MOST_LINES] or [
                Finding("the lyrics are others than were written")
            ]
    return check_of("lyrics", promised="every line that is said", found=found, findings=findings)


def _missing(record: Record, lines: set[str]) -> Iterator[Finding]:
    for line in record.lines:
        if (text := clean(line.text)) not in lines:
            at_ms = units.ms_of_ticks(line.start_tick)
            yield Finding(f'the lyrics lack "{text[:60]}"', at_ms)


def check_cover(record: Record, cover: bytes | None) -> Check:
    """The tag has the cover that was drawn, to the last bit."""
    if record.cover is None:
        return check_of("cover", promised="none", found="not looked at", findings=[])
    found, findings = "none", [Finding("the front cover is missing")]
    if cover is not None:
        px = int.from_bytes(cover[_PX_AT], "big") if cover.startswith(_PNG) else 0
        found, findings = f"a PNG of {px} px" if px else "no PNG", []
        if zlib.crc32(cover) != record.cover:
            findings = [Finding("the front cover is another than was drawn, or damaged")]
    return check_of("cover", promised="the picture that was drawn", found=found, findings=findings)
