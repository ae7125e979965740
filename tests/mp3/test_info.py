"""The Info frame is read right, and a stream that is not as it says is refused."""

import pytest

from smr_audio.mp3.info import read_info
from tests.mp3.signals import mp3_at, pcm


@pytest.fixture
def path(tmp_path):
    return mp3_at(tmp_path / "a.mp3")


def test_it_knows_length_delay_and_padding(path):
    info = read_info(path)
    assert (info.kbps, info.frame_bytes, info.audio_offset) == (96, 288, 0)
    assert info.delay == 576
    assert info.samples == pcm().size


def test_a_tag_before_it_is_skipped(path):
    data = path.read_bytes()
    path.write_bytes(b"ID3\x03\x00\x00\x00\x00\x02\x03" + bytes(259) + data)
    assert read_info(path).audio_offset == 269
    assert read_info(path).samples == pcm().size


@pytest.mark.parametrize("damage", [
    lambda data: b"",
    lambda data: data[:-1],
    lambda data: data[:-288],
    lambda data: data + b"\0",
    lambda data: data[288:],
    lambda data: data[:100],
    lambda data: data[: 288 * 9] + b"\0\0" + data[288 * 9 + 2 :],
    lambda data: data[: 288 * 9 - 1] + data[288 * 9 :] + b"\0",
    lambda data: b"\xff\xfb\x90\x44" + data[4:],
    lambda data: b"RIFF" + data[4:],
])  # fmt: skip
def test_anything_else_is_refused(path, damage):
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match="frame"):
        read_info(path)
