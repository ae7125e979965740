"""A built file against its plan: decoded, every cue and word is where the plan says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import smr_audio
from smr_audio.library.catalog import Library
from smr_audio.library.preferences import Preferences, parse_hold
from smr_audio.mp3.decode import decode_mp3
from smr_audio.mp3.tags import read_tags
from smr_audio.sound.cache import Cache
from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import find_islands, session_pcm
from smr_audio.sound.loudness import block_powers, integrated_lufs, true_peak_dbtp
from smr_audio.sound.onsets import find_onset
from smr_audio.studio.build import BuildReport, place_sounds
from smr_audio.studio.plan import Plan

SAMPLES_PER_MS = 48
OPTIONS = {
    "as written": Preferences(),
    "45 s, brief, right first": Preferences(
        holds=(parse_hold("45"), parse_hold("hamstring-barbell:left=20")),
        talk="brief", first="right", extra="right", pace="quick",
    ),
    "2 sets, minimal, left": Preferences(
        holds=(parse_hold("x0.75"),), sets=2, talk="minimal", sides="left", rest_ticks=5 * 125,
        skip=("hamstring-barbell",),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sessions")


@pytest.fixture(scope="module", params=OPTIONS)
def built(folder: Path, request: pytest.FixtureRequest) -> tuple[BuildReport, NDArray[np.int16]]:
    """`hamstrings` in the system's voice, built and decoded."""
    output = folder / f"{request.param}.mp3"
    cache = Cache(folder / "cache")
    report = smr_audio.build("hamstrings", output, OPTIONS[request.param], cache=cache)
    return report, decode_mp3(output)


def test_the_file_is_exactly_as_long_as_planned(
    built: tuple[BuildReport, NDArray[np.int16]],
) -> None:
    report, sound = built
    assert sound.size == report.plan.duration_ms * SAMPLES_PER_MS


def test_every_cue_is_found_within_a_millisecond_of_its_time(
    built: tuple[BuildReport, NDArray[np.int16]],
) -> None:
    report, sound = built
    for event in report.plan.as_json()["events"]:
        if event["kind"] == "cue":
            want = event["start_ms"] * SAMPLES_PER_MS
            clip = report.plan.clips.cues[event["cue"]]
            found = find_onset(
                sound, sound=clip.samples, near_sample=want, within_samples=40 * SAMPLES_PER_MS
            )
            assert abs(found.sample - want) <= SAMPLES_PER_MS, event
            assert found.likeness > 0.9, event


def test_every_line_of_the_plan_sounds_and_the_rest_is_floor(
    built: tuple[BuildReport, NDArray[np.int16]],
) -> None:
    report, sound = built
    quiet = np.ones(sound.size, dtype=bool)
    for event in report.plan.timeline.speech:
        for start, sentence in event.sentences:
            clip = report.plan.clips.sentences[sentence]
            slot = slice(start * 384, start * 384 + clip.samples.size)
            # The decoded slot is the clip: what was spoken, not merely something.
            heard, said = sound[slot].astype(float), clip.samples.astype(float)
            likeness = float(np.dot(heard, said) / np.linalg.norm(heard) / np.linalg.norm(said))
            assert likeness > 0.97, (sentence, likeness)
            quiet[max(0, slot.start - 2304) : slot.stop + 2304] = False
    for cue in report.plan.timeline.cues:
        quiet[max(0, cue.start_tick * 384 - 2304) : cue.end_tick * 384 + 2304] = False
    floor_dbfs = 20 * np.log10(np.sqrt(np.mean((sound[quiet] / 32768.0) ** 2)))
    assert -66 < floor_dbfs < -60
    assert np.abs(sound[quiet]).max() < 200


def test_loudness_and_true_peak_are_as_promised(
    built: tuple[BuildReport, NDArray[np.int16]],
) -> None:
    report, sound = built
    loudness = integrated_lufs(block_powers(sound))
    assert loudness == pytest.approx(-16, abs=0.5)
    assert report.loudness_lufs == pytest.approx(loudness, abs=0.2)
    assert true_peak_dbtp(sound) <= -1


