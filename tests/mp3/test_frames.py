"""Frames: whole, ours, and each by itself, or refused."""

import pytest

from smr_audio.mp3.codec import encode_pieces
from smr_audio.mp3.frames import bytes_per_frame, check_frames, frame_header
from smr_audio.sound.floor import floor_for


@pytest.fixture(scope="module")
def frames():
    floor = floor_for("low")
    return encode_pieces([floor.tile(8)], floor=floor, kbps=96)[0]


def test_the_encoder_s_frames_are_as_they_should_be(frames):
    check_frames(frames, kbps=96, frames=8)
    assert frames[:4] == frame_header(96)


@pytest.mark.parametrize(("damage", "message"), [
    (lambda d: d[:-1], "bytes"),
    (lambda d: d + d[:288], "bytes"),
    (lambda d: b"", "bytes"),
    (lambda d: bytes(288) + d[288:], "header"),
    (lambda d: d[:2] + bytes([d[2] ^ 0x10]) + d[3:], "header"),
    (lambda d: d[:2] + bytes([d[2] | 0x02]) + d[3:], "header"),  # a padding slot
    (lambda d: d[:3] + bytes([d[3] & 0x3F]) + d[4:], "header"),  # stereo
    (lambda d: d[: 288 * 3 + 4] + b"\x01" + d[288 * 3 + 5 :], "frame 3 leans"),
])  # fmt: skip
def test_anything_else_is_refused(frames, damage, message):
    with pytest.raises(ValueError, match=message):
        check_frames(damage(frames), kbps=96, frames=8)


def test_sizes_and_headers_of_bit_rates():
    assert [bytes_per_frame(kbps) for kbps in (64, 96, 128)] == [192, 288, 384]
    assert frame_header(64) == b"\xff\xfb\x54\xc4"
