"""Find every cue of a manifest in the decoded sound, and measure holds from onset to onset."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from smr_audio import units
from smr_audio.mp3.frames import ENCODER_GAIN_DB
from smr_audio.options.choices import CueName, CueScheme
from smr_audio.records import dataclass
from smr_audio.sound.clip import AUDIBLE_PART, find_onset, rms_levels
from smr_audio.sound.cues import cue_clip
from smr_audio.sound.tones import CUE_FORMAT, SCHEMES
from smr_audio.verification.manifest import Manifest, ManifestCue
from smr_audio.verification.report import Check, Finding, ms_of_samples
from smr_audio.verification.scan import Stretch

LEAST_LIKENESS: Final = 0.95  # cues are found at 1.0000, and those of another name below 0.7
MOST_LATE: Final = units.SAMPLE_RATE // 1000
# A sound of unknown shape: encoding puts 6 ms of itself before a burst, and the soft beginning of
# one that swells is faded in for 10 ms.
MOST_LATE_OWN: Final = 12 * units.SAMPLE_RATE // 1000
_NEAR: Final = 48 * units.SAMPLE_RATE // 1000
_FAR: Final = units.SAMPLE_RATE // 2
_MOST_SHIFTED: Final = 5 * units.SAMPLE_RATE
# Own sounds begin where they are audible, and a little lower they are found whatever encoding
# makes of them. The level of a floor, over 5 ms, is half its highest sample at most.
_FOUND_PART: Final = 0.65 * AUDIBLE_PART
_FLOOR_PART: Final = 0.75


@dataclass(frozen=True, slots=True)
class FoundCue:
    """A cue and how many samples late it is; None if it is not heard.

    `gain_db` is its level against the level it was linked at, NaN where that is not known.
    """

    cue: ManifestCue
    late: int | None
    most_late: int
    gain_db: float = math.nan

    @property
    def ok(self) -> bool:
        return self.late is not None and abs(self.late) <= self.most_late


class CueFinder:
    """Looks for every cue near its time, in one stretch after the other."""

    def __init__(self, manifest: Manifest, *, size: int, floor_peak: float) -> None:
        """`size` is how many samples there are, `floor_peak` the most that the floor has."""
        self.found: list[FoundCue] = []
        self._manifest = manifest
        self._floor_peak = floor_peak
        # Where frames were cut out or put in, what follows is off by as much.
        shift = size - units.samples_of_ticks(manifest.end_tick)
        self._guesses = {0, shift} if abs(shift) <= _MOST_SHIFTED else {0}

    def look(self, stretch: Stretch) -> None:
        """Look for the cues that should begin in a stretch."""
        for cue in self._manifest.cues[len(self.found) :]:
            if units.samples_of_ticks(cue.start_tick) >= stretch.end:
                break
            sound = cue_samples(self._manifest, cue.name)
            if sound is None:
                one = _by_energy(cue, stretch, floor_peak=self._floor_peak)
            else:
                one = _by_likeness(cue, stretch, sound, guesses=sorted(self._guesses, key=abs))
            if one.late is not None and not one.ok and len(self._guesses) < 4:
                self._guesses.add(one.late)
            self.found.append(one)


def cue_samples(manifest: Manifest, name: str) -> NDArray[np.int16] | None:
    """The sound of a built-in cue, int16 of shape (n,); None for one not made here or now."""
    if manifest.cue_format != CUE_FORMAT:
        return None
    scheme = cast("CueScheme", manifest.cue_scheme)
    if scheme not in SCHEMES or name not in SCHEMES[scheme].tones or name in manifest.own_cues:
        return None
    return _made(cast("CueName", name), scheme=scheme, target_lufs=manifest.target_lufs).samples


_made: Final = lru_cache(maxsize=32)(cue_clip)


def check_cues(found: Sequence[FoundCue]) -> Check:
    findings = []
    for one in found:
        if not one.ok:
            what = "not heard" if one.late is None else _off(one.late, "late", "early")
            findings.append(Finding(f"the cue {one.cue.name} is {what}", units.ms_of_ticks(one.cue.start_tick)))
    heard = [abs(one.late) for one in found if one.late is not None]
    worst = f", {ms_of_samples(max(heard)):.2f} ms off at most" if heard else ""
    own = any(one.most_late != MOST_LATE for one in found)
    more = f", own sounds {ms_of_samples(MOST_LATE_OWN):.0f} ms" if own else ""
    return Check("cues", f"{len(found)} within 1 ms{more}", f"{len(heard)} heard{worst}", findings)


def check_holds(manifest: Manifest, found: Sequence[FoundCue]) -> Check:
    """Every hold is as long as planned, from the onset of its first cue to that of its last."""
    by_tick = {one.cue.start_tick: one for one in found}
    findings, errors = [], []
    allowed = MOST_LATE
    for hold in manifest.holds:
        ends = (hold.start_tick, hold.end_tick)
        marks = [by_tick[tick] for tick in ends if tick in by_tick]
        if len(marks) < 2:
            continue  # nothing marks its end, so nothing measures it
        first, last = (one.late for one in marks)
        at_ms = units.ms_of_ticks(hold.start_tick)
        side = f" {hold.side}" if hold.side else ""
        name = f"the hold {hold.technique}{side}, set {hold.set},"
        if first is None or last is None:
            missing = "first" if first is None else "last"
            findings.append(Finding(f"{name} has no length: its {missing} cue is not heard", at_ms))
            continue
        errors.append(abs(last - first))
        # Either end may be off by as much as a sound of unknown shape can be placed.
        slack = max(MOST_LATE, sum(one.most_late for one in marks if one.most_late > MOST_LATE))
        allowed = max(allowed, slack)
        if errors[-1] > slack:
            seconds = (hold.end_tick - hold.start_tick) // units.TICKS_PER_SECOND
            findings.append(Finding(f"{name} is {_off(last - first, 'longer', 'shorter')} than {seconds} s", at_ms))
    worst = f", {ms_of_samples(max(errors)):.2f} ms off at most" if errors else ""
    promised = f"{len(manifest.holds)} within {ms_of_samples(allowed):.0f} ms"
    return Check("holds", promised, f"{len(errors)} measured{worst}", findings)


def _by_likeness(cue: ManifestCue, stretch: Stretch, sound: NDArray[np.int16], *, guesses: list[int]) -> FoundCue:
    samples, start = stretch.samples, units.samples_of_ticks(cue.start_tick) - stretch.first
    looks = [(start + guess, _NEAR) for guess in guesses] + [(start, _FAR)]
    for near, within in looks:
        onset = find_onset(samples, sound=sound, near_sample=near, within_samples=within)
        if onset.likeness >= LEAST_LIKENESS:
            gain_db = _gain_db(samples, sound, at=onset.sample)
            return FoundCue(cue, onset.sample - start, MOST_LATE, gain_db)
    return FoundCue(cue, None, MOST_LATE)


def _gain_db(samples: NDArray[np.int16], sound: NDArray[np.int16], *, at: int) -> float:
    wanted = sound.astype(np.float64)
    heard = np.zeros(wanted.size)
    there = samples[max(at, 0) : at + wanted.size]
    heard[max(-at, 0) :][: there.size] = there
    gain = float(np.dot(heard, wanted) / np.dot(wanted, wanted))
    return 20 * math.log10(gain) - ENCODER_GAIN_DB if gain > 0 else math.nan


def _by_energy(cue: ManifestCue, stretch: Stretch, *, floor_peak: float) -> FoundCue:
    """For a sound that is not known here: where its level is audible, and clear of the floor.

    A beginning that drowns in the floor takes no longer than as many decibels more do above it:
    that is allowed on top.
    """
    samples, start = stretch.samples, units.samples_of_ticks(cue.start_tick) - stretch.first
    first = max(0, start - _NEAR)
    level = rms_levels(samples[first : start + units.samples_of_ticks(cue.ticks)])
    loudest = float(level.max(initial=0.0))
    wanted, drowned = _FOUND_PART * loudest, max(_FLOOR_PART * floor_peak, 8.0)
    least = max(wanted, drowned)
    if not loudest > least:
        return FoundCue(cue, None, MOST_LATE_OWN)
    onset = int((level > least).argmax())
    most = MOST_LATE_OWN
    if drowned > wanted:
        clear = min(drowned * drowned / wanted, loudest)
        most += int((level[onset:] >= clear).argmax())
    return FoundCue(cue, onset + first - start, most)


def _off(samples: int, more: str, less: str) -> str:
    return f"{abs(ms_of_samples(samples)):.1f} ms {more if samples > 0 else less}"
