"""The podcast feed: read back as apps read it, and held against the published rules."""

import json
import re
import struct
import uuid
import xml.etree.ElementTree as ET
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from smr_audio import Preferences, UsageError, parse_talk
from smr_audio.publish.feed import feed_xml, release_day
from smr_audio.publish.listing import Facts, parse_base_url
from smr_audio.publish.staging import SiteEntry
from tests.drawing.made_up import WORDS
from tests.publish.conftest import ADDRESS, Publish, write_routine
from tests.tables import tables

feedparser = pytest.importorskip("feedparser")
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
TABLES = tables(__file__)
FACTS = Facts("a", "A", "About.", "en", 61_500, 1234, ("a ball",), ("quads",))


def read(site: Path) -> Any:
    feed = feedparser.parse((site / "feed.xml").read_bytes())
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def channel_of(site: Path) -> ET.Element:
    channel = ET.fromstring((site / "feed.xml").read_bytes()).find("channel")
    assert channel is not None
    return channel


def local(site: Path, address: str) -> Path:
    assert address.startswith(ADDRESS)
    return site / address.removeprefix(ADDRESS)


@pytest.mark.slow
def test_apps_read_the_channel(made: Path) -> None:
    feed = read(made).feed
    assert feed.title == 'Gym <&"> club'
    assert (feed.link, feed.language) == (ADDRESS, "en")
    assert "No physiotherapist has reviewed it." in feed.description
    assert [one.href for one in feed.links if one.rel == "self"] == [ADDRESS + "feed.xml"]
    assert feed.author == 'Gym <&"> club'
    assert not feed.itunes_explicit
    assert (feed.itunes_type, feed.tags[0].term) == ("episodic", "Health & Fitness")


def test_apps_read_each_episode(made: Path) -> None:
    sessions = json.loads((made / "sessions.json").read_bytes())["sessions"]
    entries = read(made).entries
    assert [one.title for one in entries] == [one["title"] for one in sessions]
    for entry, session in zip(entries, sessions, strict=True):
        (sound,) = entry.enclosures
        assert sound.type == "audio/mpeg"
        assert int(sound.length) == local(made, sound.href).stat().st_size == session["bytes"]
        assert abs(int(entry.itunes_duration) * 1000 - session["duration_ms"]) <= 500
        assert unescape(entry.description).startswith(session["about"])
        assert f'<a href="{ADDRESS}{session["handout"]}">Hand-out' in entry.description
    # Apps take a description for HTML, and would not show what looks like a tag.
    assert entries[1].description.startswith("Press &lt;gently&gt; &amp; slowly. You need: ")


def test_the_channel_has_what_apple_and_the_podcast_namespace_ask_for(made: Path) -> None:
    channel = channel_of(made)
    for name in (
        "title", "link", "description", "language", f"{ITUNES}author", f"{ITUNES}explicit",
        f"{ITUNES}category", f"{ITUNES}image", f"{ITUNES}type", f"{PODCAST}guid",
        f"{PODCAST}locked",
    ):  # fmt: skip
        assert len(channel.findall(name)) == 1, name
    assert channel.findtext(f"{PODCAST}locked") == "yes"
    assert channel.find("lastBuildDate") is None
    numbers = [int(item.findtext(f"{ITUNES}episode") or 0) for item in channel.iter("item")]
    assert numbers == [1, 2, 3]
    moments = [parsedate_to_datetime(one.published) for one in read(made).entries]
    assert moments == sorted(set(moments))  # those of a day come in order


def test_covers_are_square_and_as_large_as_directories_want(made: Path) -> None:
    channel = channel_of(made)
    images = [*channel.iter(f"{ITUNES}image")]
    assert len(images) == 4
    for image in images:
        data = local(made, image.attrib["href"]).read_bytes()
        width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
        assert width == height and 1400 <= width <= 3000
        assert depth == 8 and colour == 2  # RGB
        assert len(data) < 512_000


