"""Cover and lyrics: what is written is what players, mutagen and our own reader find."""

import io
import re
import subprocess

import pytest
from mutagen.id3 import APIC, ID3, USLT
from PIL import Image

from smr_audio.mp3.id3.frames import lyrics_of, picture_of
from smr_audio.mp3.id3.read import read_tag
from smr_audio.mp3.id3.write import ChapterTag, Tags, chapter_title, read_tags, tag_bytes
from smr_audio.sound.ffmpeg import ffmpeg_path
from smr_audio.views.cover.key import cover_png
from smr_audio.views.cover.shapes import Cover
from tests.mp3.signals import linked, pcm

SOUND = linked(pcm())
COVER = cover_png(Cover("Hamstrings", "11", (), "en"))
LYRICS = "— Füße —\n\nOne of three.\n左侧 🦵\nשמאל\n"
TAGS = Tags(
    title="T", artist="smr-audio", album="A", language="eng", lyrics=LYRICS, cover=COVER,
    chapters=(ChapterTag(0, 24, "One"), ChapterTag(24, 48, "Two")),
)  # fmt: skip


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(tag_bytes(TAGS, length_ms=pcm().size // 48) + SOUND)
    return path


def test_mutagen_reads_them_back(path):
    assert read_tags(path) == TAGS
    tag = ID3(path)
    (picture,), (words,) = tag.getall("APIC"), tag.getall("USLT")
    assert (picture.type, picture.mime, picture.desc) == (3, "image/png", "")
    assert (words.lang, words.desc, words.text) == ("eng", "", LYRICS)
    assert Image.open(io.BytesIO(picture.data)).size == (600, 600)


def test_ffmpeg_shows_cover_lyrics_and_chapters(path, tmp_path):
    said = subprocess.run(
        [ffmpeg_path(), "-hide_banner", "-i", path, "-map", "0:v", "-c", "copy",
         str(tmp_path / "cover.png")],
        check=True, capture_output=True,
    ).stderr.decode()  # fmt: skip
    assert re.search(r"Video: png.*600x600.*attached pic", said)
    assert "One of three." in said
    assert len(set(re.findall(r"Chapter #0:\d+", said))) == 2
    assert Image.open(io.BytesIO((tmp_path / "cover.png").read_bytes())).size == (600, 600)


def test_our_own_reader_finds_them_also_when_another_program_wrote_them(path):
    found = read_tag(path)
    assert (found.lyrics, found.cover) == (LYRICS, COVER)
    tag = ID3(path)
    tag.delall("APIC")
    tag.delall("USLT")
    for kind in (4, 3):  # the back, and the front
        tag.add(APIC(encoding=1, mime="image/png", type=kind, desc="é", data=COVER[kind - 3 :]))
    tag.add(USLT(encoding=3, lang="eng", desc="é", text=LYRICS))
    tag.save(path, v2_version=4)
    assert path.read_bytes()[3] == 4
    found = read_tag(path)
    assert (found.lyrics, found.cover) == (LYRICS, COVER)


@pytest.mark.parametrize(
    "body", [b"", b"\0", b"\1", b"\0image/png\0", rb"\9eng", b"\1eng", b"\1en"]
)
def test_what_is_cut_short_is_nothing(body):
    assert not picture_of(body)
    assert lyrics_of(body) == ""


def test_without_them_there_are_no_frames(path):
    path.write_bytes(tag_bytes(Tags("T", "A", "B", "eng"), length_ms=9) + SOUND)
    assert {name[:4] for name in ID3(path)}.isdisjoint({"APIC", "USLT"})
    found = read_tag(path)
    assert (found.lyrics, found.cover) == (None, None)


@pytest.mark.parametrize(("title", "short"), [
    ("Hamstrings, left", "Hamstrings, left"),
    ("x" * 50, "x" * 50),
    ("Upper back, lying across the foam roller with arms crossed, left",
     "Upper back, lying across the foam roller…, left"),
    ("Upper back, lying across the foam roller with arms crossed, left again",
     "Upper back, lying across the foam…, left again"),
    ("Upper back and a good many more words than any car shows",
     "Upper back and a good many more words than any…"),
    ("Upper back and more words than any car shows, as nobody would",
     "Upper back and more words than…, as nobody would"),
    ("x" * 60, "x" * 49 + "…"),
    ("x" * 60 + ", left", "x" * 43 + "…, left"),
    ("腘绳肌" * 20 + "\N{FULLWIDTH COMMA}左侧", ("腘绳肌" * 20)[:46] + "…\N{FULLWIDTH COMMA}左侧"),
    (" \n", ""),
])  # fmt: skip
def test_a_chapters_title_is_shortened_by_words_and_keeps_its_side(title, short):
    assert chapter_title(title) == short
    assert len(chapter_title(title)) <= 50
