"""Days and times of day, as people write them."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, time, timedelta
from typing import Final

from smr_audio.errors import UsageError

_DAYS: Final = ("%d %b", "%d %B", "%b %d", "%B %d", "%d %m", "%m %d")
_FORMS: Final = ("%Y %m %d", *(f"{day} {year}" for day in _DAYS for year in ("%Y", "%y")))
_YEARS: Final = 9  # with a 29th of February in them
_TIME: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2})|h)? ?(?:(?P<half>[ap])\.?m\.?)?"
)


def parse_day(text: str, *, today: date) -> date:
    """`2027-01-04`, `4 Jan`, `Jan 4th, 2027`, `4.1.2027`, `tomorrow`, `monday`, `next monday`.

    Without a year it is the next such day. Raises UsageError for anything else, for a day that
    does not exist, and for one that may be another, as 3/4.
    """
    words = re.findall(r"[^\s,./-]+", re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text.lower()))
    weekdays = [number for word in words if (number := _weekday(word)) is not None]
    rest = [word for word in words if _weekday(word) is None]
    if not weekdays and rest in (["today"], ["tomorrow"]):
        return today + timedelta(days=rest == ["tomorrow"])
    if len(weekdays) == 1 and rest in ([], ["next"]):
        least = len(rest)  # "next" is not today
        return today + timedelta(days=(weekdays[0] - today.weekday() - least) % 7 + least)
    # With dots the day is first everywhere.
    forms = [form for form in _FORMS if "." not in text or not form.startswith("%m")]
    found = sorted({day for form in forms if (day := _read(" ".join(rest), form, today=today))})
    if not found:
        raise UsageError(f"there is no day '{text}'; write year-month-day, as 2027-01-04")
    if len(found) > 1:
        both = " or ".join(f"{day.day} {day:%b}" for day in found)
        raise UsageError(f"'{text}' may be {both}; write year-month-day, as {found[0]}")
    if weekdays not in ([], [found[0].weekday()]):
        raise UsageError(f"{found[0]} is no '{text}' but a {found[0]:%A}; leave the weekday out")
    return found[0]


def _weekday(word: str) -> int | None:
    names = (name.lower() for name in calendar.day_name)
    return next(
        (n for n, name in enumerate(names) if len(word) > 2 and name.startswith(word)), None
    )


def _read(text: str, form: str, *, today: date) -> date | None:
    """What a text means by a form, in the next year that makes it a day to come if it has none."""
    for year in ("", *range(today.year, today.year + _YEARS)):
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
    hour, minute = (int(found["hour"]), int(found["minute"] or 0)) if found else (24, 0)
    if found and found["half"]:
        hour = hour % 12 + 12 * (found["half"] == "p") if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59 or re.fullmatch(r"\s*\d{1,2}\s*", text):
        raise UsageError(f"there is no time '{text}'; write it as 18:30 or 6:30pm")
    return time(hour, minute)
