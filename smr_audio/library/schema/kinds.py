"""The keys of every kind of content file, as tables. `docs/content.md` explains each."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from smr_audio.errors import Location, UsageError
from smr_audio.library import models, yaml_reader
from smr_audio.library.lexicon import ENGINES, Lexicon, UnitWords
from smr_audio.library.models import DAYS, EVERY, MOST_WEEKS, Stage
from smr_audio.library.pose import JOINTS, PARTS, SPOTS, SUPPORTS, TOOLS, VIEWS
from smr_audio.library.schema.lines import LANGUAGE, Form, SpokenLine, Words, lines
from smr_audio.library.schema.pose import POSE
from smr_audio.library.schema.specs import (
    ID,
    NAME,
    WORD,
    Choice,
    Either,
    Flag,
    Key,
    ListOf,
    Made,
    MapOf,
    Number,
    OptionSpec,
    Problems,
    Record,
    Schema,
    Seconds,
    Spec,
    Text,
    option_keys,
    preferences_from,
    with_location,
)
from smr_audio.library.yaml_reader import Node, Scalar
from smr_audio.options import choices
from smr_audio.options.holds import HoldChange
from smr_audio.options.kinds import HOLDS
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_KEY

_LANGUAGE: Final = Text(pattern=LANGUAGE, what="a language code")
_MARK: Final = r"\[\]{}*"

# No digits, marks or signs: a voice would read them in its own way, or not at all.
SAID: Final = Text(
    most=100,
    pattern=rf"(?=.*[^\W\d_])[^\d{_MARK}×°%]+",
    what="words as they are said, without digits and signs",
)
_JOINING: Final = replace(SAID, pattern=rf"[^\d{_MARK}×°%]+")
_WRITTEN: Final = Text(
    most=60, pattern=rf"(?=.*[^\W_])[^{_MARK}]+", what="a word or words as they are written"
)
_UNIT: Final = Text(most=20, pattern=rf"[^\s\d{_MARK}-][^\s{_MARK}]*", what="a unit of one word")
_SIGN: Final = Text(most=1, pattern=rf"[^\w\s.!?…{_MARK}]", what="one sign")
_BEFORE: Final = Text(most=20, pattern=rf"[^\s\d{_MARK}]+", what="one word or sign without digits")
_FRACTION: Final = Text(most=7, pattern=r"[0-9]{1,3}/[0-9]{1,3}", what="a fraction such as 1/2")
_ENDING: Final = Text(most=10, pattern=r"[^\W\d_]+", what="an ending such as th")
_ARTICLE: Final = replace(_ENDING, what="an article such as a")


_ONE_AND_MANY: Final = Record(
    lambda location, one, many: UnitWords(one, many),
    {"one": Key(SAID, True), "many": Key(SAID, True)},
    "a unit",
)
_UNIT_WORDS: Final = Either(Made(SAID, lambda words, _: UnitWords(words, words)), _ONE_AND_MANY)

_NONE: Final[Mapping[str, Any]] = {}

LEXICON: Final = Record(
    Lexicon,
    {
        "language": Key(_LANGUAGE, True),
        "words": Key(MapOf(_WRITTEN, SAID), default=_NONE),
        "units": Key(MapOf(_UNIT, _UNIT_WORDS), default=_NONE),
        "before_numbers": Key(MapOf(_BEFORE, SAID), default=_NONE),
        "between_numbers": Key(MapOf(_SIGN, SAID), default=_NONE),
        "between_units": Key(MapOf(_SIGN, SAID), default=_NONE),
        "articles": Key(ListOf(_ARTICLE), default=()),
        "fractions": Key(MapOf(_FRACTION, SAID), default=_NONE),
        "ordinals": Key(ListOf(_ENDING), default=()),
        "signs": Key(MapOf(_SIGN, _JOINING), default=_NONE),
        "engines": Key(MapOf(Choice(ENGINES), MapOf(_WRITTEN, SAID)), default=_NONE),
    },
    "a lexicon",
)


def _by_name(phrases: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Placeholders by phrase, of a table the other way round."""
    return {name: tuple(key.split()) for key, names in phrases.items() for name in names.split()}


