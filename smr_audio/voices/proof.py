"""Prove that a clip is the whole of its sentence before anyone hears it."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from smr_audio.voices.engine import Fault, Speech
from smr_audio.voices.sentence import least_letters

# The fastest of our lines takes 0.056 s a letter at rate 1 (English, 165 to 170 words a
# minute), so 0.02 is only ever missed by a clip that lacks most of its words.
LEAST_SECONDS_PER_LETTER: Final = 0.02
_SILENCE: Final = 0.004  # of full scale, 48 dB down; the weakest word peaks near 0.3
_QUIET: Final = 0.005  # of the clip's own peak, 46 dB down

# Measured on espeak's 141 voices at twice the pace, where pauses are shortest: it ends a
# sentence with 43 ms of zeros or more and a comma with 23, but what it takes for an
# abbreviation ("Dr.", a last "A.") with 4.
_ESPEAK_TAIL_MS: Final = 20
_ANY_TAIL_MS: Final = 4
_ABBREVIATION: Final = re.compile(r"\b\w{1,3}\.\W*$")


def prove(speech: Speech, text: str, *, rate: float, espeak: bool) -> None:
    """Raise Fault unless the sound has a voice in it, is long enough and ends at rest.

    Other engines than espeak promise no pause after the last word, so of those only the
    last few milliseconds have to be quiet.
    """
    level = np.abs(speech.samples)
    if not np.isfinite(level).all():
        raise Fault("the sound holds values that are no numbers")
    peak = float(level.max(initial=0.0))
    if peak < _SILENCE:
        raise Fault("it makes no sound")
    loud = np.flatnonzero(level > _QUIET * peak)
    first, last = int(loud[0]), int(loud[-1])
    voiced_s = (last + 1 - first) / speech.sample_rate
    least_s = least_letters(text) * LEAST_SECONDS_PER_LETTER / rate
    if voiced_s < least_s:
        raise Fault(f"the sound is too short for its words ({voiced_s:.2f} s)")
    strict = espeak and not _ABBREVIATION.search(text)
    tail_ms = 1000 * (len(level) - 1 - last) / speech.sample_rate
    if tail_ms < (_ESPEAK_TAIL_MS if strict else _ANY_TAIL_MS):
        raise Fault("the sound breaks off at its end")
