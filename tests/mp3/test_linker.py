"""Linking: exact places, any range, and joints that are none."""

import itertools
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smr_audio.mp3.codec import encode_pieces
from smr_audio.mp3.frames import ENCODER_GAIN_DB, Frames, check_frames
from smr_audio.mp3.linker import LinkedFile, Stream
from smr_audio.options.choices import CUE_NAMES
from smr_audio.sound.cues import cue_clip
from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import TILES, PlacedSound, find_islands
from smr_audio.sound.render import render_island
from tests.mp3.signals import decode_mp3, samples_in
from tests.sound.signals import noise_clip, session_pcm

FRAME = 288
FLOOR = floor_for("low")
TICKS = 400 * 3
CLIPS = {name: cue_clip(name) for name in CUE_NAMES} | {"noise": noise_clip(30_000, peak=12_000)}
FAKE_TILES = {size: Frames(bytes([size]) * (size * FRAME)) for size in TILES}


def samples_of(name):
    return CLIPS[name].samples


def placed(*sounds):
    return [PlacedSound(tick, CLIPS[name].ticks, name) for tick, name in sounds]


@pytest.fixture(scope="module")
def tiles():
    encoded = encode_pieces([FLOOR.tile(size) for size in TILES], floor=FLOOR, kbps=96)
    return dict(zip(TILES, encoded, strict=True))


def session(islands, tiles, *, frames):
    """A linked session, and the sound it codes."""
    shapes = [island.shape for island in islands]
    pieces = [render_island(shape, ground=FLOOR.tile(shape[0]), samples_of=samples_of) for shape in shapes]
    encoded = encode_pieces(pieces, floor=FLOOR, kbps=96)
    starts = [island.start_frame for island in islands]
    stream = Stream(zip(starts, encoded, strict=True), tiles=tiles, frames=frames, kbps=96)
    return stream, session_pcm(islands, frames=frames, floor=FLOOR, samples_of=samples_of)


@pytest.fixture(scope="module")
def example(tiles, tmp_path_factory):
    """Cues and noise with gaps of all kinds: its stream, its sound, its islands, its file."""
    sounds = [(65, "start"), (140, "noise"), (300, "end"), (407, "switch"), (500, "noise"),
              (615, "halfway"), (668, "countdown"), (740, "finish"), (1000, "noise")]  # fmt: skip
    islands = find_islands(placed(*sounds), end_tick=TICKS)
    stream, pcm = session(islands, tiles, frames=TICKS // 3)
    path = tmp_path_factory.mktemp("linked") / "a.mp3"
    path.write_bytes(b"".join(LinkedFile(stream, tag=b"").pieces()))
    return stream, pcm, islands, path


def test_it_is_exactly_as_long_as_planned_and_every_frame_stands_alone(example):
    stream, pcm, _, path = example
    assert samples_in(path) == pcm.size == TICKS * 384
    check_frames(path.read_bytes()[FRAME:], kbps=96, frames=stream.frames + 1)
    assert decode_mp3(path).size == pcm.size


def whole(pcm, tmp_path):
    """The same sound encoded in one go, without reservoir, decoded."""
    padded = np.concatenate([pcm, FLOOR.stretch(1)])
    (frames,) = encode_pieces([padded], floor=FLOOR, kbps=96)
    stream = Stream([(0, frames)], tiles={}, frames=pcm.size // 1152, kbps=96)
    path = tmp_path / "whole.mp3"
    path.write_bytes(b"".join(LinkedFile(stream, tag=b"").pieces()))
    return decode_mp3(path).astype(float)


def snr_db(error, pcm):
    return 10 * np.log10(np.sum(np.square(pcm.astype(float))) / np.sum(np.square(error)))


def test_it_is_as_good_as_encoded_whole(example, tmp_path):
    _, pcm, _, path = example
    target = pcm * 10 ** (ENCODER_GAIN_DB / 20)
    linked_db = snr_db(decode_mp3(path) - target, pcm)
    whole_db = snr_db(whole(pcm, tmp_path) - target, pcm)
    assert linked_db == pytest.approx(whole_db, abs=0.1)


def test_no_joint_has_a_larger_error_than_the_floor_elsewhere(example):
    stream, pcm, islands, path = example
    error = decode_mp3(path) - pcm * 10 ** (ENCODER_GAIN_DB / 20)
    joints = {frame for island in islands for frame in (island.start_frame, island.end_frame)}
    quiet = set(range(3, stream.frames - 3))
    for island in islands:
        quiet -= set(range(island.start_frame - 2, island.end_frame + 3))

    def worst(frames):
        spans = [error[frame * 1152 - 1681 :][:1728] for frame in frames]
        return (
            max(float(np.sqrt(np.mean(np.square(span)))) for span in spans),
            max(float(np.max(np.abs(span))) for span in spans),
        )

    at_joints, elsewhere = worst(joints), worst(quiet)
    assert at_joints[0] <= elsewhere[0] * 1.05
    assert at_joints[1] <= elsewhere[1] * 1.05


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 700), st.integers(1, 40)), max_size=8), st.data())
def test_any_range_is_that_part_of_the_whole(gaps, data):
    at, islands = data.draw(st.integers(-4, 5)), []
    for number, (gap, frames) in enumerate(gaps):
        at += 0 if gap in (1, 2) and number else gap
        islands.append((at, bytes([number + 1]) * (frames * FRAME)))
        at += frames
    frames = max(at, 3) + data.draw(st.integers(0, 500))
    stream = Stream(islands, tiles=FAKE_TILES, frames=frames, kbps=96)
    linked = LinkedFile(stream, tag=b"tag" * 7)
    full = b"".join(linked.pieces())
    assert len(full) == linked.bytes == 21 + FRAME * (frames + 2)
    for start, block in islands:
        if start >= 0:
            assert full[21 + FRAME * (start + 1) :][: len(block)] == block
    start = data.draw(st.integers(0, len(full)))
    stop = data.draw(st.integers(0, len(full) + 9))
    assert b"".join(linked.pieces(start, stop)) == full[start:stop]
    assert b"".join(linked.pieces(-start, stop)) == full[-start:stop]
    assert b"".join(linked.pieces(0, -start)) == full[0:-start]
    first = data.draw(st.integers(0, frames))
    last = data.draw(st.integers(first, frames))
    part = full[21 + FRAME * (first + 1) : 21 + FRAME * (last + 2)]
    assert stream.crc32(first, last) == zlib.crc32(part)


@pytest.mark.parametrize("cuts", [[0, 100, 217, 400], [0, 1, 2, 399, 400]])
def test_pieces_of_a_stream_play_without_a_gap(example, tmp_path, cuts):
    stream, _, _, path = example
    parts = []
    for number, (start, stop) in enumerate(itertools.pairwise(cuts)):
        track = tmp_path / f"{number}.mp3"
        linked = LinkedFile(stream, tag=b"", start=start, stop=stop)
        track.write_bytes(b"".join(linked.pieces()))
        assert track.stat().st_size == linked.bytes == (stop - start + 2) * FRAME
        parts.append(decode_mp3(track))
        assert parts[-1].size == (stop - start) * 1152
    joined = np.concatenate(parts)
    # The decoder's own rounding may differ by a step.
    assert np.max(np.abs(joined.astype(int) - decode_mp3(path).astype(int))) <= 1
