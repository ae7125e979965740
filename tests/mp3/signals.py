"""Sounds and stand-ins to test MP3 with."""

import numpy as np

from smr_audio.mp3.codec import decoded, encode_pieces
from smr_audio.mp3.id3 import Tags, tag_size
from smr_audio.mp3.linker import LinkedFile, Stream
from smr_audio.sound.floor import floor_for
from smr_audio.verification.stream import scan_frames

TAGS = Tags(title="T", artist="smr-audio", album="A", language="eng")


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
    return b"".join(LinkedFile(stream, tag=tag).pieces())


def mp3_at(path, samples=None, **options):
    path.write_bytes(linked(pcm() if samples is None else samples, **options))
    return path


def fake_ffmpeg(folder, monkeypatch, script):
    """Have a shell script run in ffmpeg's place; `$out` is the last file it should write."""
    fake = folder / "fake-ffmpeg"
    fake.write_text(f'#!/bin/sh\nfor last; do :; done\nout="${{last#file:}}"\n{script}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(fake))


def frames_of(data):
    """(id, body) of each frame of an ID3v2.3 tag, read by the specification alone."""
    frames = []
    while len(data) >= 10:
        size = int.from_bytes(data[4:8], "big")
        frames.append((data[:4].decode(), data[10 : 10 + size]))
        data = data[10 + size :]
    assert data == b""
    return frames


def tag_of(path):
    """The frames of a file's tag, with no padding after them."""
    data = path.read_bytes()
    size = (data[6] << 21) + (data[7] << 14) + (data[8] << 7) + data[9]
    assert data[:6] == b"ID3\x03\x00\x00"
    assert data[10 + size : 12 + size] == b"\xff\xfb"
    return frames_of(data[10 : 10 + size])


def scanned(path):
    """The frames of a file after its tag."""
    data = np.fromfile(path, dtype=np.uint8)
    return scan_frames(data, offset=tag_size(data[:10].tobytes()))


def samples_in(path):
    """How many samples a whole file has by its Info frame."""
    scan = scanned(path)
    assert (scan.broken, scan.leaning, scan.stray_bytes) == ((), (), 0)
    assert scan.info["frames"] == scan.frames
    assert scan.info["bytes"] == (scan.frames + 1) * 3 * scan.kbps
    return scan.frames * 1152 - scan.info["delay"] - scan.info["padding"]


def decode_mp3(path):
    """The samples of a whole MP3."""
    with decoded(path) as samples:
        return np.array(samples, dtype=np.int16)
