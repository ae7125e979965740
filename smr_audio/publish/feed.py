"""What podcast apps fetch: the feed of a site, and for each session chapters and captions.

The feed is RSS 2.0 with the tags of Apple and of the podcast namespace, chapters are JSON, captions
WebVTT.

Sources: rssboard.org/rss-specification, podcasters.apple.com/support/823-podcast-requirements,
podcastindex.org/namespace/1.0. Dates of episodes never come from the clock, so that the same input
gives the same feed.
"""

import json
import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from html import escape
from typing import Final

from smr_audio import units
from smr_audio.errors import UsageError
from smr_audio.library.models import Page
from smr_audio.mp3.id3 import CHAPTER_TITLE_CHARS, one_line
from smr_audio.publish.listing import FEED, BaseUrl, Facts, paths_of
from smr_audio.publish.staging import SiteEntry
from smr_audio.publish.templates import filled
from smr_audio.views.text import cleaned
from smr_audio.views.transcript import PlanView

EPOCH_VARIABLE: Final = "SOURCE_DATE_EPOCH"
DEFAULT_DAY: Final = date(2020, 1, 1)
SITE_COVER: Final = "cover.png"


def release_day(text: str | None) -> date | None:
    """A day such as 2026-05-01, by default SOURCE_DATE_EPOCH's if it is set. Raises UsageError."""
    if text is not None:
        return units.parse_day(text)
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


def feed_xml(sessions: Sequence[SiteEntry], *, title: str, author: str, base_url: BaseUrl, words: Page) -> bytes:
    """The feed, with an episode for each session in order of dates; the same for the same ones."""

    def described(facts: Facts) -> str:
        """HTML, which apps take it for."""
        about, tools = facts.about, words.joined(facts.tools)
        about = words("site.need", about=about, tools=tools) if tools else about
        handout = escape(base_url.to(paths_of(facts.id)["handout"]))
        link = f'<a href="{handout}">{escape(words("site.handout"))}</a>'
        return f"{escape(about.strip(), quote=False)} {link}"

    def dated(session: SiteEntry) -> str:
        return format_datetime(datetime.fromisoformat(session.published or released(None, ())))

    return filled(
        "feed.xml",
        sessions=sessions,
        title=title,
        author=author,
        base=base_url,
        feed=FEED,
        cover=SITE_COVER,
        words=words,
        paths_of=paths_of,
        described=described,
        dated=dated,
    )


def chapters_json(plan: PlanView) -> bytes:
    """The file; times in seconds, titles clipped as in the MP3's tag."""
    chapters = [
        {
            "startTime": units.ms_of_ticks(chapter.start_tick) / 1000,
            "title": one_line(chapter.title, chars=CHAPTER_TITLE_CHARS) or str(number),
        }
        for number, chapter in enumerate(plan.timeline.chapters, start=1)
    ]
    value = {"version": "1.2.0", "title": one_line(plan.script.title), "chapters": chapters}
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
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest / 1000:06.3f}"
