"""Sounds to test with: sines, and noise that rises and falls like speech."""

import subprocess

import numpy as np

from smr_audio.sound.clip import Clip, clip_of
from smr_audio.sound.ffmpeg import ffmpeg_path
from smr_audio.voices.engine import Speech

RATE = 48_000


def sine(freq_hz, *, seconds, dbfs=0.0, rate=RATE):
    n = np.arange(round(seconds * rate))
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * freq_hz * n / rate)


def speechlike(*, seconds=2.0, rate=22_050, seed=1, peak=0.7):
    """Syllables of a buzz with formants and noise between, at 4 a second."""
    rng = np.random.Generator(np.random.PCG64(seed))
    t = np.arange(round(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 110 * k * t + 0.7 * k * k) / k**0.7 for k in range(1, 40))
    syllables = np.clip(np.sin(2 * np.pi * 2 * t) ** 2 * 1.4 - 0.2, 0, None)
    sound = buzz * syllables + 0.1 * rng.uniform(-1, 1, t.size) * (1 - syllables)
    return sound * (peak / np.max(np.abs(sound)))


def speech_of(samples, *, rate=22_050):
    return Speech(samples=np.asarray(samples, dtype=np.float32), sample_rate=rate)


def noise_clip(samples=9_600, *, seed=3, peak=8_000) -> Clip:
    rng = np.random.Generator(np.random.PCG64(seed))
    return clip_of(rng.integers(-peak, peak, samples).astype(np.int16))


def ebur128(samples) -> dict[str, float]:
    """What ffmpeg's ebur128 filter says of int16 samples: lufs, true_peak."""
    command = [
        ffmpeg_path(), "-hide_banner", "-nostats", "-f", "s16le", "-ar", "48000", "-ac", "1",
        "-i", "pipe:0", "-af", "ebur128=peak=true", "-f", "null", "-",
    ]  # fmt: skip
    done = subprocess.run(command, input=samples.tobytes(), capture_output=True, check=True)
    words = done.stderr.decode().rpartition("Summary:")[2].split()
    return {
        "lufs": float(words[words.index("I:") + 1]),
        "true_peak": float(words[words.index("Peak:") + 1]),
    }
