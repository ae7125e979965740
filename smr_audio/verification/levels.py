"""Is every sentence there, from its first sound to its last; what lies between; and how loud it all is.

What is said is not understood here: sound and silence are, in steps of 8 ms.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from smr_audio.mp3.frames import ENCODER_GAIN_DB
from smr_audio.options.choices import MADE_BEDS, KeepAwake
from smr_audio.records import dataclass
from smr_audio.sound import clip
from smr_audio.sound.clip import RINGING_TICKS
from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import FALL_FRAMES, RISE_FRAMES
from smr_audio.sound.levels import BLOCK_TICKS, FLOOR_POWERS, lufs_of_power, power_of_lufs
from smr_audio.sound.loudness import lufs_of_ticks
from smr_audio.suggest import counted
from smr_audio.units import MS_PER_TICK, TICKS_PER_FRAME, TICKS_PER_SECOND, amplitude_of_db, ms_of_ticks
from smr_audio.verification.cues import FoundCue
from smr_audio.verification.manifest import Manifest, ManifestBed, ManifestCue, ManifestSentence
from smr_audio.verification.report import Check, Finding, clock_ms, fit, ms_of_samples
from smr_audio.verification.scan import MOST_ZEROS, Scan

WINDOW_TICKS: Final = 12  # 96 ms, in which the floor moves by 1.3 dB either way
MOST_OFF_DB: Final = 2.5
BED_CREST_DB: Final = 16.0  # of music; noise has less
PEAK_FACTOR: Final = 1.5  # encoding makes the floor's highest peak 1.02 times as high
QUIETEST_DBFS: Final = -80.0  # all that true silence may have
QUIETEST_PEAK: Final = 8.0
FULL_SCALE: Final = 32767
MOST_TRUE_PEAK_DBTP: Final = -1.0
MOST_OFF_LU: Final = 0.5
# Words too short to be as loud as asked lower the whole by up to 0.8 LU, and a session of
# nothing but cues is 1.3 LU low.
MOST_LOW_LU: Final = 2.5
# An encoder and the floor hide a little more than a clip has around its words, and a clip that had
# to be cut has its margins of 15 and 40 ms beyond that; a recording's are 100 and 200 ms.
_MOST_SPOKEN: Final = clip.Edges(clip.SPOKEN_EDGES.before + 6, clip.SPOKEN_EDGES.after + 6)
_MOST_RECORDED: Final = clip.Edges(clip.RECORDED_EDGES.before + 16, clip.RECORDED_EDGES.after + 28)
DROWNED_TICKS: Final = 16  # more, in a floor that is 8 dB louder
# A comma is up to 360 ms long, at half the pace 730, and a seventh of its sentence at most.
MOST_PAUSE_TICKS: Final = 60
MOST_PAUSE_PART: Final = 0.2
LONGEST_PAUSE_TICKS: Final = 125
LONG_TICKS: Final = 188  # 1.5 s
MOST_LINE_OFF_LU: Final = 2.0
# A word or two can be too short to be as loud as asked: 5 LU less was seen at twice the pace.
MOST_SHORT_LOW_LU: Final = 8.0
_USUAL_LUFS: Final = -16.0
MOST_SPREAD_LU: Final = 2.0


class PromisedFloor(NamedTuple):
    """A floor as it is heard: RMS in dBFS, highest sample, K-weighted mean square."""

    dbfs: float
    peak: float
    power: float


def promised_floor(manifest: Manifest) -> PromisedFloor:
    """The floor under what is said: a bed while it is soft, if there is one."""
    if bed := manifest.bed:
        lufs = bed.lufs - bed.ducked_db + ENCODER_GAIN_DB
        return PromisedFloor(lufs, amplitude_of_db(lufs + BED_CREST_DB) * 32768, power_of_lufs(lufs))
    keep_awake = cast("KeepAwake", manifest.keep_awake)
    gain = amplitude_of_db(ENCODER_GAIN_DB)
    samples = floor_for(keep_awake).samples.astype(np.float64) * gain
    rms = math.sqrt(float(np.mean(np.square(samples))))
    peak = max(float(np.abs(samples).max()), QUIETEST_PEAK / PEAK_FACTOR)
    dbfs = 20 * math.log10(rms / 32768.0) if rms > 0 else -math.inf
    return PromisedFloor(dbfs, peak, FLOOR_POWERS[keep_awake] * gain**2)


@dataclass(frozen=True, slots=True)
class HeardSentence:
    """A sentence and its loudness, measured as it was levelled; -inf if there is no sound."""

    sentence: ManifestSentence
    lufs: float

    @property
    def long(self) -> bool:
        return self.sentence.ticks >= LONG_TICKS


def hear(manifest: Manifest, scan: Scan) -> tuple[HeardSentence, ...]:
    """The loudness of every sentence but those of a silent voice."""
    return tuple(HeardSentence(one, _lufs(one, scan)) for one in manifest.heard)


def check_lines(manifest: Manifest, heard: tuple[HeardSentence, ...], scan: Scan, *, floor_power: float) -> Check:
    """Every sentence sounds in its slot, without a hole; `floor_power` is K-weighted."""
    if not heard:
        return Check("lines", "none that sounds", "nothing to hear")
    sounding = clip.heard(scan.weighted, floor_power=floor_power)
    findings = [
        Finding(text, ms_of_ticks(one.sentence.start_tick))
        for one in heard
        for text in _faults(manifest, one, sounding)
    ]
    wrong = {finding.at_ms for finding in findings}
    promised = f"{counted(len(heard), 'sentence')} without a hole"
    return Check("lines", promised, f"{len(heard) - len(wrong)} heard whole", findings)


def check_evenness(heard: tuple[HeardSentence, ...]) -> Check:
    """Long sentences are within 1 LU of each other's middle: a figure, and a warning at most."""
    promised = "long sentences within 1 LU"
    levels = [one.lufs for one in heard if one.long and one.lufs > -math.inf]
    if len(levels) < 2:
        return Check("evenness", promised, "too few to measure")
    spread = max(levels) - min(levels)
    found = f"{counted(len(levels), 'sentence')} within ±{spread / 2:.2f} LU"
    findings = []
    if spread > MOST_SPREAD_LU:
        quietest = min((one for one in heard if one.long), key=lambda one: one.lufs)
        text = f'the quietest is "{fit(quietest.sentence.text)}", {quietest.lufs:.1f} LUFS'
        findings.append(Finding(text, ms_of_ticks(quietest.sentence.start_tick)))
    return Check("evenness", promised, found, findings, warning=bool(findings))


