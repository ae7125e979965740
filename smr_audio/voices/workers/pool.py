"""Engines that speak in worker processes, and their pool: requests, time limits, one retry each."""

from __future__ import annotations

import itertools
import os
import queue
import re
import sys
import time
import weakref
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from smr_audio.errors import BuildError, MissingError, ShortageError
from smr_audio.storage.leftovers import private_folder
from smr_audio.voices.engine import Fault, Speech, SpeechError, Voice
from smr_audio.voices.espeak import short_data
from smr_audio.voices.sentence import quoted
from smr_audio.voices.workers.process import Answer, Inbox, WorkerProcess

T = TypeVar("T")

_ATTEMPTS: Final = 2
_GRACE_S: Final = 1.0  # a worker ends its child in time; this is for the worker itself
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
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class _Pending:
    request: Request
    worker: WorkerProcess
    deadline: float


class WorkerPool:
    """Worker processes that start when first needed, and their private folder. To be closed.

    `script` is the worker's file, `arguments` makes its arguments from the folder. Each of at most
    `workers` has up to `requests_each` at once; one that is not `reused` ends after one request.
    `espeak_data`, if given, is where espeak's data are; the workers find them by a short path.

    To each message the pool adds an `id`, the time limit and the path of a file to write sound
    to, in the folder and new for each attempt. Not for several threads.
    """

    def __init__(
        self,
        script: Path,
        arguments: Callable[[Path], Sequence[str]],
        *,
        workers: int,
        requests_each: int = 1,
        reused: bool = True,
        env: Mapping[str, str],
        limit_s: float,
        espeak_data: Path | None = None,
    ) -> None:
        """Make the folder. Raises MissingError as `short_data` does."""
        self._stack = ExitStack()
        self._folder = self._stack.enter_context(private_folder())
        self._log = self._folder / "log"
        self._env = {**os.environ, **env}
        # By its path: `-m` would search the current folder, and miss a package that only this
        # process's own path leads to.
        self._command = [sys.executable, "-W", "ignore", str(script), *arguments(self._folder)]
        self._most_workers = workers
        self._requests_each = requests_each
        self._reused = reused
        self._limit_s = limit_s
        self._running = False
        self._inbox: Inbox = queue.Queue()
        self._workers: list[WorkerProcess] = []
        self._ids = itertools.count(1)
        self._waiting: deque[Request] = deque()
        self._pending: dict[int, _Pending] = {}
        if espeak_data is not None:
            try:
                short = short_data(espeak_data, self._folder, self._stack)
            except BaseException:
                self.close()
                raise
            self._env["ESPEAK_DATA_PATH"] = str(short)

    def close(self) -> None:
        """Stop the workers and remove every file. Safe to call twice."""
        self._stop()
        self._stack.close()

    def get_ready(self, requests: int) -> None:
        """Start the workers for so many requests, to load while the caller does other things.

        Workers that end after one request have nothing to load for the next.
        """
        if self._reused and not self._running:
            while len(self._workers) < min(self._most_workers, requests):
                self._start()

    def run(
        self, requests: Sequence[Request], finish: Callable[[Request, Answer, Path], T]
    ) -> Iterator[tuple[int, T]]:
        """Yield (index, result) of each request as it is done.

        `finish(request, answer, path)` makes the result or raises Fault, after which the request
        is tried once more. Raises SpeechError that names the request if it failed twice,
        MissingError if the engine or its voice is not installed.
        """
        if self._running:
            raise RuntimeError("an engine speaks for one caller at a time")
        self._running = True
        self._waiting = deque(requests)
        try:
            while self._waiting or self._pending:
                self._fill()
                worker, answer = self._next()
                if worker is None:
                    self._end_overdue()
                elif answer is None:
                    self._end(worker, died=True)
                elif (done := self._pending.pop(answer.get("id", 0), None)) is not None:
                    if not self._reused:
                        self._remove(worker)
                    try:
                        _raise_fault(done.request, answer)
                        result = finish(done.request, answer, self._path(answer["id"]))
                    except Fault as fault:
                        self._retry(done.request, str(fault))
                    else:
                        yield done.request.index, result
        finally:
            self._running = False
            # Interrupted, failed, or left half-way: no late answer may reach the next run.
            if self._pending or not self._reused:
                self._stop()

    def _stop(self) -> None:
        while self._workers:
            self._workers.pop().stop()
        self._pending = {}
        self._inbox = queue.Queue()

    def _start(self) -> WorkerProcess:
        worker = WorkerProcess(self._command, env=self._env, log=self._log, inbox=self._inbox)
        self._workers.append(worker)
        return worker

    def _remove(self, worker: WorkerProcess) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
            worker.stop()

    def _fill(self) -> None:
        while self._waiting:
            # A request that is tried again has a worker to itself: if that dies, its sentence is
            # known to be the cause.
            loads = Counter(id(each.worker) for each in self._pending.values())
            for each in self._pending.values():
                if each.request.attempt > 1:
                    loads[id(each.worker)] = self._requests_each
            room = 1 if self._waiting[0].attempt > 1 else self._requests_each
            worker = next((one for one in self._workers if loads[id(one)] < room), None)
            if worker is None:
                if len(self._workers) >= self._most_workers:
                    return
                worker = self._start()
            number = next(self._ids)
            request = self._waiting.popleft()
            deadline = time.monotonic() + self._limit_s + _GRACE_S
            self._pending[number] = _Pending(request, worker, deadline)
            extra = {"id": number, "limit_s": self._limit_s, "path": str(self._path(number))}
            worker.send({**request.message, **extra})

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.wav"

    def _next(self) -> tuple[WorkerProcess | None, Answer | None]:
        """The next message, or (None, None) when a request is overdue."""
        deadline = min(each.deadline for each in self._pending.values())
        while True:
            left = deadline - time.monotonic()
            try:
                worker, answer = self._inbox.get(timeout=min(max(left, 0.0), _POLL_S))
            except queue.Empty:
                if left <= 0:
                    return None, None
            else:
                if worker in self._workers:
                    return worker, answer

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for worker in {each.worker for each in self._pending.values() if each.deadline <= now}:
            self._end(worker, now=now)

    def _end(self, worker: WorkerProcess, *, died: bool = False, now: float = 0.0) -> None:
        """End a worker that died, or of which a request is overdue, and do its requests again."""
        self._remove(worker)
        for number, each in list(self._pending.items()):
            if each.worker is worker:
                del self._pending[number]
                if died:
                    self._retry(each.request, "the voice's process died")
                elif each.deadline <= now:
                    reason = f"the engine did not end within {self._limit_s:g} s"
                    self._retry(each.request, reason)
                else:  # its process was ended because of another request
                    self._waiting.appendleft(each.request)

    def _retry(self, request: Request, reason: str) -> None:
        if request.attempt < _ATTEMPTS:
            self._waiting.appendleft(replace(request, attempt=request.attempt + 1))
            return
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