def test_no_stretch_is_digitally_silent(built: tuple[BuildReport, NDArray[np.int16]]) -> None:
    _, sound = built
    changes = np.flatnonzero(np.diff(np.concatenate(([0], (sound == 0).view(np.int8), [0]))))
    runs = changes[1::2] - changes[::2]
    assert runs.max() < 10 * SAMPLES_PER_MS


def test_holds_are_exact_to_the_sample_before_encoding(
    built: tuple[BuildReport, NDArray[np.int16]],
) -> None:
    report, _ = built
    plan = report.plan
    islands = find_islands(place_sounds(plan), end_tick=plan.timeline.end_tick)
    pcm = session_pcm(islands, end_tick=plan.timeline.end_tick, floor=floor_for("off"))
    samples = np.frombuffer(b"".join(pcm), dtype="<i2")
    assert samples.size == plan.duration_ms * SAMPLES_PER_MS
    assert plan.timeline.holds
    for hold in plan.timeline.holds:
        for tick, name in ((hold.start_tick, "start"), (hold.end_tick, "end")):
            clip = plan.clips.cues[name].samples
            assert np.array_equal(samples[tick * 384 :][: clip.size], clip)


def test_the_tag_names_the_session_and_its_chapters(
    built: tuple[BuildReport, NDArray[np.int16]],
) -> None:
    report, _ = built
    tags = read_tags(report.files[0].path)
    assert (tags.title, tags.artist, tags.language) == (
        "Hamstrings: roller, barbell, ball", "smr-audio", "eng",
    )  # fmt: skip
    assert tags.comment.startswith("hamstrings; voice pyttsx3:")
    want = [(c["start_ms"], c["end_ms"], c["title"]) for c in report.plan.as_json()["chapters"]]
    assert [(c.start_ms, c.end_ms, c.title) for c in tags.chapters] == want


def plan_of(target: str | Path, **options: object) -> Plan:
    return smr_audio.plan(target, Preferences(voice="silent", **options))  # type: ignore[arg-type]


def test_two_builds_are_equal_to_the_byte_cold_and_warm(tmp_path: Path) -> None:
    digests = set()
    for number, cache in enumerate(("one", "two", "two")):
        output = tmp_path / f"{number}.mp3"
        report = smr_audio.build("hamstring-ball-press", output, cache=Cache(tmp_path / cache))
        digests.add(report.files[0].sha256)
    assert len(digests) == 1


def test_nothing_is_spoken_twice(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    options = Preferences(voice="silent")
    first = smr_audio.build("hamstrings-basic", tmp_path / "a.mp3", options, cache=cache)
    assert first.plan.clips.spoken > 0
    changed = Preferences(voice="silent", holds=(parse_hold("45"),), sets=2, pace="quick")
    second = smr_audio.build("hamstrings-basic", tmp_path / "b.mp3", changed, cache=cache)
    assert second.plan.clips.spoken == 0
    assert second.plan.clips.cached == first.plan.clips.spoken


def test_a_damaged_cache_entry_is_spoken_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    options = Preferences(voice="silent")
    first = smr_audio.build("hamstring-barbell", tmp_path / "a.mp3", options, cache=cache)
    for entry in (tmp_path / "cache").rglob("*.smr"):
        entry.write_bytes(entry.read_bytes()[:-7])
    second = smr_audio.build("hamstring-barbell", tmp_path / "b.mp3", options, cache=cache)
    assert second.plan.clips.cached == 0
    assert second.files[0].sha256 == first.files[0].sha256


def test_a_failed_build_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out" / "a.mp3"
    output.parent.mkdir()
    output.write_bytes(b"the old file")
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\ncat >/dev/null\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken))
    with pytest.raises(smr_audio.SmrAudioError, match="ffmpeg"):
        smr_audio.build("hamstring-barbell", output, Preferences(voice="silent"))
    assert output.read_bytes() == b"the old file"
    assert list(output.parent.iterdir()) == [output]


@pytest.mark.parametrize("name", (*Library().routine_ids(), *Library().technique_ids()))
def test_every_routine_and_technique_can_be_planned(name: str) -> None:
    plan = plan_of(name)
    assert plan.script.routine == name
    assert plan.timeline.holds
