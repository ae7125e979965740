"""The keys of content files as a JSON Schema (draft 7), which editors check and complete by.

Made from the tables that the files are read by, so the two cannot part. A schema knows a file
alone: whether a technique is there, `check` tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import singledispatch
from typing import Any, Final

from smr_audio.library.schema.kinds import KINDS, SAID, StepHold, UnitSpec
from smr_audio.library.schema.lines import LANGUAGE, MOST_THEN_S, Lines, SpokenLine, Words
from smr_audio.library.schema.specs import (
    Choice,
    Flag,
    Key,
    ListOf,
    MapOf,
    Number,
    OptionSpec,
    Record,
    Seconds,
    Spec,
    Text,
    WithLocation,
)
from smr_audio.options import choices
from smr_audio.options.kinds import HOLD_SCHEMA, TIME_PATTERN

HELP: Final[Mapping[str, str]] = {
    # Every file
    "kind": "What this file is.",
    "id": "Its name: a-z, 0-9 and hyphens; in a content folder the file's name without .yaml.",
    "about": "Why it is as it is, in allowed claims. Shown and not said.",
    # A technique
    "name": "Said and shown, at most 60 characters.",
    "muscle": "The muscle it is for, a word of phrases/en.yaml: muscles. The dose goes by it.",
    "tools": "What to fetch, in order: words of phrases/en.yaml: tools.",
    "tool_options": "What serves in place of the first tool while every line stays true.",
    "position": "How the body is. The standing ones get the notice to keep eyes open.",
    "sides": "2 (left, then right) or 1 (both at once).",
    "limb": "leg, arm or side (the default), as in “Left leg. Get ready.”",
    "mode": "roll, roll_small or press_move.",
    "pace": "Beats a minute for the metronome, 5 to 60.",
    "eyes_closed_ok": "true if eyes may be shut; false if not given.",
    "level": "How hard, 1 to 3.",
    "for_whom": "Whom it suits, as a text.",
    "not_for": "Whom it may not suit: ids of limits, such as hips or pregnancy.",
    "variations": "Ids of other techniques for the same muscle, the best first.",
    "cap": "Most pressure out of ten, 1 to 7.",
    "hold": "Seconds of work: least, default and most.",
    "least": "Fewest seconds advised.",
    "default": "Seconds where nothing else is said.",
    "most": "Most seconds advised.",
    "sets": "Sets of each side where nothing else is said; 1 if not given.",
    "grade": "How good the evidence is: A, B or C (the default).",
    "refs": "Keys of evidence.yaml that it rests on.",
    "finding": "mixed or no_change, where trials of this were not all for it.",
    "avoid": "Places not to press.",
    "gate": "Lines for what takes as long as it takes, before “Pause me now”.",
    "setup": "Lines that set it up, in order.",
    "easier": "Lines after the set-up: how to make it easier.",
    "move": "Lines that say what to do.",
    "coaching": "Lines in the hold, by name, in order of rotation. nerve, boundary and stop come "
    "first and are never left out.",
    "switch": "Lines for changing sides; {side} is the one that comes.",
    "finish": "Lines for coming off.",
    "then_s": "Seconds of silence after the line, in which a person does what it said.",
    "safety": "In a line true: said at every level of talk. In a routine full (the default) or "
    "short: the check at its beginning.",
    "sound": "A recording to use in place of a voice; its path counts from this file's folder.",
    # A routine
    "title": "Said and shown.",
    "steps": "Techniques in order, 1 to 60.",
    "technique": "A technique's id.",
    "settings": "For the whole session, unless a step says otherwise.",
    # A course
    "weeks": "How many weeks, 1 to 52.",
    "every": "day or other_day.",
    "days": "Days of the week: mon to sun.",
    "sessions": "Ids of routines or techniques, in turn.",
    "growth": "Stages for --grow: from_week on, hold and sets.",
    "from_week": "The week it holds from, counted from 1.",
    # A pack
    "version": "Of the pack, as text.",
    "author": "Who made it.",
    "license": "Under which licence it may be used.",
    "languages": "Those of its texts; each needs phrases, its own or the shipped ones.",
    # Phrases and lexicon
    "language": "Its code, as en or pt-br; the file's name.",
    "iso639_2": "The language's three letters in ISO 639-2, for the file's tag.",
    "lines": "What a session says, by name.",
    "titles": "Titles of chapters.",
    "words": "In phrases left, right and the limbs; in a lexicon words and what is said for them.",
    "muscles": "How muscles are written for people.",
    "units": "What follows a number, and how it is said.",
}
"""By key, whatever file it stands in."""


Schema = dict[str, Any]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
EDITED: Final = ("technique", "routine", "course", "phrases", "lexicon", "pack")
"""The kinds that people write."""

# Written as Python reads them; an editor's JavaScript reads only such as have none of these alike.
_PYTHONS_OWN: Final = re.compile(r"\\[WwDdSs]|\(\?[^:=!]")
_LANGUAGE: Final = f"^{LANGUAGE}$"


def schema_for(kind: str | None = None) -> Schema:
    """The schema of one kind of file, or of any that people write. Raises KeyError for no kind."""
    if kind is not None:
        return {"$schema": DRAFT, "title": f"smr-audio {kind}", **_of(KINDS[kind])}
    return {
        "$schema": DRAFT,
        "title": "smr-audio content",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(EDITED), "description": HELP["kind"]}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": _of(KINDS[name]),
            }
            for name in EDITED
        ],
    }


@singledispatch
def _of(spec: Spec) -> Schema:
    raise TypeError(f"no schema for {type(spec).__name__}")


@_of.register
def _(spec: Record) -> Schema:
    return _object(spec.keys)


def _object(keys: Mapping[str, Key]) -> Schema:
    described = {}
    for name, key in keys.items():
        described[name] = _of(key.spec)
        if name in HELP:
            described[name] = {"description": HELP[name], **described[name]}
    required = [name for name, key in keys.items() if key.required]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": described,
        **({"required": required} if required else {}),
    }


@_of.register
def _(spec: Text) -> Schema:
    found: Schema = {"type": "string", "maxLength": spec.most}
    if not spec.empty:
        found["minLength"] = 1
    if spec.pattern and not _PYTHONS_OWN.search(spec.pattern):
        found["pattern"] = f"^(?:{spec.pattern})$"
    return found


@_of.register
def _(spec: Number) -> Schema:
    kind = "number" if spec.parts else "integer"
    return {"type": kind, "minimum": spec.least, "maximum": spec.most}


@_of.register
def _(spec: Seconds) -> Schema:
    return {
        "anyOf": [
            {"type": "number", "minimum": spec.least, "maximum": spec.most},
            {"type": "string", "pattern": TIME_PATTERN},
        ]
    }


@_of.register
def _(spec: Choice) -> Schema:
    numbers = [int(word) for word in spec.of if word.isdigit()]
    return {"enum": [*numbers, *spec.of]}


@_of.register
def _(spec: Flag) -> Schema:
    return {"type": "boolean"}


@_of.register
def _(spec: WithLocation) -> Schema:
    return _of(spec.spec)


@_of.register
def _(spec: ListOf) -> Schema:
    return {"type": "array", "items": _of(spec.item), "minItems": spec.least, "maxItems": spec.most}


@_of.register
def _(spec: MapOf) -> Schema:
    return {
        "type": "object",
        "propertyNames": _of(spec.key),
        "minProperties": spec.least,
        "additionalProperties": _of(spec.value),
    }


@_of.register
def _(spec: Words) -> Schema:
    text: Schema = {"type": "string", "minLength": 1, "maxLength": spec.most}
    return {"anyOf": [text, _in_languages(text, {})]}


@_of.register
def _(spec: SpokenLine) -> Schema:
    text: Schema = {"type": "string", "minLength": 1, "maxLength": 300}
    path: Schema = {"anyOf": [text, _in_languages(text, {})]}
    more = {"then_s": _of(Seconds(0, MOST_THEN_S)), "safety": {"type": "boolean"}, "sound": path}
    for name, one in more.items():
        one["description"] = HELP[name]
    return {"anyOf": [text, _in_languages(text, more)]}


def _in_languages(text: Schema, more: Schema) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": more,
        "patternProperties": {_LANGUAGE: text},
        "minProperties": 1,
    }


@_of.register
def _(spec: Lines) -> Schema:
    line = _of(SpokenLine(spec.placeholders))
    some = {"type": "array", "items": line, "minItems": spec.least, "maxItems": spec.most}
    return {"anyOf": [*line["anyOf"], some]}


@_of.register
def _(spec: OptionSpec) -> Schema:
    return {"description": spec.option.help, **spec.option.kind.schema()}


@_of.register
def _(spec: StepHold) -> Schema:
    return {
        "anyOf": [
            HOLD_SCHEMA,
            {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(choices.SIDES, HOLD_SCHEMA),
            },
        ]
    }


@_of.register
def _(spec: UnitSpec) -> Schema:
    words = _of(SAID)
    both = {"one": Key(SAID, True), "many": Key(SAID, True)}
    return {"anyOf": [words, _object(both)]}
