"""A sound of the user's own for a cue: any format, trimmed and levelled, or a clear refusal."""

import os
import struct
import subprocess
import sys
import wave

import numpy as np
import pytest

from smr_audio import Preferences, UsageError
from smr_audio.options.choices import CUE_NAMES
from smr_audio.options.values import parse_cue_sound
from smr_audio.sound import user_files
from smr_audio.sound.cues import CUE_LU, END_LU, MOST_OF_S, TICK_LU, own_cue_clip
from smr_audio.sound.ffmpeg import ffmpeg_path
from smr_audio.sound.loudness import sounding_lufs
from smr_audio.sound.settings import OwnCue, SoundError, digest_of_sound, settings_of
from smr_audio.sound.user_files import decode_bytes
from tests.mp3.signals import fake_ffmpeg
from tests.sound.signals import RATE, sine
from tests.tables import tables

TABLES = tables(__file__)

needs_sh = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


def bell(*, seconds=0.8, rate=44_100, quiet_s=0.3, peak=0.5, freq_hz=880):
    t = np.arange(round(seconds * rate)) / rate
    ring = peak * np.sin(2 * np.pi * freq_hz * t) * np.exp(-t / 0.15)
    quiet = np.zeros(round(quiet_s * rate))
    return np.concatenate([quiet, ring, quiet])