def test_chapters_and_transcripts_are_named_with_their_types(made: Path) -> None:
    for item in channel_of(made).iter("item"):
        chapters, words = item.find(f"{PODCAST}chapters"), item.find(f"{PODCAST}transcript")
        assert chapters is not None and words is not None
        assert chapters.attrib["type"] == "application/json+chapters"
        assert (words.attrib["type"], words.attrib["language"]) == ("text/vtt", "en")
        assert local(made, chapters.attrib["url"]).is_file()
        assert local(made, words.attrib["url"]).read_bytes().startswith(b"WEBVTT\n\n")


def test_chapters_follow_the_published_format(made: Path) -> None:
    plan = json.loads((made / "plans" / "hamstrings.json").read_bytes())
    value = json.loads((made / "chapters" / "hamstrings.json").read_bytes())
    assert value["version"] == "1.2.0"
    found = [(round(one["startTime"] * 1000), one["title"]) for one in value["chapters"]]
    assert found == [(one["start_ms"], one["title"]) for one in plan["chapters"]]
    assert found[0][0] == 0
    assert all(0 < len(title) <= 50 for _, title in found)


def test_the_transcript_has_every_line_where_it_is_said(made: Path) -> None:
    plan = json.loads((made / "plans" / "hamstrings.json").read_bytes())
    said = [event for event in plan["events"] if event["kind"] == "speech"]
    head, *cues = (made / "transcripts" / "hamstrings.vtt").read_text("utf-8").split("\n\n")
    assert head == "WEBVTT"
    assert len(cues) == len(said)
    for cue, event in zip(cues, said, strict=True):
        time, text = cue.strip().split("\n")
        found = re.fullmatch(r"(\d\d):(\d\d):(\d\d)\.(\d{3}) --> (\d\d):(\d\d):(\d\d)\.(\d{3})", time)
        assert found is not None
        h, m, s, ms, *end = map(int, found.groups())
        assert ((h * 60 + m) * 60 + s) * 1000 + ms == event["start_ms"]
        assert [h, m, s, ms] < end
        assert text == event["text"]
    odd = (made / "transcripts" / "odd.vtt").read_text("utf-8")
    assert 'Odd &lt;&amp;" title.' in odd  # as this format escapes it


@pytest.mark.slow
def test_a_feed_is_the_same_podcast_whatever_changes_in_it(site: Path, content: Path, put: Publish) -> None:
    before, guids = channel_of(site), [one.id for one in read(site).entries]
    write_routine(content, "odd", title="Another name", hold=25)
    put(site, options=Preferences(voice="silent", talk=(parse_talk("minimal"),)), title="Other")
    after = channel_of(site)
    assert [one.id for one in read(site).entries] == guids
    assert before.findtext(f"{PODCAST}guid") == after.findtext(f"{PODCAST}guid")
    assert len(set(guids)) == 2
    for item in after.iter("item"):
        guid = item.find("guid")
        assert guid is not None and guid.attrib == {"isPermaLink": "false"}
        uuid.UUID(guid.text or "")


def test_the_guid_of_the_feed_is_that_of_the_namespace() -> None:
    # The example of github.com/Podcastindex-org/podcast-namespace, docs/tags/guid.md.
    space = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
    assert str(uuid.uuid5(space, "mp3s.nashownotes.com/pc20rss.xml")) == ("917393e3-1b1e-5cef-ace4-edaa54e1f810")
    found = parse_base_url("https://example.org/gym").feed_guid
    assert found == str(uuid.uuid5(space, "example.org/gym/feed.xml"))


