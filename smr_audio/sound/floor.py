"""What lies under a session: its floor of very quiet pink noise, and beds, softer under speech.

Bluetooth headphones and phones mute on all-zero stretches and swallow the next word, so there is a
floor. Beds are rain and brown noise that are made here, or a sound of the user's.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from smr_audio.options.choices import KeepAwake, MadeBed
from smr_audio.records import dataclass
from smr_audio.sound.islands import BED_LOOP_FRAMES, FALL_FRAMES, LEAST_FRAMES, LOOP_FRAMES, RISE_FRAMES
from smr_audio.sound.level import raised_cosine
from smr_audio.sound.levels import BLOCK_TICKS, lufs_of_power
from smr_audio.sound.loudness import block_powers, hop_powers, integrated_lufs, to_int16
from smr_audio.sound.settings import MOST_BED_BYTES, BedSettings, SoundError, bytes_of_sound, useless_bed
from smr_audio.sound.user_files import decode_long
from smr_audio.units import SAMPLE_RATE, SAMPLES_PER_FRAME, SAMPLES_PER_TICK, TICKS_PER_FRAME, amplitude_of_db

FLOOR_DBFS: Final = {"low": -63.0, "high": -55.0}
_FLOOR_SEED: Final = 20_250_601
LEAST_S: Final = 10.0
MOST_S: Final = 1200.0
OWN_LUFS: Final = -24.0
"""What a bed of the user's own is levelled to; its settings are counted from there."""

_EDGE_FRAMES: Final = 2  # at either end of a tile, that have to be as in any other
_RISE_TICKS: Final = (RISE_FRAMES - 1) * TICKS_PER_FRAME
_FALL_TICKS: Final = (FALL_FRAMES - _EDGE_FRAMES) * TICKS_PER_FRAME
_FADE_IN_S: Final = 0.5
_FADE_OUT_S: Final = 1.5
_LOOP_FADE_S: Final = 2.0
_MOST_OVER_LU: Final = 4.0
_BED_SEED: Final = 20_261_201
_HISS_HZ: Final = (150.0, 1200.0, 9000.0)  # it rises to the first, falls from the second, ends at the last
_DROPS: Final = ((2600.0, 0.00025, 40_000), (4600.0, 0.00015, 60_000), (1400.0, 0.0004, 9_000))
"""Of rain: how high drops sound, for how many seconds, and how many there are in the loop."""
_DROPS_PART: Final = 0.25
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
    spectrum = np.fft.rfft(_random(size, seed=_FLOOR_SEED))
    freq_hz = np.fft.rfftfreq(size, d=1 / SAMPLE_RATE)
    heard = freq_hz >= _LOWEST_HZ
    spectrum[heard] /= np.sqrt(freq_hz[heard])
    spectrum[~heard] = 0.0
    noise = np.fft.irfft(spectrum, size)
    rms = 32768.0 * 10 ** (rms_dbfs / 20)
    noise *= rms / np.sqrt(np.mean(np.square(noise)))
    return np.asarray(np.rint(noise), dtype=np.int16)


def _random(size: int, *, seed: int = _BED_SEED) -> NDArray[np.float64]:
    """Numbers in [-0.5, 0.5)."""
    # The raw stream of PCG64 is fixed for good; numpy's distributions may change (NEP 19).
    return np.asarray((np.random.PCG64(seed).random_raw(size) >> np.uint64(11)) * 2.0**-53 - 0.5)


@lru_cache(maxsize=2)
def made_bed(sound: MadeBed, lufs: float) -> Floor:
    """A bed at its full level: a loop of noise, always the same samples."""
    size = BED_LOOP_FRAMES * SAMPLES_PER_FRAME
    freq_hz = np.asarray(np.fft.rfftfreq(size, d=1 / SAMPLE_RATE), dtype=np.float64)
    if sound == "rain":
        spectrum = _rain(freq_hz, size)
    else:  # brown: 6 dB less an octave
        spectrum = np.fft.rfft(_random(size)) * (freq_hz >= _LOWEST_HZ) / np.maximum(freq_hz, _LOWEST_HZ)
    noise = np.fft.irfft(spectrum, size)
    noise *= 0.01 / np.sqrt(np.mean(np.square(noise)))
    own_lufs = lufs_of_power(float(np.mean(hop_powers(noise))))
    return Floor(to_int16(noise * amplitude_of_db(lufs - own_lufs)))


def _rain(freq_hz: NDArray[np.float64], size: int) -> NDArray[np.complex128]:
    """The hiss of many drops far away, and single ones near."""
    rises, falls, ends = _HISS_HZ
    hiss = np.fft.rfft(_random(size))
    hiss /= np.sqrt((1 + (rises / np.maximum(freq_hz, 1.0)) ** 4) * (1 + (freq_hz / falls) ** 2))
    hiss /= 1 + (freq_hz / ends) ** 4
    drops = np.zeros_like(hiss)
    for stream, (pitch_hz, decay_s, count) in enumerate(_DROPS, start=1):
        where, how, tone = _random(3 * count, seed=_BED_SEED + stream).reshape(3, -1)
        hits = np.zeros(size)
        # Most are soft and few are loud, but none stands out.
        np.add.at(hits, ((where + 0.5) * size).astype(int), np.sign(tone) * np.sqrt(-np.log1p(-0.98 * (how + 0.5))))
        seconds = np.arange(round(8 * decay_s * SAMPLE_RATE)) / SAMPLE_RATE
        drop = np.exp(-seconds / decay_s) * np.sin(2 * np.pi * pitch_hz * seconds)
        drops += np.fft.rfft(hits) * np.fft.rfft(drop, size) / np.sqrt(np.square(drop).sum() * count)
    power = [float(np.sum(np.square(np.abs(each)))) for each in (hiss, drops)]
    return np.asarray(hiss * np.sqrt((1 - _DROPS_PART) / power[0]) + drops * np.sqrt(_DROPS_PART / power[1]))


