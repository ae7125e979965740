"""The Info frame is written as LAME writes it, and faults of a stream are found."""

import pytest

from smr_audio.mp3.frames import _crc16, info_frame
from tests.mp3.signals import mp3_at, pcm, samples_in, scanned


@pytest.fixture
def path(tmp_path):
    return mp3_at(tmp_path / "a.mp3")


def test_it_knows_the_length_with_a_tag_before_it_and_without(path):
    assert samples_in(path) == pcm().size
    path.write_bytes(b"ID3\x03\x00\x00\x00\x00\x02\x03" + bytes(259) + path.read_bytes())
    assert samples_in(path) == pcm().size


@pytest.mark.parametrize("damage", [
    lambda data: b"", lambda data: data[288:], lambda data: data[:30], lambda data: data[:100],
    lambda data: b"\xff\xfb\x90\x44" + data[4:], lambda data: b"RIFF" + data[4:],
])  # fmt: skip
def test_a_file_without_an_info_frame_is_refused(path, damage):
    path.write_bytes(damage(path.read_bytes()))
    assert "frame" in scanned(path).fault


@pytest.mark.parametrize(("damage", "found"), [
    (lambda data: data[:-1], (-1, (), 287)),
    (lambda data: data[:-288], (-1, (), 0)),
    (lambda data: data + b"\0", (0, (), 1)),
    (lambda data: data[: 288 * 9] + b"\0\0" + data[288 * 9 + 2 :], (0, (8,), 0)),
])  # fmt: skip
def test_what_is_missing_broken_or_too_many_is_counted(path, damage, found):
    good = path.read_bytes()
    path.write_bytes(damage(good))
    scan = scanned(path)
    assert (scan.frames - scan.info["frames"], scan.broken, scan.stray_bytes) == found


def test_the_frame_is_built_as_lame_builds_it():
    frame = info_frame(kbps=96, frames=25_000, delay=576, padding=900)
    assert len(frame) == 288
    assert frame[:4] == b"\xff\xfb\x74\xc4"
    assert not any(frame[4:21])  # no sound: a decoder that plays it plays silence
    assert frame[21:29] == b"Info\0\0\0\x0f"
    assert int.from_bytes(frame[29:33], "big") == 25_000
    assert int.from_bytes(frame[33:37], "big") == 25_001 * 288
    toc = frame[37:137]
    assert (toc[0], toc[50], toc[99]) == (0, 128, 253)
    assert list(toc) == sorted(toc)
    assert frame[141:150] == b"LAME3.100"
    assert int.from_bytes(frame[162:165], "big") == 576 << 12 | 900
    assert not any(frame[177:])
    assert _crc16(b"123456789") == 0xBB3D  # CRC-16/ARC, as the specification has it
