"""Tags: what is written is read back, and chapters stand in order in the bytes."""

import re
import subprocess

import numpy as np
import pytest

from smr_audio.errors import BuildError
from smr_audio.mp3.decode import decode_mp3
from smr_audio.mp3.id3.write import ChapterTag, Tags, one_line, read_tags, tag_bytes
from smr_audio.mp3.info import read_info
from smr_audio.sound.ffmpeg import ffmpeg_path
from tests.mp3.signals import linked, pcm

TITLES = ["Introduction", "Hamstrings, left", "é", "Füße", "日本語のタイトル", "x" * 50, "🦵 calf"]


def tags_with(count):
    chapters = tuple(
        ChapterTag(start_ms=24 * n, end_ms=24 * (n + 1), title=TITLES[n % len(TITLES)])
        for n in range(count)
    )
    return Tags(
        title="Hamstrings · kurz", artist="smr-audio", album="Füße", track=3, tracks=8,
        language="eng", comment="Made by smr-audio.", chapters=chapters,
    )  # fmt: skip


SOUND = linked(pcm())


def write_tags(path, tags):
    path.write_bytes(tag_bytes(tags, length_ms=pcm().size // 48) + SOUND)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(SOUND)
    return path


def frames_of(data):
    """(id, body) of each ID3v2.3 frame in order, read by the specification alone."""
    frames = []
    while len(data) >= 10:
        size = int.from_bytes(data[4:8], "big")
        frames.append((data[:4].decode(), data[10 : 10 + size]))
        data = data[10 + size :]
    assert data == b""
    return frames


def tag_of(path):
    data = path.read_bytes()
    size = (data[6] << 21) + (data[7] << 14) + (data[8] << 7) + data[9]
    assert data[:6] == b"ID3\x03\x00\x00"
    assert data[10 + size : 12 + size] == b"\xff\xfb"  # no padding: sound follows at once
    return frames_of(data[10 : 10 + size])


@pytest.mark.parametrize("count", [0, 1, 2, 8, 10, 11, 40, 120, 300])
def test_chapters_stand_in_order_in_the_bytes(path, count):
    write_tags(path, tags_with(count))
    chapters = [body for name, body in tag_of(path) if name == "CHAP"]
    starts = [int.from_bytes(body.partition(b"\0")[2][:4], "big") for body in chapters]
    assert starts == [24 * n for n in range(count)]


@pytest.mark.parametrize("count", [0, 1, 8, 11, 120, 300])
def test_what_is_written_is_read_back(path, count):
    tags = tags_with(count)
    write_tags(path, tags)
    assert read_tags(path) == tags


def test_a_chapter_and_the_contents_are_built_as_the_addendum_says(path):
    write_tags(path, tags_with(3))
    frames = tag_of(path)
    name, _, rest = next(body for kind, body in frames if kind == "CHAP").partition(b"\0")
    assert name == b"chp0"
    assert rest[:16] == bytes(4) + (24).to_bytes(4, "big") + b"\xff" * 8
    sub_frames = dict(frames_of(rest[16:]))
    assert sub_frames["TIT2"][:3] == b"\x01\xff\xfe"
    assert sub_frames["TIT2"][1:].decode("utf-16").rstrip("\0") == "Introduction"
    (contents,) = [body for kind, body in frames if kind == "CTOC"]
    name, _, rest = contents.partition(b"\0")
    assert (name, rest[0], rest[1]) == (b"toc", 3, 3)  # top level and ordered; three children
    assert rest[2:].startswith(b"chp0\0chp1\0chp2\0TIT2")


def test_the_length_is_the_sound_s(path):
    write_tags(path, tags_with(0))
    body = dict(tag_of(path))["TLEN"]
    assert body[1:].decode("utf-16").rstrip("\0") == str(pcm().size // 48)


def test_the_comment_has_its_language_and_an_empty_description(path):
    write_tags(path, tags_with(0))
    body = dict(tag_of(path))["COMM"]
    assert body[:4] == b"\x01eng"
    assert body[4:8] == b"\xff\xfe\0\0"


def test_ffmpeg_lists_the_chapters_in_order(path):
    write_tags(path, tags_with(12))
    said = subprocess.run(
        [ffmpeg_path(), "-hide_banner", "-i", path], check=False, capture_output=True
    ).stderr.decode()
    starts = [float(start) for start in re.findall(r"Chapter #0:\d+: start ([\d.]+)", said)]
    assert starts == pytest.approx([0.024 * n for n in range(12)])
    assert "Hamstrings · kurz" in said
    assert "TLEN" in said


def test_the_sound_is_the_same_under_a_tag(path):
    before, info = decode_mp3(path), read_info(path)
    write_tags(path, tags_with(5))
    assert np.array_equal(decode_mp3(path), before)
    assert read_info(path).frames == info.frames
    assert path.read_bytes()[-128:-125] != b"TAG"


def test_the_same_tags_give_the_same_bytes():
    tags = tags_with(300)
    assert tag_bytes(tags, length_ms=9) == tag_bytes(tags_with(300), length_ms=9)


def test_titles_become_one_clean_line(path):
    chapter = ChapterTag(start_ms=0, end_ms=24, title="a\nb\x00c\u2028d\ud800e" + "x" * 60)
    write_tags(path, Tags(
        title="one\r\ntwo\x00", artist="a", album="b", language="deu", chapters=[chapter]
    ))  # fmt: skip
    read = read_tags(path)
    assert read.title == "one two"
    assert read.chapters[0].title == "a b c d e" + "x" * 40 + "…"
    assert len(read.chapters[0].title) == 50


def test_a_chapter_without_a_title_gets_its_number_and_keeps_its_place(path):
    titles = ("one", " \n", "three")
    chapters = [ChapterTag(start_ms=0, end_ms=9, title=title) for title in titles]
    write_tags(path, Tags(title="a", artist="b", album="c", language="eng", chapters=chapters))
    assert [chapter.title for chapter in read_tags(path).chapters] == ["one", "2", "three"]


@pytest.mark.parametrize(("text", "chars", "expected"), [
    ("plain", None, "plain"),
    ("  much \t space ", None, "much space"),
    ("exactly", 7, "exactly"),
    ("one word too many", 9, "one word…"),
    ("\x1b[31mred\x7f", None, "[31mred"),
])  # fmt: skip
def test_one_line(text, chars, expected):
    assert one_line(text, chars=chars) == expected


@pytest.mark.parametrize("language", ["", "en", "en-us", "e\0g", "日本語"])
def test_a_language_that_is_not_three_letters_is_refused(path, language):
    with pytest.raises(ValueError, match="639-2"):
        write_tags(path, Tags(title="a", artist="b", album="c", language=language))


def test_what_has_no_tag_is_an_error(tmp_path):
    path = tmp_path / "a.mp3"
    for content in (b"", b"x" * 5000, SOUND):
        path.write_bytes(content)
        with pytest.raises(BuildError, match="no ID3 tag"):
            read_tags(path)
    with pytest.raises(BuildError, match="absent"):
        read_tags(tmp_path / "absent.mp3")
