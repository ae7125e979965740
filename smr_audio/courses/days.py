"""Which sessions a course has, and on which days; and days and times of day as people write them."""

import re
import zoneinfo
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

import tzlocal

from smr_audio.errors import UsageError
from smr_audio.library.routine import DAYS, Course
from smr_audio.options.preferences import Preferences
from smr_audio.records import dataclass
from smr_audio.suggest import did_you_mean

_AGAIN: Final = "name one, such as --zone Europe/Berlin"
_DAYS: Final = ("%d %b", "%d %B", "%b %d", "%B %d", "%d %m", "%m %d")
_FORMS: Final = ("%Y %m %d", *(f"{day} {year}" for day in _DAYS for year in ("%Y", "%y")))
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2})|h)? ?(?:([ap])\.?m\.?)?")


def zone_of(name: str | None) -> zoneinfo.ZoneInfo:
    """The time zone of a name of the IANA database, or this machine's.

    Raises UsageError for one that does not exist, or if the machine's configuration names none.
    """
    wanted = name
    with suppress(zoneinfo.ZoneInfoNotFoundError, OSError):
        wanted = wanted or tzlocal.get_localzone_name()
    if not wanted:
        raise UsageError(f"this machine does not say in which time zone it is; {_AGAIN}")
    try:
        return zoneinfo.ZoneInfo(wanted)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        names = sorted(zoneinfo.available_timezones())
        hint = did_you_mean(wanted, names) if "/" in wanted else _AGAIN
        raise UsageError(f"there is no time zone '{wanted}'; {hint}") from None


def on_the_clock(local: datetime) -> datetime:
    """A time as its zone's clocks show it: one that is left out in spring comes an hour later."""
    return local.astimezone(timezone.utc).astimezone(local.tzinfo)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One session of a course: its number from 1, day, week from 1, routine, and what grew."""

    number: int
    day: date
    week: int
    routine: str
    settings: Preferences


def appointments(course: Course, *, start: date, grow: bool = False, from_number: int = 1) -> list[Appointment]:
    """The sessions from a number on, in order; number 1 is on the first day there is from `start`.

    Weeks count from `start`. Raises UsageError for a course that would leave the calendar, and
    for a number that it does not have.
    """
    try:
        days = [start + timedelta(days=after) for after in range(7 * course.weeks)]
    except OverflowError:
        raise UsageError(f"a course from {start} on leaves the calendar; start sooner") from None
    if course.days:
        days = [day for day in days if DAYS[day.weekday()] in course.days]
    elif course.every != "day":
        days = days[::2]
    found = []
    for number, day in enumerate(days, start=1):
        week = (day - start).days // 7 + 1
        routine = course.sessions[(number - 1) % len(course.sessions)]
        settings = course.settings_in(week) if grow else Preferences()
        found.append(Appointment(number, day, week, routine, settings))
    if not 1 <= from_number <= len(found):
        many = f"'{course.id}' has the sessions 1 to {len(found)}"
        raise UsageError(f"{many}, so it cannot begin with {from_number}; name one of them")
    return found[from_number - 1 :]


def parse_day(text: str, *, today: date) -> date:
    """`2027-01-04`, `4 Jan`, `Jan 4th, 2027`, `4.1.2027`, `tomorrow`, `monday`, `next monday`.

    Without a year it is the next such day. Raises UsageError for anything else, for a day that
    does not exist, and for one that may be another, as 3/4.
    """
    words = " ".join(re.findall(r"[^\s,./-]+", re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text.lower())))
    if words in ("today", "tomorrow"):
        return today + timedelta(days=words == "tomorrow")
    for days in range(8):
        day = today + timedelta(days=days)
        name = words.removeprefix("next ") if days else words
        if name in (f"{day:%A}".lower(), f"{day:%a}".lower()):
            return day
    # With dots the day is first everywhere.
    forms = [form for form in _FORMS if "." not in text or not form.startswith("%m")]
    found = sorted({one for form in forms if (one := _read(words, form, today=today))})
    if not found:
        raise UsageError(f"there is no day '{text}'; write year-month-day, as 2027-01-04")
    if len(found) > 1:
        both = " or ".join(f"{day.day} {day:%b}" for day in found)
        raise UsageError(f"'{text}' may be {both}; write year-month-day, as {found[0]}")
    return found[0]


def _read(text: str, form: str, *, today: date) -> date | None:
    """What a text means by a form, in the next year that makes it a day to come if it has none."""
    for year in ("", *range(today.year, today.year + 9)):  # with a 29th of February in them
        try:
            day = datetime.strptime(f"{text} {year}".strip(), form).date()
        except ValueError:
            continue
        # A past day may be meant, but then its year is written out: 27-01-04 is not in 2004.
        if day >= today or (not year and str(day.year) in text):
            return day
    return None


def parse_time(text: str) -> time:
    """`18:30`, `18.30`, `18h30`, `1830`, `6:30pm`, `6 p.m.`; UsageError for anything else."""
    found = _TIME.fullmatch(text.strip().lower())
    if found and found[0] != found[1]:
        clock, half = f"{found[1]} {found[2] or 0}", found[3]
        with suppress(ValueError):
            if half:
                return datetime.strptime(f"{clock} {half}m", "%I %M %p").time()
            return datetime.strptime(clock, "%H %M").time()
    raise UsageError(f"there is no time '{text}'; write it as 18:30 or 6:30pm")
