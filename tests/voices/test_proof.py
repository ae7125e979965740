"""Reading what an engine saved, and proving that it is the whole sentence."""

import io
import struct
import wave

import numpy as np
import pytest

from smr_audio.voices.engine import Fault, Speech
from smr_audio.voices.quality import prove, read_sound

RATE = 22_050
BIG_ENDIAN = struct.pack(">3h", 1, -2, 3)


def speech(*, voiced_ms=1000, tail_ms=100, level=0.5):
    at = np.arange(voiced_ms * RATE // 1000)
    # Syllables of a tenth of a second, the last sample loud.
    tone = np.where((at.size - 1 - at) * 10 // RATE % 2, 0.06, 1.0) * level * np.cos(at / 5)
    samples = np.concatenate([tone, np.zeros(tail_ms * RATE // 1000)])
    return Speech(samples.astype(np.float32), RATE)


def wav(samples=(1, -2, 3), *, channels=1, width=2):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((channels, width, RATE, 0, "NONE", ""))
        file.writeframes(struct.pack(f"<{len(samples)}{'h' if width == 2 else 'i'}", *samples))
    return buffer.getvalue()


def aiff(coding=b"", *, bits=16, frames=3, data=BIG_ENDIAN):
    rate = struct.pack(">HQ", 16383 + 14, RATE << (63 - 14))
    common = struct.pack(">hLh", 1, frames, bits) + rate + (coding and coding + b"\0\0")
    sound = bytes(8) + data
    body = b"COMM" + struct.pack(">L", len(common)) + common
    body += b"SSND" + struct.pack(">L", len(sound)) + sound
    return b"FORM" + struct.pack(">L", 4 + len(body)) + (b"AIFC" if coding else b"AIFF") + body


@pytest.mark.parametrize("content", [
    wav(),
    wav((1, 1, -2, -2, 3, 3), channels=2),
    aiff(),
    aiff(b"sowt", data=struct.pack("<3h", 1, -2, 3)),
    aiff(b"fl32", bits=32, data=struct.pack(">3f", 1 / 32768, -2 / 32768, 3 / 32768)),
], ids=["wav", "stereo", "aiff", "sowt", "float"])  # fmt: skip
def test_sound_is_read_by_content_and_made_mono(tmp_path, content):
    path = tmp_path / "any.name"
    path.write_bytes(content)
    sound = read_sound(path)
    assert sound.sample_rate == RATE
    assert sound.samples.dtype == np.float32
    assert (sound.samples * 32768).tolist() == [1, -2, 3]


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"ID3", wav()[:-2], wav()[:40], wav(width=4), aiff()[:-2], aiff()[:30],
     aiff(frames=4), aiff(frames=2), aiff(bits=8), aiff(b"ulaw"), aiff(b"sowt", bits=24)],
)  # fmt: skip
def test_a_file_that_is_not_whole_or_not_pcm_is_a_fault(tmp_path, content):
    path = tmp_path / "clip.wav"
    path.write_bytes(content)
    with pytest.raises(Fault):
        read_sound(path)
    with pytest.raises(Fault, match="no sound file"):
        read_sound(tmp_path / "none.wav")


@pytest.mark.parametrize("kind", [wav, aiff])
def test_a_file_cut_at_any_byte_is_a_fault(tmp_path, kind):
    whole = kind()
    for length in range(len(whole)):
        path = tmp_path / "clip"
        path.write_bytes(whole[:length])
        with pytest.raises(Fault):
            read_sound(path)


TEXT = "Ease off now, and breathe."


def proved(sound, text=TEXT, *, rate=1.0, espeak=True, **more):
    prove(sound, text, rate=rate, espeak=espeak, **more)


@pytest.mark.parametrize(("sound", "options", "says"), [
    (speech(level=0.0), {}, "no sound"), (speech(level=0.002), {}, "no sound"),
    (speech(voiced_ms=0, tail_ms=0), {}, "no sound"),
    (speech(voiced_ms=200), {}, "too short"), (speech(voiced_ms=100), {"rate": 0.5}, "too short"),
    (speech(), {"text": "Go on.", "espeak": False, "least_s": 1.1}, "too short"),
    (speech(tail_ms=0), {}, "breaks off"), (speech(tail_ms=15), {}, "breaks off"),
    (speech(tail_ms=5), {"text": "See a doctor."}, "breaks off"),
    (speech(tail_ms=2), {"espeak": False}, "breaks off"),
    (Speech(np.array([np.nan], np.float32), RATE), {}, "not numbers"),
])  # fmt: skip
def test_a_clip_that_is_not_whole_is_a_fault(sound, options, says):
    with pytest.raises(Fault, match=says):
        proved(sound, **options)


def test_a_whole_clip_passes():
    proved(speech())
    proved(speech(voiced_ms=300), rate=2.0)
    proved(speech(tail_ms=5), espeak=False)  # other engines need no long pause at the end
    proved(speech(tail_ms=5), "See a Dr.")  # after an abbreviation espeak makes none
    # An engine that knows how long it must be is believed.
    proved(speech(), "Go on.", espeak=False, least_s=0.9)


@pytest.mark.parametrize("kind", ["noise", "hum"])
def test_an_even_sound_is_no_speech(kind):
    noise = np.random.default_rng(1).standard_normal(RATE) * 0.1
    hum = 0.3 * np.sin(np.arange(RATE) / 70)
    samples = np.concatenate([noise if kind == "noise" else hum, np.zeros(RATE // 10)])
    with pytest.raises(Fault, match="noise or hum"):
        prove(Speech(samples.astype(np.float32), RATE), "Go on.", rate=1.0, espeak=True)
