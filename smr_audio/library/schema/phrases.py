"""The keys of what techniques share: a language's phrases, and the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from smr_audio.errors import Location
from smr_audio.library import models
from smr_audio.library.schema.lines import LANGUAGE, Lines, Words
from smr_audio.library.schema.specs import (
    WORD,
    Choice,
    Key,
    ListOf,
    MapOf,
    Number,
    Record,
    Seconds,
    Text,
)
from smr_audio.options import choices

LENGTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "session_half_minute": (),
    "session_one_minute": (),
    "session_minutes_half": ("minutes",),
    "session_hour": (),
    "session_hour_minutes": ("minutes",),
    "session_hours": ("hours",),
    "session_hours_minutes": ("hours", "minutes"),
}
"""The length of a session that is not some minutes; a language that lacks these says minutes."""

PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    "left_out": ("name",),
    "swapped": ("name", "other"),
    "session_total": ("minutes",),
    **LENGTHS,
    "fetch": ("tools",),
    "paused_hint": (),
    "safety_full": ("target", "cap"),
    "safety_short": ("target",),
    "ask_clinician": (),
    "number": ("n", "total"),
    "name": ("name",),
    "first_side": ("side", "limb"),
    "only_side": ("side", "limb"),
    "again_side": ("side", "limb"),
    "standing_notice": (),
    "get_ready": ("side", "limb"),
    "get_ready_both": (),
    "metronome": (),
    "metronome_bend": (),
    "go": (),
    "halfway": (),
    "one_minute": (),
    "ten_seconds": (),
    "set_end": (),
    "count_three": (),
    "count_two": (),
    "count_one": (),
    "switch_side": ("side", "limb"),
    "rest": (),
    "next_set": (),
    "last_set": (),
    "next_set_both": (),
    "last_set_both": (),
    "next_up": ("name",),
    "get_up": (),
    "gate": (),
    "done_floor": (),
    "done": (),
    "advice": (),
}
"""Every phrase a session needs, with the placeholders it may hold."""

ONE_LINE: Final = (
    "go",
    "halfway",
    "one_minute",
    "ten_seconds",
    "count_three",
    "count_two",
    "count_one",
    "session_total",
    *LENGTHS,
    "rest",
)
"""Phrases that stand at an exact time or are chosen as a whole, so they are one line each."""

TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "opening": (),
    "closing": (),
    "gate": ("name",),
    "both": ("name",),
    "side": ("name", "side"),
    "again": ("name", "side"),
}
"""Chapter titles, with the placeholders each may hold."""

WORDS: Final = ("left", "right", "leg", "arm", "side", "and")


def _make_table(location: Location, **values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _make_phrases(kind: str, **values: Any) -> models.PhraseFile:
    return models.PhraseFile(**values)


PHRASE_FILE: Final = Record(
    _make_phrases,
    {
        "kind": Key(Choice(("phrases",)), True),
        "language": Key(Text(pattern=LANGUAGE, what="a language code"), True),
        "name": Key(Text(most=40)),
        "iso639_2": Key(Text(pattern=r"[a-z]{3}", what="a three-letter ISO 639-2 code")),
        "lines": Key(
            Record(
                _make_table,
                {k: Key(Lines(v, most=1 if k in ONE_LINE else 20)) for k, v in PHRASES.items()},
                "lines",
            ),
            default={},
        ),
        "titles": Key(
            Record(
                _make_table,
                {k: Key(Words(most=60, placeholders=v)) for k, v in TITLES.items()},
                "titles",
            ),
            default={},
        ),
        "words": Key(
            Record(_make_table, {word: Key(Text(most=40)) for word in WORDS}, "words"), default={}
        ),
        "tools": Key(MapOf(WORD, Text(most=60, empty=True)), default={}),
        "muscles": Key(MapOf(WORD, Text(most=60)), default={}),
    },
    "a phrases file",
)


def _make_dose(location: Location, **values: int) -> models.Dose:
    return models.Dose(location=location, **values)


def _make_defaults(
    location: Location, kind: str, then_s: dict[str, int], pace: dict[str, Any], **rest: Any
) -> models.Defaults:
    return models.Defaults(
        then_ticks=then_s,
        pace=pace,
        rest_ticks=rest["rest_s"],
        gate_ticks=rest["gate_s"],
        pressure_target=rest["pressure_target"],
        dose=rest["dose_s"],
        at_hand=rest["at_hand"],
        doses=rest["doses"],
        location=location,
    )


_DOSE = Record(
    _make_dose,
    {
        name: Key(Number(1, 3600, "seconds"), True)
        for name in ("recommended", "soft_cap", "hard_cap")
    },
    "dose_s",
    rename={"recommended": "recommended_s", "soft_cap": "soft_cap_s", "hard_cap": "hard_cap_s"},
)


def _make_profile(
    location: Location, hold_s: int, sets: int, rest_s: int, per: str
) -> models.DoseProfile:
    return models.DoseProfile(hold_s, sets, rest_s, per_technique=per == "technique")


_PROFILE = Record(
    _make_profile,
    {
        "hold_s": Key(Number(choices.LEAST_HOLD_S, choices.MOST_HOLD_S, "seconds"), True),
        "sets": Key(Number(1, choices.MOST_SETS), True),
        "rest_s": Key(Seconds(0, choices.MOST_REST_S), True),
        "per": Key(Choice(("muscle", "technique")), default="muscle"),
    },
    "a dose",
)

DEFAULTS: Final = Record(
    _make_defaults,
    {
        "kind": Key(Choice(("defaults",)), True),
        "then_s": Key(
            Record(
                _make_table, {role: Key(Seconds(0, 60), True) for role in models.ROLES}, "then_s"
            ),
            True,
        ),
        "pace": Key(
            Record(
                _make_table,
                {pace: Key(Number(0.1, 10, parts=True), True) for pace in choices.PACES},
                "pace",
            ),
            True,
        ),
        "rest_s": Key(Seconds(0, choices.MOST_REST_S), True),
        "gate_s": Key(Seconds(0, 600), True),
        "pressure_target": Key(Number(1, 7), True),
        "dose_s": Key(_DOSE, True),
        "at_hand": Key(ListOf(WORD), True),
        "doses": Key(
            Record(_make_table, {name: Key(_PROFILE, True) for name in choices.DOSES}, "doses"),
            True,
        ),
    },
    "the defaults",
)
