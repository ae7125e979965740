"""The keys of content files as a JSON Schema (draft 7), which editors check and complete by.

Made from the tables that the files are read by, so the two cannot part. A schema knows a file
alone: whether a technique is there, `check` tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import singledispatch
from typing import Any, Final

from smr_audio.library.schema.help import HELP
from smr_audio.library.schema.kinds import KINDS
from smr_audio.library.schema.lexicon_keys import SAID, UnitSpec
from smr_audio.library.schema.lines import (
    LANGUAGE,
    MOST_THEN_S,
    Lines,
    RoutineHold,
    SpokenLine,
    StepHold,
    Words,
)
from smr_audio.library.schema.sound import Calls, CueSounds, VoiceName
from smr_audio.library.schema.specs import (
    Choice,
    Flag,
    Key,
    ListOf,
    MapOf,
    Number,
    Placed,
    Record,
    Seconds,
    Spec,
    Text,
)
from smr_audio.options import choices

Schema = dict[str, Any]

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
EDITED: Final = ("technique", "routine", "course", "phrases", "lexicon", "pack")
"""The kinds that people write."""

# Written as Python reads them; an editor's JavaScript reads only such as have none of these alike.
_PYTHONS_OWN: Final = re.compile(r"\\[WwDdSs]|\(\?[^:=!]")
_TIME: Final = r"^(?=.)([0-9]{1,4}h)?([0-9]{1,6}m)?([0-9]{1,9}(\.[0-9]{1,6})?s?)?$"
_HOLD: Final = r"^([+-].+|x.+|[0-9].*)$"
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
    """What a spec takes."""
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
            {"type": "string", "pattern": _TIME},
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
def _(spec: Placed) -> Schema:
    return _of(spec.spec)


@_of.register
def _(spec: ListOf) -> Schema:
    return {
        "type": "array", "items": _of(spec.item), "minItems": spec.least, "maxItems": spec.most,
    }  # fmt: skip


@_of.register
def _(spec: MapOf) -> Schema:
    return {
        "type": "object", "propertyNames": _of(spec.key), "minProperties": spec.least,
        "additionalProperties": _of(spec.value),
    }  # fmt: skip


@_of.register
def _(spec: Words) -> Schema:
    text: Schema = {"type": "string", "minLength": 1, "maxLength": spec.most}
    return {"anyOf": [text, _in_languages(text, {})]}


@_of.register
def _(spec: SpokenLine) -> Schema:
    text: Schema = {"type": "string", "minLength": 1, "maxLength": 300}
    path: Schema = {"anyOf": [text, _in_languages(text, {})]}
    more = {
        "then_s": _of(Seconds(0, MOST_THEN_S)), "safety": {"type": "boolean"}, "sound": path,
    }  # fmt: skip
    for name, one in more.items():
        one["description"] = HELP[name]
    return {"anyOf": [text, _in_languages(text, more)]}


def _in_languages(text: Schema, more: Schema) -> Schema:
    return {
        "type": "object", "additionalProperties": False, "properties": more,
        "patternProperties": {_LANGUAGE: text},
        "minProperties": 1,
    }  # fmt: skip


@_of.register
def _(spec: Lines) -> Schema:
    line = _of(SpokenLine(spec.placeholders))
    some = {"type": "array", "items": line, "minItems": spec.least, "maxItems": spec.most}
    return {"anyOf": [*line["anyOf"], some]}


_LENGTH: Final[Schema] = {
    "anyOf": [
        {"type": "integer", "minimum": choices.LEAST_HOLD_S, "maximum": choices.MOST_HOLD_S},
        {"type": "string", "pattern": _HOLD},
    ]
}


@_of.register
def _(spec: StepHold) -> Schema:
    sides = dict.fromkeys(choices.SIDES, _LENGTH)
    return {"anyOf": [*_LENGTH["anyOf"], {
        "type": "object", "additionalProperties": False, "properties": sides,
    }]}  # fmt: skip


@_of.register
def _(spec: RoutineHold) -> Schema:
    return {"anyOf": [*_LENGTH["anyOf"], {
        "type": "object", "propertyNames": {"not": {"enum": list(choices.SIDES)}},
        "additionalProperties": _LENGTH,
    }]}  # fmt: skip


@_of.register
def _(spec: VoiceName) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": 300}


@_of.register
def _(spec: CueSounds) -> Schema:
    path = {"type": "string", "minLength": 1}
    return {
        "type": "object", "additionalProperties": False,
        "properties": dict.fromkeys(choices.CUE_NAMES, path),
    }  # fmt: skip


@_of.register
def _(spec: Calls) -> Schema:
    names = {"type": "string", "minLength": 1}
    return {"anyOf": [names, {"type": "array", "items": names}]}


@_of.register
def _(spec: UnitSpec) -> Schema:
    words = _of(SAID)
    both = {"one": Key(SAID, True), "many": Key(SAID, True)}
    return {"anyOf": [words, _object(both)]}