def write(path, samples, *, rate=44_100, channels=1):
    data = np.clip(np.asarray(samples) * 32768, -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(data.tobytes())
    return path


def said(path, *parts):
    """A recording of (seconds, amplitude) after another, quiet before and after, in a room."""
    rate = 22_050
    sound = np.concatenate([
        sine(180, seconds=seconds, rate=rate) * peak
        for seconds, peak in ((0.5, 0.0), *parts, (0.5, 0.0))
    ])  # fmt: skip
    sound += np.random.default_rng(1).standard_normal(sound.size) * 5e-5
    path.parent.mkdir(parents=True, exist_ok=True)
    return write(path, sound, rate=rate)


def write_floats(path, samples, *, rate=RATE):
    data = np.asarray(samples, dtype="<f4").tobytes()
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, rate, 4 * rate, 4, 32)
    body = b"WAVE" + head + struct.pack("<4sI", b"data", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def ffmpeg(*arguments):
    command = [ffmpeg_path(), "-y", "-loglevel", "error", *map(str, arguments)]
    subprocess.run(command, check=True, timeout=60)


def clip_of(path, cue="start", *, target_lufs=-16.0):
    return own_cue_clip(OwnCue(cue, str(path), digest_of_sound(path)), target_lufs=target_lufs)


def decoded(path, **how):
    return decode_bytes(path.read_bytes(), most_s=5, **how)


@pytest.fixture(scope="module")
def bells(tmp_path_factory):
    """The same bell in every format, and two with names that lie."""
    folder = tmp_path_factory.mktemp("bells")
    wav = write(folder / "bell.wav", bell())
    for name, codec in (
        ("bell.mp3", "libmp3lame"), ("bell.flac", "flac"), ("bell.ogg", "libvorbis"),
    ):  # fmt: skip
        ffmpeg("-i", wav, "-c:a", codec, folder / name)
    ffmpeg("-i", wav, "-c:a", "libopus", folder / "opus.ogg")
    ffmpeg("-i", wav, "-c:a", "libopus", folder / "browser.webm")
    ffmpeg("-i", wav, folder / "memo.m4a")
    ffmpeg("-i", wav, "-c:a", "alac", folder / "lossless.m4a")
    ffmpeg("-i", wav, folder / "android.aac")
    ffmpeg("-i", wav, "-ar", "8000", folder / "old-phone.amr")
    # More than ffmpeg reads ahead: it finds where the sound lies at the end alone.
    video = ("-f", "lavfi", "-i", "testsrc=d=1.4:s=320x240", "-c:v", "rawvideo", "-f", "mov")
    ffmpeg("-i", wav, *video, folder / "video.mp4")
    ffmpeg("-i", wav, "-ar", "8000", "-c:a", "pcm_u8", folder / "eight-bit.wav")
    ffmpeg("-i", wav, "-ar", "96000", "-ac", "2", "-c:a", "pcm_s24le", folder / "studio.wav")
    tags = ("-metadata", "title=Bell", "-metadata", "REPLAYGAIN_TRACK_GAIN=-20.00 dB")
    ffmpeg("-i", wav, *tags, folder / "tagged.flac")
    (folder / "really.wav").write_bytes((folder / "bell.mp3").read_bytes())
    (folder / "no-ending").write_bytes((folder / "bell.flac").read_bytes())
    return folder


FORMATS = ("bell.wav", "bell.mp3", "bell.flac", "bell.ogg", "opus.ogg", "eight-bit.wav",
           "studio.wav", "tagged.flac", "really.wav", "no-ending", "browser.webm", "memo.m4a",
           "lossless.m4a", "android.aac", "old-phone.amr", "video.mp4")  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_any_format_makes_a_cue_with_its_onset_at_the_start(bells, name):
    clip = clip_of(bells / name)
    samples = np.abs(clip.samples.astype(float))
    assert sounding_lufs(clip.samples) == pytest.approx(-13.25, abs=0.05)
    assert clip.true_peak_dbtp <= -2.0
    assert int(np.argmax(samples > 0.25 * samples.max())) < RATE * 12 // 1000
    # A bell of 0.15 s to e^-1 is at -50 dB after 0.86 s, so all of it is kept and no silence.
    assert 0.7 < clip.samples.size / RATE < 0.87


@pytest.mark.parametrize(("cue", "target"), [*((cue, -16.0) for cue in CUE_NAMES), ("end", -19.0), ("end", -14.0)])
def test_it_is_as_loud_as_the_cue_it_stands_for(tmp_path, cue, target):
    path = write(tmp_path / "a.wav", sine(900, seconds=0.14, rate=44_100, dbfs=-20))
    clip = clip_of(path, cue, target_lufs=target)
    wanted = target + {"end": END_LU, "tick": TICK_LU}.get(cue, CUE_LU)
    assert sounding_lufs(clip.samples) == pytest.approx(wanted, abs=0.05)


def test_a_click_is_as_loud_as_its_peak_lets_it_be(tmp_path):
    click = np.zeros(2000)
    click[100:103] = 0.9
    click[1500] = 0.01
    clip = clip_of(write(tmp_path / "a.wav", click))
    assert clip.true_peak_dbtp == pytest.approx(-2.0, abs=0.05)
    assert sounding_lufs(clip.samples) < -20


def test_a_sharp_attack_keeps_its_edge_and_a_soft_one_fades_in(tmp_path):
    sharp = clip_of(write(tmp_path / "a.wav", np.concatenate([np.zeros(5000), sine(880, seconds=0.5)]) / 2))
    slow = sine(880, seconds=1.0, rate=RATE) * np.linspace(0, 0.5, RATE)
    soft = clip_of(write(tmp_path / "b.wav", slow, rate=RATE))
    loud = [np.abs(clip.samples.astype(float)) for clip in (sharp, soft)]
    level = [one[:480].max() / one.max() for one in loud]
    assert level[0] > 0.9
    assert level[1] < 0.1
    assert abs(int(sharp.samples[0])) < 200


def test_channels_are_averaged(tmp_path):
    both = np.stack([bell(), bell()], axis=1).ravel()
    left = np.stack([bell(), 0 * bell()], axis=1).ravel()
    for name, samples, factor in (("both.wav", both, 1.0), ("left.wav", left, 0.5)):
        sound = decoded(write(tmp_path / name, samples, channels=2))
        assert np.abs(sound).max() == pytest.approx(0.5 * factor, rel=0.05)


def test_stored_gain_and_tags_count_for_nothing(bells):
    plain, tagged = (decoded(bells / name) for name in ("bell.flac", "tagged.flac"))
    assert np.array_equal(plain, tagged)


def test_resampling_keeps_pitch_and_length(bells):
    for name in ("bell.wav", "studio.wav", "eight-bit.wav"):
        sound = decoded(bells / name)
        assert sound.size == pytest.approx(1.4 * RATE, abs=20)
        hz = np.fft.rfftfreq(1 << 17, 1 / RATE)
        assert hz[np.argmax(np.abs(np.fft.rfft(sound, 1 << 17)))] == pytest.approx(880, abs=1)


# ---- refusals ----


def bad_files(folder):
    """Name, what makes it, what is said."""
    tone = sine(880, seconds=0.5, rate=44_100)
    write(folder / "silent.wav", sine(880, seconds=0.5, rate=44_100, dbfs=-52))
    write(folder / "clipped.wav", np.clip(4 * tone, -1, 1))
    write(folder / "long.wav", 0.3 * sine(880, seconds=2.2, rate=44_100))
    write(folder / "hour.wav", 0.3 * np.tile(tone, 70))
    write(folder / "short.wav", 0.3 * tone[:400])
    write(folder / "cut.wav", tone)
    (folder / "cut.wav").write_bytes((folder / "cut.wav").read_bytes()[:30])
    (folder / "no-data.wav").write_bytes(write(folder / "x.wav", tone).read_bytes()[:44])
    write_floats(folder / "nan.wav", np.where(np.arange(9000) == 77, np.nan, 0.3))
    write(folder / "against.wav", np.stack([bell(), -bell()], axis=1).ravel(), channels=2)
    (folder / "empty.wav").write_bytes(b"")
    (folder / "list.wav").write_text("#EXTM3U\n#EXTINF:1,\nbell.wav\n")
    ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-c:v", "libtheora", folder / "video.ogg")
    ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=64x64", folder / "video.mp4")
    (folder / "list.m4a").write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/bell.wav\n")
    (folder / "concat.m4a").write_text("ffconcat version 1.0\nfile silent.wav\n")
    url = b"url " + struct.pack(">I", 25) + b"http://127.0.0.1:9/x.mp3\0"
    (folder / "url.m4a").write_bytes(
        box(b"ftyp", b"qt  \0\0\0\0") + box(b"moov", box(b"rmra", box(b"rmda", box(b"rdrf", bytes(4) + url))))
    )
    wav, key = write(folder / "x.wav", 0.3 * tone), "0123456789abcdef" * 2
    ffmpeg("-i", wav, "-movflags", "faststart", folder / "cut.m4a")
    (folder / "cut.m4a").write_bytes((folder / "cut.m4a").read_bytes()[:-3000])
    secret = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key)
    ffmpeg("-i", wav, *secret, "-encryption_kid", key, folder / "bought.m4a")