def out_of_reach_lu(target_lufs: float) -> float:
    """How much quieter than asked speech may be, since its peaks allow no more."""
    return max(0.0, target_lufs - _USUAL_LUFS)


def _faults(manifest: Manifest, one: HeardSentence, sounding: NDArray[np.bool_]) -> list[str]:
    sentence = one.sentence
    slot = sounding[sentence.start_tick : sentence.start_tick + sentence.ticks]
    words = clip.words_in(slot)
    name = f'the line "{fit(sentence.text)}"'
    if words is None:
        return [f"{name} is not heard"]
    faults = []
    before, after = words[0], sentence.ticks - words[1]
    margins = _MOST_RECORDED if sentence.recorded else _MOST_SPOKEN
    drowned = DROWNED_TICKS if manifest.bed or manifest.keep_awake == "high" else 0
    if before > margins.before + drowned:
        faults.append(f"{name} begins with {before * MS_PER_TICK} ms of silence")
    if after > margins.after + drowned:
        faults.append(f"{name} ends with {after * MS_PER_TICK} ms of silence")
    pause = int(np.diff(np.flatnonzero(slot[slice(*words)])).max(initial=1)) - 1
    most = min(max(MOST_PAUSE_TICKS, MOST_PAUSE_PART * sentence.ticks), LONGEST_PAUSE_TICKS)
    if pause > most and not sentence.recorded:
        faults.append(f"{name} has a hole of {pause * MS_PER_TICK} ms")
    off = one.lufs - manifest.target_lufs
    reach = MOST_LINE_OFF_LU if one.long else MOST_SHORT_LOW_LU
    least = -reach - out_of_reach_lu(manifest.target_lufs)
    if not least <= off <= MOST_LINE_OFF_LU:
        faults.append(f"{name} is {abs(off):.1f} LU too {'loud' if off > 0 else 'quiet'}")
    return faults


def _lufs(sentence: ManifestSentence, scan: Scan) -> float:
    """Gated loudness of a slot with silence around, which is how clips are levelled."""
    end = sentence.start_tick + sentence.ticks + RINGING_TICKS
    return lufs_of_ticks(np.pad(scan.weighted[sentence.start_tick : end], BLOCK_TICKS))


