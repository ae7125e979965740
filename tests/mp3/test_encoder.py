"""Encoding: exact length, exact places, the same bytes, and failures that are clear."""

import sys

import numpy as np
import pytest

from smr_audio.errors import BuildError, MissingError
from smr_audio.mp3.decode import decode_mp3
from smr_audio.mp3.encoder import ENCODER_GAIN_DB, encode
from smr_audio.mp3.files import atomic_output
from smr_audio.sound.cues import TONES, cue_clip
from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import Placed, find_islands, session_pcm
from smr_audio.sound.onsets import find_onset
from tests.mp3.signals import fake_ffmpeg, pcm, pieces

needs_sh = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


@pytest.mark.parametrize("samples", [1152, 1152 * 7, 1152 * 209, 50_000])
@pytest.mark.parametrize("kbps", [96, 64])
def test_the_decoded_length_is_exact_to_the_sample(tmp_path, samples, kbps):
    path = tmp_path / "a.mp3"
    sound = np.resize(pcm(), samples)
    info = encode(pieces(sound), path, kbps=kbps)
    assert info.samples == samples
    assert decode_mp3(path).size == samples
    assert path.stat().st_size == (info.frames + 1) * 3 * kbps


def test_a_train_of_clicks_comes_back_within_1_ms(tmp_path):
    click = np.hanning(48) * np.sin(2 * np.pi * 2000 * np.arange(48) / 48_000)
    click = (click * 20_000).astype(np.int16)
    sound = floor_for("low").stretch(600).copy()
    places = range(777, sound.size - 5000, 31_111)
    for place in places:
        sound[place : place + 48] += click
    encode(pieces(sound), tmp_path / "a.mp3")
    decoded = decode_mp3(tmp_path / "a.mp3")
    for place in places:
        onset = find_onset(decoded, sound=click, near_sample=place, within_samples=4800)
        assert abs(onset.sample - place) <= 2
        assert onset.likeness > 0.8


@pytest.mark.parametrize("keep_awake", ["low", "off"])
def test_every_cue_of_a_session_is_found_in_the_mp3_within_1_ms(tmp_path, keep_awake):
    clips = [cue_clip(name) for name in sorted(TONES)]
    placed = [Placed(start_tick=65 + 184 * n, clip=clip) for n, clip in enumerate(clips * 2)]
    end_tick = 65 + 184 * 12 - (65 + 184 * 12) % 3
    islands = find_islands(placed, end_tick=end_tick)
    encode(session_pcm(islands, end_tick=end_tick, floor=floor_for(keep_awake)), tmp_path / "a.mp3")
    decoded = decode_mp3(tmp_path / "a.mp3")
    assert decoded.size == end_tick * 384
    for one in placed:
        planned = one.start_tick * 384
        onset = find_onset(
            decoded, sound=one.clip.samples, near_sample=planned + 123, within_samples=4800
        )
        assert abs(onset.sample - planned) <= 4
        assert onset.likeness > 0.98