def ducked(spans: Iterable[tuple[int, int]], ticks: int) -> NDArray[np.float64]:
    """How far a bed is ducked at each edge of so many ticks, 0 to 1, around sounds at `spans`."""
    part = np.zeros(ticks + 1)
    down = raised_cosine(_FALL_TICKS)
    up = raised_cosine(_RISE_TICKS)[::-1]
    for start, end in spans:
        shape = np.concatenate([down, np.ones(end - start + 1), up])
        first = start - down.size
        low, high = max(first, 0), min(first + shape.size, part.size)
        if low < high:
            np.maximum(part[low:high], shape[low - first : high - first], out=part[low:high])
    return part


def _gain(part: NDArray[np.float64], db: float) -> NDArray[np.float32]:
    """The gain of each sample where a bed is `db` softer where the part is 1."""
    edges = (10 ** (-db / 20 * part)).astype(np.float32)
    within = np.arange(SAMPLES_PER_TICK, dtype=np.float32) / SAMPLES_PER_TICK
    return np.asarray((edges[:-1, None] + np.diff(edges)[:, None] * within).ravel(), dtype=np.float32)


def bed_tile(full: Floor, frames: int, db: float) -> NDArray[np.int16]:
    """A tile of `BED_TILES` but the loop: it begins and ends as the soft floor does, and rises between."""
    ticks = frames * TICKS_PER_FRAME
    spans = ((-1, TICKS_PER_FRAME), (ticks - _EDGE_FRAMES * TICKS_PER_FRAME, ticks + 1))
    return np.asarray(np.rint(full.tile(frames) * _gain(ducked(spans, ticks), db)).astype(np.int16))


def own_bed(bed: BedSettings) -> NDArray[np.int16]:
    """A user's sound as a bed of `OWN_LUFS`, int16 at 48 kHz mono, shape (n,).

    What is far louder than the rest is brought down. Raises as `useless_bed` says if it cannot be
    used, MissingError without ffmpeg.
    """
    try:
        data = bytes_of_sound(Path(bed.sound), most=MOST_BED_BYTES, digest=bed.digest)
        sound = decode_long(data, most_s=MOST_S)
        powers = hop_powers(sound)
        lufs = integrated_lufs(block_powers(powers))
        if sound.size < LEAST_S * SAMPLE_RATE:
            raise SoundError(f"it is {sound.size / SAMPLE_RATE:.1f} s long, and {LEAST_S:g} s is the least")
        if lufs == -np.inf:
            raise SoundError("it is silent")
    except (OSError, SoundError) as error:
        raise useless_bed(bed, error) from None
    near = np.convolve(powers, np.ones(BLOCK_TICKS) / BLOCK_TICKS, mode="same")
    over_db = 10 * np.log10(np.maximum(near, 1e-12)) - 0.691 - lufs - _MOST_OVER_LU
    gain_db = OWN_LUFS - lufs - np.maximum(over_db, 0.0)
    ticks = np.arange(sound.size, dtype=np.float64) / SAMPLES_PER_TICK - 0.5
    sound = sound * np.interp(ticks, np.arange(gain_db.size), amplitude_of_db(1.0) ** gain_db)
    return to_int16(sound)


def under(
    sound: NDArray[np.int16], bed: BedSettings, floor: Floor, frames: int, spans: Iterable[tuple[int, int]]
) -> NDArray[np.int16]:
    """A tile of floor with a user's bed over it from its start on, ducked at `spans` of ticks."""
    tile = floor.tile(frames)
    inner = tile[_EDGE_FRAMES * SAMPLES_PER_FRAME : -_EDGE_FRAMES * SAMPLES_PER_FRAME]
    music = looped(sound, inner.size)
    music *= amplitude_of_db(bed.lufs - OWN_LUFS)
    edge = _EDGE_FRAMES * TICKS_PER_FRAME
    music *= _gain(ducked(spans, frames * TICKS_PER_FRAME)[edge:-edge], bed.ducked_db)
    for seconds, part in ((_FADE_IN_S, music), (_FADE_OUT_S, music[::-1])):
        length = min(round(seconds * SAMPLE_RATE), music.size // 2)
        part[:length] *= raised_cosine(length)
    inner += np.rint(music).astype(np.int16)
    return tile


def looped(sound: NDArray[np.int16], size: int) -> NDArray[np.float32]:
    """So many samples from the start on; its end fades into its start at equal power."""
    whole = sound[:size].astype(np.float32)
    if whole.size == size:
        return whole
    fade = min(round(_LOOP_FADE_S * SAMPLE_RATE), sound.size // 4)
    rise = raised_cosine(fade)
    joint = whole[-fade:] * np.sqrt(1 - rise) + whole[:fade] * np.sqrt(rise)
    once = np.concatenate([joint.astype(np.float32), whole[fade:-fade]])
    turns = -(-(size - whole.size + fade) // once.size)
    return np.concatenate([whole[:-fade], np.tile(once, turns)])[:size]
