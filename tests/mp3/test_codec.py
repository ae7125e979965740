"""Encoding pieces: frames that stand alone, the same bytes beside anything, clear failures."""

import errno
import os
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from smr_audio.errors import BuildError, MissingError
from smr_audio.mp3 import codec
from smr_audio.mp3.codec import AT_ONCE, encode_pieces
from smr_audio.mp3.frames import ENCODER_GAIN_DB, check_frames
from smr_audio.sound.clip import find_onset
from smr_audio.sound.ffmpeg import encoder_identity, ffmpeg_path
from smr_audio.sound.floor import floor_for
from tests.doubles import raising
from tests.mp3.signals import decode_mp3, fake_ffmpeg, mp3_at, pcm
from tests.tables import tables

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
    pieces = [piece(8 + 5 * n, seed=n) for n in range(4)]
    together = encoded(pieces)
    assert encoded(pieces[::-1]) == together[::-1]
    assert [encoded([each])[0] for each in pieces] == together
    # More than one process takes.
    many = encoded(pieces * (AT_ONCE // 4) + pieces)
    assert many == together * (AT_ONCE // 4 + 1)


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
@pytest.mark.parametrize(("script", "message"), tables(__file__)["failing"])
def test_a_failing_ffmpeg_is_an_error_and_leaves_nothing(tmp_path, own_tmp, monkeypatch, script, message):
    monkeypatch.setattr(codec, "WAITS_S", (0.001,))
    fake_ffmpeg(tmp_path, monkeypatch, script.replace("{real}", f'"{ffmpeg_path()}" "$@"'))
    error = MissingError if message == "IMAGEIO_FFMPEG_EXE" else BuildError
    with pytest.raises(error, match=message):
        encoded([piece(8), piece(9)])
    assert list(own_tmp.iterdir()) == []


def refusing(tmp_path, monkeypatch, most, refusal):
    """A stand-in that refuses more than so many pieces, and else is the real ffmpeg."""
    real = ffmpeg_path()
    count = 'pieces=0\nfor each; do [ "$each" = -i ] && pieces=$((pieces + 1)); done\n'
    script = f'{count}if [ $pieces -gt {most} ]; then {refusal}; fi\nexec "{real}" "$@"'
    fake_ffmpeg(tmp_path, monkeypatch, script)


NO_THREADS = "echo '[af#3] pthread_create() failed: Resource temporarily unavailable' >&2; exit 245"
NO_MEMORY = "echo '[af#3] Cannot allocate memory' >&2; exit 244"


@needs_sh
@pytest.mark.parametrize(("refusal", "most"), [
    (NO_THREADS, 1), (NO_MEMORY, 3), ("kill -9 $$", 3), ("exit 0", 3),
])  # fmt: skip
def test_what_the_system_refuses_at_once_is_encoded_in_fewer_pieces_to_the_same_bytes(
    tmp_path, own_tmp, monkeypatch, refusal, most
):
    pieces = [piece(8 + n, seed=n) for n in range(5)]
    good = encoded(pieces)
    refusing(tmp_path, monkeypatch, most, refusal)
    assert encoded(pieces) == good
    assert list(own_tmp.iterdir()) == []


@needs_sh
@pytest.mark.parametrize(("refusal", "limits"), [
    (NO_THREADS, r"no more processes, threads or memory.*ulimit -u.*ulimit -v"),
    (NO_MEMORY, r"no more memory.*ulimit -v"),
    ("echo '[af#3] Out of memory' >&2; exit 244", r"no more memory.*ulimit -v"),
    ("kill -9 $$", r"killed by signal 9.*no more memory.*ulimit -v"),
])  # fmt: skip
def test_one_piece_that_is_refused_says_what_ran_out_and_what_to_do(tmp_path, monkeypatch, refusal, limits):
    monkeypatch.setattr(codec, "WAITS_S", (0.001,))
    refusing(tmp_path, monkeypatch, 0, refusal)
    with pytest.raises(BuildError, match=limits):
        encoded([piece(8), piece(9)])


@needs_sh
def test_one_piece_that_is_refused_for_a_while_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(codec, "WAITS_S", (0.001,))
    refusing(tmp_path, monkeypatch, 0, f'[ -e "{tmp_path}/again" ] || {{ : >"{tmp_path}/again"; '
             f"{NO_THREADS}; }}")  # fmt: skip
    check_frames(encoded([piece(8)])[0], kbps=96, frames=8)


@needs_sh
@pytest.mark.parametrize("ending", ["exit 255", "kill -INT $$", "kill -TERM $$"])
def test_an_interrupted_ffmpeg_is_not_started_again(tmp_path, monkeypatch, ending):
    fake_ffmpeg(tmp_path, monkeypatch, f'echo x >>"{tmp_path}/starts"; {ending}')
    with pytest.raises(BuildError, match=r"status 255|killed by signal"):
        encoded([piece(8), piece(9)])
    assert (tmp_path / "starts").read_text() == "x\n"


@pytest.mark.parametrize("refused", [errno.EAGAIN, errno.ENOMEM])
def test_a_process_that_is_refused_is_no_ffmpeg_to_install_again(monkeypatch, refused):
    monkeypatch.setattr(codec, "WAITS_S", ())
    monkeypatch.setattr("subprocess.Popen", raising(OSError(refused, os.strerror(refused))))
    with pytest.raises(BuildError, match="cannot start ffmpeg: the system has no more"):
        encoded([piece(8)])


@needs_sh
def test_what_ffmpeg_says_is_shown_in_whole_lines(tmp_path, monkeypatch):
    lines = 'for n in $(seq 1000); do echo "line $n of what it says" >&2; done; exit 3'
    fake_ffmpeg(tmp_path, monkeypatch, lines)
    with pytest.raises(BuildError) as caught:
        encoded([piece(8)])
    shown = str(caught.value).partition("encoding: ")[2].split("; ")
    assert len(shown) > 5
    assert shown[-1] == "line 1000 of what it says"
    assert all(re.fullmatch(r"line \d+ of what it says", line) for line in shown)


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


def test_no_ffmpeg_at_all_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "nowhere"))
    with pytest.raises(MissingError, match=r"nowhere.*pip install.*imageio-ffmpeg"):
        encoded([piece(8)])
    assert encoder_identity() == ""
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("smr_audio.sound.ffmpeg.package_folder", lambda _: None)
    with pytest.raises(MissingError, match="no ffmpeg"):
        encoded([piece(8)])


def test_a_folder_for_temporary_files_that_is_gone_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(BuildError, match="TMPDIR"):
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


@needs_sh
def test_a_decoder_that_is_refused_threads_says_so(tmp_path, monkeypatch):
    fake_ffmpeg(tmp_path, monkeypatch, NO_THREADS)
    with pytest.raises(BuildError, match=r"cannot decode.*no more processes, threads"):
        decode_mp3(tmp_path / "a.mp3")


def test_a_list_of_other_files_that_calls_itself_an_mp3_opens_none_of_them(tmp_path):
    mp3_at(tmp_path / "other.mp3")
    path = tmp_path / "a.mp3"
    path.write_text("ffconcat version 1.0\nfile other.mp3\n")
    with pytest.raises(BuildError, match=r"cannot decode.*a\.mp3"):
        decode_mp3(path)
