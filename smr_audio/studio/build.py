"""Build the MP3 of a plan: lay the sounds out, encode, tag, put in place."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from smr_audio import units
from smr_audio.library.catalog import Library
from smr_audio.library.models import Routine
from smr_audio.library.preferences import Preferences
from smr_audio.mp3.encoder import ENCODER_GAIN_DB, ENCODER_OVERSHOOT_DB, encode
from smr_audio.mp3.files import atomic_output
from smr_audio.mp3.tags import ChapterTag, Tags, write_tags
from smr_audio.sound.cache import Cache
from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import Island, Placed, find_islands, session_pcm
from smr_audio.sound.loudness import composed_lufs, power_of_lufs, tick_powers
from smr_audio.studio.plan import Plan, draft
from smr_audio.studio.progress import Progress, silent_progress

ARTIST: Final = "smr-audio"
ALBUM: Final = "Self-massage sessions"
KBPS: Final = 96
_FLOOR_LUFS: Final = -70.0  # under the absolute gate: it counts for nothing


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that was written."""

    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built, and from what."""

    files: tuple[OutputFile, ...]
    plan: Plan
    loudness_lufs: float
    true_peak_dbtp: float
    islands_encoded: int
    islands_cached: int
    elapsed_s: float

    def as_json(self) -> dict[str, Any]:
        """The report as `build --json` prints it. A level of silence is null."""
        return {
            "files": [
                {"path": str(file.path), "bytes": file.bytes, "sha256": file.sha256}
                for file in self.files
            ],
            "duration_ms": self.plan.duration_ms,
            "plan": self.plan.as_json(),
            "loudness_lufs": _level(self.loudness_lufs),
            "true_peak_dbtp": _level(self.true_peak_dbtp),
            "clips": {"spoken": self.plan.clips.spoken, "cached": self.plan.clips.cached},
            "islands": {"encoded": self.islands_encoded, "cached": self.islands_cached},
            "elapsed_s": round(self.elapsed_s, 3),
        }


def build_file(
    routine: Routine,
    output: Path,
    *,
    options: Preferences,
    library: Library,
    cache: Cache,
    progress: Progress = silent_progress,
) -> BuildReport:
    """Build the session's MP3 at `output`. An old file stays until the new one is whole.

    Raises UsageError, ContentError, MissingError and BuildError, each with what to do.
    """
    started = time.monotonic()
    session = draft(routine, options, library=library)
    # Opened first, so that a place that cannot be written is known before minutes of work.
    with atomic_output(output) as temporary:
        plan = session.plan(cache=cache, progress=progress)
        placed = place_sounds(plan)
        end_tick = plan.timeline.end_tick
        islands = find_islands(placed, end_tick=end_tick)
        _encode(islands, temporary, end_tick=end_tick, progress=progress)
        write_tags(temporary, session_tags(plan, library, comment=describe(plan, options)))
        file = _fingerprinted(temporary, output)
    return BuildReport(
        files=(file,),
        plan=plan,
        loudness_lufs=_loudness(placed, end_tick=end_tick),
        true_peak_dbtp=max(one.clip.true_peak_dbtp for one in placed)
        + ENCODER_GAIN_DB
        + ENCODER_OVERSHOOT_DB,
        islands_encoded=len(islands),
        islands_cached=0,
        elapsed_s=time.monotonic() - started,
    )


def place_sounds(plan: Plan) -> tuple[Placed, ...]:
    """Every sound of a plan at its tick, in order."""
    spoken = [
        Placed(at, plan.clips.sentences[sentence])
        for event in plan.timeline.speech
        for at, sentence in event.sentences
    ]
    signals = [Placed(event.start_tick, plan.clips.cues[event.cue]) for event in plan.timeline.cues]
    return tuple(sorted((*spoken, *signals), key=lambda one: one.start_tick))


def session_tags(plan: Plan, library: Library, *, comment: str) -> Tags:
    """What a player shows for a plan."""
    phrases = library.phrases(plan.script.language)
    chapters = [
        ChapterTag(
            units.ms_of_ticks(chapter.start_tick), units.ms_of_ticks(chapter.end_tick),
            chapter.title,
        )
        for chapter in plan.timeline.chapters
    ]  # fmt: skip
    return Tags(
        title=plan.script.title,
        artist=ARTIST,
        album=ALBUM,
        language=phrases.iso639_2,
        track=1,
        comment=comment,
        chapters=chapters,
    )


def describe(plan: Plan, options: Preferences) -> str:
    """The routine and what was asked for, in one line for the file's comment."""
    parts = [plan.script.routine, f"voice {plan.voice.id}"]
    for change in options.holds:
        target = ":".join(part for part in (change.technique, change.side) if part)
        value = change.amount_text
        parts.append(f"hold {target}={value}" if target else f"hold {value}")
    if options.rest_ticks is not None:
        parts.append(f"rest {options.rest_ticks / units.TICKS_PER_SECOND:g}")
    parts += [
        f"{name} {value}"
        for name in ("sets", "sides", "first", "extra", "pace", "talk", "rate")
        if (value := getattr(options, name)) is not None
    ]
    for name in ("skip", "only"):
        parts += [f"{name} {technique}" for technique in getattr(options, name)]
    return "; ".join(parts)


def _encode(islands: Sequence[Island], target: Path, *, end_tick: int, progress: Progress) -> None:
    seconds = end_tick // units.TICKS_PER_SECOND
    encode(
        session_pcm(islands, end_tick=end_tick, floor=floor_for("low")),
        target,
        kbps=KBPS,
        on_progress=lambda samples: progress("encoding", samples // units.SAMPLE_RATE, seconds),
    )


def _loudness(placed: Sequence[Placed], *, end_tick: int) -> float:
    """Integrated loudness of the decoded file, composed from its sounds."""
    powers: dict[int, NDArray[np.float64]] = {}
    for one in placed:
        if id(one.clip) not in powers:
            powers[id(one.clip)] = tick_powers(one.clip.samples)
    parts = ((one.start_tick, powers[id(one.clip)]) for one in placed)
    floor_power = power_of_lufs(_FLOOR_LUFS)
    return composed_lufs(parts, end_tick=end_tick, floor_power=floor_power) + ENCODER_GAIN_DB


def _fingerprinted(temporary: Path, output: Path) -> OutputFile:
    digest = hashlib.sha256()
    with temporary.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return OutputFile(output, temporary.stat().st_size, digest.hexdigest())


def _level(value: float) -> float | None:
    return round(value, 2) if np.isfinite(value) else None