def check_bed(manifest: Manifest, scan: Scan, bed: ManifestBed) -> Check:
    """Where a bed that is made has its full level, it has it in every second."""
    if bed.sound not in MADE_BEDS:
        return Check("floor", "a bed of the user's own", "not measured")
    promised_lufs = bed.lufs + ENCODER_GAIN_DB
    off_db: dict[int, float] = {}
    for before, after in pairwise(manifest.islands):
        first = (before.start_frame + before.frames + RISE_FRAMES) * TICKS_PER_FRAME
        last = min((after.start_frame - FALL_FRAMES) * TICKS_PER_FRAME, scan.weighted.size)
        for start in range(first, last - TICKS_PER_SECOND + 1, TICKS_PER_SECOND):
            lufs = lufs_of_power(float(np.mean(scan.weighted[start : start + TICKS_PER_SECOND])))
            off_db[start] = lufs - promised_lufs
    findings = [
        Finding(f"the bed is {abs(off):.1f} dB too {'loud' if off > 0 else 'soft'}", ms_of_ticks(start))
        for start, off in off_db.items()
        if abs(off) > MOST_OFF_DB
    ]
    promised = f"a bed of {promised_lufs:.1f} LUFS within {MOST_OFF_DB} dB in every second"
    found = f"{min(off_db.values()):+.1f} to {max(off_db.values()):+.1f} dB" if off_db else "none to measure"
    return Check("floor", promised, found, findings)


def check_floor(manifest: Manifest, scan: Scan, floor: PromisedFloor) -> Check:
    """Between all sounds there is the floor, or a bed: no gap, no hum, no click."""
    if manifest.bed:
        return check_bed(manifest, scan, manifest.bed)
    quiet = _quiet(manifest, scan.powers.size)
    off_db, starts = _windows(scan.powers, quiet, floor)
    off = _runs(starts[np.abs(off_db) > MOST_OFF_DB])
    findings = []
    for first, last in off:
        within = off_db[np.searchsorted(starts, first) : np.searchsorted(starts, last, "right")]
        worst = float(within[np.argmax(np.abs(within))])
        until, what = clock_ms(ms_of_ticks(last + WINDOW_TICKS)), "more" if worst > 0 else "less"
        findings.append(Finding(f"until {until}: {abs(worst):.1f} dB {what} than the floor", ms_of_ticks(first)))
    clicks = np.flatnonzero(quiet & (scan.peaks > PEAK_FACTOR * floor.peak))
    findings += [
        Finding(f"a click of {int(scan.peaks[first : last + 1].max())}", first * MS_PER_TICK)
        for first, last in _runs(clicks)
        if not any(start - 1 <= first <= end + WINDOW_TICKS for start, end in off)
    ]
    if floor.dbfs < QUIETEST_DBFS:
        promised = f"true silence, under {QUIETEST_DBFS:.0f} dBFS"
        found = f"{float(off_db.max(initial=0.0)) + QUIETEST_DBFS:.1f} dBFS at most"
    else:
        promised = f"{floor.dbfs:.1f} dBFS within {MOST_OFF_DB} dB in every {WINDOW_TICKS * MS_PER_TICK} ms"
        found = f"{float(off_db.min(initial=0.0)):+.1f} to {float(off_db.max(initial=0.0)):+.1f} dB"
    return Check("floor", promised, found if off_db.size else "none to measure", findings)


def check_zeros(manifest: Manifest, scan: Scan) -> Check:
    """No stretch of true silence that lets headphones fall asleep."""
    found = f"{ms_of_samples(scan.longest_zeros):.2f} ms at most"
    if manifest.keep_awake == "off" and not manifest.bed:
        return Check("zeros", "any, as asked", found)
    findings = [
        Finding(f"{ms_of_samples(samples):.0f} ms of zeros", ms_of_samples(start)) for start, samples in scan.zero_runs
    ]
    return Check("zeros", f"no {ms_of_samples(MOST_ZEROS):.0f} ms of zeros", found, findings)


def check_clipping(scan: Scan) -> Check:
    findings = [
        Finding(f"clipped for {(last + 1 - first) * MS_PER_TICK} ms or less", first * MS_PER_TICK)
        for first, last in _runs(np.flatnonzero(scan.peaks >= FULL_SCALE))
    ]
    found = "none" if not findings else f"places: {len(findings)}"
    return Check("clipping", promised="no clipped sample", found=found, findings=findings)


