"""How long sounds take: the one thing a schedule must be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from smr_audio.library.preferences import CueName
from smr_audio.session.script import Say

SENTENCE_GAP_TICKS: Final = 40
"""Quiet between the sentences of one line: about a speaker's own pause, 0.32 s."""

CUE_GAP_TICKS: Final = 32
"""Least quiet between a cue and speech, 0.256 s, so that neither masks the other."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """Ticks that each sentence and each cue sounds, rounded up to whole ticks."""

    sentences: Mapping[str, int]
    cues: Mapping[CueName, int]

    def of(self, line: Say) -> int:
        """Ticks from the start of a line's first sentence to the end of its last."""
        if not line.sentences:
            return 0
        spoken = sum(self.sentences[sentence] for sentence in line.sentences)
        return spoken + SENTENCE_GAP_TICKS * (len(line.sentences) - 1)
