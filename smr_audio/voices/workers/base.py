"""What the engines that speak in worker processes have in common."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from smr_audio.voices.engine import Speech, Voice
from smr_audio.voices.sentence import quoted
from smr_audio.voices.workers.pool import Request, WorkerPool
from smr_audio.voices.workers.process import Answer


class WorkerEngine:
    """An engine whose pool of workers is made when first needed. For one thread at a time."""

    _pool: WorkerPool | None = None
    _at_exit: weakref.finalize[Any, Any]

    def close(self) -> None:
        """Stop the workers and remove their folder. Safe to call twice."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None
            self._at_exit.detach()

    def _opened(self, make: Callable[[], WorkerPool]) -> WorkerPool:
        if self._pool is None:
            self._pool = make()
            # If nothing calls `close`, this does at the end of the engine or of the program.
            self._at_exit = weakref.finalize(self, self._pool.close)
        return self._pool

    def _speak(
        self,
        texts: Sequence[str],
        voice: Voice,
        options: dict[str, object],
        *,
        pool: Callable[[], WorkerPool],
        missing: str,
        broken: str = "{fault}",
        prove: Callable[[str, Answer, Speech], None],
    ) -> Iterator[tuple[int, Speech]]:
        """The sound of each text as it is done; the workers start with the call.

        `pool` makes the pool if there is none yet. `options` go into each request, `missing` and
        `broken` are as in `Request`. `prove(text, answer, speech)` raises Fault for a sound that
        is not whole.
        """

        def finish(request: Request, answer: Answer, path: Path) -> Speech:
            # This imports numpy: only when something is spoken, and while the voice speaks on.
            from smr_audio.voices.soundfile import read_sound

            try:
                speech = read_sound(path)
                prove(texts[request.index], answer, speech)
            finally:
                path.unlink(missing_ok=True)
            return speech

        if not texts:
            return iter(())
        requests = [
            Request(
                index,
                {"do": "speak", "text": text, **options},
                what=f"the voice {voice.id} cannot speak {quoted(text)}",
                advice="reword the line or choose another voice",
                missing=missing,
                broken=broken,
            )
            for index, text in enumerate(texts)
        ]
        opened = self._opened(pool)
        opened.get_ready(len(texts))
        return opened.run(requests, finish)
