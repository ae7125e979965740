"""Verify passes what is as it was asked for, however odd: own cues, recordings, short lines."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import smr_audio
from smr_audio import Preferences, Verification, parse_hold
from smr_audio.library.library import Library
from smr_audio.mp3.frames import BITRATES, bytes_per_frame
from smr_audio.mp3.id3 import read_tag
from smr_audio.options.values import parse_cue_sound
from smr_audio.verification.cues import check_holds
from smr_audio.verification.levels import HeardSentence, check_lines, check_loudness, hear, promised_floor
from smr_audio.verification.stream import check_frames, scan_frames, without_id3v1
from smr_audio.verification.verify import verify_file
from tests.conftest import wishes_of
from tests.english import technique_text, with_keys
from tests.mp3.signals import decode_mp3
from tests.sound.signals import RATE
from tests.sound.test_own_sound import ffmpeg, said, write
from tests.studio.compare import find_cues, scanned, told
from tests.studio.test_verify_onsets import OWN_SHAPES

pytestmark = pytest.mark.usefixtures("warm")
NAME = "hamstring-ball-press"
SHORT = wishes_of(voice="silent", sides="left", talk="minimal", holds=(parse_hold("15"),))
LINE = Library().technique(NAME).coaching["boundary"].text.get("en")
FLOORS = {
    "usual": {},
    "quiet, in a loud floor": {"loudness": "quiet", "keep_awake": "high"},
    "no floor": {"keep_awake": "off"},
}


def built(folder: Path, path: Path, *cues: str, **wishes: object) -> Path:
    metronome = "tick" in cues
    preferences = Preferences(
        metronome=metronome,
        cue_sounds=tuple(parse_cue_sound(f"{cue}={path}") for cue in cues),
        **wishes,  # type: ignore[arg-type]
    ).over(SHORT)
    routine = "hamstring-roller-floor" if metronome else NAME
    output = folder / "a.mp3"
    smr_audio.build(routine, output, preferences)
    return output


def _sampled(shape: str, floor: str) -> bool:
    """The first shape in each unusual floor, and every fourth after it in the usual one."""
    number = list(OWN_SHAPES).index(shape)
    return number % 4 == 0 and (number > 0) == (floor == next(iter(FLOORS)))


@pytest.mark.parametrize(("shape", "floor"), [
    pytest.param(shape, floor, marks=() if _sampled(shape, floor) else pytest.mark.slow)
    for shape in OWN_SHAPES
    for floor in FLOORS
])  # fmt: skip
@pytest.mark.slow
def test_an_own_cue_of_any_shape_is_in_time_and_a_late_one_is_not(folder: Path, shape: str, floor: str) -> None:
    path = write(folder / "a.wav", OWN_SHAPES[shape](), rate=RATE)
    if "MP3" in shape:
        ffmpeg("-i", path, "-b:a", "64k", folder / "b.mp3")
        path = folder / "b.mp3"
    cues = ("tick",) if "tick" in shape else ("start", "end")
    output = built(folder, path, *cues, **FLOORS[floor])
    found = smr_audio.verify(output)
    assert found.ok, told(found)
    manifest = found.manifest
    assert set(manifest.own_cues) == set(cues)
    samples, peak = decode_mp3(output), promised_floor(manifest).peak
    # What is late by 40 ms is what was planned 40 ms sooner.
    planned = tuple(cue._replace(start_tick=cue.start_tick - 5) for cue in manifest.cues
                    if cue.name == cues[0])  # fmt: skip
    late = find_cues(replace(manifest, cues=planned), samples, floor_peak=peak)
    assert late
    for cue in late:
        assert cue.late == pytest.approx(40 * 48, abs=12 * 48)
        assert not cue.ok
    if "end" in cues:
        sooner = tuple(cue._replace(start_tick=cue.start_tick - 5) if cue.name == "end" else cue
                       for cue in manifest.cues)  # fmt: skip
        holds = tuple(hold._replace(end_tick=hold.end_tick - 5) for hold in manifest.holds)
        early = replace(manifest, cues=sooner, holds=holds)
        check = check_holds(early, find_cues(early, samples, floor_peak=peak))
        assert not check.ok
        assert "ms longer than" in str(check.findings[0])


# ---- recordings ----


def recorded(tmp_path: Path, *parts: tuple[float, float]) -> Path:
    """A technique with such a recording for the line that is said however little is."""
    text = with_keys(technique_text(NAME), LINE, "sound: own.wav")
    mine = tmp_path / "techniques" / f"{NAME}.yaml"
    said(mine.parent / "own.wav", *parts)
    mine.write_text(text, "utf-8")
    return mine


def test_a_recording_may_pause_as_long_as_it_likes_and_a_voice_may_not(tmp_path: Path) -> None:
    mine = recorded(tmp_path, (1.0, 0.2), (4.0, 0.0), (1.0, 0.2))
    smr_audio.build(mine, tmp_path / "a.mp3", SHORT)
    found = smr_audio.verify(tmp_path / "a.mp3")
    assert found.ok, told(found)
    (line,) = found.manifest.heard
    assert line.text == LINE
    assert line.ticks > 5.9 * 125
    heard = scanned(decode_mp3(tmp_path / "a.mp3"))
    power = promised_floor(found.manifest).power
    spoken = HeardSentence(line._replace(recorded=False), found.manifest.target_lufs)
    check = check_lines(found.manifest, (spoken,), heard, floor_power=power)
    assert "has a hole of" in str(check.findings[0])


def of_a_short_line(tmp_path: Path, wishes: Preferences) -> Verification:
    smr_audio.build(recorded(tmp_path, (0.15, 0.2)), tmp_path / "a.mp3", wishes.over(SHORT))
    found = smr_audio.verify(tmp_path / "a.mp3")
    assert found.ok, told(found)
    (line,) = found.manifest.heard
    assert line.ticks < 188
    return found


@pytest.mark.slow
def test_a_session_of_nothing_but_a_short_line_may_be_loud(tmp_path: Path) -> None:
    of_a_short_line(tmp_path, Preferences(loudness="loud"))


def test_a_session_of_nothing_but_a_short_line_may_be_as_low_as_short_ones_and_no_other(tmp_path: Path) -> None:
    manifest = of_a_short_line(tmp_path, Preferences()).manifest
    measured = scanned(decode_mp3(tmp_path / "a.mp3"))
    (short,) = hear(manifest, measured)
    long = short.sentence._replace(ticks=200)
    verdicts = {
        (name, off): check_loudness(
            manifest, measured, (HeardSentence(sentence, manifest.target_lufs + off),), ()
        ).findings
        for name, sentence in (("short", short.sentence), ("long", long))
        for off in (-9.0, -3.5, 0.0, 1.0)
    }
    wrong = {key for key, found in verdicts.items() if any("lines:" in str(one) for one in found)}
    assert wrong == {("short", -9.0), ("short", 1.0), ("long", -9.0), ("long", -3.5), ("long", 1.0)}
    assert not math.isinf(short.lufs)


# ---- a tag at the end ----


def id3v1(title: bytes = b"Hamstrings") -> bytes:
    return b"TAG" + title.ljust(125, b"\0")


TAILS = {
    "one": (id3v1(), ""),
    "two": (2 * id3v1(), "bytes after"),
    "another 128 bytes": (b"GAT" + id3v1()[3:], "128 bytes after"),
    "a cut one": (id3v1()[:100], "100 bytes after"),
    "one with something after it": (id3v1() + b"!", "129 bytes after"),
}


def test_one_id3v1_tag_at_the_end_is_no_fault_and_all_else_is(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    smr_audio.build(NAME, path, SHORT)
    plain, offset = path.read_bytes(), read_tag(path).size
    path.write_bytes(plain + id3v1())
    found = verify_file(path)
    assert found.ok, told(found)
    for tail, words in TAILS.values():
        data = np.frombuffer(plain + tail, dtype=np.uint8)
        frames = without_id3v1(found.manifest, data, offset=offset)
        check = check_frames(found.manifest, scan_frames(frames, offset=offset))
        assert check.ok == (not words)
        assert words in "".join(map(str, check.findings))
    for kbps in BITRATES[1:]:
        manifest = replace(found.manifest, kbps=kbps)
        frames = np.zeros(7 * bytes_per_frame(kbps), dtype=np.uint8)
        frames[-128:-125] = list(b"TAG")
        tag = np.frombuffer(id3v1(), dtype=np.uint8)
        assert without_id3v1(manifest, frames, offset=0).size == frames.size
        assert without_id3v1(manifest, np.append(frames, tag), offset=0).size == frames.size
        assert without_id3v1(manifest, tag[:0], offset=0).size == 0
