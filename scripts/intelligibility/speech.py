"""The lines that sessions say, as they go into sessions: planned, spoken, mastered, levelled."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from intelligibility.recogniser import RATE
from smr_audio import Cache, Preferences, Studio
from smr_audio.library.library import Library
from smr_audio.normalize.sentences import said_as
from smr_audio.options.choices import Side
from smr_audio.session.script import Say
from smr_audio.sound.level import SESSION_CALIBRATION_LU, level, resample, trim
from smr_audio.sound.loudness import as_float
from smr_audio.sound.mastering import mastered
from smr_audio.sound.settings import SoundSettings
from smr_audio.studio.plan import Plan
from smr_audio.timeline.lengths import SENTENCE_GAP_TICKS
from smr_audio.units import SAMPLE_RATE, TICKS_PER_SECOND
from smr_audio.voices.engine import Speech
from smr_audio.voices.registry import chosen

Sound = NDArray[np.float64]

GAP_S: Final = SENTENCE_GAP_TICKS / TICKS_PER_SECOND
AROUND_S: Final = 0.3  # of noise alone, before and after a line

# Each stands as a routine of one.
TECHNIQUES: Final = (
    "hamstring-roller-floor",
    "hamstring-roller-bench",
    "hamstring-barbell",
    "hamstring-ball-press",
    "hamstring-ball-knee",
)
FIRST: Final[tuple[Side, ...]] = ("left", "right")


def lines_of(targets: Iterable[str | Path]) -> dict[str, tuple[str, ...]]:
    """The sentences of every different English line of these routines, by the line's text.

    Of the announcements of a session's length only the one it makes counts.
    """
    found: dict[str, tuple[str, ...]] = {}
    for plan in _plans(targets, "silent", "en"):
        for line in _said(plan):
            spoken = (part for part in line.sentences if isinstance(part, str))
            found.setdefault(line.text, tuple(spoken))
    return found


def rates_of(targets: Iterable[str | Path], voice: str, *, language: str = "en") -> dict[str, float]:
    """Each sentence of these routines with the rate at which sessions have a voice speak it."""
    found: dict[str, float] = {}
    for plan in _plans(targets, voice, language):
        for part in plan.script.sentences():
            if isinstance(part, str):
                rate = plan.clips.rate_of(part)
                found[part] = min(rate, found.get(part, rate))
    return found


def _plans(targets: Iterable[str | Path], voice: str, language: str) -> Iterator[Plan]:
    """Each routine with either side first; nothing is spoken, lengths are estimated."""
    with TemporaryDirectory() as folder:
        studio = Studio(cache=Cache(Path(folder)))
        for target, side in product(targets, FIRST):
            wishes = Preferences(voice=voice, language=language, first=side)
            yield studio.estimate(studio.load(target), wishes).plan


def _said(plan: Plan) -> Iterator[Say]:
    heard = {event["text"] for event in plan.as_json()["events"] if event["kind"] == "speech"}
    length = plan.script.length
    announced = {line.text for line in (length.ruler, *length.lines.values())} if length else set()
    for line in plan.script.lines():
        if line.text in heard or line.text not in announced:
            yield line


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one engine said: its voice's id, and the sound of each sentence."""

    voice: str
    sentences: Mapping[str, Speech]

    def clips(self, strength: float) -> dict[str, Sound]:
        """Each sentence mastered and levelled as in a session: 48 kHz mono, float in [-1, 1]."""
        target_lufs = SoundSettings().target_lufs + SESSION_CALIBRATION_LU
        return {
            sentence: as_float(level(mastered(kept, strength), target_lufs=target_lufs).samples)
            for sentence, said in self.sentences.items()
            for kept in (trim(resample(said)),)
        }


def speak(voice: str, rates: Mapping[str, float], *, language: str = "en") -> Spoken:
    """Speak sentences, each at its rate, with a voice of the registry. Raises as the library."""
    engine, found, _ = chosen(voice, language=language)
    lexicon = Library().lexicon(language)
    sentences: dict[str, Speech] = {}
    with closing(engine):
        for rate in sorted(set(rates.values())):
            group = [sentence for sentence, own in rates.items() if own == rate]
            texts = [said_as(each, engine=found.engine, lexicon=lexicon) for each in group]
            for index, said in engine.speak(texts, voice=found, rate=rate):
                sentences[group[index]] = said
    return Spoken(found.id, sentences)


def line_at_equal_rms(clips: Sequence[Sound]) -> Sound:
    """A line of clips for the recogniser: 16 kHz mono, its speech at RMS 1, silence around it.

    Only the clips count, not the gaps between them, and the whole of their band at 48 kHz.
    """
    power = sum(float(np.dot(clip, clip)) for clip in clips) / sum(clip.size for clip in clips)
    gap, around = (np.zeros(round(s * SAMPLE_RATE)) for s in (GAP_S, AROUND_S))
    parts = [part for clip in clips for part in (gap, clip)]
    joined = np.concatenate([around, *parts[1:], around]) / np.sqrt(power)
    return np.asarray(soxr.resample(joined, SAMPLE_RATE, RATE, quality="VHQ"))
