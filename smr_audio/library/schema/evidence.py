"""The keys of what content rests on: the limits, the evidence, the claims policy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from smr_audio.library import models
from smr_audio.library.schema.lines import Words
from smr_audio.library.schema.specs import (
    BAD,
    WORD,
    Choice,
    Key,
    ListOf,
    MapOf,
    Problems,
    Record,
    Text,
)
from smr_audio.library.yaml_reader import Node


@dataclass(frozen=True, slots=True)
class Patterns(Words):
    """A regular expression in one or more languages."""

    def _text(self, node: Node, name: str, problems: Problems) -> Any:
        text = Text(most=self.most).read(node, name, problems)
        if text is BAD:
            return BAD
        try:
            re.compile(text, re.IGNORECASE)
        except re.error as error:
            problems.add(node, f"{name} is no regular expression: {error}; mend it")
            return BAD
        return text


def _make_limits(kind: str, **values: Any) -> models.Limits:
    return models.Limits(**values)


LIMITS: Final = Record(
    _make_limits,
    {
        "kind": Key(Choice(("limits",)), True),
        "body": Key(MapOf(WORD, Words(most=80), 1), True),
        "medical": Key(MapOf(WORD, Words(most=80), 1), True),
    },
    "the limits",
)


def _make_evidence(kind: str, **values: Any) -> models.Evidence:
    return models.Evidence(**values)


_REFERENCE = Record(
    models.Reference,
    {"cite": Key(Text(), True), "read": Key(Choice(("L", "M", "P")), True), "note": Key(Text())},
    "a reference",
)

EVIDENCE: Final = Record(
    _make_evidence,
    {"kind": Key(Choice(("evidence",)), True), "references": Key(MapOf(WORD, _REFERENCE, 1), True)},
    "the evidence",
)


def _make_claims(kind: str, **values: Any) -> models.Claims:
    return models.Claims(**values)


_REFS = Key(ListOf(WORD), True)
_ALLOWED = Record(models.Claim, {"claim": Key(Words(), True), "refs": _REFS}, "a claim")
_RULED_OUT = Record(
    models.Claim,
    {
        "claim": Key(Words(), True),
        "pattern": Key(Patterns(most=600), True),
        "why": Key(Text(), True),
        "refs": _REFS,
    },
    "a claim",
)

CLAIMS: Final = Record(
    _make_claims,
    {
        "kind": Key(Choice(("claims",)), True),
        "allowed": Key(ListOf(_ALLOWED), True),
        "avoid": Key(ListOf(_RULED_OUT), True),
    },
    "the claims policy",
)
