"""An album as one ZIP: whole or not at all, the same each time; and words beside its tracks."""

import zipfile
from pathlib import Path

import pytest

from smr_audio import BuildError, Preferences, Studio, parse_talk
from smr_audio.mp3.id3 import read_tag
from smr_audio.studio.output.album import archive_path
from tests.doubles import raising

ROUTINE = "hamstring-ball-press"
SILENT = Preferences(voice="silent", talk=(parse_talk("minimal"),))
ONE_SIDE = Preferences(sides="left").over(SILENT)


def test_it_holds_what_the_folder_would_and_the_cover(studio: Studio, tmp_path: Path) -> None:
    routine = studio.load(ROUTINE)
    folder = studio.build_album(routine, tmp_path / "album", SILENT, with_lrc=True)
    report = studio.build_album(routine, tmp_path / "album", SILENT, with_lrc=True, zipped=True)
    assert [file.path for file in report.files] == [tmp_path / "album.zip"]
    assert report.files[0].bytes == (tmp_path / "album.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "album.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == [*(file.path.name for file in folder.files), "cover.png"]
        for file in folder.files:
            assert archive.read(file.path.name) == file.path.read_bytes()
        assert archive.read("cover.png") == studio.cover(report.plan)
        for info in archive.infolist():
            assert (info.compress_type, info.date_time) == (0, (1980, 1, 1, 0, 0, 0))
            assert info.filename.isascii()
            assert not set(info.filename) & set("/\\:")


def test_its_bytes_are_the_same_each_time_wherever_it_lies(studio: Studio, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two.zip"):
        another = Studio(cache=studio.cache)
        routine = another.load(ROUTINE)
        report = another.build_album(routine, tmp_path / name / name, SILENT, zipped=True)
        made.append(report.files[0].sha256)
        assert [path.suffix for path in (tmp_path / name).iterdir()] == [".zip"]  # no folder
    assert made[0] == made[1]


@pytest.mark.parametrize(("folder", "name"), [
    ("a", "a.zip"), ("a/", "a.zip"), ("a.b", "a.b.zip"), ("a.zip", "a.zip"), ("x/A.ZIP", "x/A.ZIP"),
])  # fmt: skip
def test_it_has_the_folders_name(folder: str, name: str) -> None:
    assert archive_path(Path(folder)) == Path(name)


def test_an_older_one_is_replaced_and_somebody_elses_is_not(studio: Studio, tmp_path: Path) -> None:
    routine = studio.load(ROUTINE)
    old = studio.build_album(routine, tmp_path / "a", SILENT, zipped=True).files[0]
    new = studio.build_album(routine, tmp_path / "a", ONE_SIDE, zipped=True).files[0]
    assert new.bytes < old.bytes
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as mine:
        mine.writestr("mine.txt", "mine")
    before = (tmp_path / "b.zip").read_bytes()
    with pytest.raises(BuildError, match="no album of smr-audio"):
        studio.build_album(routine, tmp_path / "b", SILENT, zipped=True)
    assert (tmp_path / "b.zip").read_bytes() == before
    (tmp_path / "c.zip").mkdir()
    with pytest.raises(BuildError, match="it is a folder"):
        studio.build_album(routine, tmp_path / "c", SILENT, zipped=True)
    with pytest.raises(BuildError, match="cannot write"):
        studio.build_album(routine, tmp_path / "b.zip" / "d", SILENT, zipped=True)


def test_a_failure_leaves_the_old_one_whole(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    routine = studio.load(ROUTINE)
    studio.build_album(routine, tmp_path / "a", SILENT, zipped=True)
    before = (tmp_path / "a.zip").read_bytes()

    failing = raising(BuildError("not as planned"))
    monkeypatch.setattr("smr_audio.verification.report.require_verified", failing)
    with pytest.raises(BuildError, match="not as planned"):
        studio.build_album(routine, tmp_path / "a", ONE_SIDE, zipped=True, verified=True)
    assert (tmp_path / "a.zip").read_bytes() == before
    assert list(tmp_path.glob(".*")) == []


def test_each_track_is_verified_as_the_file_that_it_will_be(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[Path, bytes] = {}

    def noted(path: Path, *, shown: Path, progress: object) -> None:
        found[shown] = path.read_bytes()

    monkeypatch.setattr("smr_audio.verification.report.require_verified", noted)
    studio.build_album(studio.load(ROUTINE), tmp_path / "a", ONE_SIDE, zipped=True, verified=True)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        tracks = [name for name in archive.namelist() if name.endswith(".mp3")]
        assert found == {tmp_path / "a.zip" / name: archive.read(name) for name in tracks}
    assert len(found) > 2


def test_words_lie_beside_tracks_and_go_with_them(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "album"
    routine = studio.load(ROUTINE)
    report = studio.build_album(routine, folder, SILENT, with_lrc=True)
    tracks = sorted(folder.glob("*.mp3"))
    for track in tracks:
        lines = track.with_suffix(".lrc").read_text(encoding="utf-8").splitlines()
        tags = read_tag(track).tags
        assert lines[:3] == ["[re:smr-audio]", f"[ti:{tags.title}]", f"[al:{tags.album}]"]
        assert lines[5].startswith("[00:00.")
        plain = [line for line in tags.lyrics.splitlines() if line]
        assert [line.partition("]")[2] for line in lines[5:]] == plain
    said = [line for track in tracks for line in read_tag(track).tags.lyrics.splitlines()]
    spoken = [line for line in said if line and not line.startswith("— ")]
    assert spoken == [event.text for event in report.plan.timeline.speech]
    (folder / "77 mine.lrc").write_text("mine")
    again = studio.build_album(routine, folder, ONE_SIDE)
    names = {file.path.name for file in again.files}
    assert {path.name for path in folder.iterdir()} == {*names, "77 mine.lrc"}


def test_somebody_elses_words_are_neither_replaced_nor_deleted(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "album"
    routine = studio.load(ROUTINE)
    studio.build_album(routine, folder, SILENT)
    (folder / "01 Opening.lrc").write_text("[ti:mine]")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(BuildError, match=r"no \.lrc of smr-audio"):
        studio.build_album(routine, folder, ONE_SIDE, with_lrc=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    studio.build_album(routine, folder, ONE_SIDE)
    assert (folder / "01 Opening.lrc").read_text() == "[ti:mine]"
