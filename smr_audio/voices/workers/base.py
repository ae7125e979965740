"""What engines in worker processes share: jobs of sentences, and a workshop to be closed."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from smr_audio.voices.engine import Speech, Voice
from smr_audio.voices.scripts import quoted
from smr_audio.voices.workers.process import Answer
from smr_audio.voices.workers.supervisor import SpeechJob
from smr_audio.voices.workers.workdir import Workshop


class Supervised:
    """Speaks by a workshop that is opened when first needed. For one thread at a time."""

    _workshop: Workshop | None = None
    _at_exit: weakref.finalize[Any, Any]

    def close(self) -> None:
        """Stop the workers and remove their folder. Safe to call twice."""
        if self._workshop is not None:
            self._workshop.close()
            self._workshop = None
            self._at_exit.detach()

    def _opened(self, make: Callable[[], Workshop]) -> Workshop:
        if self._workshop is None:
            self._workshop = make()
            # Also when nobody closes: at the end of the engine or of the program.
            self._at_exit = weakref.finalize(self, self._workshop.close)
        return self._workshop


def jobs_of(
    texts: Sequence[str], voice: Voice, *, request: Mapping[str, object], missing: str
) -> list[SpeechJob]:
    """A job for each text; `request` is what all have in common, `missing` as in `SpeechJob`."""
    return [
        SpeechJob(
            index,
            {"do": "speak", "text": text, **request},
            what=f"the voice {voice.id} cannot speak {quoted(text)}",
            advice="reword the line or choose another voice",
            missing=missing,
        )
        for index, text in enumerate(texts)
    ]


def spoken(
    workshop: Callable[[], Workshop],
    jobs: Sequence[SpeechJob],
    prove: Callable[[SpeechJob, Answer, Speech], None],
) -> Iterator[tuple[int, Speech]]:
    """The sound of each job as it is done; the workers start with the call.

    `prove` raises Fault for a sound that is not whole.
    """

    def finish(job: SpeechJob, answer: Answer, path: Path) -> Speech:
        # numpy comes with it: not for a build that speaks nothing, and for one that does
        # while the voice speaks on.
        from smr_audio.voices.soundfile import read_sound

        try:
            speech = read_sound(path)
            prove(job, answer, speech)
        finally:
            path.unlink(missing_ok=True)
        return speech

    if not jobs:
        return iter(())
    supervisor = workshop().supervisor
    supervisor.get_ready(len(jobs))
    return supervisor.run(jobs, finish)
