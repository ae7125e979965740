"""How much is said by what was done before, and histories that are wrong."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio.errors import UsageError
from smr_audio.options.choices import Safety
from smr_audio.session.history import MOST_BYTES, History, Level, PastSession, levels, load_history, parse_history
from tests.tables import tables

TODAY = date(2027, 3, 1)
IDS = ("calf", "glutes", "hamstring-barbell")
SESSIONS = st.builds(
    PastSession,
    st.dates(TODAY - timedelta(days=70), TODAY + timedelta(days=20)),
    st.lists(st.sampled_from(IDS), max_size=4).map(tuple),
    st.sampled_from(("full", "short")),
)
HISTORIES = st.lists(SESSIONS, max_size=12).map(tuple).map(History)


def done(*days_ago: int, safety: Safety = "short") -> History:
    """Sessions of one technique, so many days ago."""
    days = [TODAY - timedelta(days=ago) for ago in days_ago]
    return History(tuple(PastSession(day, ("calf",), safety) for day in days))


@pytest.mark.parametrize(("history", "level"), [
    (done(), "learn"), (done(2), "learn"), (done(4, 2), "follow"), (done(0, 0), "follow"),
    (done(60, 30), "follow"), (done(60, 31), "learn"), (done(60, 31, 0), "follow"),
    (done(2, 400), "follow"), (done(3, -1), "learn"), (done(60, 40, -1), "learn"),
])  # fmt: skip
def test_a_technique_is_taught_twice_and_again_after_a_month(history: History, level: Level) -> None:
    assert levels(history, ("calf", "glutes"), TODAY).techniques == {
        "calf": level, "glutes": "learn",
    }  # fmt: skip


@pytest.mark.parametrize(("history", "safety"), [
    (done(), "full"), (done(1, 2, 3), "full"), (done(-1, safety="full"), "full"),
    (done(0, safety="full"), "short"), (done(29, 90, safety="full"), "short"),
    (done(30, safety="full"), "full"),
])  # fmt: skip
def test_the_whole_safety_check_is_asked_every_month(history: History, safety: Safety) -> None:
    assert levels(history, (), TODAY).safety == safety


def test_a_clock_that_was_wrong_is_told_of() -> None:
    (notice,) = levels(done(4, -3, -2), ("calf",), TODAY).notices
    assert notice.code == "history-later"
    assert "after 2027-03-01 do not count: 2, the last on 2027-03-04" in notice.text
    assert levels(done(4, 0), ("calf",), TODAY).notices == ()


@given(HISTORIES)
def test_nobody_follows_who_has_not_been_taught_twice(history: History) -> None:
    for name, level in levels(history, IDS, TODAY).techniques.items():
        past = [one for one in history.sessions if name in one.techniques and one.day <= TODAY]
        assert level == "learn" or len(past) >= 2


@given(st.lists(st.tuples(st.integers(0, 45), st.sets(st.sampled_from(IDS))), max_size=15))
def test_who_does_as_advised_is_taught_twice_before_following(steps: list[tuple[int, set[str]]]) -> None:
    history, day, taught = History(), TODAY, dict.fromkeys(IDS, 0)
    for wait, names in steps:
        day += timedelta(days=wait)
        advice = levels(history, names, day)
        for name, level in advice.techniques.items():
            assert level == "learn" or taught[name] >= 2
            taught[name] += level == "learn"
        now = PastSession(day, tuple(names), advice.safety)
        history = History((*history.sessions, now))


@given(HISTORIES, st.randoms(use_true_random=False))
def test_it_depends_on_the_sessions_alone_in_any_order(history: History, chance: Any) -> None:
    sessions = list(history.sessions)
    chance.shuffle(sessions)
    advice = levels(history, IDS, TODAY)
    assert advice == levels(History(tuple(sessions)), reversed(IDS), TODAY)
    assert parse_history(json.dumps(history.as_json())) == history


@given(HISTORIES, st.lists(SESSIONS, max_size=5))
def test_sessions_to_come_change_nothing(history: History, more: list[PastSession]) -> None:
    later = [one for one in more if one.day > TODAY]
    both = levels(History((*history.sessions, *later)), IDS, TODAY)
    alone = levels(history, IDS, TODAY)
    assert (both.techniques, both.safety) == (alone.techniques, alone.safety)


def test_a_time_of_day_changes_nothing() -> None:
    noon = datetime(2027, 3, 1, 12)
    assert PastSession(noon, (), "full") == PastSession(TODAY, (), "full")
    assert levels(done(2, 0), IDS, noon) == levels(done(2, 0), IDS, TODAY)


ONE = '{"date": "2026-11-30", "techniques": ["hamstring-barbell"], "safety": "full"}'
FILE = '{"format": "smr-audio/history-1", "sessions": [' + ONE + "]}"


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text(FILE, encoding="utf-8-sig")
    history = load_history(path)
    assert history.sessions == (
        PastSession(date(2026, 11, 30), ("hamstring-barbell",), "full"),
    )  # fmt: skip
    assert history.as_json() == json.loads(FILE)


@pytest.mark.parametrize(("text", "message"), [
    ("", "this is not JSON: Expecting value at line 1, column 1; repair it"),
    (FILE[:-1], "this is not JSON: Expecting ',' delimiter at line 1, column "),
    ("[" * 100_000, "this is not JSON"),
    ("1" * 5000, "this is not JSON"),
    ("[]", 'it must say "format": "smr-audio/history-1"'),
    ("null", 'it must say "format": "smr-audio/history-1"'),
    *((FILE.replace(old, new), message) for old, new, message in tables(__file__)["wrong"]),
])  # fmt: skip
def test_a_wrong_history_gets_one_clear_message(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_history(text)
    said = str(caught.value)
    assert message in said
    assert said.startswith("the history: ")
    assert len(said) < 400


def test_a_file_that_cannot_be_read_is_told_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    with pytest.raises(UsageError, match=r"history\.json: there is no such file; check the path"):
        load_history(path)
    with pytest.raises(UsageError, match="this is a folder; name a JSON file"):
        load_history(tmp_path)
    path.write_bytes(b'{"format": "\xff"}')
    with pytest.raises(UsageError, match=r"history\.json: this is not JSON in UTF-8; repair it"):
        load_history(path)
    path.write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(UsageError, match="it is larger than 5 MB; drop old sessions"):
        load_history(str(path))


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=12) | st.just("2026-11-30"),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(("date", "techniques", "safety", "sessions")), inner),
))  # fmt: skip
def test_whatever_the_sessions_are_there_is_a_history_or_a_message(value: Any) -> None:
    text = json.dumps({"format": "smr-audio/history-1", "sessions": value})
    try:
        parse_history(text)
    except UsageError as error:
        assert "\n" not in str(error)
