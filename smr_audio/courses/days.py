"""Which sessions a course has, and on which days: pure arithmetic on dates."""

import contextlib
import zoneinfo
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Final

import tzlocal

from smr_audio.errors import UsageError
from smr_audio.library.routine import DAYS, Course
from smr_audio.options.preferences import Preferences
from smr_audio.records import dataclass
from smr_audio.suggest import did_you_mean

_AGAIN: Final = "name one, such as --zone Europe/Berlin"


def zone_of(name: str | None) -> zoneinfo.ZoneInfo:
    """The time zone of a name of the IANA database, or this machine's.

    Raises UsageError for one that does not exist, or if the machine's configuration names none.
    """
    wanted = name
    with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError, OSError):
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
        last = start + timedelta(days=7 * course.weeks - 1)
    except OverflowError:
        raise UsageError(f"a course from {start} on leaves the calendar; start sooner") from None
    found = []
    for number, day in enumerate(_days(course, start, last), start=1):
        week = (day - start).days // 7 + 1
        routine = course.sessions[(number - 1) % len(course.sessions)]
        settings = course.settings_in(week) if grow else Preferences()
        found.append(Appointment(number, day, week, routine, settings))
    if not 1 <= from_number <= len(found):
        many = f"'{course.id}' has the sessions 1 to {len(found)}"
        raise UsageError(f"{many}, so it cannot begin with {from_number}; name one of them")
    return found[from_number - 1 :]


def _days(course: Course, start: date, last: date) -> Iterator[date]:
    for after in range((last - start).days + 1):
        day = start + timedelta(days=after)
        if course.days:
            if DAYS[day.weekday()] in course.days:
                yield day
        elif course.every == "day" or after % 2 == 0:
            yield day
