"""Verify finds every planted fault and says where it is, and passes what we build."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mutagen.id3 import COMM, ID3

import smr_audio
from smr_audio import BuildError, Cache, Preferences, Studio, UsageError, parse_hold, parse_talk
from smr_audio.mp3.id3 import read_tag, shown_texts, tag_bytes
from smr_audio.mp3.linker import LinkedFile
from smr_audio.studio.session import Session
from smr_audio.verification import scan
from smr_audio.verification.manifest import read_manifest
from smr_audio.verification.report import clock_ms
from smr_audio.verification.stream import check_tag
from smr_audio.verification.verify import verify_file
from tests.mp3.signals import decode_mp3
from tests.studio.compare import find_cues, told
from tests.studio.faults import FAULTS, LINE, Fault
from tests.studio.planting import WISHES, Bed

TECHNIQUE = "hamstring-ball-press"
OPTIONS: dict[str, dict[str, Any]] = {
    "5 s, minimal, twice as fast": {
        "holds": (parse_hold("5"),), "talk": (parse_talk("minimal"),), "rate": 2.0,
        "voice": "en-us", "sides": "right",
    },
    "quiet, a louder floor": {
        "loudness": "quiet", "keep_awake": "high", "voice": "en-us",
        "holds": (parse_hold("10"),), "talk": (parse_talk("minimal"),), "sides": "left",
    },
    "loud, soft cues, no floor": {
        "talk": (parse_talk("minimal"),), "loudness": "loud", "cues": "soft", "keep_awake": "off",
        "voice": "en-us", "sides": "left", "holds": (parse_hold("26"),),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def bed(common_cache: Path) -> Bed:
    return Bed.made(common_cache)


@pytest.fixture
def good(bed: Bed, tmp_path: Path) -> Path:
    path = tmp_path / "good.mp3"
    path.write_bytes(bed.file())
    return path


def test_the_file_that_faults_are_planted_in_is_good(bed: Bed, good: Path) -> None:
    found = smr_audio.verify(good)
    assert found.ok, found.failed
    file = bed.studio.file_of(bed.session)
    assert file.bytes == pytest.approx(good.stat().st_size, abs=200)  # the comment is another
    assert [check.name for check in found.checks] == [
        "frames", "info frame", "tag", "chapters", "lyrics", "cover", "pieces", "length", "cues",
        "holds", "lines", "floor", "zeros", "clipping", "true peak", "loudness", "evenness",
    ]  # fmt: skip
    assert len(found.manifest.sentences) > 10


@pytest.mark.parametrize("fault", [
    pytest.param(fault, id=fault.name, marks=pytest.mark.slow if fault.slow or n % 3 else ())
    for n, fault in enumerate(FAULTS)
])  # fmt: skip
def test_a_planted_fault_is_found(fault: Fault, bed: Bed, tmp_path: Path) -> None:
    path = tmp_path / "bad.mp3"
    path.write_bytes(fault.plant(bed, path))
    found = verify_file(path)
    assert not found.ok
    assert {check.name for check in found.failed} >= set(fault.checks)
    said = told(found)
    (at,) = [e.start_tick * 8 for e in bed.session.plan.timeline.speech if e.text == LINE]
    wanted = [words.replace("{at}", clock_ms(at)) for words in fault.words]
    assert [words for words in wanted if not any(words in one for one in said)] == []


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("routine", [TECHNIQUE, pytest.param("hamstrings", marks=pytest.mark.slow)])
def test_what_we_build_is_as_planned(routine: str, name: str, cache: Cache, tmp_path: Path) -> None:
    output = tmp_path / "a.mp3"
    smr_audio.build(routine, output, Preferences(**OPTIONS[name]), cache=cache)
    found = smr_audio.verify(output)
    assert found.ok, told(found)


def test_every_track_of_an_album_carries_its_part_of_the_plan(studio: Studio, tmp_path: Path) -> None:
    report = studio.build_album(studio.load(TECHNIQUE), tmp_path / "album", WISHES)
    tracks = [smr_audio.verify(file.path) for file in report.files[:-1]]
    assert [track.failed for track in tracks] == [()] * len(tracks)
    timeline = report.plan.timeline
    sentences = sum(len(event.sentences) for event in timeline.speech)
    assert sum(len(track.manifest.sentences) for track in tracks) == sentences
    assert sum(len(track.manifest.cues) for track in tracks) == len(timeline.cues)
    assert sum(len(track.manifest.holds) for track in tracks) == len(timeline.holds) > 0
    assert [track.manifest.track for track in tracks] == [*range(1, len(tracks) + 1)]


def test_stretches_are_the_whole_and_give_the_same_report(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, tag = verify_file(good), read_tag(good)
    monkeypatch.setattr(scan, "_STRETCH", 10 * 19_200)
    parts = [part() for part in scan.stretches_of(before.manifest, good, offset=tag.size)]
    own = [part.samples[part.start - part.first : part.end - part.first] for part in parts]
    assert len(own) > 3
    assert (np.concatenate(own) == decode_mp3(good)).all()
    assert verify_file(good) == before


def test_cues_of_another_version_are_found_by_their_first_sound(good: Path) -> None:
    manifest = replace(read_manifest(read_tag(good).manifest or b""), cue_format=1)
    found = find_cues(manifest, decode_mp3(good), floor_peak=84)
    assert len(found) == len(manifest.cues) > 5
    assert [cue for cue in found if not cue.ok] == []


class Faulty(Studio):
    """A studio whose files end a second too soon."""

    def file_of(self, session: Session) -> LinkedFile:
        whole = super().file_of(session)
        tag = next(iter(whole.pieces()))[: read_size(whole)]
        return LinkedFile(session.stream, tag=tag, stop=session.stream.frames - 42)


def read_size(file: LinkedFile) -> int:
    head = b"".join(file.pieces(0, 10))
    return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))


def test_what_is_not_as_planned_is_not_put_in_place(common_cache: Path, tmp_path: Path) -> None:
    studio = Faulty(cache=Cache(common_cache))
    output = tmp_path / "a.mp3"
    output.write_bytes(b"the old one")
    with pytest.raises(BuildError, match="was not written") as caught:
        studio.build(studio.load(TECHNIQUE), output, WISHES, verified=True)
    assert "42 frames missing" in str(caught.value)
    assert output.read_bytes() == b"the old one"
    assert list(tmp_path.glob(".*")) == []


def test_another_program_may_have_written_the_tag_anew(good: Path) -> None:
    tag = ID3(good)
    tag.add(COMM(encoding=3, lang="eng", desc="iTunNORM", text=["0000"]))
    tag.save(good, v2_version=4)
    assert good.read_bytes()[3] == 4
    assert smr_audio.verify(good).ok


@pytest.mark.parametrize(("frame", "name"), [
    ("TIT2", "title"), ("TPE1", "artist"), ("TALB", "album"), ("TRCK", "track"),
    ("TCON", "genre"), ("TLAN", "language"), ("TLEN", "length in ms"), ("COMM::eng", "comment"),
])  # fmt: skip
def test_an_edit_or_a_loss_of_what_a_player_shows_is_found(good: Path, frame: str, name: str) -> None:
    tag = read_tag(good)
    manifest = read_manifest(tag.manifest or b"")
    was = shown_texts(tag.tags, length_ms=tag.length_ms)[name]
    for change in (lambda id3: id3[frame].text.__setitem__(0, "7"), lambda id3: id3.pop(frame)):
        id3 = ID3(good)
        change(id3)
        id3.save(good, v2_version=3)
        (finding,) = check_tag(manifest, read_tag(good)).findings
        assert str(finding).startswith(f'the {name} was "{was[:20]}')


def test_it_says_in_plain_words_what_is_not_ours(good: Path, bed: Bed, tmp_path: Path) -> None:
    path, data = tmp_path / "other.mp3", good.read_bytes()
    for content, says in (
        (b"nothing", "not a file of smr-audio: it has no ID3 tag"),
        (tag_bytes(bed.tags, length_ms=1000) + bed.frames, "not a file of smr-audio, or of a ver"),
        (data[:300], "it ends within its tag"),
        (data.replace(b'"kbps":96', b'"kbps":95', 1), "the plan in its tag is damaged"),
        (data.replace(b"manifest-2", b"manifest-1", 1), "another version of smr-audio"),
        (data[: read_tag(good).size], "cannot decode"),
    ):
        path.write_bytes(content)
        with pytest.raises(BuildError, match=says):
            smr_audio.verify(path)
    with pytest.raises(UsageError, match="there is no file"):
        smr_audio.verify(tmp_path / "none.mp3")
    with pytest.raises(UsageError, match="is a folder"):
        smr_audio.verify(tmp_path)
