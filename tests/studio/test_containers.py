"""Other containers, bit rates, artist and album: what players find, and that times are kept."""

import json
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path

import mutagen
import numpy as np
import pytest
from mutagen.flac import Picture
from mutagen.mp4 import MP4
from numpy.typing import NDArray

from smr_audio import BuildError, BuildReport, MissingError, Preferences, Studio, UsageError, parse_hold, parse_talk
from smr_audio.mp3.frames import ENCODER_GAIN_DB
from smr_audio.mp3.id3 import read_tag
from smr_audio.sound import ffmpeg
from smr_audio.sound.clip import find_onset
from smr_audio.sound.floor import floor_for
from smr_audio.timeline.timeline import CueEvent
from smr_audio.verification.manifest import read_manifest
from tests.sound.signals import session_pcm

BALL = "hamstring-ball-press"
NAMES = {"artist": "Jo = & Co; #1", "album_title": "腿 \\ Legs"}
SILENT = Preferences(
    voice="silent", talk=(parse_talk("minimal"),), sides="left", sets=1, holds=(parse_hold("10"),), pace="quick"
)
LOSSLESS = ("wav", "flac")
ENDINGS = (*LOSSLESS, "m4b", "opus")  # .m4a is as .m4b


@pytest.fixture(scope="module")
def built(folder: Path, studio: Studio) -> dict[str, BuildReport]:
    """A session in every container, and as MP3."""
    options, routine = Preferences(**NAMES).over(SILENT), studio.load(BALL)
    return {end: studio.build(routine, folder / f"a.{end}", options) for end in ("mp3", *ENDINGS)}


