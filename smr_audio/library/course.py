"""What a course says: which sessions, on which days, for how many weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from smr_audio.errors import Location
from smr_audio.library.models import LocalText
from smr_audio.options.preferences import Preferences

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Every: TypeAlias = Literal["day", "other_day"]

DAYS: Final[tuple[Day, ...]] = get_args(Day)
EVERY: Final[tuple[Every, ...]] = get_args(Every)
MOST_WEEKS: Final = 52


@dataclass(frozen=True, slots=True)
class Stage:
    """What is asked for from a week on, counted from 1, in place of earlier stages."""

    from_week: int
    settings: Preferences
    location: Location


@dataclass(frozen=True, slots=True)
class Course:
    """Sessions in turn, by id with the place of each, either `every` so often or on `days`.

    `growth` is for whoever asks for it.
    """

    id: str
    title: LocalText
    about: LocalText
    weeks: int
    sessions: tuple[tuple[str, Location], ...]
    location: Location
    every: Every | None = None
    days: tuple[Day, ...] = ()
    growth: tuple[Stage, ...] = ()

    def settings_in(self, week: int) -> Preferences:
        """What the course asks for in a week, counted from 1, if it is to grow."""
        begun = [stage for stage in self.growth if stage.from_week <= week]
        return begun[-1].settings if begun else Preferences()
