"""How much to say to somebody who has done some of it: a pure function of a history and a date."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from smr_audio.errors import UsageError
from smr_audio.options.choices import SAFETIES, Safety
from smr_audio.records import dataclass
from smr_audio.session.script import Notice
from smr_audio.storage.paths import is_file, is_folder, is_there, opened, without_duplicates
from smr_audio.suggest import printable, shortened
from smr_audio.units import parse_day

Level: TypeAlias = Literal["learn", "follow"]

HISTORY_FORMAT: Final = "smr-audio/history-1"
MOST_BYTES: Final = 5_000_000
"""More than daily sessions of a lifetime take."""

_ANEW: Final = "or begin a new history, which only means to hear more"


@dataclass(frozen=True, slots=True)
class PastSession:
    """A session that was done: the day, the ids of its techniques, the safety check it asked."""

    day: date
    techniques: tuple[str, ...]
    safety: Safety

    def __post_init__(self) -> None:
        object.__setattr__(self, "day", _without_time(self.day))

    def as_json(self) -> dict[str, Any]:
        return {"date": self.day.isoformat(), "techniques": list(self.techniques), "safety": self.safety}


@dataclass(frozen=True, slots=True)
class History:
    """The sessions somebody has done, in any order; each counts, also several on one day."""

    sessions: tuple[PastSession, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"format": HISTORY_FORMAT, "sessions": [one.as_json() for one in self.sessions]}


@dataclass(frozen=True, slots=True)
class Advice:
    """The level of talk for each technique, which safety check to ask, and what was odd."""

    techniques: Mapping[str, Level]
    safety: Safety
    notices: tuple[Notice, ...] = ()


def levels(history: History, techniques: Iterable[str], on: date) -> Advice:
    """What to say on a day to somebody with this history.

    A technique is at `learn` the first two times, and the first time after more than 30 days
    without it; else at `follow`. The whole safety check comes again after 30 days.

    Sessions after `on` do not count: a clock was wrong, and it is better to hear too much than too
    little. A notice tells of them.
    """
    on = _without_time(on)
    past = [one for one in history.sessions if one.day <= on]

    def level(technique: str) -> Level:
        days = [one.day for one in past if technique in one.techniques]
        return "follow" if len(days) >= 2 and (on - max(days)).days <= 30 else "learn"

    checked = any(one.safety == "full" and (on - one.day).days < 30 for one in past)
    notices = []
    if later := sorted(one.day for one in history.sessions if one.day > on):
        text = f"sessions of the history after {on} do not count: {len(later)}, the last on "
        text += f"{later[-1]}; set the clock right, or correct their dates"
        notices.append(Notice("history-later", text))
    return Advice({one: level(one) for one in techniques}, "short" if checked else "full", tuple(notices))


def _without_time(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day  # a datetime is a date to mypy


def load_history(path: str | Path) -> History:
    """The history in a JSON file. Raises UsageError for one that cannot be read or is wrong."""
    path = Path(path)
    if is_there(path) and not is_file(path):
        raise UsageError(f"{path}: this is {'a folder' if is_folder(path) else 'no ordinary file'}; name a JSON file")
    with opened(path) as file:
        data = file.read(MOST_BYTES + 1)
    return parse_history(data, name=str(path))


def parse_history(data: bytes | str, *, name: str = "the history") -> History:
    """The history in a JSON text, which messages call `name`. Raises UsageError if it is wrong."""
    try:
        return History(tuple(_sessions(data)))
    except UsageError as error:
        raise UsageError(f"{name}: {shortened(printable(str(error)))}") from None


def _sessions(data: bytes | str) -> Iterable[PastSession]:
    if len(data) > MOST_BYTES:
        raise UsageError(f"it is larger than {MOST_BYTES // 1_000_000} MB; drop old sessions")
    try:
        value = json.loads(data, object_pairs_hook=without_duplicates)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"this is not JSON: {error.msg} at {place}; repair it, {_ANEW}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"this is not JSON in UTF-8; repair it, {_ANEW}") from None
    named = value.get("format") if isinstance(value, dict) else None
    if isinstance(named, str) and re.fullmatch("smr-audio/history-([2-9]|[1-9][0-9]+)", named):
        raise UsageError(f"a newer smr-audio wrote this ({named}); update smr-audio")
    if named != HISTORY_FORMAT:
        raise UsageError(f'this is no history; it must say "format": "{HISTORY_FORMAT}"')
    if value.keys() != {"format", "sessions"} or not isinstance(value["sessions"], list):
        raise UsageError("a history has 'format' and a list 'sessions', and no more; correct it")
    for number, one in enumerate(value["sessions"], 1):
        try:
            yield _session(one)
        except UsageError as error:
            raise UsageError(f"session {number}: {error}") from None


def _session(value: Any) -> PastSession:
    if not isinstance(value, dict) or value.keys() != {"date", "techniques", "safety"}:
        raise UsageError("a session has 'date', 'techniques' and 'safety', and no more; correct it")
    day, techniques, safety = value["date"], value["techniques"], value["safety"]
    texts = [day, *techniques] if isinstance(techniques, list) else [None]
    if not all(isinstance(one, str) for one in texts) or safety not in SAFETIES:
        example = PastSession(date(2027, 1, 4), ("hamstring-barbell",), "full").as_json()
        raise UsageError(f"'date', 'techniques' and 'safety' must be as in {json.dumps(example)}")
    return PastSession(parse_day(day), tuple(techniques), safety)
