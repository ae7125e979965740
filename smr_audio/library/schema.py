"""The keys of every kind of content file, as tables. `docs/content.md` explains each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from smr_audio.errors import Location
from smr_audio.library import models, preferences
from smr_audio.library.preferences import HoldChange, Preferences
from smr_audio.library.specs import (
    ID,
    WORD,
    Choice,
    Flag,
    Key,
    ListOf,
    MapOf,
    Number,
    Placed,
    Record,
    Seconds,
    Text,
)
from smr_audio.library.spoken import Lines, RoutineHold, SpokenLine, StepHold, Words

POSITIONS: Final = (
    "floor-seated", "floor-prone", "floor-supine", "floor-side", "kneeling", "chair",
    "standing", "standing-bench", "standing-rack", "standing-wall",
)  # fmt: skip

PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    "session_total": ("minutes",), "fetch": ("tools",),
    "safety_full": ("target", "cap"), "safety_short": ("target",),
    "number": ("n", "total"), "name": ("name",),
    "first_side": ("side", "limb"), "only_side": ("side", "limb"), "again_side": ("side", "limb"),
    "standing_notice": (), "get_ready": ("side", "limb"), "get_ready_both": (),
    "go": (), "halfway": (), "one_minute": (), "ten_seconds": (), "set_end": (),
    "switch_side": ("side", "limb"),
    "rest": (), "next_set": (), "last_set": (), "next_up": ("name",), "gate": (),
    "done_floor": (), "done": (), "advice": (),
}  # fmt: skip
"""Every phrase a session needs, with the placeholders it may hold."""

TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "opening": (), "closing": (), "gate": ("name",), "both": ("name",),
    "side": ("name", "side"), "again": ("name", "side"),
}  # fmt: skip
"""Chapter titles, with the placeholders each may hold."""

WORDS: Final = ("left", "right", "leg", "arm", "side", "and")

_ABOUT = Words(most=2000)
_SIDE_LINES = Lines(("side", "other"))


def _make_hold_range(location: Location, least: int, default: int, most: int) -> models.HoldRange:
    return models.HoldRange(least, default, most, location)


_HOLD_RANGE = Record(
    _make_hold_range,
    {
        name: Key(Number(preferences.LEAST_HOLD_S, preferences.MOST_HOLD_S, "seconds"), True)
        for name in ("least", "default", "most")
    },
    "hold",
)


def _make_technique(kind: str, sides: str, hold: models.HoldRange, **rest: Any) -> models.Technique:
    return models.Technique(sides=2 if sides == "2" else 1, hold=hold, **rest)


TECHNIQUE: Final = Record(
    _make_technique,
    {
        "kind": Key(Choice(("technique",)), True),
        "id": Key(ID, True),
        "name": Key(Words(most=60), True),
        "about": Key(_ABOUT, True),
        "muscle": Key(WORD, True),
        "tools": Key(ListOf(WORD, 0, 6), True),
        "tool_options": Key(ListOf(WORD, 0, 8), default=()),
        "position": Key(Choice(POSITIONS), True),
        "sides": Key(Choice(("1", "2")), True),
        "limb": Key(Choice(("leg", "arm", "side")), default="side"),
        "mode": Key(Choice(("roll", "roll_small", "press_move")), True),
        "eyes_closed_ok": Key(Flag(), default=False),
        "level": Key(Number(1, 3), True),
        "for_whom": Key(_ABOUT),
        "not_for": Key(ListOf(WORD), default=()),
        "cap": Key(Number(1, 7), True),
        "hold": Key(_HOLD_RANGE, True),
        "sets": Key(Number(1, preferences.MOST_SETS), default=1),
        "grade": Key(Choice(("A", "B", "C")), default="C"),
        "refs": Key(ListOf(WORD), default=()),
        "avoid": Key(ListOf(WORD), default=()),
        "gate": Key(Lines(), default=()),
        "setup": Key(_SIDE_LINES, True),
        "easier": Key(_SIDE_LINES, default=()),
        "move": Key(_SIDE_LINES, True),
        "coaching": Key(MapOf(WORD, SpokenLine(), 1), True),
        "switch": Key(_SIDE_LINES, default=()),
        "finish": Key(_SIDE_LINES, True),
    },
    "a technique",
)


def _settings(values: dict[str, Any]) -> Preferences:
    values["holds"] = values.pop("hold", None) or ()
    values["rest_ticks"] = values.pop("rest", None)
    values["rate"] = float(values["rate"]) if values.get("rate") is not None else None
    return Preferences(**{k: v for k, v in values.items() if v is not None})


_STEP_SETTINGS: Final[Mapping[str, Key]] = {
    "sets": Key(Number(1, preferences.MOST_SETS)),
    "rest": Key(Seconds(0, preferences.MOST_REST_S)),
    "sides": Key(Choice(preferences.SIDE_CHOICES)),
    "first": Key(Choice(preferences.SIDES)),
    "extra": Key(Choice(preferences.SIDES)),
}


def _make_settings(location: Location, **values: Any) -> Preferences:
    return _settings(values)


SETTINGS: Final = Record(
    _make_settings,
    {
        **_STEP_SETTINGS,
        "hold": Key(RoutineHold()),
        "skip": Key(ListOf(ID)),
        "only": Key(ListOf(ID)),
        "pace": Key(Choice(preferences.PACES)),
        "talk": Key(Choice(preferences.TALKS)),
        "rate": Key(Number(preferences.LEAST_RATE, preferences.MOST_RATE, parts=True)),
        "voice": Key(Text(most=200, what="the name of a voice")),
    },
    "settings",
)


def _make_step(
    location: Location,
    technique: tuple[str, Location],
    hold: tuple[HoldChange, ...] | None,
    **values: Any,
) -> models.Step:
    name, technique_location = technique
    holds = tuple(replace(change, technique=name) for change in hold or ())
    return models.Step(name, location, technique_location, holds, _settings(values))


STEP: Final = Record(
    _make_step,
    {"technique": Key(Placed(ID), True), "hold": Key(StepHold()), **_STEP_SETTINGS},
    "a step",
)


def _make_routine(kind: str, settings: Preferences | None, **rest: Any) -> models.Routine:
    return models.Routine(settings=settings or Preferences(), **rest)


ROUTINE: Final = Record(
    _make_routine,
    {
        "kind": Key(Choice(("routine",)), True),
        "id": Key(ID, True),
        "title": Key(Words(most=80), True),
        "about": Key(_ABOUT, True),
        "safety": Key(Choice(("full", "short")), default="full"),
        "settings": Key(SETTINGS),
        "steps": Key(ListOf(STEP, 1, 60, "step"), True),
    },
    "a routine",
)


def _make_table(location: Location, **values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _make_phrases(kind: str, **values: Any) -> models.PhraseFile:
    return models.PhraseFile(**values)


PHRASE_FILE: Final = Record(
    _make_phrases,
    {
        "kind": Key(Choice(("phrases",)), True),
        "language": Key(Text(pattern=r"[a-z]{2}(-[a-z0-9]{2,8})*", what="a language code"), True),
        "name": Key(Text(most=40)),
        "iso639_2": Key(Text(pattern=r"[a-z]{3}", what="a three-letter ISO 639-2 code")),
        "lines": Key(
            Record(_make_table, {k: Key(Lines(v)) for k, v in PHRASES.items()}, "lines"),
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

ROLES: Final = (
    "title", "fetch", "safety", "name", "setup", "move", "caution", "ready", "go",
    "coach", "call", "ease", "switch", "rest", "finish", "next", "gate", "outro",
)  # fmt: skip


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

DEFAULTS: Final = Record(
    _make_defaults,
    {
        "kind": Key(Choice(("defaults",)), True),
        "then_s": Key(
            Record(_make_table, {role: Key(Seconds(0, 60), True) for role in ROLES}, "then_s"), True
        ),
        "pace": Key(
            Record(
                _make_table,
                {pace: Key(Number(0.1, 10, parts=True), True) for pace in preferences.PACES},
                "pace",
            ),
            True,
        ),
        "rest_s": Key(Seconds(0, preferences.MOST_REST_S), True),
        "gate_s": Key(Seconds(0, 600), True),
        "pressure_target": Key(Number(1, 7), True),
        "dose_s": Key(_DOSE, True),
    },
    "the defaults",
)

_REFS = Key(ListOf(WORD), True)


def _make_claims(kind: str, **values: Any) -> models.Claims:
    return models.Claims(**values)


CLAIMS: Final = Record(
    _make_claims,
    {
        "kind": Key(Choice(("claims",)), True),
        "allowed": Key(
            ListOf(Record(models.Claim, {"claim": Key(Text(), True), "refs": _REFS}, "a claim")),
            True,
        ),
        "avoid": Key(
            ListOf(
                Record(
                    models.Claim,
                    {
                        "claim": Key(Text(), True),
                        "pattern": Key(Text(), True),
                        "why": Key(Text(), True),
                        "refs": _REFS,
                    },
                    "a claim",
                )
            ),
            True,
        ),
    },
    "the claims policy",
)

KINDS: Final[Mapping[str, Record]] = {
    "technique": TECHNIQUE,
    "routine": ROUTINE,
    "phrases": PHRASE_FILE,
    "defaults": DEFAULTS,
    "claims": CLAIMS,
}
"""Every kind of file, by its `kind`."""
