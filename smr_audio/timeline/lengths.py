"""How long sounds take: what a schedule needs besides the script."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from smr_audio import units
from smr_audio.options.choices import CueName
from smr_audio.session.script import QUIET_TICKS, Say, Sentence

SENTENCE_GAP_TICKS: Final = 63
"""Quiet between the sentences of one line, 0.504 s: about a speaker's own pause."""

QUESTION_GAP_TICKS: Final = 88
"""Quiet after a question within a line, 0.704 s: time to answer it."""

CUE_GAP_TICKS: Final = QUIET_TICKS


@dataclass(frozen=True, slots=True)
class Lengths:
    """Ticks that each sentence and each cue sounds, rounded up to whole ticks."""

    sentences: Mapping[Sentence, int]
    cues: Mapping[CueName, int]

    def of(self, line: Say) -> int:
        """Ticks from the start of a line to the end of its last sentence."""
        if not line.sentences:
            return 0
        return self.starts(line)[-1] + self.sentences[line.sentences[-1]]

    def starts(self, line: Say) -> list[int]:
        """The ticks at which the sentences of a line begin, after pauses written before them.

        Each begins on an MP3 frame if the line does, so that it has one encoded form.
        """
        starts = []
        at = 0
        for index, sentence in enumerate(line.sentences):
            pause = line.quiet[index] if line.quiet else None
            if pause is not None:
                at += pause
            elif index:
                asks = str(line.sentences[index - 1]).rstrip("\"'’”)").endswith(("?", "？"))
                at += QUESTION_GAP_TICKS if asks else SENTENCE_GAP_TICKS
            at = units.whole_frames(at)
            starts.append(at)
            at += self.sentences[sentence]
        return starts
