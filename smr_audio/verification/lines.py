"""Is every spoken sentence there, from its first sound to its last, and as loud as the others?

What is said is not understood here: sound and silence are, in steps of 8 ms.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio import units
from smr_audio.sound.clip import RINGING_TICKS
from smr_audio.sound.edges import RECORDED_EDGES, SPOKEN_EDGES, Edges, words_in
from smr_audio.sound.edges import heard as heard_ticks
from smr_audio.sound.levels import BLOCK_TICKS
from smr_audio.sound.loudness import lufs_of_ticks
from smr_audio.suggest import counted
from smr_audio.units import MS_PER_TICK
from smr_audio.verification.manifest import Manifest, ManifestSentence
from smr_audio.verification.report import Check, Finding, fit
from smr_audio.verification.scan import Scan

# An encoder and the floor hide a little more than a clip has around its words, and a clip that had
# to be cut has its margins of 15 and 40 ms beyond that; a recording's are 100 and 200 ms.
_MOST_SPOKEN: Final = Edges(SPOKEN_EDGES.before + 6, SPOKEN_EDGES.after + 6)
_MOST_RECORDED: Final = Edges(RECORDED_EDGES.before + 16, RECORDED_EDGES.after + 28)
DROWNED_TICKS: Final = 16  # more, in a floor that is 8 dB louder
# A comma is up to 360 ms long, at half the pace 730, and a seventh of its sentence at most.
MOST_PAUSE_TICKS: Final = 60
MOST_PAUSE_PART: Final = 0.2
LONGEST_PAUSE_TICKS: Final = 125
LONG_TICKS: Final = 188  # 1.5 s
MOST_OFF_LU: Final = 2.0
# A word or two can be too short to be as loud as asked: 5 LU less was seen at twice the pace.
MOST_SHORT_LOW_LU: Final = 8.0
_USUAL_LUFS: Final = -16.0
MOST_SPREAD_LU: Final = 2.0


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
    sounding = heard_ticks(scan.weighted, floor_power=floor_power)
    findings = [
        Finding(text, units.ms_of_ticks(one.sentence.start_tick))
        for one in heard
        for text in _faults(manifest, one, sounding)
    ]
    wrong = {finding.at_ms for finding in findings}
    return Check(
        "lines",
        promised=f"{counted(len(heard), 'sentence')} without a hole",
        found=f"{len(heard) - len(wrong)} heard whole",
        findings=findings,
    )


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
        findings.append(Finding(text, units.ms_of_ticks(quietest.sentence.start_tick)))
    return Check("evenness", promised, found, findings, warning=bool(findings))


def out_of_reach_lu(target_lufs: float) -> float:
    """How much quieter than asked speech may be, since its peaks allow no more."""
    return max(0.0, target_lufs - _USUAL_LUFS)


def _faults(manifest: Manifest, one: HeardSentence, sounding: NDArray[np.bool_]) -> list[str]:
    sentence = one.sentence
    slot = sounding[sentence.start_tick : sentence.start_tick + sentence.ticks]
    words = words_in(slot)
    name = f'the line "{fit(one.sentence.text)}"'
    if words is None:
        return [f"{name} is not heard"]
    faults = []
    before, after = words[0], sentence.ticks - words[1]
    edges = _MOST_RECORDED if sentence.recorded else _MOST_SPOKEN
    drowned = DROWNED_TICKS if manifest.bed or manifest.keep_awake == "high" else 0
    if before > edges.before + drowned:
        faults.append(f"{name} begins with {before * MS_PER_TICK} ms of silence")
    if after > edges.after + drowned:
        faults.append(f"{name} ends with {after * MS_PER_TICK} ms of silence")
    pause = int(np.diff(np.flatnonzero(slot[slice(*words)])).max(initial=1)) - 1
    most = min(max(MOST_PAUSE_TICKS, MOST_PAUSE_PART * sentence.ticks), LONGEST_PAUSE_TICKS)
    if pause > most and not sentence.recorded:
        faults.append(f"{name} has a hole of {pause * MS_PER_TICK} ms")
    off = one.lufs - manifest.target_lufs
    reach = MOST_OFF_LU if one.long else MOST_SHORT_LOW_LU
    least = -reach - out_of_reach_lu(manifest.target_lufs)
    if not least <= off <= MOST_OFF_LU:
        faults.append(f"{name} is {abs(off):.1f} LU too {'loud' if off > 0 else 'quiet'}")
    return faults


def _lufs(sentence: ManifestSentence, scan: Scan) -> float:
    """Gated loudness of a slot with silence around, which is how clips are levelled."""
    end = sentence.start_tick + sentence.ticks + RINGING_TICKS
    powers = np.pad(scan.weighted[sentence.start_tick : end], BLOCK_TICKS)
    return lufs_of_ticks(powers)
