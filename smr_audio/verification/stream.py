"""Hold the bytes of a file against its record: frames, Info frame, chapters, linked pieces."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio import units
from smr_audio.mp3.frame_scan import Census
from smr_audio.mp3.frames import ENCODER_DELAY, bytes_per_frame
from smr_audio.mp3.id3.write import ChapterTag, chapter_title, one_line
from smr_audio.units import SAMPLES_PER_FRAME, TICKS_PER_FRAME
from smr_audio.verification.manifest import Manifest, ManifestIsland
from smr_audio.verification.report import Check, Finding, check_of, clock_ms
from smr_audio.views.lyrics import clean

_MOST_LINES: Final = 5
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PX_AT: Final = slice(16, 20)
"""Where a PNG has its width."""


def check_lyrics(record: Manifest, lyrics: str | None) -> Check:
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


def _missing(record: Manifest, lines: set[str]) -> Iterator[Finding]:
    for line in record.lines:
        if (text := clean(line.text)) not in lines:
            at_ms = units.ms_of_ticks(line.start_tick)
            yield Finding(f'the lyrics lack "{text[:60]}"', at_ms)


def check_cover(record: Manifest, cover: bytes | None) -> Check:
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


_PADDING: Final = SAMPLES_PER_FRAME - ENCODER_DELAY
_ID3V1_BYTES: Final = 128  # no frame size divides it
_MS_PER_FRAME: Final = units.MS_PER_TICK * TICKS_PER_FRAME


def without_id3v1(record: Manifest, data: NDArray[np.uint8], *, offset: int) -> NDArray[np.uint8]:
    """The file without the ID3v1 tag that another program may have put after its last frame."""
    size = bytes_per_frame(record.kbps)
    strays = (data.size - offset) % size == _ID3V1_BYTES % size
    tagged = data.size >= offset + _ID3V1_BYTES and data[-_ID3V1_BYTES:][:3].tobytes() == b"TAG"
    return data[:-_ID3V1_BYTES] if strays and tagged else data


def check_frames(record: Manifest, census: Census | str) -> Check:
    """Every frame is there, of one size, by itself, with nothing after the last.

    A text instead of a census says why there is none.
    """
    promised = f"{record.frames} frames of {record.kbps} kbit/s, each by itself"
    if isinstance(census, str):
        return check_of(
            "frames",
            promised=promised,
            found="none that can be counted",
            findings=[Finding(census)],
        )
    findings = []
    if census.info.kbps != record.kbps:
        text = f"the frames are of {census.info.kbps} kbit/s, not {record.kbps}"
        findings.append(Finding(text))
    if census.frames != record.frames:
        difference = census.frames - record.frames
        findings.append(
            Finding(f"{abs(difference)} frames are {'too many' if difference > 0 else 'missing'}")
        )
    if census.stray_bytes:
        findings.append(Finding(f"{census.stray_bytes} bytes follow that are no whole frame"))
    findings += [
        Finding("a frame does not begin here as the others do", number * _MS_PER_FRAME)
        for number in census.broken
    ]
    findings += [
        Finding("a frame takes bits from the one before it", number * _MS_PER_FRAME)
        for number in census.leaning
    ]
    found = f"{census.frames} frames of {census.info.kbps} kbit/s"
    return check_of("frames", promised=promised, found=found, findings=findings)


def check_info(record: Manifest, census: Census | str) -> Check:
    """The Info frame says what players have to know to give the exact length."""
    size = bytes_per_frame(record.kbps)
    wanted = {
        "frames": record.frames,
        "bytes": (record.frames + 1) * size,
        "delay": ENCODER_DELAY,
        "padding": _PADDING + record.spare_samples,
    }
    promised = _listed(wanted)
    if isinstance(census, str):
        return check_of("info frame", promised=promised, found="none", findings=[], ok=False)
    info = census.info
    said = {
        "frames": info.frames,
        "bytes": census.info_bytes,
        "delay": info.delay,
        "padding": info.padding,
    }
    findings = [
        Finding(f"it says {name} {said[name]}, not {value}")
        for name, value in wanted.items()
        if said[name] != value
    ]
    return check_of("info frame", promised=promised, found=_listed(said), findings=findings)


def check_chapters(record: Manifest, found: Sequence[ChapterTag]) -> Check:
    """The chapters of the tag are those of the plan, in time, order and title."""
    wanted = [
        ChapterTag(
            units.ms_of_ticks(one.start_tick),
            units.ms_of_ticks(one.end_tick),
            chapter_title(one.title) or str(number),
        )
        for number, one in enumerate(record.chapters, start=1)
    ]
    findings = []
    for want, got in zip_longest(wanted, found):
        if want is None:
            findings.append(Finding(f'the chapter "{_fit(got.title)}" is too many', got.start_ms))
        elif got is None:
            findings.append(Finding(f'the chapter "{want.title}" is missing', want.start_ms))
        elif (got.start_ms, got.end_ms) != (want.start_ms, want.end_ms):
            text = (
                f'the chapter "{want.title}" lies from {clock_ms(got.start_ms)} to '
                f"{clock_ms(got.end_ms)}"
            )
            findings.append(Finding(text, want.start_ms))
        elif got.title != want.title:
            text = f'the chapter "{want.title}" is called "{_fit(got.title)}"'
            findings.append(Finding(text, want.start_ms))
    many = f"{len(wanted)} chapters" if wanted else "none"
    return check_of("chapters", promised=many, found=f"{len(found)} in the tag", findings=findings)


def check_pieces(record: Manifest, data: NDArray[np.uint8], *, offset: int) -> Check:
    """The frames of every line and cue are those that were encoded, to the last bit."""
    size = bytes_per_frame(record.kbps)
    findings = []
    for island in record.islands:
        start = offset + (1 + island.start_frame) * size
        frames = data[start : start + island.frames * size]
        if zlib.crc32(frames.tobytes()) != island.crc32:
            at = island.start_frame * _MS_PER_FRAME
            findings.append(
                Finding(f"other frames than were linked for {_heard(record, island)}", at)
            )
    same = len(record.islands) - len(findings)
    return check_of(
        "pieces",
        promised=f"{len(record.islands)} pieces of sound, bit for bit",
        found=f"{same} as linked",
        findings=findings,
    )


def _heard(record: Manifest, island: ManifestIsland) -> str:
    """What an island is made of, by the first of its sounds."""
    first = island.start_frame * TICKS_PER_FRAME
    last = first + island.frames * TICKS_PER_FRAME
    names = [f'"{_fit(one.text)}"' for one in record.sentences if first <= one.start_tick < last]
    names += [f"the cue {one.name}" for one in record.cues if first <= one.start_tick < last]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return (names[0] if names else "the floor") + more


def _fit(text: str) -> str:
    return one_line(text, chars=60)


def _listed(values: dict[str, int] | dict[str, int | None]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
