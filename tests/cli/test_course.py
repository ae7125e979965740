"""Courses: their days, their files, and a calendar that another library reads back."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject

from smr_audio import (
    BuildError,
    Cache,
    ContentError,
    Preferences,
    Profile,
    Studio,
    TalkChoice,
    UsageError,
    parse_talk,
    units,
)
from smr_audio.check import check_paths
from smr_audio.courses.days import appointments, parse_day, parse_time, zone_of
from smr_audio.courses.folder import CourseReport, Dates, advised, build_course
from smr_audio.library.library import Library
from smr_audio.mp3.id3 import read_tag
from smr_audio.verification.verify import verify_file
from tests.cli.conftest import Run
from tests.english import written
from tests.tables import tables

SIX_WEEKS = "hamstrings-6-weeks"
TUESDAY = date(2026, 12, 1)
WISHES = Preferences(voice="silent", talk=(TalkChoice("minimal"),), sides="left")
BALL = "hamstring-ball-chair"
BERLIN = ZoneInfo("Europe/Berlin")
COURSE = tables(__file__)["course"]


def made(folder: Path, cache: Path, name: str = SIX_WEEKS, **options: Any) -> CourseReport:
    """A course of silent sessions that begins when told, or on 20 March 2027 at half past two."""
    dates = Dates(
        options.pop("start", date(2027, 3, 20)), options.pop("at", time(18, 30)),
        options.pop("zone", BERLIN), options.pop("remind", timedelta(minutes=15)),
    )  # fmt: skip
    studio = Studio(cache=Cache(cache), profile=options.pop("profile", None))
    wishes = options.pop("wishes", WISHES)
    return build_course(studio, studio.library.course(name), folder, dates, wishes, **options)


def events(folder: Path, name: str = SIX_WEEKS) -> list[Any]:
    text = (folder / f"{name}.ics").read_bytes().decode("utf-8")
    assert text.count("\n") == text.count("\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    return list(vobject.readOne(text).vevent_list)


def test_days_of_the_week_are_kept_and_sessions_take_turns(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(COURSE, "utf-8")
    course = Library().course(tmp_path / "mine.yaml")
    days = appointments(course, start=date(2027, 1, 6))  # a Wednesday
    assert [f"{one.day:%a %d}" for one in days] == ["Fri 08", "Tue 12", "Fri 15", "Tue 19"]
    assert [one.routine for one in days[:3]] == [
        "hamstring-ball-chair", "hamstrings-basic", "hamstring-ball-chair",
    ]  # fmt: skip
    assert [one.week for one in days] == [1, 1, 2, 2]
    assert {one.settings for one in days} == {Preferences()}
    grown = appointments(course, start=date(2027, 1, 6), grow=True)
    assert [one.settings.sets for one in grown] == [None, None, 2, 2]


def test_the_folder_has_each_session_and_another_library_reads_the_calendar(common_cache: Path, tmp_path: Path) -> None:
    report = made(tmp_path, common_cache)
    names = sorted(path.name for path in tmp_path.glob("*.mp3"))
    assert names == [f"{n:02} Hamstrings basic.mp3" for n in range(1, 22)]
    tags = read_tag(tmp_path / names[2]).tags
    assert (tags.title, tags.album) == ("3/21 Hamstrings basic", "Hamstrings in six weeks")
    assert (tags.track, tags.tracks) == (3, 21)
    assert verify_file(tmp_path / names[20]).ok
    found = events(tmp_path)
    assert len({event.uid.value for event in found}) == 21
    for number, event in enumerate(found):
        local = datetime(2027, 3, 20, 18, 30, tzinfo=BERLIN) + timedelta(days=2 * number)
        start = event.dtstart.value  # summer time begins on 28 March
        assert start.astimezone(timezone.utc) == local.astimezone(timezone.utc)
        plan = report.sessions[0].session.plan
        assert event.duration.value == timedelta(seconds=units.about_s(plan.duration_ms))
        assert event.valarm.trigger.value == -timedelta(minutes=15)
        assert names[number] in event.description.value
        assert event.summary.value == f"Hamstrings in six weeks {number + 1}/21"


def test_made_again_it_is_the_same_and_later_it_changes_the_same_events(common_cache: Path, tmp_path: Path) -> None:
    made(tmp_path, common_cache)
    first = (tmp_path / f"{SIX_WEEKS}.ics").read_bytes()
    made(tmp_path, common_cache)
    assert (tmp_path / f"{SIX_WEEKS}.ics").read_bytes() == first
    before = events(tmp_path)
    made(tmp_path, common_cache, start=date(2027, 4, 1), remind=None)
    after = events(tmp_path)
    assert [event.uid.value for event in after] == [event.uid.value for event in before]
    assert {event.sequence.value for event in before} == {"0"}
    assert {event.sequence.value for event in after} == {"1"}
    assert not hasattr(after[0], "valarm")


@pytest.mark.parametrize(("zone", "day", "at", "utc"), [
    ("Europe/Berlin", date(2027, 3, 28), time(2, 30), "2027-03-28 01:30"),  # left out
    ("Europe/Berlin", date(2027, 10, 31), time(2, 30), "2027-10-31 00:30"),  # twice
    ("America/New_York", date(2027, 3, 14), time(18, 0), "2027-03-14 22:00"),
    ("Asia/Shanghai", date(2027, 3, 14), time(7, 0), "2027-03-13 23:00"),
    ("Australia/Lord_Howe", date(2027, 4, 4), time(7, 0), "2027-04-03 20:30"),
    ("UTC", date(2027, 3, 14), time(7, 0), "2027-03-14 07:00"),
])  # fmt: skip
def test_the_time_of_day_is_that_of_the_zones_clocks(
    zone: str, day: date, at: time, utc: str, *, common_cache: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(COURSE.replace("[tue, fri]", "[sun]"), "utf-8")
    path = str(tmp_path / "mine.yaml")
    report = made(tmp_path, common_cache, path, start=day, at=at, zone=ZoneInfo(zone))
    found = events(tmp_path, "mine")[0].dtstart.value.astimezone(timezone.utc)
    assert f"{found:%Y-%m-%d %H:%M}" == utc
    moved = [one.text for one in report.warnings if one.code == "course-time"]
    assert len(moved) == (zone == "Europe/Berlin" and day.month == 3)


def test_what_is_not_ours_stays_and_older_tracks_of_it_go(common_cache: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(COURSE, "utf-8")
    path, folder = str(tmp_path / "mine.yaml"), tmp_path / "out"
    made(folder, common_cache, path)
    (folder / "99 Holiday.mp3").write_bytes(b"mine")
    (tmp_path / "mine.yaml").write_text(COURSE.replace("weeks: 2", "weeks: 1").split("growth")[0])
    made(folder, common_cache, path)
    left = sorted(one.name for one in folder.iterdir())
    assert left == [
        "01 Hamstrings ball on a chair.mp3", "02 Hamstrings basic.mp3", "99 Holiday.mp3",
        "mine.ics", "mine.m3u8",
    ]  # fmt: skip
    (folder / "mine.ics").write_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    with pytest.raises(BuildError, match=r"mine\.ics is there and no calendar of 'mine'"):
        made(folder, common_cache, path)


def test_a_course_teaches_twice_and_checks_every_month(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(COURSE.replace("weeks: 2", "weeks: 6"), "utf-8")
    course = Library().course(tmp_path / "mine.yaml")

    def said(from_number: int) -> list[tuple[int | str, ...]]:
        """Number, level and check of each session, and how often its routine came before."""
        days = appointments(course, start=date(2027, 1, 5), from_number=from_number)
        found = advised(days, lambda one: (one.routine,))
        return [
            (one.number, *advice.techniques.values(), advice.safety, turn)
            for one, advice, turn in found
        ]  # fmt: skip

    assert said(1) == [
        (1, "learn", "full", 0), (2, "learn", "short", 0), (3, "learn", "short", 1),
        (4, "learn", "short", 1), (5, "follow", "short", 2), (6, "follow", "short", 2),
        (7, "follow", "short", 3), (8, "follow", "short", 3), (9, "follow", "short", 4),
        (10, "follow", "full", 4), (11, "follow", "short", 5), (12, "follow", "short", 5),
    ]  # fmt: skip
    assert said(8)[:2] == [(8, "learn", "full", 0), (9, "learn", "short", 0)]


BOTH = [("learn", "full"), ("learn", "short"), ("follow", "short"), ("follow", "short")]


@pytest.mark.parametrize(("wished", "of_profile", "said"), [
    ((), (), BOTH),
    (("auto",), ("minimal",), BOTH),
    (("minimal",), (), [("minimal", "short")] * 4),
    ((), ("follow",), [("follow", "short")] * 4),
    (("learn",), ("minimal",), [("learn", "full")] * 4),
    ((f"{BALL}=minimal",), (), [("minimal", check) for _, check in BOTH]),
    ((f"{BALL}=auto", "minimal"), (), [(level, "short") for level, _ in BOTH]),
    ((), (f"{BALL}=follow", "calf-roller-seated=minimal"), [("follow", c) for _, c in BOTH]),
])  # fmt: skip
def test_a_course_says_less_as_it_goes_unless_somebody_says_how_much(
    wished: tuple[str, ...], of_profile: tuple[str, ...], said: list[tuple[str, str]],
    *, common_cache: Path, tmp_path: Path,
) -> None:  # fmt: skip
    (tmp_path / "mine.yaml").write_text(COURSE.replace(", hamstrings-basic", ""), "utf-8")
    wishes = replace(WISHES, talk=tuple(map(parse_talk, wished)))
    profile = Profile(Preferences(talk=tuple(map(parse_talk, of_profile))))
    path = str(tmp_path / "mine.yaml")
    report = made(tmp_path, common_cache, path, wishes=wishes, profile=profile)
    plans = [one.session.plan.compiled for one in report.sessions]
    assert [(one.talk.techniques[BALL], one.talk.safety) for one in plans] == said


def test_coaching_goes_on_from_session_to_session(common_cache: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(COURSE, "utf-8")
    wishes = replace(WISHES, talk=(), safety="short")
    report = made(tmp_path, common_cache, str(tmp_path / "mine.yaml"), wishes=wishes)
    plans = [one.session.plan for one in report.sessions]
    assert {one.compiled.talk.safety for one in plans} == {"short"}
    first, second = (
        [event.text for event in one.timeline.speech if event.role == "coach"]
        for one in plans
        if one.script.routine == "hamstrings-basic"
    )
    assert first != second


def test_a_course_can_begin_in_the_middle(common_cache: Path, tmp_path: Path) -> None:
    report = made(tmp_path, common_cache, from_number=20)
    names = sorted(path.name for path in tmp_path.glob("*.mp3"))
    assert names == ["20 Hamstrings basic.mp3", "21 Hamstrings basic.mp3"]
    assert [one.start.date() for one in report.sessions] == [date(2027, 4, 27), date(2027, 4, 29)]
    assert read_tag(tmp_path / names[0]).tags.title == "20/21 Hamstrings basic"
    assert events(tmp_path)[0].uid.value == f"{SIX_WEEKS}-020@smr-audio"


@pytest.mark.parametrize(("start", "number", "says"), [
    *((date(2027, 3, 20), number, f"sessions 1 to 21, so it cannot begin with {number};")
      for number in (0, 22, -1)),
    (date(9999, 12, 1), 1, "leaves the calendar"),
])  # fmt: skip
def test_a_session_that_cannot_be_is_told_of(start: date, number: int, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        appointments(Library().course(SIX_WEEKS), start=start, from_number=number)


@pytest.mark.parametrize(("old", "new", "message"), tables(__file__)["wrong"])
def test_a_wrong_course_is_told_by_place(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, "courses/mine.yaml", COURSE.replace(old, new))
    found = [str(problem) for problem in check_paths([path]).problems]
    assert any(message in each for each in found), found
    assert all(each.startswith(f"{path}:") for each in found)
    if "hamstring-basics" not in new:
        with pytest.raises(ContentError):
            Library().course(path)


def test_this_machines_zone_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setattr("tzlocal.unix._cache_tz_name", None)
    assert zone_of(None).key == "Asia/Shanghai"


@pytest.mark.parametrize("what", ["days", "times"])
def test_days_and_times_are_read_as_people_write_them_or_refused(what: str) -> None:
    for means, forms in tables(__file__)[what].items():
        for form in map(str, forms):
            try:
                read = parse_time(form) if what == "times" else parse_day(form, today=TUESDAY)
            except UsageError as error:
                assert means in str(error), form
            else:
                assert means == str(read), form


SAID = ("course", SIX_WEEKS, "--voice", "silent", "--talk", "minimal", "--sides", "left")


def test_the_command_makes_it_and_tells_of_it(run: Run, warm: Path, tmp_path: Path) -> None:
    done = run(*SAID, "--start", "29 feb 2028", "--time", "6pm", "--zone", "UTC", "-o", "out", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["sessions"][1]["start"] == "2028-03-02T18:00:00+00:00"
    assert len(told["files"]) == 21 + 2
    unknown = run("course", "hamstring-6-weeks")
    assert "did you mean 'hamstrings-6-weeks'?" in unknown.stderr
    listed = json.loads(run("list", "courses", "--json").stdout)
    assert {"id", "title"} <= set(listed[0])
