"""Mix sounds over a base. This is where pydub works: nothing else imports it.

Every island of a session is mixed here by pydub before it is encoded. Sound goes in and out as
arrays at 48 kHz mono. pydub warns at import when no ffmpeg is on the PATH, about audioop and about
its own escapes; none of that matters here, so the warnings are switched off.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from smr_audio.units import SAMPLE_RATE

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pydub import AudioSegment


def overlay(
    base: NDArray[np.int16], *, sounds: Iterable[tuple[int, NDArray[np.int16]]]
) -> NDArray[np.int16]:
    """Mix sounds, each at its millisecond, into a base of whole milliseconds; same shape.

    The result is clipped at full scale. Each sound costs a copy of the base, so this is for
    short pieces, not for a session.
    """
    segment = _segment(base)
    for at_ms, samples in sounds:
        segment = segment.overlay(_segment(samples), position=at_ms)
    return np.frombuffer(segment.raw_data, dtype=np.int16)


def _segment(samples: NDArray[np.int16]) -> AudioSegment:
    return AudioSegment(data=samples.tobytes(), sample_width=2, frame_rate=SAMPLE_RATE, channels=1)
