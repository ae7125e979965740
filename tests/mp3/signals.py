"""Sounds and stand-ins to test MP3 with."""

import numpy as np

from smr_audio.mp3.encoder import encode


def pcm(seconds=3.0, *, seed=1):
    """A quiet hum with noise, a whole number of frames, int16."""
    size = round(seconds * 48_000) // 1152 * 1152
    rng = np.random.Generator(np.random.PCG64(seed))
    hum = 4000 * np.sin(2 * np.pi * 330 * np.arange(size) / 48_000)
    return (hum + rng.uniform(-300, 300, size)).astype(np.int16)


def pieces(samples, *, size=5000):
    data = samples.tobytes()
    return (data[start : start + size] for start in range(0, len(data), size))


def mp3_at(path, samples=None):
    encode(pieces(pcm() if samples is None else samples), path)
    return path


def fake_ffmpeg(folder, monkeypatch, script):
    """Have a shell script run in ffmpeg's place; its last argument is `file:` and the target."""
    fake = folder / "fake-ffmpeg"
    fake.write_text(f'#!/bin/sh\nfor last; do :; done\nout="${{last#file:}}"\n{script}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(fake))
