"""A course as a calendar: an event with a reminder for each session, to import or subscribe to.

The same course gives the same bytes, whenever it is made. An event's UID is made of the course's
id and its number, so that a calendar that has it already updates it; its SEQUENCE continues from
the file that was there before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

from icalendar import Alarm, Calendar, Event

from smr_audio import units
from smr_audio.errors import BuildError

if TYPE_CHECKING:
    from smr_audio.courses.folder import Booked

_PRODUCT: Final = "-//smr-audio//course//EN"
_DOMAIN: Final = "smr-audio"
MARK: Final = "X-SMR-AUDIO-COURSE"
"""The property that says whose file a calendar is."""


def calendar_bytes(
    booked: Sequence[Booked], *, course: str, title: str, remind: timedelta | None, before: bytes | None = None
) -> bytes:
    """An iCalendar file (RFC 5545) of a course.

    `remind` is how long before each start a reminder comes, None for none; `before` is the file
    that is there now, if any. Lines end in CRLF and are folded at 75 octets.
    """
    old = _sequences(before)
    calendar = Calendar()
    head = {"prodid": _PRODUCT, "version": "2.0", "method": "PUBLISH", "x-wr-calname": title}
    for name, value in {**head, MARK: course}.items():
        calendar.add(name, value)
    first, of = booked[0].start, booked[-1].appointment.number
    stamp = datetime(first.year, first.month, first.day, tzinfo=timezone.utc)
    for one in booked:
        number = one.appointment.number
        event = _event(one, title=f"{title} {number}/{of}", stamp=stamp, remind=remind)
        event.add("uid", f"{course}-{number:03}@{_DOMAIN}")
        text = event.to_ical()
        number, before_text = old.get(str(event["uid"]), (0, text))
        event.add("sequence", number if before_text == text else number + 1)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(one: Booked, *, title: str, stamp: datetime, remind: timedelta | None) -> Event:
    event = Event()
    event.add("dtstamp", stamp)
    event.add("dtstart", one.start.astimezone(timezone.utc))  # needs no rules of a zone
    event.add("duration", timedelta(seconds=units.about_s(one.session.plan.duration_ms)))
    event.add("summary", title)
    event.add("description", _text(one))
    event.add("transp", "OPAQUE")
    if remind is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -remind)
        alarm.add("description", title)
        event.add_component(alarm)
    return event


def _text(one: Booked) -> str:
    """What to play, and what the session says before it begins, which is what to have ready."""
    timeline = one.session.plan.timeline
    opening = (event for event in timeline.speech if event.start_tick < timeline.chapters[0].end_tick)
    return "\n".join((one.name, *(event.text for event in opening if event.role in ("fetch", "safety"))))


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
        return {}  # edited by hand: count from 0 again
    return found


def read_ours(path: Path, *, course: str) -> bytes | None:
    """The calendar of a course at a path, or None.

    Raises BuildError if it is another file, which must not be overwritten.
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
