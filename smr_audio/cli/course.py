"""`smr-audio course`: a course as a folder of numbered MP3s and a calendar."""

from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import click

from smr_audio.cli.options import OutputType, SessionCommand, json_option, option, profile_option
from smr_audio.cli.output import open_studio, say_profile_warnings, say_warnings, show, shown_progress
from smr_audio.courses.days import parse_day, parse_time, zone_of
from smr_audio.courses.folder import REMINDER, CourseReport, Dates, build_course
from smr_audio.errors import UsageError
from smr_audio.options.preferences import Preferences
from smr_audio.suggest import counted
from smr_audio.units import parse_seconds


@click.command("course", cls=SessionCommand)
@click.argument("target", metavar="COURSE")
@option("--start DATE", "First day: 2027-01-04, 4 Jan, monday; default: today.", default="today")
@option("--time at TIME", "Time of day: 18:30, 6:30pm; default: 18:00.", default="18:00")
@option("--zone ZONE", "The time zone, such as Europe/Berlin; default: this machine's.")
@option("--remind TIME", "Time from the reminder to the session, such as 30m; default: 15m; 'none': no reminder.")
@option("--no-calendar", "Write no calendar.")
@option("--grow", "Apply the course's growth: longer holds and more sets.")
@option(
    "--from from_number N",
    "Build from session N on; numbers and days stay those of the whole course.",
    type=int,
    default=1,
)
@option("-o --output DIR", "The folder; default: output/COURSE.", type=OutputType())
@option("--verify", "Decode and check all files before any is put in place.")
@profile_option
@json_option
def command(
    target: str,
    *,
    start: str,
    at: str,
    zone: str | None,
    remind: str | None,
    output: Path | None,
    no_calendar: bool,
    grow: bool,
    from_number: int,
    verify: bool,
    no_profile: bool,
    content: tuple[Path, ...],
    as_json: bool,
    options: Preferences,
) -> None:
    """Build a course, by id or file: a numbered MP3 for each session, and a calendar.

    What was explained twice is not explained again, unless --talk or your profile says how much.
    `smr-audio list COURSE` describes one. Import the .ics into a calendar; with another start
    or time, a later import changes the same events.
    """
    dates = Dates(
        parse_day(start, today=datetime.now(timezone.utc).astimezone().date()),
        parse_time(at),
        zone_of("UTC" if no_calendar and not zone else zone),
        _reminder(remind),
    )
    studio = open_studio(content, no_profile=no_profile)
    course = studio.library.course(target)
    say_profile_warnings(studio)
    folder = output or Path("output", course.id)
    with shown_progress() as progress:
        report = build_course(
            studio,
            course,
            folder,
            dates,
            options,
            grow=grow,
            from_number=from_number,
            calendar=not no_calendar,
            verified=verify,
            progress=progress,
        )
    say_warnings(report.warnings)
    show(_summary(report, folder), report.as_json, as_json=as_json)


def _reminder(text: str | None) -> timedelta | None:
    if text is None:
        return REMINDER
    if text == "none":
        return None
    with suppress(ValueError):
        if (before := timedelta(seconds=float(parse_seconds(text)))) <= timedelta(days=7):
            return before
    raise UsageError(f"--remind '{text}' is not 0 s to 7 days; write it as 30m, or none")


def _summary(report: CourseReport, folder: Path) -> str:
    first, last = report.sessions[0], report.sessions[-1]
    size = sum(file.bytes for file in report.files) / 1e6
    zone = first.start.tzname()
    dates = f"{first.start:%Y-%m-%d} to {last.start:%Y-%m-%d} at {first.start:%H:%M} {zone}"
    made = f"{size:.1f} MB, {first.session.plan.voice.id}"
    return f"{folder}  {counted(len(report.sessions), 'session')}, {dates}, {made}"
