"""Engines that speak in worker processes, and their pool: requests, time limits, one retry each."""

from __future__ import annotations

import itertools
import os
import queue
import re
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from smr_audio.errors import BuildError, MissingError, ShortageError
from smr_audio.storage.leftovers import private_folder
from smr_audio.voices.engine import Fault, Speech, SpeechError, Voice
from smr_audio.voices.espeak import short_data
from smr_audio.voices.sentence import quoted
from smr_audio.voices.workers.process import Answer, Worker

T = TypeVar("T")

_ATTEMPTS: Final = 2
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_POLL_S: Final = 0.25  # on Windows a longer wait would delay Ctrl-C


@dataclass(frozen=True, slots=True)
class Request:
    """What a worker is to do, its place in the caller's list, and what to say if it fails.

    `what` names it (`the voice … cannot speak "…"`), `advice` is what to do. `missing` is the
    message if the engine is not there, `broken` if its voice is damaged, with `{fault}` where the
    reason goes.
    """

    index: int
    message: Mapping[str, object]
    what: str
    advice: str
    missing: str = "{fault}"
    broken: str = "{fault}"


class WorkerPool:
    """Workers that start when first needed, each with a thread, and their private folder.

    `script` is the worker's file, `arguments` makes its arguments from the folder. There are at
    most `workers`; those that are not `reused` end after one request. `espeak_data`, if given, is
    where espeak's data are; the workers find them by a short path. To be closed.

    To each message the pool adds the time limit and the path of a file to write sound to, in the
    folder and new for each attempt. For one caller at a time.
    """

    def __init__(
        self,
        script: Path,
        arguments: Callable[[Path], Sequence[str]],
        *,
        workers: int,
        reused: bool = True,
        env: Mapping[str, str],
        limit_s: float,
        espeak_data: Path | None = None,
    ) -> None:
        """Make the folder. Raises MissingError as `short_data` does."""
        with ExitStack() as stack:
            self._folder = stack.enter_context(private_folder())
            env = {**os.environ, **env}
            if espeak_data is not None:
                env["ESPEAK_DATA_PATH"] = str(short_data(espeak_data, self._folder, stack))
            self._stack = stack.pop_all()
        self._log = self._folder / "log"
        # By its path: `-m` would search the current folder, and miss a package that only this
        # process's own path leads to.
        command = [sys.executable, "-W", "ignore", str(script), *arguments(self._folder)]
        self._new_worker = partial(Worker, command, env=env, log=self._log, reused=reused)
        self._workers = [self._new_worker() for _ in range(workers)]
        self._reused = reused
        self._limit_s = limit_s
        self._running = False
        self._ids = itertools.count(1)

    def close(self) -> None:
        """Stop the workers and remove every file. Safe to call twice."""
        self._stop()
        self._stack.close()

    def get_ready(self, requests: int) -> None:
        """Start the workers for so many requests, to load while the caller does other things.

        There are fewer where the system allows no more. Those that end after one request have
        nothing to load for the next.
        """
        for worker in self._workers[:requests] if self._reused else ():
            try:
                worker.start()
            except ShortageError:
                if worker is self._workers[0]:
                    raise
                return

    def run(
        self, requests: Sequence[Request], finish: Callable[[Request, Answer, Path], T]
    ) -> Iterator[tuple[int, T]]:
        """Yield (index, result) of each request as it is done.

        `finish(request, answer, path)` makes the result, in another thread, or raises Fault, after
        which the request is tried once more. Raises SpeechError that names the request if it failed
        twice, MissingError if the engine or its voice is not installed.
        """
        if self._running:
            raise RuntimeError("an engine speaks for one caller at a time")
        self._running = True
        waiting, left = deque(requests), len(requests)
        done: queue.Queue[tuple[int, Any]] = queue.Queue()

        def work(worker: Worker) -> None:
            with suppress(IndexError):
                while True:
                    request = waiting.popleft()
                    try:
                        done.put((request.index, self._done(worker, request, finish)))
                    except BaseException as error:  # noqa: BLE001  # raised again
                        done.put((request.index, error))

        workers = [one for one in self._workers[:left] if one.started or not self._reused]
        threads = [threading.Thread(target=work, args=(one,), daemon=True) for one in workers]
        try:
            for thread in threads:
                thread.start()
            while left:
                with suppress(queue.Empty):
                    index, result = done.get(timeout=_POLL_S)
                    if isinstance(result, BaseException):
                        raise result
                    left -= 1
                    yield index, result
        finally:
            self._running = False
            if left:  # interrupted, failed, or left half-way
                waiting.clear()
                self._stop()
            for thread in threads:
                thread.join()

    def _stop(self) -> None:
        for number, worker in enumerate(self._workers):
            worker.close()
            self._workers[number] = self._new_worker()

    def _done(
        self, worker: Worker, request: Request, finish: Callable[[Request, Answer, Path], T]
    ) -> T:
        for _ in range(_ATTEMPTS):
            path = self._folder / f"{next(self._ids)}.wav"
            message = {**request.message, "limit_s": self._limit_s, "path": str(path)}
            try:
                answer = worker.ask(message, limit_s=self._limit_s)
                _raise_fault(request, answer)
                return finish(request, answer, path)
            except Fault as fault:
                reason = str(fault)
        printed = _last_lines(self._log)
        # What an engine without memory prints is long and helps nobody.
        if shortage := ShortageError.in_words("\n".join([reason, *printed]), request.what):
            raise SpeechError(str(shortage), index=request.index)
        raise SpeechError(
            f"{request.what}: {reason}, in {_ATTEMPTS} attempts"
            + (f" (the engine last printed: {printed[-1][:160]})" if printed else "")
            + f"; {request.advice}",
            index=request.index,
        )


def _raise_fault(request: Request, answer: Answer) -> None:
    fault = answer.get("fault")
    if fault is None:
        return
    if answer.get("kind") in ("missing", "broken"):
        if shortage := ShortageError.in_words(f"{fault}", request.what):
            raise shortage
        if answer["kind"] == "missing":
            raise MissingError(request.missing.replace("{fault}", f"{fault}"))
        raise BuildError(request.broken.replace("{fault}", f"{fault}"))
    if answer.get("kind") == "voice":
        raise MissingError(f"{request.what}: {fault}; `smr-audio voices` lists what is here")
    raise Fault(str(fault))


def _last_lines(log: Path) -> list[str]:
    try:
        printed = log.read_bytes()[-2000:].decode("utf-8", "replace")
    except OSError:
        return []
    lines = _COLOUR.sub("", printed).split("\n")
    return ["".join(c for c in line if c.isprintable()) for line in lines if line.strip()]


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

    def _new_pool(self) -> WorkerPool:
        raise NotImplementedError

    def _opened(self) -> WorkerPool:
        if self._pool is None:
            self._pool = self._new_pool()
            # If nothing calls `close`, this does at the end of the engine or of the program.
            self._at_exit = weakref.finalize(self, self._pool.close)
        return self._pool

    def _speak(
        self,
        texts: Sequence[str],
        voice: Voice,
        options: dict[str, object],
        *,
        missing: str,
        broken: str = "{fault}",
        prove: Callable[[str, Answer, Speech], None],
    ) -> Iterator[tuple[int, Speech]]:
        """The sound of each text as it is done; the workers start with the call.

        `options` go into each request, `missing` and `broken` are as in `Request`.
        `prove(text, answer, speech)` raises Fault for a sound that is not whole.
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
        opened = self._opened()
        opened.get_ready(len(texts))
        return opened.run(requests, finish)
