"""How often a matched filter names each cue in babble, through a phone's loudspeaker.

Both are cut to 300 to 3400 Hz; the SNR is that of the cue while it sounds. The filter takes three
seconds for one of the six signals, wherever in them it begins.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray
from soxr import resample

from intelligibility.measure import noise
from intelligibility.speech import Sound, speak
from smr_audio.options.choices import CUE_NAMES, CUE_SCHEMES, CueScheme
from smr_audio.sound.cues import cue_clip

SIGNALS = tuple(name for name in CUE_NAMES if name != "tick")
_RATE = 8000
_SIZE = 3 * _RATE
_PITCHES = (0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.7, 1.9)  # times the system voice's


def named(scheme: CueScheme, snr_db: float, *, trials: int) -> dict[str, int]:
    """In how many trials each signal is taken for itself."""
    rates = {"Sit on the roller and lean back.": 1.0, "Breathe out.": 1.0}
    said = speak("pyttsx3", rates).sentences.values()
    talkers = [[resample(s.samples, s.sample_rate * p, 16_000) for s in said] for p in _PITCHES]
    cues = [_at_level_1(cue_clip(name, scheme=scheme).samples) for name in SIGNALS]
    filters = [np.fft.rfft(cue / np.linalg.norm(cue), 2 * _SIZE).conj() for cue in cues]
    right: dict[str, int] = dict.fromkeys(SIGNALS, 0)
    for trial in range(trials):
        rng = np.random.Generator(np.random.PCG64(trial))
        babble = in_band(noise("babble", 0, seed=trial, talkers=talkers), 16_000)
        babble *= 10 ** (-snr_db / 20) / np.std(babble)
        for name, cue in zip(SIGNALS, cues, strict=True):
            start, at = rng.integers(babble.size - _SIZE), rng.integers(_SIZE - cue.size)
            heard = babble[start : start + _SIZE].copy()
            heard[at : at + cue.size] += cue
            spectrum = np.fft.rfft(heard, 2 * _SIZE)
            likeness = [np.abs(np.fft.irfft(spectrum * one)[:_SIZE]).max() for one in filters]
            right[name] += SIGNALS[int(np.argmax(likeness))] == name
    return right


def in_band(sound: Sound, rate: int) -> Sound:
    spectrum = np.fft.rfft(low := np.asarray(resample(sound, rate, _RATE)))
    hz = np.fft.rfftfreq(low.size, 1 / _RATE)
    return np.fft.irfft(spectrum * ((hz >= 300) & (hz <= 3400)), low.size)


def _at_level_1(samples: NDArray[np.int16]) -> Sound:
    """A cue in the band, at an RMS of 1 over its 8 ms steps within 10 dB of the loudest."""
    cue = in_band(samples.astype(float), 48_000)
    powers = np.square(cue[: cue.size // 64 * 64]).reshape(-1, 64).mean(axis=1)
    return cue / float(np.sqrt(powers[powers * 10 >= powers.max()].mean()))


def cue_table() -> Iterator[str]:
    for scheme, snr_db in product(CUE_SCHEMES, (0, -6, -12)):
        found = named(scheme, snr_db, trials=200)
        shares = ", ".join(f"{cue} {n / 2} %" for cue, n in found.items())
        yield f"{scheme:8}{snr_db:4} dB: {shares}"
