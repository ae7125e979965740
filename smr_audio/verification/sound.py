"""The decoded sound of a file in stretches: hours take no more memory than minutes."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio import units
from smr_audio.errors import BuildError
from smr_audio.mp3.decode import decode_frames
from smr_audio.mp3.frames import bytes_per_frame
from smr_audio.records import dataclass
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_FRAME
from smr_audio.verification.manifest import Manifest

_STRETCH: Final = 60 * SAMPLE_RATE  # whole blocks of the loudness meter, and ticks
_AROUND: Final = 2 * SAMPLE_RATE
_DELAY: Final = 1105  # of encoder and decoder
_WARM_UP: Final = 2  # frames that need those before them


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part of the sound, samples `start` to `end`; `samples`, int16, begin with the `first`.

    What is around it is there too, for more than two seconds.
    """

    samples: NDArray[np.int16]
    first: int
    start: int
    end: int


def stretches_of(manifest: Manifest, path: Path, *, offset: int) -> Iterator[Callable[[], Stretch]]:
    """What decodes each part of a file whose frames, after a tag of `offset` bytes, are as linked."""
    size = units.samples_of_ticks(manifest.end_tick)
    around = _AROUND + units.samples_of_ticks(max((cue.ticks for cue in manifest.cues), default=0))
    for start in range(0, max(size, 1), _STRETCH):
        end = min(start + _STRETCH, size)
        there = range(max(0, start - around), min(end + around, size))
        yield partial(_decoded, path, bytes_per_frame(manifest.kbps), offset=offset, there=there, own=(start, end))


def _decoded(path: Path, frame_bytes: int, *, offset: int, there: range, own: tuple[int, int]) -> Stretch:
    first, last = there.start, there.stop
    frame = max(0, (first + _DELAY) // SAMPLES_PER_FRAME - _WARM_UP)
    after = -(-(last + _DELAY) // SAMPLES_PER_FRAME)
    with path.open("rb") as file:
        file.seek(offset + (1 + frame) * frame_bytes)
        samples = decode_frames(file.read((after - frame) * frame_bytes))
    if samples.size != (after - frame) * SAMPLES_PER_FRAME:
        raise BuildError(f"cannot decode {path}: some of its frames are broken")
    from_sample = first + _DELAY - frame * SAMPLES_PER_FRAME
    return Stretch(samples[from_sample : from_sample + len(there)], first, *own)