def box(kind, body):
    return struct.pack(">I", 8 + len(body)) + kind + body


REFUSALS = TABLES["refusals"]


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    bad_files(folder)
    return folder


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_use_is_refused_by_cue_and_file(bad, name):
    with pytest.raises(UsageError) as refused:
        clip_of(bad / name)
    said = str(refused.value)
    assert REFUSALS[name] in said
    assert str(bad / name) in said
    assert "'start'" in said
    assert "name another file" in said
    assert "\n" not in said


@pytest.mark.parametrize(("cue", "most_s"), [*MOST_OF_S.items(), ("end", 2.0)])
def test_each_cue_has_its_most(tmp_path, cue, most_s):
    for seconds, good in ((most_s - 0.01, True), (most_s + 0.01, False)):
        path = write(tmp_path / "a.wav", sine(880, seconds=seconds, rate=RATE, dbfs=-9), rate=RATE)
        if good:
            assert clip_of(path, cue).samples.size / RATE <= most_s
        else:
            with pytest.raises(UsageError, match=f"{most_s:g} s is the most"):
                clip_of(path, cue)


@pytest.mark.parametrize("freq_hz", [60, 880])
def test_a_sound_that_only_touches_full_scale_is_not_distorted(tmp_path, freq_hz):
    path = write(tmp_path / "a.wav", sine(freq_hz, seconds=0.5, rate=44_100))
    assert decoded(path).size


def test_a_distorted_sound_is_taken_where_it_may_be(bad):
    assert decoded(bad / "clipped.wav", may_clip=True).size


no_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
root = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason="root may read anything")


@pytest.mark.parametrize(("make", "says"), [
    (lambda path: None, "'end'.*no such file.*name a WAV"),
    (lambda path: path.mkdir(), "'end'.*directory.*name a WAV"),
    (lambda path: path.write_bytes(bytes(21 << 20)), "more than 20 MB"),
    pytest.param(lambda path: os.mkfifo(path), "no ordinary file", marks=no_pipes),  # noqa: PLW0108
    pytest.param(lambda path: write(path, bell()).chmod(0), "permission", marks=root),
])  # fmt: skip
def test_what_cannot_be_read_is_said_before_anything_is_decoded(tmp_path, make, says):
    make(tmp_path / "a.wav")
    with pytest.raises(UsageError, match=says):
        settings_of(Preferences(cue_sounds=(parse_cue_sound(f"end={tmp_path / 'a.wav'}"),)))


def test_a_file_that_changes_between_is_refused(tmp_path):
    path = write(tmp_path / "a.wav", bell())
    own = OwnCue("start", str(path), digest_of_sound(path))
    write(path, bell(freq_hz=700))
    with pytest.raises(UsageError, match="it changed"):
        own_cue_clip(own, target_lufs=-16.0)


@needs_sh
def test_a_decoder_that_hangs_is_ended(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", bell())
    fake_ffmpeg(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(user_files, "_LIMIT_S", 0.3)
    with pytest.raises(SoundError, match="does not end"):
        decoded(path)


@needs_sh
def test_a_decoder_that_fails_says_why(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", bell())
    fake_ffmpeg(tmp_path, monkeypatch, "cat >/dev/null; echo 'no luck today' >&2; exit 7")
    with pytest.raises(SoundError, match="no luck today"):
        decoded(path)


def test_ffmpeg_is_given_an_open_file_and_opens_nothing_itself(monkeypatch, tmp_path):
    given = []
    genuine = user_files.run_ffmpeg

    def told(arguments, **options):
        given.append(list(arguments))
        return genuine(arguments, **options)

    monkeypatch.setattr(user_files, "run_ffmpeg", told)
    decoded(write(tmp_path / "a.wav", bell()))
    (arguments,) = given
    formats = "wav,flac,mp3,aac,ogg,mov,matroska,amr"
    assert arguments[:4] == ["-protocol_whitelist", "fd", "-format_whitelist", formats]
    assert arguments[4:6] == ["-i", "fd:"]
    assert not [one for one in arguments if str(tmp_path) in one]
