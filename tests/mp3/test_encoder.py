"""Encoding pieces: frames that stand alone, the same bytes beside anything, clear failures."""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from smr_audio.errors import BuildError, MissingError
from smr_audio.mp3.decode import decode_mp3
from smr_audio.mp3.encoder import AT_ONCE, encode_pieces
from smr_audio.mp3.frames import ENCODER_GAIN_DB, check_frames
from smr_audio.sound.ffmpeg import encoder_identity, ffmpeg_path
from smr_audio.sound.floor import floor_for
from smr_audio.sound.onsets import find_onset
from tests.mp3.signals import fake_ffmpeg, mp3_at, pcm

needs_sh = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")
FLOOR = floor_for("low")


def piece(frames, *, seed=1):
    """A tile of floor with some sound on it, which the floor's end is clear of."""
    tile = FLOOR.tile(frames).copy()
    sound = pcm(frames * 0.024, seed=seed)[: tile.size - 4 * 1152]
    tile[: sound.size] += sound // 2
    return tile


def encoded(pieces, *, kbps=96):
    return encode_pieces(pieces, floor=FLOOR, kbps=kbps)


@pytest.mark.parametrize("kbps", [96, 64, 128])
def test_a_piece_gives_its_own_frames_each_by_itself(kbps):
    for frames, data in zip((8, 9, 100), encoded([piece(n) for n in (8, 9, 100)], kbps=kbps),
                            strict=True):  # fmt: skip
        check_frames(data, kbps=kbps, frames=frames)


def test_equal_bytes_alone_batched_reversed_and_in_other_company():
    pieces = [piece(8 + 5 * n, seed=n) for n in range(7)]
    together = encoded(pieces)
    assert encoded(pieces[::-1]) == together[::-1]
    assert [encoded([each])[0] for each in pieces] == together
    assert encoded([pieces[3], pieces[0], pieces[3]]) == [together[3], together[0], together[3]]


def test_more_than_one_process_holds_gives_the_same():
    pieces = [piece(8, seed=n % 3) for n in range(AT_ONCE + 3)]
    data = encoded(pieces)
    assert len(data) == AT_ONCE + 3
    assert all(data[n] == data[n % 3] for n in range(len(data)))


def test_none_gives_none():
    assert encoded([]) == []


def test_a_piece_that_is_no_whole_frames_is_refused():
    with pytest.raises(ValueError, match="whole frames"):
        encoded([np.zeros(1000, dtype=np.int16)])


def test_a_train_of_clicks_comes_back_within_1_ms(tmp_path):
    click = np.hanning(48) * np.sin(2 * np.pi * 2000 * np.arange(48) / 48_000)
    click = (click * 20_000).astype(np.int16)
    sound = FLOOR.stretch(600).copy()
    places = range(777, sound.size - 5000, 31_111)
    for place in places:
        sound[place : place + 48] += click
    decoded = decode_mp3(mp3_at(tmp_path / "a.mp3", sound))
    for place in places:
        onset = find_onset(decoded, sound=click, near_sample=place, within_samples=4800)
        assert abs(onset.sample - place) <= 2
        assert onset.likeness > 0.8


def test_lame_s_own_gain_is_as_we_reckon(tmp_path):
    tone = (8000 * np.sin(2 * np.pi * 1000 * np.arange(165 * 1152) / 48_000)).astype(np.int16)
    decoded = decode_mp3(mp3_at(tmp_path / "a.mp3", tone))
    middle = slice(48_000, 144_000)
    gain = np.std(decoded[middle]) / np.std(tone[middle].astype(float))
    assert 20 * np.log10(gain) == pytest.approx(ENCODER_GAIN_DB, abs=0.02)


