"""Sounds to test with: sines, and noise that rises and falls like speech."""

import subprocess

import numpy as np

from smr_audio.sound.clip import Clip, clip_of
from smr_audio.sound.ffmpeg import ffmpeg_path
from smr_audio.sound.islands import LEAST_FRAMES, tiles_for
from smr_audio.sound.loudness import hop_powers, integrated_lufs
from smr_audio.sound.render import render_island
from smr_audio.units import SAMPLES_PER_FRAME
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


def block_powers(samples, *, hop_samples=4800):
    """The K-weighted mean squares of gating blocks of 400 ms, as a meter has them every 100 ms."""
    hops, width = hop_powers(samples, hop_samples=hop_samples), 19_200 // hop_samples
    return np.array([np.mean(hops[at : at + width]) for at in range(hops.size - width + 1)])


def lufs(samples) -> float:
    """What a meter reads."""
    return integrated_lufs(block_powers(samples))


def session_pcm(islands, *, frames, floor, samples_of):
    """The sound that a linked session of so many frames encodes."""
    pieces, at = [], 0
    for island in islands:
        rendered = render_island(island.shape, ground=floor.tile(island.frames), samples_of=samples_of)
        gap = island.start_frame - at
        if not pieces and gap < LEAST_FRAMES:
            home = floor.stretch(max(gap, 0), from_frame=-max(gap, 0))
            rendered = np.concatenate([home, rendered[-min(gap, 0) * SAMPLES_PER_FRAME :]])
            gap = 0
        pieces += [*(floor.tile(size) for size in tiles_for(gap)), rendered]
        at = island.end_frame
    # The linker writes one frame more, so its tiles make one more.
    if at <= frames:
        pieces += [floor.tile(size) for size in tiles_for(max(frames + 1 - at, LEAST_FRAMES))]
    return np.concatenate(pieces)[: frames * SAMPLES_PER_FRAME]


def ebur128(samples) -> dict[str, float]:
    """What ffmpeg's ebur128 filter says of int16 samples: lufs, true_peak."""
    command = [
        ffmpeg_path(), "-hide_banner", "-nostats", "-f", "s16le", "-ar", "48000", "-ac", "1",
        "-i", "pipe:0", "-af", "ebur128=peak=true", "-f", "null", "-",
    ]  # fmt: skip
    done = subprocess.run(command, input=samples.tobytes(), capture_output=True, check=True)
    words = done.stderr.decode().rpartition("Summary:")[2].split()
    return {"lufs": float(words[words.index("I:") + 1]), "true_peak": float(words[words.index("Peak:") + 1])}