def check_peak(scan: Scan) -> Check:
    """The true peak leaves what decoders and converters need."""
    peak = scan.true_peak_dbtp
    findings = []
    if peak > MOST_TRUE_PEAK_DBTP:
        loudest = int(np.argmax(scan.peaks)) if scan.peaks.size else 0
        findings.append(Finding("about here it is highest", loudest * MS_PER_TICK))
    most, found = f"{MOST_TRUE_PEAK_DBTP:g} dBTP or less", f"{peak:.2f} dBTP"
    return Check("true peak", promised=most, found=found, findings=findings)


def check_loudness(manifest: Manifest, scan: Scan, heard: tuple[HeardSentence, ...], cues: Sequence[FoundCue]) -> Check:
    """Lines and cues are as loud as asked, and so is the whole as far as it has enough of them.

    A line can be quieter than asked, one too short or too sharp to be brought there, but none
    is louder: of those long enough the louder quarter is right, if the file is. Where
    none is long enough, they may be as low as short ones are.
    """
    target = manifest.target_lufs
    less = out_of_reach_lu(target)
    whole = lufs_of_ticks(_without_own_level(manifest, scan.weighted))
    measured: dict[str, tuple[float, float]] = {}
    long = [one.lufs for one in heard if one.long]
    reach = MOST_OFF_LU if long else MOST_SHORT_LOW_LU
    spoken = [level for level in long or [one.lufs for one in heard] if level > -math.inf]
    if spoken:
        measured["lines"] = (float(np.quantile(spoken, 0.75)) - target, -reach - less)
    gains = [one.gain_db for one in cues if not math.isnan(one.gain_db)]
    if gains:
        measured["cues"] = (float(np.median(gains)), -MOST_OFF_LU)
    # A track can be a single cue, or nothing but time to set up.
    if measured and whole > -math.inf and not manifest.track:
        measured["the file"] = (whole - target, -MOST_LOW_LU - less)
    findings = [
        Finding(f"{name}: {abs(off):.1f} LU too {'loud' if off > 0 else 'quiet'}")
        for name, (off, least) in measured.items()
        if not least <= off <= MOST_OFF_LU
    ]
    parts = ", ".join(f"{name} {off:+.2f}" for name, (off, _) in measured.items())
    found = f"{whole:.2f} LUFS ({parts})" if measured else "nothing to measure"
    return Check("loudness", f"{target:g} LUFS within {MOST_OFF_LU} LU", found, findings)


def _without_own_level(manifest: Manifest, powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Powers without what has a level of its own, as a bed has, so that the rest is as loud as the session.

    A meter takes the metronome's ticks for quiet speech: hundreds of them make a session of long
    holds read far lower than its voice is. A cue of the user's may last as long as two seconds, and
    is louder than speech.
    """
    powers = np.copy(powers)
    for cue in manifest.cues:
        if cue.name == "tick" or cue.name in manifest.own_cues:
            powers[cue.start_tick : cue.start_tick + cue.ticks + RINGING_TICKS] = 0.0
    if manifest.bed:
        powers[_quiet(manifest, powers.size)] = 0.0
    return powers


def _quiet(manifest: Manifest, ticks: int) -> NDArray[np.bool_]:
    quiet = np.ones(ticks, dtype=np.bool_)
    sounds: list[ManifestSentence | ManifestCue] = [*manifest.cues, *manifest.heard]
    for one in sounds:
        first = max(0, one.start_tick - RINGING_TICKS)
        quiet[first : one.start_tick + one.ticks + RINGING_TICKS] = False
    return quiet


def _windows(
    powers: NDArray[np.float64], quiet: NDArray[np.bool_], floor: PromisedFloor
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How far off each window of floor is, in dB, and the tick it begins at."""
    if powers.size < WINDOW_TICKS:
        return np.empty(0), np.empty(0, dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(powers, WINDOW_TICKS)
    whole = np.lib.stride_tricks.sliding_window_view(quiet, WINDOW_TICKS).all(axis=1)
    starts = np.flatnonzero(whole)
    means = windows.mean(axis=1)[starts]
    decibels = 10 * np.log10(np.maximum(means, 1e-20))
    if floor.dbfs < QUIETEST_DBFS:
        return np.maximum(decibels - QUIETEST_DBFS, 0.0), starts
    return decibels - floor.dbfs, starts


def _runs(places: NDArray[np.int64]) -> list[tuple[int, int]]:
    """(first, last) of places that lie within a window of each other."""
    groups = np.split(places, np.flatnonzero(np.diff(places) > WINDOW_TICKS) + 1)
    return [(int(group[0]), int(group[-1])) for group in groups if group.size]
