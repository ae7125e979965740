"""The keys of a course. `docs/courses.md` explains each."""

from __future__ import annotations

from typing import Any, Final

from smr_audio.errors import Location
from smr_audio.library.course import DAYS, EVERY, MOST_WEEKS, Course, Stage
from smr_audio.library.schema.lines import Words
from smr_audio.library.schema.option_keys import OptionSpec, preferences_from
from smr_audio.library.schema.specs import ID, Choice, Key, ListOf, Number, Record, WithLocation
from smr_audio.options.table import BY_KEY


def _make_stage(location: Location, from_week: int, **values: Any) -> Stage:
    return Stage(from_week, preferences_from(values), location)


STAGE: Final = Record(
    _make_stage,
    {
        "from_week": Key(Number(2, MOST_WEEKS), True),
        "hold": Key(OptionSpec(BY_KEY["hold"])),
        "sets": Key(OptionSpec(BY_KEY["sets"])),
    },
    "a stage",
)


def _make_course(kind: str, **values: Any) -> Course:
    return Course(**values)


COURSE: Final = Record(
    _make_course,
    {
        "kind": Key(Choice(("course",)), True),
        "id": Key(ID, True),
        "title": Key(Words(most=80), True),
        "about": Key(Words(most=2000), True),
        "weeks": Key(Number(1, MOST_WEEKS, "weeks"), True),
        "every": Key(Choice(EVERY)),
        "days": Key(ListOf(Choice(DAYS), 1, 7), default=()),
        "sessions": Key(ListOf(WithLocation(ID), 1, 60), True),
        "growth": Key(ListOf(STAGE, 0, MOST_WEEKS), default=()),
    },
    "a course",
)
