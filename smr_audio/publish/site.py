"""Publish sessions as a static site: files and relative links, for any host that has HTTPS.

The same content and options give the same files. A second run makes only what would be another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from smr_audio.errors import UsageError
from smr_audio.options.preferences import Preferences
from smr_audio.progress import Progress, silent_progress
from smr_audio.publish.base_url import FEED, PAGE, BaseUrl
from smr_audio.publish.feed import SITE_COVER, Episode, feed_xml, released
from smr_audio.publish.handout.document import STYLE, require_segno
from smr_audio.publish.listing import SESSIONS, Facts, paths_of, sessions_json
from smr_audio.publish.page import (
    COVER_PX,
    MANIFEST,
    SITE,
    WORKER,
    icons,
    manifest,
    mark_png,
    page_files,
    worker,
)
from smr_audio.publish.session import SessionMaker, SiteKeys, Wanted
from smr_audio.publish.site_ledger import SiteEntry
from smr_audio.publish.staging import SiteFile, Staging, staged
from smr_audio.studio.metadata import ALBUM
from smr_audio.studio.studio import Studio
from smr_audio.views.text import cleaned

REPORT_FORMAT: Final = "smr-audio/site-report-1"
_OFFLINE: Final = ("plan", "cover")


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How a site presents itself. Without an address it has no feed and no QR codes.

    `day` is when new and changed sessions come out in the feed, None to keep the dates there are.
    """

    title: str = ALBUM
    author: str = ""
    base_url: BaseUrl | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What a run made of a folder: every file, by path, and the sessions in order."""

    folder: Path
    files: tuple[SiteFile, ...]
    sessions: tuple[Facts, ...]
    feed: str | None

    def as_json(self) -> dict[str, Any]:
        """The report as `publish --json` prints it."""
        return {
            "format": REPORT_FORMAT,
            "dir": str(self.folder),
            "sessions": [facts.id for facts in self.sessions],
            "feed": self.feed,
            "files": [
                {"path": file.path, "bytes": file.bytes, "status": file.status}
                for file in self.files
            ],
        }


def publish(
    folder: Path,
    targets: Sequence[str],
    options: Preferences,
    *,
    studio: Studio,
    content: Sequence[Path] = (),
    site: SiteOptions | None = None,
    page: Path = SITE,
    progress: Progress = silent_progress,
) -> SiteReport:
    """Make `folder` the site of these routines, or of all there are; nobody sees half of it.

    `content` are the studio's folders. Routines come in order of their ids. Files of an earlier
    run that are not wanted any more go, others stay. Raises UsageError, ContentError,
    MissingError or BuildError, before anything that was there is changed.
    """
    site = site or SiteOptions()
    if site.base_url is not None:
        require_segno()
    wanted = _wanted(studio, targets, options, progress)
    shell = _shell(site, page)
    beside = _beside(site)
    last = (SESSIONS, FEED, WORKER, PAGE) if site.base_url else (SESSIONS, WORKER, PAGE)
    own = [path for one in wanted for path in paths_of(one.routine.id).values()]
    keys = SiteKeys(content, options, base_url=site.base_url, profile=studio.profile)
    maker = SessionMaker(studio, options, keys, site.base_url, progress)
    with staged(folder, [*shell, *beside, *last, *own]) as staging:
        kept = {}
        for number, one in enumerate(wanted, start=1):
            kept[one.routine.id] = _dated(maker.make(one, staging), number, staging, site.day)
        for name, data in beside.items():
            staging.add(name, data)
        _stage_site(staging, shell, kept, site, (page / WORKER).read_text("utf-8"))
        made = staging.commit(kept, last=last)
    sessions = tuple(one.facts for one in kept.values())
    studio.cache.keep_in_bounds()
    feed = site.base_url.to(FEED) if site.base_url else None
    return SiteReport(folder, made, sessions, feed)


def site_text(option: str, words: str | None, *, default: str = "") -> str:
    """A title as lists can show it. Raises UsageError for one with nothing to show."""
    if words is None:
        return default
    if not (shown := cleaned(words)):
        raise UsageError(f"{option} has nothing in it that can be shown")
    return shown


def _wanted(
    studio: Studio, targets: Sequence[str], options: Preferences, progress: Progress
) -> list[Wanted]:
    """What to publish, by id, whatever the order in which it is named."""
    found: dict[str, Wanted] = {}
    for target in dict.fromkeys(targets or studio.library.routine_ids()):
        routine = studio.session_of(target, options, progress=progress)
        if (other := found.get(routine.id)) is not None:
            raise UsageError(
                f"'{other.target}' and '{target}' are both called {routine.id}; give one another id"
            )
        found[routine.id] = Wanted(target, routine)
    if not found:
        raise UsageError("there is no routine to publish")
    return [found[name] for name in sorted(found)]


def _shell(site: SiteOptions, page: Path) -> dict[str, bytes]:
    """The page, and what a phone needs to keep it as an app."""
    own = page_files(page)
    return {**own, **icons(own), MANIFEST: manifest(site.title)}


def _beside(site: SiteOptions) -> dict[str, bytes]:
    """What neither the page nor a session needs offline: for paper, and for podcast apps."""
    style = {f"handouts/{STYLE}": (SITE.parent / "publish" / "handout" / STYLE).read_bytes()}
    return {**style, SITE_COVER: mark_png(COVER_PX)} if site.base_url else style


def _dated(entry: SiteEntry, number: int, staging: Staging, day: date | None) -> SiteEntry:
    """A session with the date on which it came out.

    It keeps the one it has while its sound is the same: apps sort by it, and a new one would put
    an old session on top as if it were new.
    """
    sound = paths_of(entry.facts.id)["audio"]
    changed = staging.before.files.get(sound) != staging.files[sound]
    if day is None or (entry.published and not changed):
        return entry
    return replace(entry, published=released(day, number))


def _stage_site(
    staging: Staging,
    shell: Mapping[str, bytes],
    kept: Mapping[str, SiteEntry],
    site: SiteOptions,
    template: str,
) -> None:
    """Stage what is of the whole site, the worker last, since it names all others."""
    sessions = [one.facts for one in kept.values()]
    for name, content in shell.items():
        staging.add(name, content)
    staging.add(SESSIONS, sessions_json(site.title, sessions))
    if site.base_url is not None:
        episodes = [
            Episode(one.facts, number, one.published)
            for number, one in enumerate(kept.values(), start=1)
        ]
        author = site.author or site.title
        feed = feed_xml(episodes, title=site.title, author=author, base_url=site.base_url)
        staging.add(FEED, feed)
    # Sound is kept when it is played; hand-outs and what apps fetch by themselves are not.
    offline = [*shell, SESSIONS, *(paths_of(name)[kind] for name in kept for kind in _OFFLINE)]
    staging.add(WORKER, worker(template, {name: staging.files[name] for name in offline}))
