"""How fast voices speak: words a minute of each longer sentence of the shipped content."""

from collections.abc import Iterator, Sequence

import numpy as np

from intelligibility.speech import rates_of, speak
from smr_audio.library.library import Library
from smr_audio.sound.level import resample, trim
from smr_audio.units import SAMPLE_RATE
from smr_audio.voices.sentence import words_and_characters

_LEAST_WORDS = 8


def pace_table(voices: Sequence[str], language: str) -> Iterator[str]:
    """Each voice's pace at rate 1, and as it speaks in sessions."""
    library = Library()
    targets = (*library.technique_ids(), *library.routine_ids())
    for voice in voices:
        rates = rates_of(targets, voice, language=language)
        sizes = {each: sum(words_and_characters(each)) for each in rates}
        guided = {each: rate for each, rate in rates.items() if sizes[each] >= _LEAST_WORDS}
        for name, paced in (("rate 1", dict.fromkeys(guided, 1.0)), ("in sessions", guided)):
            spoken = speak(voice, paced, language=language).sentences
            lengths = {each: trim(resample(said)).size for each, said in spoken.items()}
            pace = {each: sizes[each] * 60 * SAMPLE_RATE / lengths[each] for each in paced}
            median, most = np.percentile([*pace.values()], (50, 95))
            own = np.median([pace[each] / rate for each, rate in paced.items()])
            yield (
                f"{voice}, {name}: median {median:.0f} a minute, 95 % <= {most:.0f}, "
                f"by the rate {own:.0f}, {len(pace)} sentences"
            )
