"""Verify a file: decode it and hold it against the plan that it carries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio import units
from smr_audio.errors import BuildError, UsageError
from smr_audio.mp3.decode import decoded
from smr_audio.mp3.frame_scan import Census, take_census
from smr_audio.mp3.id3.read import ReadTag, read_tag
from smr_audio.progress import Progress, silent_progress
from smr_audio.storage.paths import is_file, is_folder, is_there
from smr_audio.verification.cues import check_cues, check_holds, find_cues
from smr_audio.verification.levels import (
    check_clipping,
    check_floor,
    check_loudness,
    check_peak,
    check_zeros,
    promised_floor,
)
from smr_audio.verification.lines import check_evenness, check_lines, hear
from smr_audio.verification.manifest import Manifest, ManifestError, read_record
from smr_audio.verification.report import Check, Finding, Verification, check_of, ms_of_samples
from smr_audio.verification.scan import scan
from smr_audio.verification.stream import (
    check_chapters,
    check_cover,
    check_frames,
    check_info,
    check_lyrics,
    check_pieces,
    without_id3v1,
)

_MORE_S: Final = 600  # of what follows a session so much is decoded
_STEPS: Final = 5


def verify_file(
    path: Path, *, shown: Path | None = None, progress: Progress = silent_progress
) -> Verification:
    """Hold a file against its own plan; `shown` is the name it will have.

    A file of 20 minutes takes some seconds. Raises UsageError for a path that is no file,
    BuildError for a file that is not ours or cannot be read or decoded, MissingError without
    ffmpeg.
    """
    name = shown or path
    progress("verifying", 0, _STEPS)
    try:
        record, tag, data = _opened(path, name)
        checks = [*_of_bytes(record, tag, data), *_of_sound(record, path, progress=progress)]
    except OSError as error:
        raise BuildError(f"cannot read {name}: {(error.strerror or str(error)).lower()}") from error
    progress("verifying", _STEPS, _STEPS)
    return Verification(name, record, tuple(checks))


def _opened(path: Path, name: Path) -> tuple[Manifest, ReadTag, NDArray[np.uint8]]:
    if is_folder(path):
        raise UsageError(f"{name} is a folder; name MP3 files")
    if not is_there(path):
        raise UsageError(f"there is no file {name}; look at the path")
    if not is_file(path):
        raise BuildError(f"{name} is no ordinary file; name an MP3")
    try:
        tag = read_tag(path)
    except ValueError as error:
        raise BuildError(f"{name} is not a file of smr-audio: {error}") from error
    if tag.attachment is None:
        raise BuildError(
            f"{name} is not a file of smr-audio, or of a version whose files carry "
            "no plan yet; build it again to verify it"
        )
    try:
        record = read_record(tag.attachment.data)
    except ManifestError as error:
        raise BuildError(f"cannot verify {name}: {error}") from error
    return record, tag, np.memmap(path, dtype=np.uint8, mode="r")


def _of_bytes(record: Manifest, tag: ReadTag, data: NDArray[np.uint8]) -> Iterator[Check]:
    census: Census | str
    try:
        census = take_census(without_id3v1(record, data, offset=tag.bytes), offset=tag.bytes)
    except ValueError as error:
        census = str(error)
    yield check_frames(record, census)
    yield check_info(record, census)
    yield check_chapters(record, tag.chapters)
    yield check_lyrics(record, tag.lyrics)
    yield check_cover(record, tag.cover)
    yield check_pieces(record, data, offset=tag.bytes)


def _of_sound(record: Manifest, path: Path, *, progress: Progress) -> Iterator[Check]:
    most_s = record.end_tick // units.TICKS_PER_SECOND + _MORE_S
    floor = promised_floor(record)
    with decoded(path, most_s=most_s) as samples:
        progress("verifying", 1, _STEPS)
        yield _check_length(record, samples.size, most_s=most_s)
        found = scan(samples)
        progress("verifying", 2, _STEPS)
        cues = find_cues(record, samples, floor_peak=floor.peak)
        progress("verifying", 3, _STEPS)
        heard = hear(record, found)
        yield check_cues(cues)
        yield check_holds(record, cues)
        yield check_lines(record, heard, found, floor_power=floor.power)
        yield check_floor(record, found, floor)
        yield check_zeros(record, found)
        progress("verifying", 4, _STEPS)
        yield check_clipping(found)
        yield check_peak(found)
        yield check_loudness(record, found, heard, cues)
        yield check_evenness(heard)


def _check_length(record: Manifest, samples: int, *, most_s: int) -> Check:
    planned = units.samples_of_ticks(record.end_tick)
    findings = []
    if samples != planned:
        apart = ms_of_samples(abs(samples - planned))
        at_least = "at least " if samples >= most_s * units.SAMPLE_RATE else ""
        word = "long" if samples > planned else "short"
        findings.append(Finding(f"{at_least}{apart:.3f} ms too {word}"))
    return check_of(
        "length",
        promised=f"{planned} samples, {ms_of_samples(planned) / 1000:.3f} s",
        found=f"{samples} samples",
        findings=findings,
    )
