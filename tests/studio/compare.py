"""Hold decoded sound against the plan it was built from: is everything where it should be?"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from smr_audio import BuildReport, Plan, Verification, units
from smr_audio.options.choices import CueName
from smr_audio.sound.clip import find_onset
from smr_audio.sound.loudness import true_peak_dbtp
from smr_audio.verification import cues
from smr_audio.verification.manifest import Manifest
from smr_audio.verification.scan import Scan, Stretch, measured, scan
from tests.mp3.signals import decode_mp3
from tests.sound.signals import lufs

_SEARCH_SAMPLES: Final = units.SAMPLE_RATE * 40 // 1000
_RINGING_SAMPLES: Final = 2 * units.SAMPLES_PER_FRAME  # an encoder rings that far around a sound


@dataclass(frozen=True, slots=True)
class FoundCue:
    """A cue as found: how many samples late, and how alike it is to what was laid, 0 to 1."""

    cue: CueName
    late_samples: int
    likeness: float


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """A sentence as found in its slot; `likeness` is 0 to 1, or NaN for a clip of silence."""

    sentence: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What decoded sound says of its plan.

    `extra_samples` is how much longer it is than planned. `floor_dbfs` is the RMS of all that
    is neither speech nor cue, `floor_peak` its largest sample; `zero_run` the longest run of
    zero samples.
    """

    extra_samples: int
    cues: tuple[FoundCue, ...]
    sentences: tuple[FoundSentence, ...]
    floor_dbfs: float
    floor_peak: int
    zero_run: int
    loudness_lufs: float
    true_peak_dbtp: float


def compare(plan: Plan, samples: NDArray[np.int16]) -> Comparison:
    """Compare decoded sound, int16 at 48 kHz mono of shape (n,), with the plan."""
    quiet = np.ones(samples.size, dtype=bool)
    sentences = []
    for event in plan.timeline.speech:
        for start_tick, sentence in event.sentences:
            sound = plan.clips.sound_of(sentence)
            plan.clips.fetch((sound,))
            clip = plan.clips.clip(sound).samples
            start = units.samples_of_ticks(start_tick)
            sentences.append(FoundSentence(str(sentence), _likeness(samples[start:], clip)))
            _mark(quiet, start, clip.size)
    cues = []
    for cue in plan.timeline.cues:
        clip = plan.clips.clip(plan.clips.sound_of_cue(cue.cue)).samples
        start = units.samples_of_ticks(cue.start_tick)
        found = find_onset(samples, sound=clip, near_sample=start, within_samples=_SEARCH_SAMPLES)
        cues.append(FoundCue(cue.cue, found.sample - start, found.likeness))
        _mark(quiet, start, clip.size)
    floor = samples[quiet].astype(np.float64)
    return Comparison(
        extra_samples=samples.size - units.samples_of_ticks(plan.timeline.end_tick),
        cues=tuple(cues),
        sentences=tuple(sentences),
        floor_dbfs=_dbfs(floor),
        floor_peak=int(np.abs(floor).max(initial=0)),
        zero_run=longest_zero_run(samples),
        loudness_lufs=lufs(samples),
        true_peak_dbtp=true_peak_dbtp(samples),
    )


def checked(report: BuildReport, *, lufs: float = -16.0) -> Comparison:
    """A built file, which must be as long as planned, every cue within a millisecond of its time,
    and, unless the voice is silent, every sentence whole in its slot and all as loud as asked."""
    found = compare(report.plan, decode_mp3(report.files[0].path))
    assert found.extra_samples == 0
    assert len(found.cues) == len(report.plan.timeline.cues) > 0
    late = [cue for cue in found.cues if abs(cue.late_samples) > units.SAMPLE_RATE // 1000]
    assert late == [cue for cue in found.cues if cue.likeness <= 0.9] == []
    if report.plan.voice.id != "silent":
        assert [one for one in found.sentences if not one.likeness > 0.97] == []
        assert found.loudness_lufs == pytest.approx(lufs, abs=0.5)
        assert report.loudness_lufs == pytest.approx(found.loudness_lufs, abs=0.2)
    # The peak that is reported is composed, so a bound: never below what is there.
    assert found.true_peak_dbtp - 0.1 <= report.true_peak_dbtp <= -1
    assert found.true_peak_dbtp <= -1
    return found


def told(found: Verification) -> list[str]:
    """What verify finds wrong."""
    return [f"{check.name}: {one}" for check in found.failed for one in check.findings]


def longest_zero_run(samples: NDArray[np.int16]) -> int:
    """Samples in the longest stretch of zeros."""
    edges = np.diff(np.concatenate(([0], (samples == 0).view(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return max((ends - starts).tolist(), default=0)


def _mark(quiet: NDArray[np.bool_], start: int, size: int) -> None:
    quiet[max(0, start - _RINGING_SAMPLES) : start + size + _RINGING_SAMPLES] = False


def _likeness(samples: NDArray[np.int16], clip: NDArray[np.int16]) -> float:
    """Normalised correlation of a clip with what stands in its place."""
    said = clip.astype(np.float64)
    heard = np.zeros(said.size)
    heard[: samples[: said.size].size] = samples[: said.size]
    norm = float(np.linalg.norm(heard) * np.linalg.norm(said))
    return float(np.dot(heard, said)) / norm if norm else math.nan


def _dbfs(samples: NDArray[np.float64]) -> float:
    power = float(np.mean(samples**2)) if samples.size else 0.0
    return 10 * math.log10(power / 32768.0**2) if power else -math.inf


def scanned(samples: NDArray[np.int16]) -> Scan:
    return scan([measured(Stretch(samples, 0, 0, samples.size), {})])


def find_cues(manifest: Manifest, samples: NDArray[np.int16], *, floor_peak: float) -> list[cues.FoundCue]:
    """Every cue of a manifest, looked for in the whole sound at once."""
    finder = cues.CueFinder(manifest, size=samples.size, floor_peak=floor_peak)
    finder.look(Stretch(samples, 0, 0, samples.size))
    return finder.found
