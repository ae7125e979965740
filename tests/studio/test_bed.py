"""A bed under a session: heard in pauses, soft under what sounds, and nothing encoded twice."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import smr_audio
from smr_audio import Cache, ContentError, Preferences, UsageError, parse_hold, parse_talk
from smr_audio.check import check_paths
from smr_audio.options.values import Bed
from smr_audio.sound import floor as beds
from smr_audio.sound.loudness import hop_powers, lufs_of_ticks
from smr_audio.units import SAMPLES_PER_TICK
from tests.mp3.signals import decode_mp3
from tests.sound.test_own_sound import write

ROLLER = "hamstring-roller-floor"
USUAL = Preferences(voice="silent", talk=(parse_talk("follow"),), sets=1)


def song(path: Path, seconds: float = 12.0, *, gain: float = 0.3) -> Path:
    """Chords that change each second, so that it is heard where it begins."""
    at = np.arange(round(seconds * 48_000)) / 48_000
    pitch_hz = np.array([220.0, 247.0, 262.0, 294.0])[at.astype(int) % 4]
    sound = np.sin(2 * np.pi * np.cumsum(pitch_hz) / 48_000) * (0.6 + 0.4 * np.cos(2 * np.pi * at))
    return write(path, np.clip(gain * sound, -1.0, 1.0), rate=48_000)


def lufs(samples: np.ndarray, start_tick: int, end_tick: int) -> float:
    return lufs_of_ticks(hop_powers(samples[start_tick * SAMPLES_PER_TICK : end_tick * SAMPLES_PER_TICK]))


@pytest.mark.parametrize("name", ["rain", pytest.param("brown", marks=pytest.mark.slow)])
def test_a_bed_that_is_made_lies_under_the_voice_and_another_hold_encodes_nothing(
    tmp_path: Path, common_cache: Path, name: str
) -> None:
    cache = Cache(common_cache)
    usual = replace(USUAL, sides="left")
    plain = smr_audio.plan(ROLLER, usual, cache=cache)
    over = replace(usual, bed=name)
    report = smr_audio.build(ROLLER, tmp_path / "bed.mp3", over, cache=cache)
    assert smr_audio.verify(tmp_path / "bed.mp3").ok
    assert (plain.as_json()["bed"], report.plan.as_json()["bed"]) == ("off", name)
    assert report.plan.timeline == plain.timeline
    assert report.loudness_lufs == pytest.approx(-16, abs=1.5)  # of a session of cues, as without
    heard = decode_mp3(tmp_path / "bed.mp3").astype(float)
    (hold,) = report.plan.timeline.holds
    for line in report.plan.timeline.speech:
        assert lufs(heard / 32768, line.start_tick, line.end_tick) < -16 - 20
    ends = [0, *(one.end_tick for one in report.plan.timeline.speech if one.end_tick < hold.end_tick)]
    pause = max(ends) + 125
    assert lufs(heard / 32768, pause, pause + 250) == pytest.approx(-34, abs=1.5)
    changed = replace(over, holds=(parse_hold("44"),))
    assert smr_audio.build(ROLLER, tmp_path / "b.mp3", changed, cache=cache).islands_encoded == 0


def test_a_song_starts_anew_in_each_chapter_and_only_a_changed_chapter_is_encoded(
    tmp_path: Path, common_cache: Path
) -> None:
    cache = Cache(common_cache)
    options = replace(USUAL, bed=str(song(tmp_path / "song.wav")), holds=(parse_hold("30"),))
    first = smr_audio.build(ROLLER, tmp_path / "a.mp3", options, cache=cache)
    assert smr_audio.verify(tmp_path / "a.mp3").ok
    chapters = first.plan.timeline.chapters
    assert (first.islands_encoded, first.islands_cached) == (len(chapters), 0)
    assert first.plan.as_json()["bed"] == "song.wav"
    again = smr_audio.build(ROLLER, tmp_path / "b.mp3", options, cache=cache)
    assert again.islands_encoded == 0
    assert (tmp_path / "a.mp3").read_bytes() == (tmp_path / "b.mp3").read_bytes()
    changed = replace(options, holds=(parse_hold("30"), parse_hold(f"{ROLLER}:right=31")))
    assert smr_audio.build(ROLLER, tmp_path / "b.mp3", changed, cache=cache).islands_encoded <= 2
    sound = decode_mp3(tmp_path / "a.mp3").astype(float)
    begins = [sound[chapters[n].start_tick * SAMPLES_PER_TICK :][:24_000] for n in (0, 1, -1)]  # no cue
    assert all(np.corrcoef(begins[0], one)[0, 1] > 0.9 for one in begins[1:])
    (tmp_path / "song.wav").unlink()
    with pytest.raises(UsageError, match="cannot be the bed: it cannot be read"):
        smr_audio.build(ROLLER, tmp_path / "a.mp3", options, cache=cache)
    assert (tmp_path / "a.mp3").stat().st_size == first.files[0].bytes


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({"seconds": 2.0}, "it is 2.0 s long, and 10 s is the least"),
        ({"seconds": 21.0}, "it is longer than 0.25 minutes"),
        ({"gain": 0.0}, "it is silent"),
        ({"gain": 9.0}, "it is distorted"),
        (b"#EXTM3U\nsong.wav\n", "that can be decoded"),
        (None, "it cannot be read"),
    ],
    ids=str,
)
def test_a_bed_that_cannot_be_used_is_refused_before_anything_is_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path, made: Any, words: str
) -> None:
    monkeypatch.setattr(beds, "MOST_S", 15.0)
    path = tmp_path / "bed.wav"
    if isinstance(made, bytes):
        path.write_bytes(made)
    elif made is not None:
        song(path, **made)
    with pytest.raises(UsageError, match=words) as raised:
        smr_audio.plan(ROLLER, replace(USUAL, bed=str(path)), cache=Cache(own_cache))
    assert "bed.wav" in str(raised.value)


def test_a_routine_s_bed_is_counted_from_its_folder_and_checked(tmp_path: Path) -> None:
    routine = tmp_path / "mine.yaml"
    routine.write_text(
        f"kind: routine\nid: mine\ntitle: Mine\nsettings:\n  bed: song.wav\nsteps:\n  - {ROLLER}\n", "utf-8"
    )
    problems = check_paths([routine]).problems
    assert [str(one.location) for one in problems] == [f"{routine}:5:8"]
    with pytest.raises(ContentError, match=r"mine.yaml:5:8: .* cannot be the bed"):
        smr_audio.plan(routine, Preferences(voice="silent"))
    song(tmp_path / "song.wav")
    assert not check_paths([routine]).problems
    assert smr_audio.plan(routine, Preferences(voice="silent")).settings.has_own_bed


def test_a_loop_has_no_step_where_it_joins() -> None:
    at = np.arange(48_000 * 11)
    tone = np.rint(8000 * np.sin(2 * np.pi * 100.3 * at / 48_000)).astype(np.int16)
    looped = beds.looped(tone, 3 * tone.size)
    assert looped.size == 3 * tone.size
    assert np.abs(np.diff(looped)).max() <= 1.5 * np.abs(np.diff(tone.astype(float))).max()
    assert np.array_equal(looped[: 48_000 * 9], tone[: 48_000 * 9])


def test_a_text_is_read_as_a_bed_or_a_file() -> None:
    assert Preferences(bed="Brown").bed == Bed("brown")
    assert Preferences(bed="Song.mp3").bed == Bed("Song.mp3")
    with pytest.raises(UsageError, match="bed must be off, rain, brown or the path"):
        Preferences(bed=" ")
