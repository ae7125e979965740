"""Compare the bytes of a file with its manifest: tag, frames, Info frame, pieces."""

import zlib
from itertools import zip_longest
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.mp3.frames import BITRATES, ENCODER_DELAY, HEADER_BYTES, bytes_per_frame, read_info
from smr_audio.mp3.id3 import ChapterTag, TagFound, chapter_title, shown_texts
from smr_audio.records import dataclass, field
from smr_audio.suggest import counted
from smr_audio.units import MS_PER_TICK, SAMPLES_PER_FRAME, TICKS_PER_FRAME, ms_of_ticks
from smr_audio.verification.manifest import Manifest, ManifestIsland
from smr_audio.verification.report import Check, Finding, clock_ms, fit
from smr_audio.views.transcript import clean

_MOST_LINES: Final = 5
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PADDING: Final = SAMPLES_PER_FRAME - ENCODER_DELAY
_ID3V1_BYTES: Final = 128  # no frame size divides it
_MS_PER_FRAME: Final = MS_PER_TICK * TICKS_PER_FRAME
_SIDE_INFO_END: Final = 6  # the header, and the first bits of the side information
# Bits that are the same in every frame of a CBR stream: all but padding, private, the mode
# extension, copyright, original and emphasis.
_STEADY_BITS: Final = 0xFFFFFCC0
_OURS: Final = 0xFFFA04C0  # MPEG-1 layer III at 48 kHz, mono
_OURS_MASK: Final = 0xFFFE0CC0
_MOST_LISTED: Final = 64
_AT_ONCE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class FrameScan:
    """The frames after a tag, not counting the Info frame, and the CRC-32 of them all.

    `broken` are those without a header like the first, `leaning` those that take bits from the
    one before: their numbers from 0, the first 64 of each. `stray_bytes` follow the last whole
    frame. `info` is what the Info frame says: frames, bytes, delay and padding, the last two in
    samples to drop at the start and at the end. `fault` is why there are no frames.
    """

    kbps: int = 0
    info: dict[str, int] = field(default_factory=dict)
    frames: int = 0
    broken: tuple[int, ...] = ()
    leaning: tuple[int, ...] = ()
    stray_bytes: int = 0
    crc32: int = 0
    fault: str = ""


def scan_frames(data: NDArray[np.uint8], *, offset: int) -> FrameScan:
    """Look at every frame of a file, given as bytes, from `offset` on: an Info frame must begin there."""
    first = data[offset : offset + 400].tobytes()
    try:
        kbps, info = _kbps(first), read_info(first)
    except ValueError as error:
        return FrameScan(fault=str(error))
    size = bytes_per_frame(kbps)
    whole = (data.size - offset) // size
    rows = data[offset : offset + whole * size].reshape(-1, size)
    steady = int.from_bytes(first[:4], "big") & _STEADY_BITS
    broken, leaning, crc32 = list[int](), list[int](), 0
    for start in range(1, whole, _AT_ONCE):
        block = rows[start : start + _AT_ONCE]
        crc32 = zlib.crc32(block.data, crc32)
        heads = block[:, :_SIDE_INFO_END].astype(np.uint32)
        words = heads[:, 0] << 24 | heads[:, 1] << 16 | heads[:, 2] << 8 | heads[:, 3]
        wrong = (words & _STEADY_BITS) != steady
        # `main_data_begin` is the first nine bits of the side information.
        leans = ~wrong & ((heads[:, 4] << 8 | heads[:, 5]) >> 7 != 0)
        broken += (np.flatnonzero(wrong)[: _MOST_LISTED - len(broken)] + start - 1).tolist()
        leaning += (np.flatnonzero(leans)[: _MOST_LISTED - len(leaning)] + start - 1).tolist()
    frames, stray_bytes = max(whole - 1, 0), (data.size - offset) % size
    return FrameScan(kbps, info, frames, tuple(broken), tuple(leaning), stray_bytes, crc32)


def _kbps(frame: bytes) -> int:
    header = int.from_bytes(frame[:HEADER_BYTES], "big")
    index = header >> 12 & 0xF
    if header & _OURS_MASK != _OURS or not 0 < index < len(BITRATES):
        raise ValueError("the first frame is not MPEG-1 layer III at 48 kHz mono, of a bit rate")
    return BITRATES[index]


def check_tag(manifest: Manifest, tag: TagFound) -> Check:
    """A player shows the names and the length that were written."""
    shown = shown_texts(tag.tags, length_ms=tag.length_ms)
    pairs = zip(shown.items(), manifest.shown, strict=False)
    findings = [Finding(f'the {name} was "{fit(was)}"') for (name, now), was in pairs if now != was]
    return Check("tag", ", ".join(shown), f'"{fit(tag.tags.title)}"', findings)


def check_chapters(manifest: Manifest, tag: TagFound) -> Check:
    wanted, findings = [], []
    for number, one in enumerate(manifest.chapters, start=1):
        title = chapter_title(one.title) or str(number)
        wanted.append(ChapterTag(ms_of_ticks(one.start_tick), ms_of_ticks(one.end_tick), title))
    for want, got in zip_longest(wanted, tag.tags.chapters):
        if want is None:
            findings.append(Finding(f'the chapter "{fit(got.title)}" is too many', got.start_ms))
        elif got is None:
            findings.append(Finding(f'the chapter "{want.title}" is missing', want.start_ms))
        elif (got.start_ms, got.end_ms) != (want.start_ms, want.end_ms):
            place = f"from {clock_ms(got.start_ms)} to {clock_ms(got.end_ms)}"
            findings.append(Finding(f'the chapter "{want.title}" lies {place}', want.start_ms))
        elif got.title != want.title:
            findings.append(Finding(f'the chapter "{want.title}" is called "{fit(got.title)}"', want.start_ms))
    many = counted(len(wanted), "chapter") if wanted else "none"
    return Check("chapters", promised=many, found=f"{len(tag.tags.chapters)} in the tag", findings=findings)


