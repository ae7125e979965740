"""Check that a sound is the whole of its sentence before anyone hears it."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.voices.engine import Fault, Speech
from smr_audio.voices.sentence import least_letters

# The fastest of our lines takes 0.055 s a letter at every rate (espeak's English), the usual one
# 0.08, so half a sentence mostly takes less than 0.035. Less is known of other languages and
# engines, but a sound that lacks most of its words does not reach 0.02.
LEAST_SECONDS_PER_LETTER: Final = 0.02
ESPEAK_ENGLISH_SECONDS_PER_LETTER: Final = 0.035
_SILENCE: Final = 0.004  # of full scale, 48 dB down; the weakest word peaks near 0.3
_QUIET: Final = 0.005  # of the clip's own peak, 46 dB down

# Measured on espeak's 141 voices at twice the pace, where pauses are shortest: a sentence ends in
# 43 ms of zeros or more and a comma in 23, but what it reads as an abbreviation ("Dr.", a last
# "A.") in 4.
_ESPEAK_TAIL_MS: Final = 20
_ANY_TAIL_MS: Final = 4
_ABBREVIATION: Final = re.compile(r"\b\w{1,3}\.\W*$")


# Of 0.02 s stretches of our lines the loud tenth is 12 dB or more above the quiet tenth, whatever
# engine and rate; of a noise or a hum, less than 1 dB.
_LEAST_SPREAD_DB: Final = 5.0
_STRETCH_S: Final = 0.02
# Espeak's loudest sample is at 0.7 of full scale, and Piper scales each sentence to have one at it.
_FULL: Final = 0.999
_MOST_CLIPPED: Final = 0.03
_LEAST_STRETCHES: Final = 15  # a single short word may be all one vowel


def prove(
    speech: Speech,
    text: str,
    *,
    rate: float,
    espeak: bool,
    least_s_per_letter: float = LEAST_SECONDS_PER_LETTER,
    least_s: float = 0.0,
) -> None:
    """Raise Fault unless the sound has a voice in it, is long enough, unclipped and ends quietly.

    Only espeak promises a pause after the last word; of other engines the last few milliseconds
    must be quiet. `least_s` is how many seconds the sound must last in any case, for engines
    that know.
    """
    level = np.abs(speech.samples)
    if not np.isfinite(level).all():
        raise Fault("the sound has values that are not numbers")
    peak = float(level.max(initial=0.0))
    if peak < _SILENCE:
        raise Fault("it makes no sound")
    loud = np.flatnonzero(level > _QUIET * peak)
    first, last = int(loud[0]), int(loud[-1])
    voiced_s = (last + 1 - first) / speech.sample_rate
    if voiced_s < max(least_s, least_letters(text) * least_s_per_letter / rate):
        raise Fault(f"the sound is too short for its words ({voiced_s:.2f} s)")
    if _is_even(speech.samples[first : last + 1], stretch=int(speech.sample_rate * _STRETCH_S)):
        raise Fault("the sound is an even noise or hum, not speech")
    if np.count_nonzero(level >= _FULL) > _MOST_CLIPPED * (last + 1 - first):
        raise Fault("the sound is clipped")
    strict = espeak and not _ABBREVIATION.search(text)
    tail_ms = 1000 * (len(level) - 1 - last) / speech.sample_rate
    if tail_ms < (_ESPEAK_TAIL_MS if strict else _ANY_TAIL_MS):
        raise Fault("the sound breaks off at its end")


def _is_even(samples: NDArray[np.float32], *, stretch: int) -> bool:
    """Whether all stretches of so many samples are about as loud, which speech never is."""
    stretches = samples.size // stretch
    if stretches < _LEAST_STRETCHES:
        return False
    powers = np.square(samples[: stretches * stretch], dtype=np.float64).reshape(-1, stretch)
    levels_db = 10 * np.log10(powers.mean(axis=1) + 1e-12)
    quiet_db, loud_db = np.percentile(levels_db, (10, 90))
    return bool(loud_db - quiet_db < _LEAST_SPREAD_DB)
