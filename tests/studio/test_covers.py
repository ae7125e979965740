"""The cover of a session is drawn once, and found in memory and in the cache from then on."""

import io
from pathlib import Path

import pytest
from PIL import Image

from smr_audio import BuildError, Cache, Preferences, Studio, parse_hold, parse_talk, units
from smr_audio.mp3.id3 import read_tag
from smr_audio.storage.cache import Key
from smr_audio.studio.session import cover_of
from smr_audio.views.cover import layout
from smr_audio.views.cover.key import Cover
from tests.doubles import raising

SILENT = Preferences(voice="silent", talk=(parse_talk("minimal"),), sides="left")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """One for all, so that sounds are made once."""
    return Studio(cache=Cache(tmp_path_factory.mktemp("made")))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is drawn from now on."""
    covers: list[object] = []
    draw = layout.draw

    def noted(cover: object, *, size_px: int) -> bytes:
        covers.append(cover)
        return draw(cover, size_px=size_px)  # type: ignore[arg-type]

    monkeypatch.setattr(layout, "draw", noted)
    return covers


def test_a_file_and_every_track_have_the_cover(studio: Studio, tmp_path: Path) -> None:
    routine = studio.load("hamstring-ball-press")
    report = studio.build(routine, tmp_path / "a.mp3", SILENT)
    album = studio.build_album(routine, tmp_path / "album", SILENT)
    cover = studio.cover(report.plan)
    files = [report.files[0].path, *(file.path for file in album.files[:-1])]
    assert len(files) > 3
    assert {read_tag(path).tags.cover for path in files} == {cover}
    assert Image.open(io.BytesIO(cover)).size == (600, 600)


def test_it_shows_title_minutes_and_muscles_in_words(studio: Studio) -> None:
    wishes = Preferences(voice="silent")

    def cover_for(name: str, **options: object) -> tuple[Cover, int]:
        routine = studio.session_of(name, wishes)
        options = Preferences(**options).over(wishes)  # type: ignore[arg-type]
        plan = studio.estimate(routine, options).plan
        return cover_of(plan, studio.library), plan.duration_ms

    cover, duration_ms = cover_for("desk-worker")
    assert (cover.title, cover.language) == ("Desk break", "en")
    assert cover.minutes == str(units.about_s(duration_ms) // 60)
    steps = studio.load("desk-worker").steps
    muscles = dict.fromkeys(studio.library.technique(one.technique).muscle for one in steps)
    assert cover.muscles == tuple(studio.library.phrases("en").muscles[one] for one in muscles)
    short, _ = cover_for("hamstring-ball-press", sides="left", fit=150)
    assert short.minutes == "2½"
    assert cover_for("for:hamstrings,calves")[0].title == "Hamstrings and calves"


def test_it_is_drawn_once_and_read_once_for_all_rows_of_a_batch(
    studio: Studio, tmp_path: Path, drawn: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[object] = []
    get = Cache.get

    def noted(cache: Cache, key: Key) -> bytes | None:
        kinds.append(key["kind"])
        return get(cache, key)

    monkeypatch.setattr(Cache, "get", noted)
    routine = studio.load("hamstring-ball-press")
    for _ in range(2):
        again = Studio(cache=studio.cache)
        for hold in (150, 151, 152):  # of minutes that no other test has
            wishes = Preferences(holds=(parse_hold(str(hold)),)).over(SILENT)
            again.build(routine, tmp_path / "a.mp3", wishes, one_of_many=True)
    assert len(drawn) == 1
    assert kinds.count("cover") == 2  # once a studio


def test_lrc_stands_beside_the_file_and_both_are_written_or_none(studio: Studio, tmp_path: Path) -> None:
    output = tmp_path / "a.mp3"
    routine = studio.load("hamstring-ball-press")
    report = studio.build(routine, output, SILENT, with_lrc=True)
    assert [file.path.name for file in report.files] == ["a.mp3", "a.lrc"]
    words = (tmp_path / "a.lrc").read_text(encoding="utf-8")
    assert words.startswith("[re:smr-audio]\n[ti:")
    said = [event.text for event in report.plan.timeline.speech]
    assert [one for one in said if f"]{one}\n" not in words] == []
    assert report.files[1].bytes == (tmp_path / "a.lrc").stat().st_size

    before = output.read_bytes()
    (tmp_path / "a.lrc").write_text("[ti:my own]\n")
    longer = Preferences(sets=2).over(SILENT)
    with pytest.raises(BuildError, match=r"no \.lrc of smr-audio"):
        studio.build(routine, output, longer, with_lrc=True)
    (tmp_path / "a.lrc").unlink()
    (tmp_path / "a.lrc").mkdir()
    with pytest.raises(BuildError, match="it is a folder"):
        studio.build(routine, output, longer, with_lrc=True)
    assert output.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["a.mp3"]


def test_a_fault_in_the_words_leaves_both_old_files(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "a.mp3"
    routine = studio.load("hamstring-ball-press")
    studio.build(routine, output, SILENT, with_lrc=True)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("a.*")}

    failing = raising(OSError(28, "No space left on device"))
    monkeypatch.setattr("smr_audio.studio.studio.flush_to_disk", failing)
    with pytest.raises(BuildError, match="no space left"):
        studio.build(routine, output, Preferences(sets=2).over(SILENT), with_lrc=True)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("a.*")} == before
    assert list(tmp_path.glob(".*")) == []