def samples_of(path: Path) -> NDArray[np.int16]:
    command = [ffmpeg.ffmpeg_path(), "-v", "error", "-i", path, "-map", "0:a", "-f", "s16le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, dtype="<i2")


def test_one_without_loss_is_the_timeline_to_the_sample(built: dict[str, BuildReport]) -> None:
    session = built["wav"].session
    product, clips = session.product, session.plan.clips
    sound = session_pcm(
        product.islands,
        frames=session.stream.frames,
        floor=floor_for("low"),
        samples_of=lambda name: clips.clip(name).samples,
    )[: 384 * product.timeline.end_tick]
    expected = np.rint(sound * 10 ** (ENCODER_GAIN_DB / 20))
    for ending in LOSSLESS:
        found = samples_of(built[ending].files[0].path)
        assert found.size == expected.size
        assert np.abs(found - expected).max() <= 1, ending  # halves


@pytest.mark.parametrize("ending", ENDINGS[2:])
def test_one_with_loss_has_every_cue_within_25_ms(built: dict[str, BuildReport], ending: str) -> None:
    exact = samples_of(built["wav"].files[0].path)
    found = samples_of(built[ending].files[0].path)
    assert abs(found.size - exact.size) <= 25 * 48
    cues = [one for one in built[ending].plan.timeline.events if isinstance(one, CueEvent)]
    assert len(cues) > 5
    for cue in cues:
        start, end = 384 * cue.start_tick, 384 * cue.end_tick
        onset = find_onset(found, sound=exact[start:end], near_sample=start, within_samples=2400)
        assert onset.likeness > 0.95, cue
        assert abs(onset.sample - start) <= 25 * 48, cue


@pytest.mark.parametrize("ending", ENDINGS)
def test_players_find_its_tags_chapters_and_cover(built: dict[str, BuildReport], ending: str) -> None:
    report = built[ending]
    tags = read_tag(built["mp3"].files[0].path).tags
    assert (tags.artist, tags.album) == tuple(NAMES.values())
    if ending == "wav":
        riff = report.files[0].path.read_bytes()[:500]  # mutagen does not read INFO
        assert riff[:4] == b"RIFF"
        for name, text in ((b"INAM", tags.title), (b"IART", tags.artist), (b"IPRD", tags.album)):
            assert name in riff
            assert text.encode() in riff
        return
    found = mutagen.File(report.files[0].path)
    assert found.info.length == pytest.approx(report.plan.duration_ms / 1000, abs=0.025)
    starts = [one.start_ms for one in tags.chapters]
    titles = [one.title for one in tags.chapters]
    assert len(starts) > 2
    if isinstance(found, MP4):
        names = ("\xa9nam", "\xa9ART", "\xa9alb", "\xa9lyr")
        cover = bytes(found["covr"][0])
        chapters = [(round(one.start * 1000), one.title) for one in found.chapters]
    else:
        names = ("title", "artist", "album", "lyrics")
        picture = found.pictures[0] if ending == "flac" else Picture(b64decode(found["metadata_block_picture"][0]))
        assert (picture.type, picture.mime, picture.width) == (3, "image/png", 600)
        cover = picture.data
        numbers = [f"chapter{number:03}" for number in range(len(starts))]
        chapters = [(ms_of(found[one][0]), found[f"{one}name"][0]) for one in numbers]
    assert [found[name][0] for name in names] == [tags.title, tags.artist, tags.album, tags.lyrics]
    assert cover == tags.cover
    assert chapters == list(zip(starts, titles, strict=True))


def ms_of(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="no ffprobe")
@pytest.mark.parametrize("ending", ["m4b", "opus"])
def test_ffprobe_shows_the_same_chapters_as_in_the_mp3(built: dict[str, BuildReport], ending: str) -> None:
    def chapters(path: Path) -> list[tuple[float, str]]:
        command = ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", path]
        shown = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["chapters"]
        return [(float(one["start_time"]), one["tags"]["title"]) for one in shown]

    assert chapters(built[ending].files[0].path) == chapters(built["mp3"].files[0].path)


def test_the_same_input_gives_the_same_bytes(built: dict[str, BuildReport], studio: Studio, tmp_path: Path) -> None:
    options = Preferences(**NAMES).over(SILENT)
    for name, ending in (("b.m4a", "m4b"), ("b.OPUS", "opus")):
        again = studio.build(studio.load(BALL), tmp_path / name, options)
        assert again.files[0].sha256 == built[ending].files[0].sha256, ending
        assert again.plan.clips.spoken == again.islands_encoded == 0


FULL = 'head -c 100000 >/dev/null; echo "Error writing trailer: No space left on device" >&2; exit 228'


@pytest.mark.parametrize(("script", "error", "says"), [
    (FULL, BuildError, "cannot write .*b.m4b: no space left on device; choose another place"),
    ('echo "what happened" >&2; exit 1', BuildError, "cannot encode .*b.m4b: what happened"),
    ("echo \"Unknown encoder 'aac'\" >&2; exit 1", MissingError, "Unknown encoder 'aac'"),
])  # fmt: skip
def test_an_encoder_that_fails_half_way_leaves_the_old_file(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, script: str, error: type[Exception], says: str
) -> None:
    place = tmp_path / "made" / "b.m4b"
    place.parent.mkdir()
    place.write_bytes(b"old")
    fake = tmp_path / "fake"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(ffmpeg, "ffmpeg_path", lambda: str(fake))
    with pytest.raises(error, match=says):
        studio.build(studio.load(BALL), place, SILENT)
    assert [(one.name, one.read_bytes()) for one in place.parent.iterdir()] == [("b.m4b", b"old")]


@pytest.mark.parametrize(("name", "options", "more", "says"), [
    ("a.m4a", {}, {"verified": True}, "only an MP3 carries the plan to verify"),
    ("a.flac", {"bitrate": "64k"}, {}, "a.flac has no bit rate"),
])  # fmt: skip
def test_what_a_container_cannot_have_is_refused(
    studio: Studio, tmp_path: Path, *, name: str, options: dict[str, str], more: dict[str, bool], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        studio.build(studio.load(BALL), tmp_path / name, Preferences(**options).over(SILENT), **more)
    assert not any(tmp_path.glob("a.*"))


@pytest.mark.parametrize("bitrate", ["64k", pytest.param("128k", marks=pytest.mark.slow)])
def test_an_mp3_of_another_bit_rate_is_linked_too(studio: Studio, tmp_path: Path, bitrate: str) -> None:
    kbps = int(bitrate[:-1])
    options = Preferences(bitrate=bitrate).over(SILENT)
    place = tmp_path / "a.mp3"
    report = studio.build(studio.load(BALL), place, options, verified=True)
    tag = read_tag(place)
    assert read_manifest(tag.manifest or b"").kbps == kbps
    assert place.stat().st_size - tag.size == (report.session.stream.frames + 2) * 3 * kbps
    assert mutagen.File(place).info.bitrate == kbps * 1000
    longer = studio.build(studio.load(BALL), place, Preferences(holds=(parse_hold("25"),)).over(options))
    assert (longer.islands_encoded, longer.plan.clips.spoken) == (0, 0)


def test_an_album_with_names_of_its_own_is_built_again(studio: Studio, tmp_path: Path) -> None:
    def build(more: Preferences) -> BuildReport:
        return studio.build_album(studio.load(BALL), tmp_path / "album", more.over(SILENT))

    report = build(Preferences(**NAMES))
    for file in report.files[:-1]:
        tags = read_tag(file.path).tags
        assert (tags.artist, tags.album) == tuple(NAMES.values())
    assert len(build(Preferences(artist="Another", album_title=NAMES["album_title"])).files) == len(report.files)
    with pytest.raises(BuildError, match="no track of"):
        build(Preferences(artist=NAMES["artist"]))
