"""The lines that sessions say, as they go into sessions: planned, spoken, mastered, levelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from intelligibility.recogniser import RATE
from smr_audio import Cache, Preferences, Studio
from smr_audio.options.choices import Side
from smr_audio.session.script import Say
from smr_audio.sound.level import SESSION_CALIBRATION_LU, level, resample, trim
from smr_audio.sound.loudness import as_float
from smr_audio.sound.mastering import mastered
from smr_audio.sound.settings import SoundSettings
from smr_audio.studio.plan import Plan
from smr_audio.units import SAMPLE_RATE
from smr_audio.voices.engine import Speech
from smr_audio.voices.registry import choose

Sound = NDArray[np.float64]

GAP_S: Final = 0.32  # between the sentences of a line, as sessions have it
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

    Each routine is planned with either side first. Of the announcements of its length only the
    one it makes counts; lengths for that are the silent voice's, so nothing is spoken.
    """
    found: dict[str, tuple[str, ...]] = {}
    with TemporaryDirectory() as folder:
        studio = Studio(cache=Cache(Path(folder)))
        for target in targets:
            for side in FIRST:
                wishes = Preferences(voice="silent", language="en", first=side)
                for line in _said(studio.plan(studio.load(target), wishes)):
                    spoken = (part for part in line.sentences if isinstance(part, str))
                    found.setdefault(line.text, tuple(spoken))
    return found


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


def speak(voice: str, sentences: Sequence[str]) -> Spoken:
    """Speak sentences with a voice of the registry. Raises what the library raises."""
    engine, chosen = choose(voice, language="en")
    with closing(engine):
        said = dict(engine.speak(sentences, voice=chosen, rate=1.0))
    return Spoken(chosen.id, {sentences[index]: said[index] for index in range(len(sentences))})


def line_at_equal_rms(clips: Sequence[Sound]) -> Sound:
    """A line of clips for the recogniser: 16 kHz mono, its speech at RMS 1, silence around it.

    Only the clips count, not the gaps between them, and the whole of their band at 48 kHz.
    """
    power = sum(float(np.dot(clip, clip)) for clip in clips) / sum(clip.size for clip in clips)
    gap, around = (np.zeros(round(s * SAMPLE_RATE)) for s in (GAP_S, AROUND_S))
    parts = [part for clip in clips for part in (gap, clip)]
    joined = np.concatenate([around, *parts[1:], around]) / np.sqrt(power)
    return np.asarray(soxr.resample(joined, SAMPLE_RATE, RATE, quality="VHQ"))
