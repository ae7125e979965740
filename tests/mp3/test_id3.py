"""The ID3 tag: what is written is what players, mutagen and a small reader of our own find."""

import io
import re
import subprocess
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import APIC, ID3, USLT
from PIL import Image

from smr_audio.mp3.id3 import ChapterTag, Tags, chapter_title, one_line, read_tag, tag_bytes
from smr_audio.sound.ffmpeg import ffmpeg_path
from smr_audio.views.cover.key import Cover, cover_png
from tests.mp3.signals import decode_mp3, frames_of, linked, pcm, samples_in, tag_of
from tests.tables import tables

TITLES = ["Introduction", "Hamstrings, left", "é", "Füße", "日本語のタイトル", "x" * 50, "🦵 calf"]


def tags_with(count):
    chapters = tuple(
        ChapterTag(start_ms=24 * n, end_ms=24 * (n + 1), title=TITLES[n % len(TITLES)]) for n in range(count)
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


@pytest.mark.parametrize("count", [0, 1, 11, 300])
def test_what_is_written_is_read_back_and_chapters_stand_in_order_in_the_bytes(path, count):
    tags = tags_with(count)
    write_tags(path, tags)
    assert read_tag(path).tags == tags
    chapters = [body for name, body in tag_of(path) if name == "CHAP"]
    starts = [int.from_bytes(body.partition(b"\0")[2][:4], "big") for body in chapters]
    assert starts == [24 * n for n in range(count)]


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


def test_the_length_is_the_sound_s_and_the_comment_has_its_language_and_no_description(path):
    write_tags(path, tags_with(0))
    frames = dict(tag_of(path))
    assert frames["TLEN"][1:].decode("utf-16").rstrip("\0") == str(pcm().size // 48)
    assert frames["COMM"][:8] == b"\x01eng\xff\xfe\0\0"


def test_the_sound_is_the_same_under_a_tag(path):
    before, samples = decode_mp3(path), samples_in(path)
    write_tags(path, tags_with(5))
    assert np.array_equal(decode_mp3(path), before)
    assert samples_in(path) == samples
    assert path.read_bytes()[-128:-125] != b"TAG"


def test_titles_become_one_clean_line_and_a_chapter_without_one_gets_its_number(path):
    titles = ("a\nb\x00c\u2028d\ud800e" + "x" * 60, " \n", "three")
    chapters = [ChapterTag(start_ms=0, end_ms=24, title=title) for title in titles]
    write_tags(path, Tags("one\r\ntwo\x00", "a", "b", language="deu", chapters=chapters))
    read = read_tag(path).tags
    assert read.title == "one two"
    found = [chapter.title for chapter in read.chapters]
    assert found == ["a b c d e" + "x" * 40 + "…", "2", "three"]
    assert len(found[0]) == 50


@pytest.mark.parametrize(("text", "chars", "expected"), [
    ("  much \t space ", None, "much space"), ("exactly", 7, "exactly"),
    ("one word too many", 9, "one word…"), ("\x1b[31mred\x7f", None, "[31mred"),
])  # fmt: skip
def test_a_text_is_one_line_of_at_most_so_many_characters(text, chars, expected):
    assert one_line(text, chars=chars) == expected


def test_what_has_no_tag_is_an_error(tmp_path):
    path = tmp_path / "a.mp3"
    for content in (b"", b"x" * 5000, SOUND):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="no ID3 tag"):
            read_tag(path)


COVER = cover_png(Cover("Hamstrings", "11", (), "en"))
LYRICS = "— Füße —\n\nOne of three.\n左侧 🦵\nשמאל\n"
TAGS = Tags(
    title="T", artist="smr-audio", album="A", language="eng", lyrics=LYRICS, cover=COVER,
    chapters=(ChapterTag(0, 24, "One"), ChapterTag(24, 48, "Two")),
)  # fmt: skip


@pytest.fixture
def full(path):
    path.write_bytes(tag_bytes(TAGS, length_ms=pcm().size // 48, manifest=b"{1}") + SOUND)
    return path


def test_mutagen_reads_them_back(full):
    assert read_tag(full).tags == TAGS
    tag = ID3(full)
    (picture,), (words,) = tag.getall("APIC"), tag.getall("USLT")
    assert (picture.type, picture.mime, picture.desc) == (3, "image/png", "")
    assert (words.lang, words.desc, words.text) == ("eng", "", LYRICS)
    assert Image.open(io.BytesIO(picture.data)).size == (600, 600)


def test_ffmpeg_shows_cover_lyrics_and_chapters(full, tmp_path):
    said = subprocess.run(
        [ffmpeg_path(), "-hide_banner", "-i", full, "-map", "0:v", "-c", "copy",
         str(tmp_path / "cover.png")],
        check=True, capture_output=True,
    ).stderr.decode()  # fmt: skip
    assert re.search(r"Video: png.*600x600.*attached pic", said)
    assert "One of three." in said
    starts = [float(start) for start in re.findall(r"Chapter #0:\d+: start ([\d.]+)", said)]
    assert starts[:2] == pytest.approx([0, 0.024])  # then those of the picture
    assert "TLEN" in said
    assert Image.open(io.BytesIO((tmp_path / "cover.png").read_bytes())).size == (600, 600)


def test_they_are_found_also_when_another_program_wrote_them(full):
    found = read_tag(full).tags
    assert (found.lyrics, found.cover) == (LYRICS, COVER)
    tag = ID3(full)
    tag.delall("APIC")
    tag.delall("USLT")
    for kind in (4, 3):  # the back, and the front
        tag.add(APIC(encoding=1, mime="image/png", type=kind, desc="é", data=COVER[kind - 3 :]))
    tag.add(USLT(encoding=3, lang="eng", desc="é", text=LYRICS))
    tag.save(full, v2_version=4)
    assert full.read_bytes()[3] == 4
    found = read_tag(full).tags
    assert (found.lyrics, found.cover) == (LYRICS, COVER)


def test_a_small_reader_of_our_own_finds_them(full):
    frames = tag_of(full)
    assert dict(frames)["APIC"] == b"\0image/png\0\x03\0" + COVER
    assert dict(frames)["GEOB"] == b"\0application/json\0plan.json\0smr-audio plan\0{1}"
    words = dict(frames)["USLT"]
    assert words[:8] == b"\x01eng\xff\xfe\0\0"
    assert words[8:].decode("utf-16") == LYRICS
    full.write_bytes(tag_bytes(Tags("T", "A", "B", "eng"), length_ms=9) + SOUND)  # without them
    assert {name[:4] for name in ID3(full)}.isdisjoint({"APIC", "USLT"})
    assert (read_tag(full).tags.lyrics, read_tag(full).tags.cover) == ("", b"")


def framed(name, body, flags=0):
    return name + len(body).to_bytes(4, "big") + bytes([0, flags]) + body


def tagged(frames, *, version=3, flags=0):
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, flags]) + size + frames


def test_a_compressed_frame_is_never_unpacked(path):
    bomb = (1 << 24).to_bytes(4, "big") + zlib.compress(b"\1" * (1 << 24))
    chapter = b"chp0\0" + bytes(16) + framed(b"TIT2", bomb, flags=0x80)
    contents = b"toc\0\3\1chp0\0" + framed(b"TIT2", bomb, flags=0x80)
    frames = [(b"TIT2", bomb, 0x80), (b"CHAP", chapter, 0), (b"CTOC", contents, 0)]
    path.write_bytes(tagged(b"".join(framed(*one) for one in frames)))
    found = read_tag(path)
    assert (found.tags.title, found.tags.chapters) == ("", (ChapterTag(0, 0, ""),))


def test_an_unsynchronised_tag_is_read(full):
    whole, before = full.read_bytes(), read_tag(full)
    body = whole[10 : before.size].replace(b"\xff", b"\xff\0")
    full.write_bytes(tagged(body, flags=0x80) + whole[before.size :])
    found = read_tag(full)
    assert (found.tags, found.manifest) == (before.tags, before.manifest)


def test_many_frames_take_no_longer_than_those_that_are_needed(path):
    path.write_bytes(tagged(framed(b"APIC", b"\0image/png\0\3\0x") * 100_000))
    assert read_tag(path).tags.cover == b"x"


@pytest.mark.parametrize(("data", "message"), [
    (tagged(b"TIT2\0\0\x10\0\0\0x"), "damaged"), (tagged(b"TIT2", version=2), "of another kind"),
    (tagged(b"x" * 99)[:50], "ends within its tag"),
    (b"ID3\x03\0\0\x7f\x7f\x7f\x7f", "larger than any"), (b"ID3", "no ID3 tag"),
])  # fmt: skip
def test_a_tag_that_cannot_be_ours_is_refused_in_plain_words(path, data, message):
    path.write_bytes(data)
    with pytest.raises(ValueError, match=message):
        read_tag(path)


@given(st.binary(max_size=2000), st.sampled_from((b"", b"CHAP", b"GEOB", b"USLT", b"CTOC")))
def test_random_frames_in_a_tag_are_read_or_refused(tmp_path_factory, body, name):
    path = tmp_path_factory.getbasetemp() / "random.mp3"
    path.write_bytes(tagged(framed(name, body) if name else body))
    try:
        read_tag(path)
    except ValueError as error:
        assert "tag" in str(error)


@pytest.mark.parametrize(("title", "short"), [
    *tables(__file__)["titles"],
    ("x" * 50, "x" * 50), ("x" * 60, "x" * 49 + "…"), ("x" * 60 + ", left", "x" * 43 + "…, left"),
    ("腘绳肌" * 20 + "\N{FULLWIDTH COMMA}左侧", ("腘绳肌" * 20)[:46] + "…\N{FULLWIDTH COMMA}左侧"),
])  # fmt: skip
def test_a_chapters_title_is_shortened_by_words_and_keeps_its_side(title, short):
    assert chapter_title(title) == short
    assert len(chapter_title(title)) <= 50
