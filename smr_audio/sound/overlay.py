"""The one module that imports pydub: laying sound over sound.

Sound goes in and out as arrays at 48 kHz mono. pydub warns at import when no ffmpeg is on the
PATH, about audioop and about its own escapes; none of that concerns us, so it stays quiet.
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
    """Lay sounds, each at its millisecond, over a base of whole milliseconds; same shape.

    What would pass full scale is clipped there. Each sound costs a copy of the base, so this
    is for short pieces, never for a session.
    """
    segment = _segment(base)
    for at_ms, samples in sounds:
        segment = segment.overlay(_segment(samples), position=at_ms)
    return np.frombuffer(segment.raw_data, dtype=np.int16)


def _segment(samples: NDArray[np.int16]) -> AudioSegment:
    return AudioSegment(data=samples.tobytes(), sample_width=2, frame_rate=SAMPLE_RATE, channels=1)
