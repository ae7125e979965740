"""Verify a file: decode it and compare it with the plan that it carries."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio import units
from smr_audio.errors import BuildError, UsageError, reason_of
from smr_audio.mp3.decode import decoded
from smr_audio.mp3.frame_scan import FrameScan, scan_frames
from smr_audio.mp3.id3 import TagFound, read_tag
from smr_audio.progress import Progress, silent_progress
from smr_audio.storage.paths import is_file, is_folder, is_there
from smr_audio.verification import cues, levels, lines, stream
from smr_audio.verification.manifest import Manifest, read_manifest
from smr_audio.verification.report import Check, Finding, Verification, ms_of_samples
from smr_audio.verification.scan import scan

_MORE_S: Final = 600  # of what follows a session so much is decoded
_CHECKS: Final = 17  # all of those below


def verify_file(path: Path, *, shown: Path | None = None, progress: Progress = silent_progress) -> Verification:
    """Compare a file with its own plan, as `api.verify`; `shown` is the name it will have."""
    name = shown or path
    progress("verifying", 0, _CHECKS)
    try:
        manifest, tag, data = _opened(path, name)
        checks = []
        for check in chain(_of_bytes(manifest, tag, data), _of_sound(manifest, path)):
            checks.append(check)
            progress("verifying", len(checks), _CHECKS)
    except OSError as error:
        raise BuildError(f"cannot read {name}: {reason_of(error)}") from error
    return Verification(name, manifest, tuple(checks))


def _opened(path: Path, name: Path) -> tuple[Manifest, TagFound, NDArray[np.uint8]]:
    if is_folder(path):
        raise UsageError(f"{name} is a folder; name MP3 files")
    if not is_there(path):
        raise UsageError(f"there is no file {name}; look at the path")
    if not is_file(path):
        raise BuildError(f"{name} is no ordinary file; name an MP3")
    try:
        tag = read_tag(path)
    except ValueError as error:
        only = "" if name.suffix.lower() == ".mp3" else "; only MP3s carry a plan to verify"
        raise BuildError(f"{name} is not a file of smr-audio: {error}{only}") from error
    if tag.manifest is None:
        raise BuildError(
            f"{name} is not a file of smr-audio, or of a version whose files carry "
            "no plan yet; build it again to verify it"
        )
    try:
        manifest = read_manifest(tag.manifest)
    except ValueError as error:
        raise BuildError(f"cannot verify {name}: {error}") from error
    return manifest, tag, np.memmap(path, dtype=np.uint8, mode="r")


def _of_bytes(manifest: Manifest, tag: TagFound, data: NDArray[np.uint8]) -> Iterator[Check]:
    try:
        own = stream.without_id3v1(manifest, data, offset=tag.size)
        found = scan_frames(own, offset=tag.size)
    except ValueError as error:
        found = FrameScan(fault=str(error))
    yield stream.check_frames(manifest, found)
    yield stream.check_info(manifest, found)
    yield stream.check_tag(manifest, tag)
    yield stream.check_chapters(manifest, tag)
    yield stream.check_lyrics(manifest, tag)
    yield stream.check_cover(manifest, tag)
    yield stream.check_pieces(manifest, data, found, offset=tag.size)


def _of_sound(manifest: Manifest, path: Path) -> Iterator[Check]:
    most_s = manifest.end_tick // units.TICKS_PER_SECOND + _MORE_S
    floor = levels.promised_floor(manifest)
    with decoded(path, most_s=most_s) as samples:
        yield _check_length(manifest, samples.size, most_s=most_s)
        found = scan(samples)
        signals = cues.find_cues(manifest, samples, floor_peak=floor.peak)
        heard = lines.hear(manifest, found)
        yield cues.check_cues(signals)
        yield cues.check_holds(manifest, signals)
        yield lines.check_lines(manifest, heard, found, floor_power=floor.power)
        yield levels.check_floor(manifest, found, floor)
        yield levels.check_zeros(manifest, found)
        yield levels.check_clipping(found)
        yield levels.check_peak(found)
        yield levels.check_loudness(manifest, found, heard, signals)
        yield lines.check_evenness(heard)


def _check_length(manifest: Manifest, samples: int, *, most_s: int) -> Check:
    planned = units.samples_of_ticks(manifest.end_tick)
    findings = []
    if samples != planned:
        apart = ms_of_samples(abs(samples - planned))
        at_least = "at least " if samples >= most_s * units.SAMPLE_RATE else ""
        word = "long" if samples > planned else "short"
        findings.append(Finding(f"{at_least}{apart:.3f} ms too {word}"))
    return Check(
        "length",
        promised=f"{planned} samples, {ms_of_samples(planned) / 1000:.3f} s",
        found=f"{samples} samples",
        findings=findings,
    )
