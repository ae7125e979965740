"""The floor: very quiet pink noise under a session, so that nothing falls asleep.

Bluetooth headphones and phones mute on all-zero stretches and swallow the next word.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.options.choices import KeepAwake
from smr_audio.sound.islands import LEAST_FRAMES, LOOP_FRAMES
from smr_audio.sound.level import raised_cosine
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_FRAME, amplitude_of_db

FLOOR_DBFS: Final = {"low": -63.0, "high": -55.0}
_SEED: Final = 20_250_601
_LOWEST_HZ: Final = 40.0  # below that only loudspeakers' cones would move


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """A seamless loop, int16 at 48 kHz mono, of a whole number of MP3 frames; not writable."""

    samples: NDArray[np.int16]

    def __post_init__(self) -> None:
        self.samples.flags.writeable = False

    @property
    def frames(self) -> int:
        return self.samples.size // SAMPLES_PER_FRAME

    def softer(self, db: float) -> "Floor":
        return Floor(np.rint(self.samples * amplitude_of_db(-db)).astype(np.int16))

    def stretch(self, frames: int, *, from_frame: int = 0) -> NDArray[np.int16]:
        """So many frames of floor, beginning at a frame of the loop (any integer, wrapped)."""
        first = from_frame % self.frames * SAMPLES_PER_FRAME
        size = frames * SAMPLES_PER_FRAME
        turns = -(-(first + size) // self.samples.size)
        return np.asarray(np.tile(self.samples, turns)[first : first + size])

    def tile(self, frames: int) -> NDArray[np.int16]:
        """So many frames, at least 3, that begin with the loop and end with its last two.

        The frame before those two fades into the loop's at equal power.
        """
        if frames < LEAST_FRAMES:
            raise ValueError(f"a tile has {LEAST_FRAMES} frames or more, not {frames}")
        tile = np.array(self.stretch(frames))
        if frames % self.frames == 0:
            return tile
        home = self.stretch(LEAST_FRAMES, from_frame=-LEAST_FRAMES)
        fading = tile[-LEAST_FRAMES * SAMPLES_PER_FRAME :][:SAMPLES_PER_FRAME]
        rise = raised_cosine(SAMPLES_PER_FRAME)
        mixed = fading * np.sqrt(1 - rise) + home[:SAMPLES_PER_FRAME] * np.sqrt(rise)
        tile[-home.size :] = home
        tile[-home.size :][:SAMPLES_PER_FRAME] = np.rint(mixed).astype(np.int16)
        return tile


@lru_cache(maxsize=4)
def floor_for(keep_awake: KeepAwake) -> Floor:
    """The floor of a setting: pink noise, or true zeros for `off`. Always the same samples."""
    if keep_awake == "off":
        return Floor(samples=np.zeros(SAMPLES_PER_FRAME, dtype=np.int16))
    return Floor(samples=_pink_loop(rms_dbfs=FLOOR_DBFS[keep_awake]))


def _pink_loop(*, rms_dbfs: float) -> NDArray[np.int16]:
    """Noise with 3 dB less power an octave; shaped in its FFT, so its end meets its start."""
    size = LOOP_FRAMES * SAMPLES_PER_FRAME
    # The raw stream of PCG64 is fixed for good; numpy's distributions may change (NEP 19).
    raw = np.random.PCG64(_SEED).random_raw(size)
    spectrum = np.fft.rfft((raw >> np.uint64(11)) * 2.0**-53 - 0.5)
    freq_hz = np.fft.rfftfreq(size, d=1 / SAMPLE_RATE)
    heard = freq_hz >= _LOWEST_HZ
    spectrum[heard] /= np.sqrt(freq_hz[heard])
    spectrum[~heard] = 0.0
    noise = np.fft.irfft(spectrum, size)
    rms = 32768.0 * 10 ** (rms_dbfs / 20)
    noise *= rms / np.sqrt(np.mean(np.square(noise)))
    return np.asarray(np.rint(noise), dtype=np.int16)
