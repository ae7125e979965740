"""`smr-audio publish`: a static site of routines, with a podcast feed and hand-outs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smr_audio.cli.options import OutputType, SessionCommand, complete_target, json_option, option
from smr_audio.cli.output import open_studio, say, say_warnings, show, shown_progress
from smr_audio.options.preferences import Preferences
from smr_audio.suggest import counted

if TYPE_CHECKING:
    from smr_audio.publish.site import SiteReport


@click.command("publish", cls=SessionCommand)
@click.argument("folder", metavar="DIR", type=OutputType())
@click.argument("targets", metavar="[ROUTINE]...", nargs=-1, shell_complete=complete_target)
@option("--title TEXT", "The title of the site and its podcast.")
@option("--author TEXT", "The author of the podcast; default: the title.")
@option("--base-url URL", "The public https address of DIR, for the podcast feed and the QR codes.")
@option("--date day YYYY-MM-DD", "The publication date of new and changed sessions in the podcast.")
@json_option
def command(
    folder: Path,
    targets: tuple[str, ...],
    *,
    title: str | None,
    author: str | None,
    base_url: str | None,
    day: str | None,
    content: tuple[Path, ...],
    as_json: bool,
    options: Preferences,
) -> None:
    """Make a static site in DIR of these routines, or of all, for any host with HTTPS.

    It has a player that works offline and changes holds, sides and talk, the MP3s, and a hand-out
    to print for each session; with --base-url also a podcast feed. Sessions that are up to date are
    not made again.
    """
    from smr_audio.publish.feed import release_day
    from smr_audio.publish.listing import parse_base_url
    from smr_audio.publish.site import SiteOptions, publish, site_text

    site = SiteOptions(
        title=site_text("--title", title),
        author=site_text("--author", author),
        base_url=None if base_url is None else parse_base_url(base_url),
        day=release_day(day),
    )
    if site.base_url is not None and not site.base_url.is_public:
        say(f"Warning: podcast apps fetch the feed from their own servers, which cannot reach {site.base_url.text}")
    studio = open_studio(content)
    with shown_progress() as progress:
        report = publish(folder, targets, options, studio=studio, content=content, site=site, progress=progress)
    _tell(report)
    show(_summary(report), report.as_json, as_json=as_json)


def _tell(report: SiteReport) -> None:
    """Print each warning once, and why there is no feed."""
    warned: dict[str, list[str]] = {}
    for facts in report.sessions:
        for text in facts.warnings:
            warned.setdefault(text, []).append(facts.id)
    every = len(report.sessions)
    say_warnings(text if len(ids) == every else f"{text} ({', '.join(ids)})" for text, ids in warned.items())
    if report.feed is None:
        say(
            "No podcast feed: podcast apps fetch it from a public HTTPS address. Say which with "
            "--base-url https://example.org/gym/"
        )


def _summary(report: SiteReport) -> str:
    count = Counter[str](file.status for file in report.files)
    size = sum(file.bytes for file in report.files if file.status != "removed") / 1e6
    sessions = counted(len(report.sessions), "session")
    statuses = ("written", "unchanged", "removed")
    files = ", ".join(f"{count[status]} {status}" for status in statuses if count[status])
    feed = f"\n{report.feed}" if report.feed else ""
    return f"{report.folder}  {sessions}, {size:.1f} MB; files: {files}{feed}"
