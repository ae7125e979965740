"""Make one of the phrases files of a language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from smr_audio.errors import ContentError, Problem
from smr_audio.library.models import PhraseFile, Phrases
from smr_audio.library.schema_speech import LENGTHS, PHRASES, TITLES, WORDS


def merge_phrases(parts: Sequence[PhraseFile]) -> Phrases:
    """One language's files as one, later ones winning. Raises ContentError for what lacks."""
    whole = parts[0]
    for part in parts[1:]:
        whole = replace(
            whole,
            name=part.name or whole.name,
            iso639_2=part.iso639_2 or whole.iso639_2,
            lines={**whole.lines, **part.lines},
            titles={**whole.titles, **part.titles},
            words={**whole.words, **part.words},
            tools={**whole.tools, **part.tools},
            muscles={**whole.muscles, **part.muscles},
        )
    problems = [
        Problem(parts[-1].location, f"{group} lacks '{key}'; add it")
        for group, keys, have in (
            ("lines", PHRASES, whole.lines),
            ("titles", TITLES, whole.titles),
            ("words", WORDS, whole.words),
        )
        for key in keys
        if key not in have and key not in LENGTHS
    ]
    if whole.name is None or whole.iso639_2 is None:
        problems.append(Problem(parts[-1].location, "'name' or 'iso639_2' is missing; add it"))
    if problems:
        raise ContentError(problems)
    return Phrases(
        whole.language, whole.name or "", whole.iso639_2 or "", whole.lines, whole.titles,
        whole.words, whole.tools, whole.muscles,
    )  # fmt: skip
