"""A course as a calendar: an event with a reminder for each session, to import or subscribe to.

The one door to icalendar. The same course gives the same bytes, whenever it is made: an event's
UID is the course's and its number's, so that a calendar that has it already changes it, and its
SEQUENCE counts on from the file that was there before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from smr_audio.errors import BuildError

_PRODUCT: Final = "-//smr-audio//course//EN"
_DOMAIN: Final = "smr-audio"
MARK: Final = "X-SMR-AUDIO-COURSE"
"""The property that says whose file a calendar is."""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One session: its number, when it begins by its zone's clock, how long, what is shown."""

    number: int
    start: datetime
    length: timedelta
    title: str
    text: str


def calendar_bytes(
    entries: Sequence[CalendarEntry],
    *,
    course: str,
    title: str,
    zone: ZoneInfo,
    remind: timedelta | None,
    before: bytes | None = None,
) -> bytes:
    """An iCalendar file (RFC 5545) of a course.

    `remind` is how long before each start a reminder comes, None for none; `before` is the file
    that stands there now, if any. Lines end in CRLF and are folded at 75 octets.
    """
    old = _sequences(before)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add(MARK, course)
    first, last = entries[0].start, entries[-1].start
    if zone.key != "UTC":
        calendar.add_component(_time_zone(zone, first, last))
    stamp = datetime(first.year, first.month, first.day, tzinfo=timezone.utc)
    for entry in entries:
        event = _event(entry, course=course, stamp=stamp, remind=remind)
        text = event.to_ical()
        number, said = old.get(str(event["uid"]), (0, text))
        event.add("sequence", number if said == text else number + 1)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _time_zone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The zone's rules from the year before the first session to the year after the last."""
    described = Timezone()
    described.add("tzid", zone.key)
    at = _midnight(first, years=-1)
    described.add_component(_rule(zone, at, before=at))
    end = _midnight(last, years=2)
    while at < end:
        after = min(at + timedelta(days=1), end)
        if _offset(zone, at) != _offset(zone, after):
            changed = _change(zone, at, after)
            described.add_component(_rule(zone, changed, before=changed - timedelta(seconds=1)))
        at = after
    return described


def _midnight(moment: datetime, *, years: int) -> datetime:
    year = min(max(moment.year + years, 1), 9999)
    return datetime(year, 1, 1, tzinfo=timezone.utc)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The second at which the zone's offset changes between two moments."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(zone, middle) == _offset(zone, low):
            low = middle
        else:
            high = middle
    return high


def _rule(
    zone: ZoneInfo, moment: datetime, *, before: datetime
) -> TimezoneStandard | TimezoneDaylight:
    """What holds from a moment on. Its start is written by the offset that held before."""
    local = moment.astimezone(zone)
    rule = TimezoneDaylight() if local.dst() else TimezoneStandard()
    from_offset = _offset(zone, before)
    rule.add("dtstart", (moment + from_offset).replace(tzinfo=None))
    rule.add("tzoffsetfrom", from_offset)
    rule.add("tzoffsetto", _offset(zone, moment))
    rule.add("tzname", local.tzname())
    return rule


def _event(
    entry: CalendarEntry, *, course: str, stamp: datetime, remind: timedelta | None
) -> Event:
    event = Event()
    event.add("uid", f"{course}-{entry.number:03}@{_DOMAIN}")
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.start)
    event.add("duration", entry.length)
    event.add("summary", entry.title)
    event.add("description", entry.text)
    event.add("transp", "OPAQUE")
    if remind is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -remind)
        alarm.add("description", entry.title)
        event.add_component(alarm)
    return event


def _sequences(before: bytes | None) -> dict[str, tuple[int, bytes]]:
    """Of an older calendar each event's SEQUENCE, and the event without it, by UID."""
    if before is None:
        return {}
    found = {}
    try:
        for event in Calendar.from_ical(before).walk("VEVENT"):
            number = int(event.pop("sequence", 0))
            found[str(event["uid"])] = number, event.to_ical()
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return {}  # somebody has changed it by hand; begin anew
    return found


def read_ours(path: Path, *, course: str) -> bytes | None:
    """The calendar of a course that stands at a path, or None.

    Raises BuildError if another file stands there: nobody's calendar is overwritten.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BuildError(f"{path} cannot be read: {error.strerror}; name another folder") from error
    if f"{MARK}:{course}".encode() not in data.replace(b"\r\n ", b""):
        raise BuildError(f"{path} is there and no calendar of '{course}'; name another folder")
    return data
