"""When an episode came out: never by the clock, so that the same input gives the same feed.

An app knows an episode by its guid and sorts by this date. So an episode that has one keeps it;
a new date would put an old session on top as if it were new.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from typing import Final

from smr_audio.errors import UsageError

EPOCH_VARIABLE: Final = "SOURCE_DATE_EPOCH"
DEFAULT: Final = date(2020, 1, 1)
"""The day of episodes for which nobody gave one."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The day that was asked for, if any was."""

    day: date | None = None

    def published(self, number: int, earlier: str, *, changed: bool) -> str:
        """When the episode of a number (from 1) came out; empty if nobody gave a day.

        `earlier` is what was said so far. One that has a date takes another only if it is heard
        otherwise now and a day is given.
        """
        if self.day is None or (earlier and not changed):
            return earlier
        return _moment(self.day, number).isoformat()


def calendar(day: str | None) -> Calendar:
    """By a day such as 2026-05-01, or else the environment's. Raises UsageError."""
    if day is not None:
        try:
            return Calendar(datetime.strptime(day, "%Y-%m-%d").date())
        except ValueError:
            raise UsageError(f"'{day}' is no date; write it as 2026-05-01") from None
    epoch = os.environ.get(EPOCH_VARIABLE, "")
    if not epoch:
        return Calendar()
    try:
        return Calendar(datetime.fromtimestamp(int(epoch), tz=timezone.utc).date())
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{EPOCH_VARIABLE} must be whole seconds, not '{epoch}'") from None


def rfc2822(published: str, number: int) -> str:
    """A date as a feed has it."""
    try:
        moment = datetime.fromisoformat(published)
    except ValueError:
        moment = _moment(DEFAULT, number)
    return format_datetime(moment)


def _moment(day: date, number: int) -> datetime:
    """Noon, and a second for each episode, since apps sort those of a day by nothing else."""
    noon = datetime.combine(day, time(12), tzinfo=timezone.utc)
    return noon + timedelta(seconds=number - 1)
