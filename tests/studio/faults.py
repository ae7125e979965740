"""The faults that verify must find: how each is planted, and which checks have to see it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from smr_audio.library.library import Library
from smr_audio.session.phrasing import fill
from tests.studio.planting import SIZE, Bed, info_of

TECHNIQUE = Library().technique("hamstring-ball-press")
assert TECHNIQUE.follow and TECHNIQUE.follow.move
LINE = TECHNIQUE.follow.move.text.get("en")
SHORTER = Library().phrases("en").lines["go"][0].text.get("en")
OTHER = fill(TECHNIQUE.load.text.get("en"), side="left", other="right", press="five")


@dataclass(frozen=True)
class Fault:
    """A planted fault: what is wrong, the checks that find it, words that the findings have.

    `{at}` stands for the time of `LINE`.

    Where `slow`, another fault is found by the same checks.
    """

    name: str
    checks: tuple[str, ...]
    words: tuple[str, ...]
    plant: Callable[[Bed, Path], bytes]
    slow: bool = False


def _silenced(start: float, end: float):  # type: ignore[no-untyped-def]
    def change(samples):  # type: ignore[no-untyped-def]
        changed = samples.copy()
        changed[int(start * samples.size) : int(end * samples.size)] = 0
        return changed

    return change


def _cut(bed: Bed, path: Path) -> bytes:
    at, frames = bed.hold_gap(25), 25
    return bed.file(bed.frames[: at * SIZE] + bed.frames[(at + frames) * SIZE :])


def _other_tag(bed: Bed, path: Path) -> bytes:
    first, second, third, *others = bed.tags.chapters
    late = replace(second, start_ms=second.start_ms + 40)
    chapters = (first, late, replace(third, title="Pause"), *others)
    return bed.file(chapters=chapters, length_ms=1000, lyrics="", cover=b"")


def _less_of_the_tag(bed: Bed, path: Path) -> bytes:
    tags = bed.tags
    return bed.file(
        chapters=tuple(tags.chapters[:-1]), lyrics=tags.lyrics.replace(LINE + "\n", ""),
        cover=tags.cover[:2000] + b"?" + tags.cover[2001:],
    )  # fmt: skip


def _same_length(bed: Bed, path: Path) -> bytes:
    other = bed.samples(bed.session.plan.clips.sound_of(OTHER))
    return bed.changed(LINE, lambda own: other[: own.size])


def _leaning(bed: Bed, path: Path) -> bytes:
    frames = bytearray(bed.frames)
    frames[500 * SIZE + 4] |= 0x40
    return bed.file(bytes(frames))


def _no_header(bed: Bed, path: Path) -> bytes:
    frames = bytearray(bed.frames)
    frames[500 * SIZE + 2] = 0x70
    return bed.file(bytes(frames))


def _flipped(bed: Bed, start_frame: int) -> bytes:
    frames = bytearray(bed.frames)
    frames[(start_frame + 20) * SIZE + 150] ^= 1
    return bed.file(bytes(frames))


def _hum(floor):  # type: ignore[no-untyped-def]
    return floor + 60 * np.sin(2 * np.pi * 120 * np.arange(floor.size) / 48_000)


def _click(floor):  # type: ignore[no-untyped-def]
    changed = floor.copy()
    changed[60_000:60_040] = 2000
    return changed


FAULTS = (
    Fault("a line is missing, floor in its place", ("lines", "pieces"),
          (f'{{at}} the line "{LINE}" is not heard',),
          lambda bed, path: bed.floored(LINE)),
    Fault("the second half of a sentence is missing", ("lines", "pieces"), ("ends with",),
          lambda bed, path: bed.changed(LINE, _silenced(0.5, 1))),
    Fault("the middle of a sentence is missing", ("lines", "pieces"), ("a hole of",),
          lambda bed, path: bed.changed(LINE, _silenced(0.3, 0.8))),
    Fault("the first word is swallowed", ("lines", "pieces"), ("begins with",),
          lambda bed, path: bed.changed(LINE, _silenced(0, 0.2))),
    Fault("a longer line in place of another", ("floor", "pieces"), ("more than the floor",),
          lambda bed, path: bed.changed(LINE, lambda _: bed.samples(
              bed.session.plan.clips.sound_of(OTHER))), slow=True),
    Fault("a shorter line in place of another", ("lines", "pieces"), ("ends with",),
          lambda bed, path: bed.changed(LINE, lambda _: bed.samples(
              bed.session.plan.clips.sound_of(SHORTER))), slow=True),
    Fault("a line of the same length in place of another", ("pieces",), ("other frames",),
          _same_length, slow=True),
    Fault("a line is 10 dB quieter", ("lines", "pieces"), ("too quiet",),
          lambda bed, path: bed.changed(LINE, lambda own: (own * 0.316).astype(np.int16))),
    Fault("a bit of a line is flipped", ("pieces",), ("other frames",),
          lambda bed, path: _flipped(bed, bed.island(LINE).start_frame)),
    Fault("a bit of the floor is flipped", ("pieces",), ("between the lines and cues",),
          lambda bed, path: _flipped(bed, bed.gap())),
    Fault("a cue is 40 ms late", ("cues", "holds", "pieces"), ("40.0 ms late",),
          lambda bed, path: bed.changed("end", lambda own: own, late_ticks=5)),
    Fault("a cue is missing", ("cues", "holds", "pieces"), ("the cue end is not heard",),
          lambda bed, path: bed.floored("end")),
    Fault("a cue in place of another", ("cues", "pieces"), ("the cue finish is not heard",),
          lambda bed, path: bed.changed("finish", lambda _: bed.samples(
              bed.session.plan.clips.sound_of_cue("countdown"))), slow=True),
    Fault("600 ms cut out of a hold", ("frames", "info frame", "length", "cues", "holds"),
          "600.0 ms shorter than 12 s", _cut),
    Fault("a line is clipped", ("clipping", "true peak", "lines", "pieces"), ("clipped for",),
          lambda bed, path: bed.changed(LINE, lambda own: np.clip(
              own.astype(np.float64) * 4, -32767, 32767).astype(np.int16))),
    Fault("the file is cut off", ("frames", "length", "lines"), ("frames missing",),
          lambda bed, path: bed.file()[: len(bed.file()) * 2 // 3]),
    Fault("nothing of the tag is as planned", ("chapters", "tag", "lyrics", "cover"),
          ("lies from", 'is called "Pause"', 'the length in ms was', "the lyrics are missing",
           "the front cover is missing"), _other_tag),
    Fault("the tag is less than was planned", ("chapters", "lyrics", "cover"),
          ("is missing", f'lack "{LINE}"', "or damaged"), _less_of_the_tag),
    Fault("a chapter's line in the lyrics is another", ("lyrics",), ("others than were written",),
          lambda bed, path: bed.file(lyrics=bed.tags.lyrics.replace("— Closing —", "— End —"))),
    Fault("encoded again at 64 kbit/s", ("frames", "info frame", "pieces"), ("of 64 kbit/s",),
          lambda bed, path: bed.encoded_again(path, kbps=64)),
    Fault("digital zeros in a pause", ("zeros", "floor"), ("ms of zeros",),
          lambda bed, path: bed.in_gap(np.zeros(128 * 1152, dtype=np.int16))),
    Fault("a hum in a pause", ("floor",), ("more than the floor",),
          lambda bed, path: bed.in_gap_of(_hum)),
    Fault("a click in a pause", ("floor",), ("than the floor",),
          lambda bed, path: bed.in_gap_of(_click)),
    Fault("encoded again, 3 dB quieter", ("loudness", "pieces", "floor"), ("too quiet",),
          lambda bed, path: bed.encoded_again(path, gain_db=-3), slow=True),
    Fault("encoded again, 3 dB louder", ("loudness", "true peak", "pieces", "floor"), ("too loud",),
          lambda bed, path: bed.encoded_again(path, gain_db=3)),
    Fault("the Info frame counts ten frames more", ("info frame",), ("it says frames",),
          lambda bed, path: bed.file(info=info_of(len(bed.frames) // SIZE + 10))),
    Fault("the Info frame gives no delay", ("info frame", "length", "cues"), ("it says delay 0",),
          lambda bed, path: bed.file(info=info_of(len(bed.frames) // SIZE, delay=0))),
    Fault("a kilobyte of something else at the end", ("frames",), ("bytes after",),
          lambda bed, path: bed.file() + b"garbage!" * 125),
    Fault("a second session at the end", ("frames", "length"), ("frames too many",),
          lambda bed, path: bed.file() + bed.file(), slow=True),
    Fault("a frame takes bits from the one before", ("frames",), ("takes bits",), _leaning),
    Fault("a frame without a header", ("frames",), ("does not begin here",), _no_header),
    Fault("the floor of another setting", ("floor",), ("more than the floor",),
          lambda bed, path: bed.in_gap_of(lambda floor: floor * 2.5), slow=True),
)  # fmt: skip