def check_lyrics(manifest: Manifest, tag: TagFound) -> Check:
    if manifest.lyrics_crc32 is None:
        return Check("lyrics", promised="none", found="not looked at")
    text = tag.tags.lyrics.replace("\r\n", "\n")  # as another program may have written it
    found, findings = "none", [Finding("the lyrics are missing")]
    if text:
        found, findings = counted(len(text.splitlines()), "line"), []
        if zlib.crc32(text.encode("utf-8", "replace")) != manifest.lyrics_crc32:
            findings = [
                Finding(f'the lyrics lack "{line[:60]}"', ms_of_ticks(one.start_tick))
                for one in manifest.sentences
                if (line := clean(one.text)) not in text
            ][:_MOST_LINES] or [Finding("the lyrics are others than were written")]
    return Check("lyrics", promised="every line that is said", found=found, findings=findings)


def check_cover(manifest: Manifest, tag: TagFound) -> Check:
    if manifest.cover_crc32 is None:
        return Check("cover", promised="none", found="not looked at")
    cover = tag.tags.cover
    found, findings = "none", [Finding("the front cover is missing")]
    if cover:
        # There a PNG has its width.
        px = int.from_bytes(cover[16:20], "big") if cover.startswith(_PNG) else 0
        found, findings = f"a PNG of {px} px" if px else "no PNG", []
        if zlib.crc32(cover) != manifest.cover_crc32:
            findings = [Finding("the front cover is another than was drawn, or damaged")]
    return Check("cover", promised="the picture that was drawn", found=found, findings=findings)


def without_id3v1(manifest: Manifest, data: NDArray[np.uint8], *, offset: int) -> NDArray[np.uint8]:
    """The file without the ID3v1 tag that another program may have put after its last frame."""
    size = bytes_per_frame(manifest.kbps)
    strays = (data.size - offset) % size == _ID3V1_BYTES % size
    tagged = data.size >= offset + _ID3V1_BYTES and data[-_ID3V1_BYTES:][:3].tobytes() == b"TAG"
    return data[:-_ID3V1_BYTES] if strays and tagged else data


def check_frames(manifest: Manifest, scan: FrameScan) -> Check:
    """Every frame is there, of one size, by itself, with nothing after the last."""
    promised = f"{manifest.frames} frames of {manifest.kbps} kbit/s, each by itself"
    if scan.fault:
        return Check("frames", promised, "none that can be counted", [Finding(scan.fault)])
    findings = []
    if scan.kbps != manifest.kbps:
        findings.append(Finding(f"the frames are of {scan.kbps} kbit/s, not {manifest.kbps}"))
    if difference := scan.frames - manifest.frames:
        word = "too many" if difference > 0 else "missing"
        findings.append(Finding(f"{counted(abs(difference), 'frame')} {word}"))
    if scan.stray_bytes:
        findings.append(Finding(f"{counted(scan.stray_bytes, 'byte')} after the last frame"))
    broken, leaning = "a frame does not begin here as the others do", "a frame takes bits from the one before it"
    findings += [Finding(broken, number * _MS_PER_FRAME) for number in scan.broken]
    findings += [Finding(leaning, number * _MS_PER_FRAME) for number in scan.leaning]
    return Check("frames", promised, f"{scan.frames} frames of {scan.kbps} kbit/s", findings)


def check_info(manifest: Manifest, scan: FrameScan) -> Check:
    """The Info frame says what players have to know to give the exact length."""
    wanted = {
        "frames": manifest.frames,
        "bytes": (manifest.frames + 1) * bytes_per_frame(manifest.kbps),
        "delay": ENCODER_DELAY,
        "padding": _PADDING + manifest.spare_samples,
    }
    wrong = [
        f"it says {name} {value}, not {wanted[name]}" for name, value in scan.info.items() if value != wanted[name]
    ]
    findings = list(map(Finding, wrong if scan.info else ["it cannot be read"]))
    promised, found = (", ".join(f"{name} {value}" for name, value in each.items()) for each in (wanted, scan.info))
    return Check("info frame", promised, found or "none", findings)


def check_pieces(manifest: Manifest, data: NDArray[np.uint8], scan: FrameScan, *, offset: int) -> Check:
    """All frames are those that were linked, to the last bit."""
    size = bytes_per_frame(manifest.kbps)
    findings = []
    for island in manifest.islands:
        start = offset + (1 + island.start_frame) * size
        if zlib.crc32(data[start : start + island.frames * size].data) != island.crc32:
            text = f"other frames than were linked for {_heard(manifest, island)}"
            findings.append(Finding(text, island.start_frame * _MS_PER_FRAME))
    found = f"{counted(len(manifest.islands) - len(findings), 'piece')} as linked"
    if not findings and scan.crc32 != manifest.frames_crc32:
        findings.append(Finding("other frames than were linked between the lines and cues"))
    promised = f"all frames, in {counted(len(manifest.islands), 'piece')}, bit for bit"
    return Check("pieces", promised, found, findings)


def _heard(manifest: Manifest, island: ManifestIsland) -> str:
    """What an island is made of, by the first of its sounds."""
    first = island.start_frame * TICKS_PER_FRAME
    last = first + island.frames * TICKS_PER_FRAME
    names = [f'"{fit(one.text)}"' for one in manifest.sentences if first <= one.start_tick < last]
    names += [f"the cue {one.name}" for one in manifest.cues if first <= one.start_tick < last]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return (names[0] if names else "the floor") + more
