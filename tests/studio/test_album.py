"""Albums: a track for each part, gapless in order, replaced whole or not at all."""

from pathlib import Path

import numpy as np
import pytest

import smr_audio
from smr_audio import BuildError, BuildReport, Preferences, Studio, parse_talk
from smr_audio.mp3.id3 import read_tag
from smr_audio.studio.output.album import ascii_name
from tests.mp3.signals import decode_mp3, samples_in
from tests.tables import tables

pytestmark = pytest.mark.usefixtures("warm")
SPOKEN = Preferences(talk=(parse_talk("follow"),), holds=(smr_audio.parse_hold("10"),))
SILENT = Preferences(voice="silent", talk=(parse_talk("minimal"),))
ONE_SIDE = Preferences(sides="left").over(SILENT)


@pytest.fixture(scope="module")
def report(folder: Path, studio: Studio) -> BuildReport:
    return studio.build_album(studio.load("hamstring-ball-press"), folder / "album", SPOKEN)


def tracks(report: BuildReport) -> list[Path]:
    return [file.path for file in report.files if file.path.suffix == ".mp3"]


def test_there_is_a_track_for_each_chapter_and_a_playlist(report: BuildReport) -> None:
    chapters = report.plan.timeline.chapters
    assert len(tracks(report)) == len(chapters) > 3
    assert sorted(report.files[0].path.parent.iterdir()) == sorted(f.path for f in report.files)
    for number, (path, chapter) in enumerate(zip(tracks(report), chapters, strict=True), 1):
        assert path.name.startswith(f"{number:02} ")
        assert path.name.isascii()
        tags = read_tag(path).tags
        assert (tags.track, tags.tracks) == (number, len(chapters))
        assert tags.title == chapter.title
        assert tags.album == report.plan.script.title
        assert tags.artist == "smr-audio"
    playlist = report.files[-1].path
    assert playlist.name == "hamstring-ball-press.m3u8"
    lines = playlist.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert lines[3::2] == [path.name for path in tracks(report)]  # relative
    seconds = [int(line.partition(":")[2].partition(",")[0]) for line in lines[2::2]]
    assert sum(seconds) == pytest.approx(report.plan.duration_ms / 1000, abs=len(seconds))


def test_tracks_in_order_are_the_session_without_a_gap(report: BuildReport, folder: Path) -> None:
    whole = folder / "whole.mp3"
    smr_audio.build("hamstring-ball-press", whole, SPOKEN)
    parts = [decode_mp3(path) for path in tracks(report)]
    for chapter, part in zip(report.plan.timeline.chapters, parts, strict=True):
        assert part.size == (chapter.end_tick - chapter.start_tick) * 384
    joined, session = np.concatenate(parts), decode_mp3(whole)
    assert joined.size == session.size
    assert np.max(np.abs(joined.astype(int) - session.astype(int))) <= 1


def test_a_side_s_track_begins_with_its_set_up_and_never_inside_a_sound(report: BuildReport) -> None:
    plan = report.plan
    for chapter in plan.timeline.chapters:
        inside = [e for e in plan.timeline.speech
                  if chapter.start_tick <= e.start_tick < chapter.end_tick]  # fmt: skip
        assert all(event.end_tick <= chapter.end_tick for event in inside)
        if chapter.side is not None:
            roles = [event.role for event in inside]
            assert roles[0] in ("name", "switch")
            assert roles.index("ready") > 0
    for path in tracks(report):
        head = decode_mp3(path)[:40]  # the frame before a chapter's first sound is floor
        assert np.max(np.abs(head.astype(int))) < 2000


def test_another_album_in_its_place_leaves_no_track_of_the_old_one_and_all_else(tmp_path: Path) -> None:
    studio, folder = Studio(), tmp_path / "album"
    routine = studio.load("hamstring-ball-press")
    old = studio.build_album(routine, folder, SILENT)
    for name in ("mine.mp3", "77 My Song.mp3", "../78 precious.mp3"):
        (folder / name).write_bytes(b"not ours")
    with (folder / "hamstring-ball-press.m3u8").open("a") as playlist:  # it is tampered with
        playlist.write("77 My Song.mp3\n../78 precious.mp3\n")
    new = studio.build_album(routine, folder, ONE_SIDE)
    assert len(new.files) < len(old.files)
    names = {file.path.name for file in new.files}
    assert {path.name for path in folder.iterdir()} == {*names, "mine.mp3", "77 My Song.mp3"}
    assert (tmp_path / "78 precious.mp3").exists()
    assert all(samples_in(path) for path in tracks(new))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(("name", "content"), [
    ("hamstring-ball-press.m3u8", "#EXTM3U\n01 My Song.mp3\n../01 precious.mp3\n"),
    ("01 Opening.mp3", "somebody's song"),
])  # fmt: skip
def test_what_is_somebody_elses_is_neither_replaced_nor_deleted(tmp_path: Path, name: str, content: str) -> None:
    folder = tmp_path / "album"
    folder.mkdir()
    (folder / "01 My Song.mp3").write_text("x")
    (folder / name).write_text(content)
    before = contents(folder)
    studio = Studio()
    with pytest.raises(BuildError, match="name another folder"):
        studio.build_album(studio.load("hamstring-ball-press"), folder, SILENT)
    assert contents(folder) == before


def test_two_albums_in_one_folder_do_not_harm_each_other(tmp_path: Path) -> None:
    studio, folder = Studio(), tmp_path / "album"
    studio.build_album(studio.load("hamstring-ball-press"), folder, SILENT)
    before = contents(folder)
    with pytest.raises(BuildError, match="no track of"):
        studio.build_album(studio.load("hamstring-barbell"), folder, SILENT)
    assert contents(folder) == before


def test_a_failure_leaves_the_old_album_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studio, folder = Studio(), tmp_path / "album"
    studio.build_album(studio.load("hamstring-ball-press"), folder, SILENT)
    before = contents(folder)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "nowhere"))
    other = Studio(cache=smr_audio.Cache(tmp_path / "empty"))
    with pytest.raises(smr_audio.MissingError):
        other.build_album(other.load("hamstring-ball-press"), folder, SILENT)
    assert contents(folder) == before


@pytest.mark.parametrize(("title", "technique", "name"), [
    *tables(__file__)["names"], ("x" * 300, None, "x" * 60),
])  # fmt: skip
def test_names_are_ascii_on_any_system(title: str, technique: str | None, name: str) -> None:
    assert ascii_name(title, technique) == name
