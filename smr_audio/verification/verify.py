"""Verify a file: decode it and compare it with the plan that it carries."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio import units
from smr_audio.errors import BuildError, UsageError, reason_of
from smr_audio.mp3.codec import decoded
from smr_audio.mp3.id3 import TagFound, read_tag
from smr_audio.progress import Progress, silent_progress
from smr_audio.storage.paths import is_file, is_folder, is_there
from smr_audio.verification import cues, levels, stream
from smr_audio.verification.manifest import Manifest, read_manifest
from smr_audio.verification.report import Check, Finding, Verification, ms_of_samples
from smr_audio.verification.scan import Measured, Stretch, measured, scan, stretches_of

_MORE_S: Final = 600  # of what follows a session so much is decoded
_CHECKS: Final = 17  # all of those below
_OF_FRAMES: Final = ("frames", "info frame", "pieces")


def verify_file(path: Path, *, shown: Path | None = None, progress: Progress = silent_progress) -> Verification:
    """Compare a file with its own plan, as `api.verify`; `shown` is the name it will have."""
    name = shown or path
    progress("verifying", 0, _CHECKS)
    try:
        manifest, tag = _opened(path, name)
        checks: list[Check] = []
        for check in chain(_of_bytes(manifest, tag, path), _of_sound(manifest, tag, path, checks)):
            checks.append(check)
            progress("verifying", len(checks), _CHECKS)
    except OSError as error:
        raise BuildError(f"cannot read {name}: {reason_of(error)}") from error
    return Verification(name, manifest, tuple(checks))


def _opened(path: Path, name: Path) -> tuple[Manifest, TagFound]:
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
    return manifest, tag


def _of_bytes(manifest: Manifest, tag: TagFound, path: Path) -> Iterator[Check]:
    data = np.memmap(path, dtype=np.uint8, mode="r")
    found = stream.scan_frames(stream.without_id3v1(manifest, data, offset=tag.size), offset=tag.size)
    yield stream.check_frames(manifest, found)
    yield stream.check_info(manifest, found)
    yield stream.check_tag(manifest, tag)
    yield stream.check_chapters(manifest, tag)
    yield stream.check_lyrics(manifest, tag)
    yield stream.check_cover(manifest, tag)
    yield stream.check_pieces(manifest, data, found, offset=tag.size)


def _of_sound(manifest: Manifest, tag: TagFound, path: Path, before: Sequence[Check]) -> Iterator[Check]:
    most_s = manifest.end_tick // units.TICKS_PER_SECOND + _MORE_S
    size = planned = units.samples_of_ticks(manifest.end_tick)
    floor = levels.promised_floor(manifest)
    with ExitStack() as stack:
        parts: Iterable[Callable[[], Stretch]] = stretches_of(manifest, path, offset=tag.size)
        if any(check.findings for check in before if check.name in _OF_FRAMES):
            # Only the decoder knows what it takes for frames, and how long they are.
            samples = stack.enter_context(decoded(path, most_s=most_s))
            size = samples.size
            parts = [lambda: Stretch(samples, 0, 0, max(size, planned))]
        yield _check_length(manifest, size, most_s=most_s)
        finder = cues.CueFinder(manifest, size=size, floor_peak=floor.peak)
        found = scan(_looked_through(parts, finder))
    heard, signals = levels.hear(manifest, found), finder.found
    yield cues.check_cues(signals)
    yield cues.check_holds(manifest, signals)
    yield levels.check_lines(manifest, heard, found, floor_power=floor.power)
    yield levels.check_floor(manifest, found, floor)
    yield levels.check_zeros(manifest, found)
    yield levels.check_clipping(found)
    yield levels.check_peak(found)
    yield levels.check_loudness(manifest, found, heard, signals)
    yield levels.check_evenness(heard)


def _looked_through(parts: Iterable[Callable[[], Stretch]], finder: cues.CueFinder) -> Iterator[Measured]:
    known: dict[bytes, NDArray[np.float64]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for part in pool.map(lambda part: measured(part(), known), parts):
            finder.look(part.stretch)
            yield part


def _check_length(manifest: Manifest, samples: int, *, most_s: int) -> Check:
    planned = units.samples_of_ticks(manifest.end_tick)
    findings = []
    if samples != planned:
        apart = ms_of_samples(abs(samples - planned))
        at_least = "at least " if samples >= most_s * units.SAMPLE_RATE else ""
        word = "long" if samples > planned else "short"
        findings.append(Finding(f"{at_least}{apart:.3f} ms too {word}"))
    promised = f"{planned} samples, {ms_of_samples(planned) / 1000:.3f} s"
    return Check("length", promised, f"{samples} samples", findings)