LENGTHS: Final = _by_name(
    {
        "": "session_half_minute session_one_minute session_hour",
        "minutes": "session_minutes_half session_hour_minutes",
        "hours": "session_hours",
        "hours minutes": "session_hours_minutes",
    }
)
"""The length of a session that is not some minutes; a language that lacks these says minutes."""

PHRASES: Final = LENGTHS | _by_name(
    {
        "": "fetch safety_full safety_legs safety_stop safety_rule ask_clinician standing_notice "
        "get_ready_both metronome metronome_bend go halfway one_minute ten_seconds set_end "
        "count_three count_two count_one rest next_set next_set_both get_up gate gate_rest "
        "gate_rest_last gate_rest_short reason advice advice_short done_floor done",
        "minutes": "session_total",
        "tool": "tool",
        "target": "safety_scale safety_short",
        "time": "hold_each hold_time",
        "n": "hold_sets",
        "n total": "number set_of",
        "name": "left_out name next_up gate_instead gate_instead_last gate_instead_short",
        "name other": "swapped",
        "name side limb": "name_side",
        "side limb": "first_side only_side switch_side again_side get_ready",
    }
)
"""Every phrase a session needs, by the placeholders it may hold."""

ONE_LINE: Final = (
    *("go", "halfway", "one_minute", "ten_seconds", "count_three", "count_two", "count_one"),
    *("session_total", *LENGTHS, "rest", "set_of", "next_set", "next_set_both", "again_side"),
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

WORDS: Final = (
    *("left", "right", "leg", "foot", "arm", "side", "and", "or"),
    *("seconds", "minute", "minutes", "about"),
)


POSITIONS: Final = (
    *("floor-seated", "floor-prone", "floor-supine", "floor-side", "kneeling", "chair"),
    *("standing", "standing-bench", "standing-rack", "standing-wall"),
)

PICTURES: Final = (
    *("picture", "join", *VIEWS, *POSITIONS, *TOOLS, *SPOTS),
    *("leg straight", "leg bent", "lifted"),
    *("forearms floor", "forearm floor", "forearms table", "forearm table"),
    *(f"on {support}" for support in SUPPORTS),
    *("in hands", "in hand", "hands behind"),
    *(f"{hands} {on}" for hands in ("hands", "hand") for on in (*SUPPORTS, "head")),
    *("slide", "slide little", "sink", "press", *(f"swing {joint}" for joint in JOINTS)),
    *("arm", "arm wall", "arm wall out", "leg", "leg floor"),
    *(f"{part} {at}" for part, steps in PARTS.items() for at in steps),
)
"""Words for the pictures of techniques; of a part, `thigh 25` is for 25 per cent of it and more."""

_PICTURE_FORM: Final = Form(
    80, ("side", "tool", "spot", "start", "end", "view", "parts", "moved", "first", "then")
)


def _table(what: str, specs: Mapping[str, Spec], *, required: bool = False) -> Key:
    """A key with a mapping of known keys, all of which may be `required`."""

    def make(location: Location, **values: Any) -> dict[str, Any]:
        return {key: value for key, value in values.items() if value is not None}

    keys = {name: Key(spec, required) for name, spec in specs.items()}
    return Key(Record(make, keys, what), required, default={})


PHRASE_FILE: Final = Record(
    models.Phrases,
    {
        "language": Key(_LANGUAGE, True),
        "name": Key(Text(most=40), default=""),
        "iso639_2": Key(
            Text(pattern=r"[a-z]{3}", what="a three-letter ISO 639-2 code"), default=""
        ),
        "lines": _table(
            "lines", {k: lines(v, 1 if k in ONE_LINE else 20) for k, v in PHRASES.items()}
        ),
        "titles": _table("titles", {k: Words(60, v) for k, v in TITLES.items()}),
        "words": _table("words", dict.fromkeys(WORDS, Text(most=40))),
        "tools": Key(MapOf(WORD, Text(most=60, empty=True)), default={}),
        "tools_short": Key(MapOf(WORD, Text(most=60, empty=True)), default={}),
        "muscles": Key(MapOf(WORD, Text(most=60)), default={}),
        "pictures": _table("pictures", dict.fromkeys(PICTURES, _PICTURE_FORM)),
    },
    "a phrases file",
)


_SHOWN: Final = Text(most=400)
_FORMS: Final = Record(
    models.PageText, dict.fromkeys(("one", "other"), Key(_SHOWN, True)), "a text"
)
_SHOWN_LIST: Final = ListOf(_SHOWN, 1)


class _PageText:
    """A text, one for `one` and one for `other`, or a list of texts."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        if isinstance(node, yaml_reader.Mapping):
            return _FORMS.read(node, name, problems)
        spec = _SHOWN if isinstance(node, Scalar) else _SHOWN_LIST
        return models.PageText(spec.read(node, name, problems), node.location)

    def schema(self) -> Schema:
        return {"anyOf": [_SHOWN.schema(), _FORMS.schema(), _SHOWN_LIST.schema()]}


def _make_page(location: Location, language: str, **sections: Any) -> models.Page:
    return models.Page(language, sections, location)


PAGE: Final = Record(
    _make_page,
    {
        "language": Key(Text(pattern=LANGUAGE, what="a language code"), True),
        **dict.fromkeys(models.SECTIONS, Key(MapOf(WORD, _PageText()), default=_NONE)),
    },
    "a file of the page's words",
)


_CAPS: Final = ("recommended", "soft_cap", "hard_cap")
_DOSE = Record(
    models.Dose,
    {name: Key(Number(1, 3600, "seconds"), True) for name in _CAPS},
    "dose_s",
    {name: f"{name}_s" for name in _CAPS},
)


_PROFILE = Record(
    lambda location, **values: models.DoseProfile(**values),
    {
        "hold_s": Key(Number(choices.LEAST_HOLD_S, choices.MOST_HOLD_S, "seconds"), True),
        "sets": Key(Number(1, choices.MOST_SETS), True),
        "rest_s": Key(Seconds(0, choices.MOST_REST_S), True),
        "per": Key(
            Made(Choice(("muscle", "technique")), lambda per, _: per == "technique"), default=False
        ),
    },
    "a dose",
    {"rest_s": "rest_ticks", "per": "per_technique"},
)

DEFAULTS: Final = Record(
    models.Defaults,
    {
        "then_s": _table("then_s", dict.fromkeys(models.ROLES, Seconds(0, 60)), required=True),
        "pace": _table(
            "pace", dict.fromkeys(choices.PACES, Number(0.1, 10, parts=True)), required=True
        ),
        "rest_s": Key(Seconds(0, choices.MOST_REST_S), True),
        "gate_s": Key(Seconds(0, 600), True),
        "pressure_target": Key(Number(1, 7), True),
        "dose_s": Key(_DOSE, True),
        "leg_muscles": Key(ListOf(WORD), True),
        "at_hand": Key(ListOf(WORD), True),
        "doses": _table("doses", dict.fromkeys(choices.DOSES, _PROFILE), required=True),
    },
    "the defaults",
    {f"{name}_s": f"{name}_ticks" for name in ("then", "rest", "gate")} | {"dose_s": "dose"},
)


def _patterns(texts: Mapping[str, str], location: Location) -> models.LocalText:
    for text in texts.values():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", FutureWarning)  # of "[[": sets within sets
                re.compile(text, re.IGNORECASE)
        except (re.error, FutureWarning) as error:
            raise UsageError(f"is no regular expression: {error}; mend it") from None
    return models.LocalText(texts, location)


LIMITS: Final = Record(
    models.Limits,
    {
        "body": Key(MapOf(WORD, Words(most=80), 1), True),
        "medical": Key(MapOf(WORD, Words(most=80), 1), True),
    },
    "the limits",
)


def _reference_faults(name: str, given: Mapping[str, Any]) -> Iterator[str]:
    if given.get("checked", True) and not given.keys() & {"doi", "pmc", "url"}:
        yield f"{name} lacks a doi, pmc or url; add one, or say 'checked: false'"


_REFERENCE = Record(
    models.Reference,
    {
        "authors": Key(ListOf(Text(most=60), 1, what="author"), True),
        "title": Key(Text(), True),
        "year": Key(Number(1900, 2099)),
        "journal": Key(Text(most=100), True),
        "doi": Key(
            Text(pattern=r"10\.[0-9]{4,9}/[!-~]+", what="a DOI such as 10.3390/jcm10225360")
        ),
        "pmc": Key(Text(pattern=r"PMC[0-9]{5,9}", what="a PMCID such as PMC6358529")),
        "url": Key(Text(pattern=r"https?://[!-~]+", what="an address that begins with http")),
        "read": Key(Choice(("L", "M", "P")), True),
        "checked": Key(Flag(), default=True),
        "note": Key(Text()),
    },
    "a reference",
    faults=_reference_faults,
)

EVIDENCE: Final = Record(
    models.Evidence, {"references": Key(MapOf(WORD, _REFERENCE, 1), True)}, "the evidence"
)


_REFS = Key(ListOf(WORD), True)
_ALLOWED = Record(models.Claim, {"claim": Key(Words(), True), "refs": _REFS}, "a claim")
_RULED_OUT = Record(
    models.Claim,
    {
        "claim": Key(Words(), True),
        "pattern": Key(Made(MapOf(_LANGUAGE, Text(most=600), 1), _patterns), True),
        "why": Key(Text(), True),
        "refs": _REFS,
    },
    "a claim",
)

CLAIMS: Final = Record(
    models.Claims,
    {"allowed": Key(ListOf(_ALLOWED), True), "avoid": Key(ListOf(_RULED_OUT), True)},
    "the claims policy",
)


PACK: Final = Record(
    models.PackFile,
    {
        "id": Key(ID, True),
        "title": Key(Words(most=80), True),
        "about": Key(Words(most=2000)),
        "version": Key(Text(most=40)),
        "author": Key(Text(most=200)),
        "license": Key(Text(most=100)),
        "languages": Key(
            ListOf(Text(most=20, pattern=LANGUAGE, what="a language such as en or pt-br")),
            default=(),
        ),
    },
    "a pack",
)


def _make_stage(location: Location, from_week: int, **values: Any) -> Stage:
    return Stage(from_week, preferences_from(**values), location)


STAGE: Final = Record(
    _make_stage,
    {
        "from_week": Key(Number(2, MOST_WEEKS), True),
        "hold": Key(OptionSpec(BY_KEY["hold"])),
        "sets": Key(OptionSpec(BY_KEY["sets"])),
    },
    "a stage",
)


COURSE: Final = Record(
    models.Course,
    {
        "id": Key(ID, True),
        "title": Key(Words(most=80), True),
        "about": Key(Words(most=2000), True),
        "weeks": Key(Number(1, MOST_WEEKS, "weeks"), True),
        "every": Key(Choice(EVERY)),
        "days": Key(ListOf(Choice(DAYS), 1, 7), default=()),
        "sessions": Key(ListOf(with_location(ID), 1, 60), True),
        "growth": Key(ListOf(STAGE, 0, MOST_WEEKS), default=()),
    },
    "a course",
)


_ABOUT = Words(most=2000)
_PLACES: Final = ("side", "other", "press")
_SIDE_LINES = lines(_PLACES)


_HOLD_RANGE = Record(
    models.HoldRange,
    {
        name: Key(Number(choices.LEAST_HOLD_S, choices.MOST_HOLD_S, "seconds"), True)
        for name in ("least", "default", "most")
    },
    "hold",
)


FOLLOW: Final = Record(
    models.Follow,
    {
        "setup": Key(_SIDE_LINES, True),
        "move": Key(SpokenLine(("press",))),
        "switch": Key(_SIDE_LINES, default=()),
        "finish": Key(_SIDE_LINES, default=()),
        "gate": Key(lines(), default=()),
    },
    "follow",
)


_NAMED: Final = ("not_for", "variations", "refs")
"""Keys of a technique that name what stands in other files."""


def _make_technique(**values: Any) -> models.Technique:
    places = {(key, name): place for key in _NAMED for name, place in values[key]}
    named = {key: tuple(name for name, _ in values[key]) for key in _NAMED}
    return models.Technique(**{**values, **named}, named_at=places)


TECHNIQUE: Final = Record(
    _make_technique,
    {
        "id": Key(ID, True),
        "name": Key(Words(most=60), True),
        "short": Key(Words(most=40)),
        "about": Key(_ABOUT, True),
        "muscle": Key(WORD, True),
        "tools": Key(ListOf(WORD, 0, 6), True),
        "tool_options": Key(ListOf(WORD, 0, 8), default=()),
        "position": Key(Choice(POSITIONS), True),
        "sides": Key(Made(Choice(("1", "2")), lambda sides, _: int(sides)), True),
        "limb": Key(Choice(("leg", "foot", "arm", "side")), default="side"),
        "mode": Key(Choice(("roll", "roll_small", "press_move", "still")), True),
        "pace": Key(Number(5, 60, "beats a minute")),
        "eyes_closed_ok": Key(Flag(), default=False),
        "level": Key(Number(1, 3), True),
        "for_whom": Key(_ABOUT),
        "not_for": Key(ListOf(with_location(WORD)), default=()),
        "variations": Key(ListOf(with_location(NAME)), default=()),
        "cap": Key(Number(1, 7), True),
        "hold": Key(_HOLD_RANGE, True),
        "sets": Key(Number(1, choices.MOST_SETS), default=1),
        "grade": Key(Choice(("A", "B", "C")), default="C"),
        "refs": Key(ListOf(with_location(WORD)), default=()),
        "finding": Key(Choice(("mixed", "no_change"))),
        "avoid": Key(ListOf(WORD), default=()),
        "gate": Key(lines(), default=()),
        "move": Key(_SIDE_LINES, True),
        "easier": Key(_SIDE_LINES, default=()),
        "setup": Key(_SIDE_LINES, True),
        "load": Key(SpokenLine(_PLACES), True),
        "coaching": Key(MapOf(WORD, SpokenLine(coaching=True), 1), True),
        "switch": Key(_SIDE_LINES, default=()),
        "finish": Key(_SIDE_LINES, True),
        "follow": Key(FOLLOW),
        "pose": Key(POSE),
    },
    "a technique",
)


SETTINGS: Final = Record(preferences_from, option_keys("step", "settings"), "settings")


def _make_step(location: Location, technique: tuple[str, Location], **values: Any) -> models.Step:
    name, technique_location = technique
    settings = preferences_from(**values)
    holds = tuple(replace(change, technique=name) for change in settings.holds)
    return models.Step(name, location, technique_location, holds, replace(settings, holds=()))


def _own_holds(changes: tuple[HoldChange, ...], _: Location) -> tuple[HoldChange, ...]:
    if any(change.technique for change in changes):
        raise UsageError("the hold of a step is for its own technique; write left or right")
    for change in changes:
        replace(change, technique="this")  # what names a technique is held to 300 s
    return changes


_HOLD: Final = replace(BY_KEY["hold"], kind=replace(HOLDS, keys=choices.SIDES))

STEP: Final = Record(
    _make_step,
    {
        "technique": Key(with_location(NAME), True),
        **option_keys("step"),
        "hold": Key(Made(OptionSpec(_HOLD), _own_holds)),
    },
    "a step",
)


ROUTINE: Final = Record(
    models.Routine,
    {
        "id": Key(ID, True),
        "title": Key(Words(most=80), True),
        "short": Key(Words(most=40)),
        "about": Key(_ABOUT, True),
        "safety": Key(Choice(("full", "short")), default="full"),
        "settings": Key(SETTINGS, default=Preferences()),
        "steps": Key(ListOf(STEP, 1, 60, "step"), True),
    },
    "a routine",
)


KINDS: Final[Mapping[str, Record]] = {
    kind: replace(record, keys={"kind": Key(Choice((kind,)), True), **record.keys})
    for kind, record in {
        "technique": TECHNIQUE,
        "routine": ROUTINE,
        "course": COURSE,
        "phrases": PHRASE_FILE,
        "page": PAGE,
        "lexicon": LEXICON,
        "defaults": DEFAULTS,
        "limits": LIMITS,
        "evidence": EVIDENCE,
        "claims": CLAIMS,
        "pack": PACK,
    }.items()
}
"""Every kind of file, by its `kind`."""
