"""A course as a folder: a numbered MP3 for each session, a playlist, and a calendar."""

import time as clock
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from smr_audio.courses.days import Appointment, appointments, on_the_clock
from smr_audio.library.routine import Course
from smr_audio.options.choices import AUTO_TALK
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import TalkChoice, level_of, merged
from smr_audio.progress import Progress, silent_progress
from smr_audio.records import asdict, dataclass, replace
from smr_audio.session.compile import Compiled
from smr_audio.session.history import Advice, History, PastSession, levels
from smr_audio.session.layers import Layers
from smr_audio.session.script import Notice
from smr_audio.storage.atomic import atomic_output
from smr_audio.studio.output.album import Track, ascii_name, track_of, write_album
from smr_audio.studio.output.mp3_file import OutputFile, write_file
from smr_audio.studio.session import Session, album_of
from smr_audio.studio.studio import Studio
from smr_audio.verification.report import require_verified

REMINDER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Dates:
    """When a course is: its first day, the time of day by the clocks of a zone, the reminder.

    `remind` is how long before each session, None for no reminder.
    """

    start: date
    time: time
    zone: ZoneInfo
    remind: timedelta | None = REMINDER


@dataclass(frozen=True, slots=True)
class Booked:
    """One session of a course as it was made: when, from what, how long, in which file."""

    appointment: Appointment
    start: datetime
    session: Session
    name: str

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.appointment.number,
            "start": self.start.isoformat(),
            "week": self.appointment.week,
            "routine": self.appointment.routine,
            "duration_ms": self.session.plan.duration_ms,
            "file": self.name,
        }


@dataclass(frozen=True, slots=True)
class CourseReport:
    """What was made: the files, the last of them the calendar if there is one, and each session."""

    course: Course
    files: tuple[OutputFile, ...]
    sessions: tuple[Booked, ...]
    warnings: tuple[Notice, ...]
    elapsed_s: float

    def as_json(self) -> dict[str, Any]:
        return {
            "course": self.course.id,
            "files": [file.as_json() for file in self.files],
            "sessions": [one.as_json() for one in self.sessions],
            "warnings": list(map(asdict, self.warnings)),
            "elapsed_s": round(self.elapsed_s, 3),
        }


def build_course(
    studio: Studio,
    course: Course,
    folder: Path,
    dates: Dates,
    options: Preferences | None = None,
    *,
    grow: bool = False,
    from_number: int = 1,
    calendar: bool = True,
    verified: bool = False,
    progress: Progress = silent_progress,
) -> CourseReport:
    """Build every session of a course in `folder`, and its calendar; remove only its own files.

    Those before `from_number` are left out; the others keep their numbers and days. Equal sessions
    are linked once. Raises as `Studio.build_album` does, and UsageError for dates that leave the
    calendar.
    """
    started = clock.monotonic()
    options = options or Preferences()
    days = appointments(course, start=dates.start, grow=grow, from_number=from_number)
    of = days[-1].number
    if calendar:
        from smr_audio.courses import calendar as ics  # 30 ms that others save

        place = folder / f"{course.id}.ics"
        before = ics.read_ours(place, course=course.id)
    booked: list[Booked] = []

    @cache
    def compiled(routine: str, wishes: Preferences) -> Compiled:
        return studio.compiled(studio.load(routine), wishes)

    @cache
    def linked(routine: str, wishes: Preferences, turn: int) -> Session:
        return studio.link(studio.load(routine), wishes, turn=turn, progress=progress)

    def techniques(one: Appointment) -> Iterable[str]:
        return compiled(one.routine, options.over(one.settings)).talk.techniques

    def tracks() -> Iterator[Track]:
        for one, advice, turn in advised(days, techniques):
            wishes = options.over(one.settings)
            wishes = as_advised(wishes, advice, compiled(one.routine, wishes).layers)
            session = linked(one.routine, wishes, turn)
            tags = studio.tags_of(session.plan)
            title, album = f"{one.number}/{of} {tags.title}", album_of(session.plan, _title(course, session))
            tags = replace(tags, title=title, album=album, track=one.number, tracks=of)
            track = track_of(session, tags, ascii_name(session.plan.script.title, one.routine))
            at = on_the_clock(datetime.combine(one.day, dates.time, dates.zone))
            booked.append(Booked(one, at, session, track.name))
            yield track

    prove = partial(require_verified, progress=progress) if verified else None
    files = write_album(folder, f"{course.id}.m3u8", tracks, prove=prove)
    if calendar:
        title = _title(course, booked[0].session)
        data = ics.calendar_bytes(booked, course=course.id, title=title, remind=dates.remind, before=before)
        with atomic_output(place) as temporary:
            files.append(write_file(temporary, [data], shown=place))
    studio.cache.keep_in_bounds()
    warnings = [each for one in booked for each in one.session.plan.warnings]
    for one in booked:
        if one.start.time() != dates.time:
            text = f"on {one.start:%Y-%m-%d} the clocks of {dates.zone.key} leave out {dates.time:%H:%M}; "
            warnings.append(Notice("course-time", f"{text}that session is at {one.start:%H:%M}"))
    elapsed_s = clock.monotonic() - started
    return CourseReport(course, tuple(files), tuple(booked), tuple(dict.fromkeys(warnings)), elapsed_s)


def _title(course: Course, session: Session) -> str:
    return course.title.shown(session.plan.script.language)


def advised(
    days: Iterable[Appointment], techniques: Callable[[Appointment], Iterable[str]]
) -> Iterator[tuple[Appointment, Advice, int]]:
    """Each appointment, what to say at it, and how often its routine came before.

    It is for somebody who has kept those before it, and did nothing before them. `techniques` are
    those of an appointment, by id.
    """
    history, turns = History(), Counter[str]()
    for one in days:
        names = tuple(techniques(one))
        advice = levels(history, names, one.day)
        yield one, advice, turns[one.routine]
        turns[one.routine] += 1
        history = History((*history.sessions, PastSession(one.day, names, advice.safety)))


def as_advised(options: Preferences, advice: Advice, layers: Layers) -> Preferences:
    """Options with the advice where neither they nor the profile say how much is said.

    `layers` are those of the session, which name techniques in full.
    """
    asked = layers.options.preferences.over(layers.profile.preferences)
    talk = merged(asked.talk, (TalkChoice(AUTO_TALK),))
    chosen = []
    for name, level in advice.techniques.items():
        said = level_of(talk, name)
        chosen.append(TalkChoice(level if said == AUTO_TALK else said, name))
    whole = level_of(talk)
    safety = asked.safety or (advice.safety if whole == AUTO_TALK else None)
    return replace(options, talk=(TalkChoice(whole), *chosen), safety=safety)