@pytest.fixture
def own_tmp(tmp_path, monkeypatch):
    """A folder for temporary files, to see that none stays."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@needs_sh
@pytest.mark.parametrize(("script", "message"), [
    ("echo 'Disk quota exceeded' >&2; exit 1", "Disk quota exceeded"),
    ("echo x >\"$out\"; exit 3", "status 3"),
    ("kill -9 $$", "killed by signal 9"),
    ("echo part >\"$out\"; kill -9 $$", "killed by signal 9"),
    ("exit 0", "wrote no sound"),
    ("echo garbage >\"$out\"", "wrote no sound|other frames"),
    ("head -c 99999999 /dev/zero | tr '\\0' e >&2; exit 1", "status 1"),
])  # fmt: skip
def test_a_failing_ffmpeg_is_an_error_and_leaves_nothing(
    tmp_path, own_tmp, monkeypatch, script, message
):
    fake_ffmpeg(tmp_path, monkeypatch, script)
    with pytest.raises(BuildError, match=message):
        encoded([piece(8), piece(9)])
    assert list(own_tmp.iterdir()) == []


def doctored(tmp_path, monkeypatch, change):
    """A stand-in that runs the real ffmpeg and then changes its last file by a shell line."""
    real = ffmpeg_path()
    fake_ffmpeg(tmp_path, monkeypatch, f'"{real}" "$@" || exit 9\n{change}')


@needs_sh
@pytest.mark.parametrize("change", [
    'head -c -288 "$out" >"$out.x"; mv "$out.x" "$out"',
    'head -c -1 "$out" >"$out.x"; mv "$out.x" "$out"',
    'printf x >>"$out"',
    ': >"$out"',
    'rm "$out"',
    'tail -c +289 "$out" >"$out.x"; cat "$out.x" >"$out"; head -c 288 /dev/zero >>"$out"',
])  # fmt: skip
def test_fewer_frames_than_asked_are_found_out(tmp_path, own_tmp, monkeypatch, change):
    doctored(tmp_path, monkeypatch, change)
    with pytest.raises(BuildError, match=r"frames than asked|wrote no sound"):
        encoded([piece(8), piece(9)])


@needs_sh
def test_frames_that_lean_on_others_are_found_out(tmp_path, own_tmp, monkeypatch):
    # The bit reservoir left on: every frame is there, but a linker must not take them.
    real = ffmpeg_path()
    script = (
        'for each; do\nif [ "$each" = 0 ] && [ "$last" = -reservoir ]; then each=1; fi\n'
        'set -- "$@" "$each"; shift; last="$each"\ndone\n'
        f'exec "{real}" "$@"'
    )
    fake_ffmpeg(tmp_path, monkeypatch, script)
    with pytest.raises(BuildError, match="leans on"):
        encoded([piece(60)])


@needs_sh
def test_an_ffmpeg_without_lame_is_a_missing_thing(tmp_path, monkeypatch):
    fake_ffmpeg(tmp_path, monkeypatch, "echo \"Unknown encoder 'libmp3lame'\" >&2; exit 1")
    with pytest.raises(MissingError, match="IMAGEIO_FFMPEG_EXE"):
        encoded([piece(8)])


def test_no_ffmpeg_at_all_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "nowhere"))
    with pytest.raises(MissingError, match=r"nowhere.*pip install.*imageio-ffmpeg"):
        encoded([piece(8)])
    assert encoder_identity() == ""
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE")

    def none():
        raise RuntimeError("No ffmpeg exe could be found")

    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", none)
    monkeypatch.setattr("smr_audio.sound.ffmpeg._bundled", lambda: None)
    with pytest.raises(MissingError, match="no ffmpeg"):
        encoded([piece(8)])


def test_a_folder_for_temporary_files_that_is_gone_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(BuildError, match="TMPDIR"):
        encoded([piece(8)])


@needs_sh
def test_a_full_disk_is_told_of_in_plain_words(tmp_path, monkeypatch):
    fake_ffmpeg(tmp_path, monkeypatch, "echo 'av_interleaved_write_frame(): No space left on "
                "device' >&2; exit 228")  # fmt: skip
    with pytest.raises(BuildError, match=r"no space left on device; set TMPDIR"):
        encoded([piece(8)])


def test_another_ffmpeg_has_another_identity(tmp_path, monkeypatch):
    identities = {encoder_identity()}
    for name in ("one", "other"):
        copy = tmp_path / name
        copy.write_bytes(b"#!/bin/sh\n")
        copy.chmod(0o755)
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(copy))
        identities.add(encoder_identity())
    assert len(identities) == 3
    assert "" not in identities


def test_the_wheel_s_ffmpeg_is_known_by_name_and_size_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE", raising=False)
    binary = Path(ffmpeg_path())
    if binary.parent.name != "binaries":
        pytest.skip("imageio-ffmpeg has no binary of its own here")
    assert encoder_identity() == f"{binary.name} {binary.stat().st_size}"


@pytest.mark.parametrize("content", [b"", b"no sound in here" * 100])
def test_what_is_no_mp3_cannot_be_decoded(tmp_path, content):
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with pytest.raises(BuildError, match=r"cannot decode.*a\.mp3"):
        decode_mp3(path)
    with pytest.raises(BuildError, match="cannot decode"):
        decode_mp3(tmp_path / "absent.mp3")
