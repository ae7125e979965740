"""What podcast apps fetch: the feed of a site, and for each session chapters and captions.

The feed is RSS 2.0 with the tags of Apple and of the podcast namespace, chapters are JSON, captions
WebVTT.

Sources: rssboard.org/rss-specification, podcasters.apple.com/support/823-podcast-requirements,
podcastindex.org/namespace/1.0. Dates of episodes never come from the clock, so that the same input
gives the same feed.
"""

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from html import escape
from typing import Final

from smr_audio import units
from smr_audio.errors import UsageError
from smr_audio.library.models import Page
from smr_audio.mp3.id3 import CHAPTER_TITLE_CHARS, one_line
from smr_audio.publish.base_url import FEED, BaseUrl
from smr_audio.publish.listing import paths_of
from smr_audio.publish.staging import SiteEntry
from smr_audio.views.plan_view import PlanView
from smr_audio.views.text import cleaned

EPOCH_VARIABLE: Final = "SOURCE_DATE_EPOCH"
DEFAULT_DAY: Final = date(2020, 1, 1)
SITE_COVER: Final = "cover.png"
_SPACES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}


def release_day(text: str | None) -> date | None:
    """A day such as 2026-05-01, by default SOURCE_DATE_EPOCH's if it is set. Raises UsageError."""
    if text is not None:
        try:
            return datetime.strptime(text, "%Y-%m-%d").date()
        except ValueError:
            raise UsageError(f"'{text}' is no date; write it as 2026-05-01") from None
    epoch = os.environ.get(EPOCH_VARIABLE, "")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), tz=timezone.utc).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{EPOCH_VARIABLE} must be whole seconds, not '{epoch}'") from None


def released(day: date | None, others: Iterable[str]) -> str:
    """When a new episode comes out: at noon of its day, or a second after the last of that day.

    Without a day it is a second after the newest of the `others`: apps sort by time alone.
    """
    noon = datetime.combine(day or DEFAULT_DAY, time(12), tzinfo=timezone.utc)
    moments = (datetime.fromisoformat(moment) for moment in others if moment)
    before = [moment for moment in moments if day is None or moment.date() == day]
    return max([noon, *(moment + timedelta(seconds=1) for moment in before)]).isoformat()


def feed_xml(
    sessions: Sequence[SiteEntry], *, title: str, author: str, base_url: BaseUrl, words: Page
) -> bytes:
    """The feed, with an episode for each session in order of dates; the same for the same ones."""
    for prefix, space in _SPACES.items():
        ET.register_namespace(prefix, space)
    rss = ET.Element("rss", version="2.0")
    channel = _add(rss, "channel")
    _add(channel, "title", title)
    _add(channel, "link", base_url.text)
    _add(channel, "description", words("site.about"))
    _add(channel, "language", sessions[0].facts.language)
    _add(channel, "atom:link", href=base_url.to(FEED), rel="self", type="application/rss+xml")
    _add(channel, "itunes:author", author)
    _add(
        _add(channel, "itunes:category", text="Health & Fitness"), "itunes:category", text="Fitness"
    )
    _add(channel, "itunes:explicit", "false")
    _add(channel, "itunes:image", href=base_url.to(SITE_COVER))
    _add(channel, "itunes:type", "episodic")
    _add(channel, "podcast:guid", base_url.feed_guid)
    # Hosts that import feeds refuse a locked one.
    _add(channel, "podcast:locked", "yes")
    _add(channel, "podcast:medium", "podcast")
    for number, session in enumerate(sorted(sessions, key=lambda one: one.published), start=1):
        _item(channel, session, number, base_url, words)
    ET.indent(rss, " ")
    return bytes(ET.tostring(rss, encoding="utf-8", xml_declaration=True)) + b"\n"


def _item(channel: ET.Element, session: SiteEntry, number: int, base: BaseUrl, words: Page) -> None:
    facts, paths, url = session.facts, paths_of(session.facts.id), base.to
    about, tools = facts.about, words.joined(facts.tools)
    about = words("site.need", about=about, tools=tools) if tools else about
    about = escape(about.strip(), quote=False)  # apps take it for HTML
    link = f'<a href="{escape(url(paths["handout"]))}">{escape(words("site.handout"))}</a>'
    published = datetime.fromisoformat(session.published or released(None, ()))
    item = _add(channel, "item")
    _add(item, "title", facts.title)
    _add(item, "link", base.session(facts.id))
    _add(item, "description", f"{about} {link}")
    _add(item, "enclosure", url=url(paths["audio"]), length=str(facts.bytes), type="audio/mpeg")
    _add(item, "guid", base.episode_guid(facts.id), isPermaLink="false")
    _add(item, "pubDate", format_datetime(published))
    _add(item, "itunes:duration", str(round(facts.duration_ms / 1000)))
    _add(item, "itunes:image", href=url(paths["cover"]))
    _add(item, "itunes:episode", str(number))
    _add(item, "itunes:episodeType", "full")
    _add(item, "itunes:explicit", "false")
    _add(item, "podcast:chapters", url=url(paths["chapters"]), type="application/json+chapters")
    said = _add(item, "podcast:transcript", url=url(paths["transcript"]), type="text/vtt")
    said.set("language", facts.language)


def _add(parent: ET.Element, name: str, content: str = "", /, **attributes: str) -> ET.Element:
    """A new child with a text, freed of what XML cannot hold."""
    prefix, colon, local = name.rpartition(":")
    child = ET.SubElement(parent, f"{{{_SPACES[prefix]}}}{local}" if colon else name, attributes)
    child.text = cleaned(content) or None
    return child


CHAPTERS_VERSION: Final = "1.2.0"


def chapters_json(plan: PlanView) -> bytes:
    """The file; times in seconds, titles clipped as in the MP3's tag."""
    chapters = [
        {
            "startTime": units.ms_of_ticks(chapter.start_tick) / 1000,
            "title": one_line(chapter.title, chars=CHAPTER_TITLE_CHARS) or str(number),
        }
        for number, chapter in enumerate(plan.timeline.chapters, start=1)
    ]
    value = {
        "version": CHAPTERS_VERSION,
        "title": one_line(plan.script.title),
        "chapters": chapters,
    }
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def captions(plan: PlanView) -> bytes:
    """The file: a cue for each line that is said, on one line of text."""
    lines = ["WEBVTT", ""]
    for event in plan.timeline.speech:
        start_ms = units.ms_of_ticks(event.start_tick)
        # WebVTT has no cues without length; lines of a silent voice may have none.
        end_ms = max(units.ms_of_ticks(event.end_tick), start_ms + 1)
        text = escape(cleaned(event.text), quote=False) or "…"  # an empty line would end the cue
        lines += [f"{_time(start_ms)} --> {_time(end_ms)}", text, ""]
    return "\n".join(lines).encode()


def _time(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}.{rest:03}"
