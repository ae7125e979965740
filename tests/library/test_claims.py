"""What content may claim: only what the evidence allows, and nothing that it rules out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smr_audio.library.catalog import Library
from smr_audio.library.files import lines_of
from smr_audio.library.models import Claim

EVIDENCE = Path(__file__).parents[2] / "docs" / "evidence.md"


def all_texts() -> list[str]:
    library = Library()
    texts: list[str] = []
    for name in library.routine_ids():
        routine = library.load(name)
        texts += [*routine.title.texts.values(), *routine.about.texts.values()]
    for name in library.technique_ids():
        technique = library.technique(name)
        texts += [*technique.name.texts.values(), *technique.about.texts.values()]
        texts += [text for line in lines_of(technique) for text in line.text.texts.values()]
    for language in library.languages():
        phrases = library.phrases(language)
        texts += [
            text
            for lines in phrases.lines.values()
            for line in lines
            for text in line.text.texts.values()
        ]
    return texts


@pytest.mark.parametrize("claim", Library().claims().avoid, ids=lambda claim: claim.claim)
def test_no_text_makes_a_claim_that_is_ruled_out(claim: Claim) -> None:
    pattern = re.compile(claim.pattern or "", re.IGNORECASE)
    assert pattern.search(claim.claim), "the pattern must catch its own claim"
    assert [text for text in all_texts() if pattern.search(text)] == []


def test_no_pattern_rules_out_what_is_allowed() -> None:
    policy = Library().claims()
    for allowed in policy.allowed:
        for claim in policy.avoid:
            assert not re.search(claim.pattern or "", allowed.claim, re.IGNORECASE)


def test_every_reference_is_in_the_evidence() -> None:
    evidence = EVIDENCE.read_text(encoding="utf-8")
    library = Library()
    refs = {ref for name in library.technique_ids() for ref in library.technique(name).refs}
    policy = library.claims()
    refs |= {ref for claim in (*policy.allowed, *policy.avoid) for ref in claim.refs}
    assert [ref for ref in sorted(refs) if f"- `{ref}`" not in evidence] == []


def test_every_technique_and_routine_says_why() -> None:
    library = Library()
    for name in (*library.routine_ids(), *library.technique_ids()):
        assert len(library.load(name).about.get("en")) > 80


def test_spoken_lines_are_short_enough_to_follow() -> None:
    library = Library()
    for name in library.technique_ids():
        for line in lines_of(library.technique(name)):
            assert len(line.text.get("en").split()) <= 20
