"""Sounds and stand-ins to test MP3 with."""

import numpy as np

from smr_audio.mp3.encoder import encode_pieces
from smr_audio.mp3.linker import LinkedFile, Stream
from smr_audio.sound.floor import floor_for


def pcm(seconds=3.0, *, seed=1):
    """A quiet hum with noise, a whole number of frames, int16."""
    size = round(seconds * 48_000) // 1152 * 1152
    rng = np.random.Generator(np.random.PCG64(seed))
    hum = 4000 * np.sin(2 * np.pi * 330 * np.arange(size) / 48_000)
    return (hum + rng.uniform(-300, 300, size)).astype(np.int16)


def linked(samples, *, kbps=96, tag=b""):
    """A file with nothing but these samples in it, a whole number of frames."""
    piece = np.concatenate([samples, np.zeros(1152, dtype=np.int16)])
    (frames,) = encode_pieces([piece], floor=floor_for("off"), kbps=kbps)
    stream = Stream([(0, frames)], tiles={}, frames=samples.size // 1152, kbps=kbps)
    return b"".join(LinkedFile(stream, tag=tag).chunks())


def mp3_at(path, samples=None, **options):
    path.write_bytes(linked(pcm() if samples is None else samples, **options))
    return path


def fake_ffmpeg(folder, monkeypatch, script):
    """Have a shell script run in ffmpeg's place; `$out` is the last file it should write."""
    fake = folder / "fake-ffmpeg"
    fake.write_text(f'#!/bin/sh\nfor last; do :; done\nout="${{last#file:}}"\n{script}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(fake))
