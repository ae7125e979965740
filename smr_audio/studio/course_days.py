"""Which sessions a course has, and on which days: pure arithmetic on dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from smr_audio.errors import UsageError
from smr_audio.library.course import DAYS, Course
from smr_audio.library.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Appointment:
    """One session of a course: its number from 1, day, week from 1, routine, and what grew."""

    number: int
    day: date
    week: int
    routine: str
    settings: Preferences


def appointments(course: Course, *, start: date, grow: bool = False) -> list[Appointment]:
    """Every session, in order; the first is on the first of its days from `start` on.

    Weeks count from `start`. Raises UsageError for a course that would leave the calendar.
    """
    try:
        last = start + timedelta(days=7 * course.weeks - 1)
    except OverflowError:
        raise UsageError(f"a course from {start} on leaves the calendar; start sooner") from None
    found = []
    for number, day in enumerate(_days(course, start, last), start=1):
        week = (day - start).days // 7 + 1
        routine, _ = course.sessions[(number - 1) % len(course.sessions)]
        settings = course.settings_in(week) if grow else Preferences()
        found.append(Appointment(number, day, week, routine, settings))
    return found


def _days(course: Course, start: date, last: date) -> Iterator[date]:
    for after in range((last - start).days + 1):
        day = start + timedelta(days=after)
        if course.days:
            if DAYS[day.weekday()] in course.days:
                yield day
        elif course.every == "day" or after % 2 == 0:
            yield day