@pytest.mark.slow
def test_an_episode_keeps_its_date_and_a_new_one_takes_the_day_given(
    tmp_path: Path, content: Path, put: Publish
) -> None:
    site = tmp_path / "a"

    def dates() -> dict[str, str]:
        return {one.title: one.published[5:16] for one in read(site).entries}

    put(site, "two")
    assert dates() == {"Second": "01 Jan 2020"}  # nobody gave one
    put(site, "two", "odd")
    first, new = read(site).entries
    assert (first.published[17:25], new.published[17:25]) == ("12:00:00", "12:00:01")
    assert (first.title, new.title) == ("Second", 'Odd <&" title')
    put(site, "two", day=release_day("2026-02-03"))
    assert dates() == {"Second": "03 Feb 2026"}
    put(site, "two", "odd", day=release_day("2026-05-01"))
    assert dates() == {"Second": "03 Feb 2026", 'Odd <&" title': "01 May 2026"}
    write_routine(content, "odd", hold=25)
    put(site, "two", "odd")
    assert dates()['Odd <&" title'] == "01 May 2026"  # changed, and no day given
    write_routine(content, "odd", hold=30)
    put(site, "two", "odd", day=release_day("2026-06-01"))
    assert dates() == {"Second": "03 Feb 2026", 'Odd <&" title': "01 Jun 2026"}


def test_the_environment_may_give_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert release_day(None) == datetime(2026, 1, 1).date()
    assert release_day("2026-03-04") == datetime(2026, 3, 4).date()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(UsageError, match="whole seconds, not 'soon'"):
        release_day(None)


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "", "2026-02-30", "26-01-01"])
def test_what_is_no_date_is_refused(day: str) -> None:
    with pytest.raises(UsageError, match="write year-month-day, as 2027-01-04"):
        release_day(day)


def test_titles_with_signs_and_control_characters_stay_xml() -> None:
    title = 'a <b> & "c" \x00\x0b\x1b[31m\ud800\ufffe ]]> é 中'
    facts = Facts("a", title, title, "en", 1000, 5, (title,), ())
    xml = feed_xml([SiteEntry("", facts)], title=title, author=title,
                   base_url=parse_base_url(ADDRESS), words=WORDS)  # fmt: skip
    feed = feedparser.parse(xml)
    assert not feed.bozo
    assert feed.entries[0].title.startswith('a <b> & "c"')
    assert feed.entries[0].title.endswith("]]> é 中")
    ET.fromstring(xml)


@pytest.mark.parametrize(("address", "why"), [
    *TABLES["addresses"], ("https://example.org/" + "a" * 481, "501 letters, and a QR code can hold 500"),
])  # fmt: skip
def test_an_address_that_cannot_serve_is_refused(address: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        parse_base_url(address)


def test_an_address_is_that_of_a_folder() -> None:
    assert parse_base_url("https://example.org/gym").to("a/b") == "https://example.org/gym/a/b"
    assert parse_base_url("https://example.org").text == "https://example.org/"


@pytest.mark.parametrize(("host", "public"), TABLES["hosts"].items())
def test_an_address_tells_whether_apps_can_reach_it(host: str, public: bool) -> None:
    assert parse_base_url(f"https://{host}/").is_public is public


@pytest.mark.slow
def test_feed_and_hand_outs_are_in_the_language_of_the_sessions(tmp_path: Path, put: Publish) -> None:
    put(tmp_path, "hamstrings", options=Preferences(voice="silent", language="zh", sets=2))
    feed = read(tmp_path)
    told = [one[key] for one in (feed.feed, *feed.entries) for key in ("title", "description")]
    manifest = json.loads((tmp_path / "manifest.webmanifest").read_bytes())
    assert (feed.feed.language, manifest["lang"], manifest["name"]) == ("zh", "zh", told[0])
    told.append((tmp_path / "handouts/hamstrings.html").read_text("utf-8"))
    assert '<html lang="zh">' in told[-1]
    bare = re.sub(r'(?s)<style.*?</style>|<ul lang="en">.*?</ul>|<[^>]*>', "", "".join(told))
    assert set(re.findall("[A-Za-z]{2,}", bare)) <= {"https", "example", "org", "gym", "hamstrings"}