def test_two_encodes_are_equal_however_the_sound_is_cut_up(tmp_path):
    sound = pcm()
    for name, size in (("a", 4608), ("b", 777), ("c", 10_000_000)):
        encode(pieces(sound, size=size), tmp_path / name)
    assert (
        (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
        == (tmp_path / "c").read_bytes()
    )  # fmt: skip
    assert b"Lavf5" not in (tmp_path / "a").read_bytes()[:300]


def test_lame_s_own_gain_is_as_we_reckon(tmp_path):
    tone = (8000 * np.sin(2 * np.pi * 1000 * np.arange(4 * 48_000) / 48_000)).astype(np.int16)
    encode(pieces(tone), tmp_path / "a.mp3")
    middle = slice(48_000, 144_000)
    gain = np.std(decode_mp3(tmp_path / "a.mp3")[middle]) / np.std(tone[middle].astype(float))
    assert 20 * np.log10(gain) == pytest.approx(ENCODER_GAIN_DB, abs=0.02)


def test_progress_tells_the_samples_so_far(tmp_path):
    heard = []
    sound = pcm()
    encode(pieces(sound), tmp_path / "a.mp3", on_progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == sound.size


@pytest.mark.parametrize("name", ["-y.mp3", "a:b.mp3", "%d.mp3", "tête à tête.mp3"])
def test_odd_names_are_only_names(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    encode(pieces(pcm(0.5)), path.relative_to(tmp_path))
    assert [item.name for item in tmp_path.iterdir()] == [name]
    assert decode_mp3(path.relative_to(tmp_path)).size == pcm(0.5).size


@needs_sh
@pytest.mark.parametrize(("script", "message"), [
    ("echo 'Disk quota exceeded' >&2; exit 1", "Disk quota exceeded"),
    ("cat >/dev/null; echo x >\"$out\"; exit 3", "status 3"),
    ("kill -9 $$", "killed by signal 9"),
    ("head -c 2000 >/dev/null; echo part >\"$out\"; kill -9 $$", "killed by signal 9"),
    ("cat >/dev/null; exit 0", "no sound MP3"),
    ("cat >/dev/null; echo garbage >\"$out\"", "no sound MP3"),
    ("head -c 99999999 /dev/zero | tr '\\0' e >&2; exit 1", "status 1"),
])  # fmt: skip
def test_a_failing_ffmpeg_is_an_error_and_leaves_nothing(tmp_path, monkeypatch, script, message):
    fake_ffmpeg(tmp_path, monkeypatch, script)
    target = tmp_path / "a.mp3"
    with pytest.raises(BuildError, match=message):
        encode(pieces(pcm(20)), target)
    assert not target.exists()


@needs_sh
def test_an_ffmpeg_that_drops_sound_is_found_out(tmp_path, monkeypatch):
    encode(pieces(pcm(2)), tmp_path / "short.mp3")
    fake_ffmpeg(tmp_path, monkeypatch, f'cat >/dev/null; cp "{tmp_path}/short.mp3" "$out"')
    with pytest.raises(BuildError, match=r"95616 samples .* for 144000 "):
        encode(pieces(pcm(3)), tmp_path / "a.mp3")


@needs_sh
def test_an_ffmpeg_without_lame_is_a_missing_thing(tmp_path, monkeypatch):
    fake_ffmpeg(tmp_path, monkeypatch, "echo \"Unknown encoder 'libmp3lame'\" >&2; exit 1")
    with pytest.raises(MissingError, match="IMAGEIO_FFMPEG_EXE"):
        encode(pieces(pcm(1)), tmp_path / "a.mp3")


def test_no_ffmpeg_at_all_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "nowhere"))
    with pytest.raises(MissingError, match=r"nowhere.*pip install.*imageio-ffmpeg"):
        encode(pieces(pcm(1)), tmp_path / "a.mp3")
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE")

    def none():
        raise RuntimeError("No ffmpeg exe could be found")

    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", none)
    with pytest.raises(MissingError, match="no ffmpeg"):
        encode(pieces(pcm(1)), tmp_path / "a.mp3")


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, OSError])
def test_an_error_in_the_sound_s_making_passes_and_leaves_nothing(tmp_path, error):
    def broken():
        yield from pieces(pcm(1))
        raise error("half way")

    with pytest.raises(error, match="half way"):
        encode(broken(), tmp_path / "a.mp3")
    assert list(tmp_path.iterdir()) == []


@needs_sh
def test_the_old_output_survives_a_failure(tmp_path, monkeypatch):
    output = tmp_path / "out" / "a.mp3"
    with atomic_output(output) as temporary:
        encode(pieces(pcm(1)), temporary)
    old = output.read_bytes()
    fake_ffmpeg(tmp_path, monkeypatch, 'head -c 5000 >"$out"; exit 1')
    with pytest.raises(BuildError), atomic_output(output) as temporary:
        encode(pieces(pcm(2)), temporary)
    assert output.read_bytes() == old
    assert list(output.parent.iterdir()) == [output]


@pytest.mark.parametrize("content", [b"", b"no sound in here" * 100])
def test_what_is_no_mp3_cannot_be_decoded(tmp_path, content):
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with pytest.raises(BuildError, match=r"cannot decode.*a\.mp3"):
        decode_mp3(path)
    with pytest.raises(BuildError, match="cannot decode"):
        decode_mp3(tmp_path / "absent.mp3")
