"""The audio over HTTP: whole, in part, unchanged, or not at all."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from smr_audio.mp3.id3 import read_tag
from smr_audio.mp3.linker import in_chunks
from smr_audio.serve.app import attachment
from smr_audio.studio.postures import page_json
from tests.phone.conftest import SHORT_PREFERENCES, Heard


def test_the_whole_is_the_built_sound(heard: Heard) -> None:
    answer = heard.get()
    assert answer.status_code == 200
    assert answer.content == heard.sound
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(heard.sound))
    assert answer.headers["etag"] == f'"{heard.id}"'


def test_head_is_the_same_without_the_sound(heard: Heard) -> None:
    got, head = heard.get(), heard.get("HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == got.headers
    ranged = heard.get("HEAD", Range="bytes=0-9")
    assert (ranged.status_code, ranged.headers["content-length"]) == (200, str(len(heard.sound)))


@pytest.mark.parametrize("first", [0, 1, 9, 10**9])
def test_a_range_past_the_end_is_a_416_that_tells_the_size(heard: Heard, first: int) -> None:
    size = len(heard.sound)
    answer = heard.get(Range=f"bytes={size + first}-")
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_who_has_it_gets_a_304_even_with_a_range(heard: Heard) -> None:
    answer = heard.get(If_None_Match=f'"{heard.id}"', Range="bytes=0-9")
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == f'"{heard.id}"'


def test_if_range_of_another_session_gets_the_whole(heard: Heard) -> None:
    assert heard.get(Range="bytes=0-9", If_Range='"other"').status_code == 200
    assert heard.get(Range="bytes=0-9", If_Range=f'"{heard.id}"').status_code == 206


def test_the_page_plays_the_built_file_without_its_cover(heard: Heard, tmp_path: Path) -> None:
    built, played = tmp_path / "built.mp3", tmp_path / "played.mp3"
    built.write_bytes(heard.file)
    played.write_bytes(heard.get().content)
    assert read_tag(built).tags.cover
    assert read_tag(played).tags == replace(read_tag(built).tags, cover=b"")
    assert without_tag(played.read_bytes()) == without_tag(heard.file)


def without_tag(mp3: bytes) -> bytes:
    """What follows the ID3v2 tag."""
    size = sum(byte << shift for byte, shift in zip(mp3[6:10], (21, 14, 7, 0), strict=True))
    return mp3[10 + size :]


def test_a_download_is_the_built_file_with_its_cover(heard: Heard) -> None:
    assert heard.phone.ask("GET", f"/download/{heard.id}.mp3").content == heard.file


def test_a_part_of_a_download_comes_under_its_title(heard: Heard) -> None:
    answer = heard.phone.ask("GET", f"/download/{heard.id}.mp3", headers={"Range": "bytes=5-9"})
    assert (answer.status_code, answer.content) == (206, heard.file[5:10])
    named = answer.headers["content-disposition"]
    assert named.startswith('attachment; filename="') and "filename*=UTF-8''" in named


def test_a_files_name_is_ascii_and_its_title_is_whole() -> None:
    named = attachment('Dehnung "für"\r\nÄrzte/;\\', "id", ".mp3")
    assert named.isascii() and "\r" not in named and "\n" not in named
    assert 'filename="Dehnung fur Arzte.mp3"' in named
    assert "Dehnung%20%22f%C3%BCr%22%0D%0A%C3%84rzte%2F%3B%5C.mp3" in named


def test_an_album_is_a_zip_of_its_tracks(heard: Heard) -> None:
    answer = heard.phone.ask("GET", f"/download/{heard.id}.zip")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        tracks = [archive.read(name) for name in names if name.endswith(".mp3")]
        cover = archive.read("cover.png")
    chapters = heard.planned["plan"]["chapters"]
    assert [Path(name).suffix for name in names] == [".mp3"] * len(chapters) + [".m3u8", ".png"]
    assert not any("/" in name for name in names)
    assert all(track.startswith(b"ID3") for track in tracks)
    assert cover == heard.phone.ask("GET", f"/cover/{heard.id}.png").content
    assert answer.content == heard.phone.ask("GET", f"/download/{heard.id}.zip").content


def test_the_transcript_and_the_cover(heard: Heard) -> None:
    text = heard.phone.ask("GET", f"/download/{heard.id}.txt")
    assert text.text.startswith("# ") and "**Hold 10 s, left, set 1**" in text.text
    words = heard.phone.ask("GET", f"/download/{heard.id}.lrc")
    assert words.text.startswith("[re:smr-audio]\n[ti:") and "\n[00:" in words.text
    assert '.lrc"' in words.headers["content-disposition"]
    cover = heard.phone.ask("GET", f"/cover/{heard.id}.png")
    assert cover.headers["content-type"] == "image/png"
    assert cover.content.startswith(b"\x89PNG")


def test_chunks_are_small_and_lose_nothing() -> None:
    pieces = [b"a" * 3, b"", b"b" * 100, memoryview(b"c" * 64), b"d"]
    chunks = list(in_chunks(pieces, 32))
    assert b"".join(chunks) == b"".join(pieces)
    assert {len(chunk) for chunk in chunks[:-1]} == {32}


def test_the_plan_when_ready_is_the_plan_of_the_build(heard: Heard) -> None:
    told = heard.phone.until_made(heard.id)
    studio = heard.phone.sessions.planner._studio
    plan = studio.plan(studio.load("hamstring-ball-press"), SHORT_PREFERENCES)
    assert told["plan"] == page_json(plan, studio.library)
    assert (told["done"], told["total"], told["error"]) == (1, 1, None)
