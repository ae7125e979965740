"""Engines that speak in worker processes: requests, time limits, one retry each."""

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
from pathlib import Path
from typing import Any, Final, TypeVar

from smr_audio.errors import BuildError, MissingError, ShortageError
from smr_audio.records import dataclass
from smr_audio.storage.atomic import private_folder, without_room
from smr_audio.voices.engine import Fault, Speech, SpeechError, Voice
from smr_audio.voices.sentence import quoted
from smr_audio.voices.workers.process import Answer, Worker

T = TypeVar("T")

_ATTEMPTS: Final = 2
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_LOG: Final = "log"
_ROOM_BYTES: Final = 1 << 20  # the sound of the longest sentence
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


class WorkerEngine:
    """An engine that speaks in workers, each with a thread. For one thread at a time.

    The workers start when first needed, and those that are not `reused` end after one request.
    `limit_s` is for one sentence, `env` adds to their environment.
    """

    _script: Path
    """The workers' file."""

    def __init__(self, *, workers: int, reused: bool, env: Mapping[str, str] | None, limit_s: float) -> None:
        """Nothing starts yet."""
        self._most_workers, self._reused, self._limit_s = workers, reused, limit_s
        self._env = dict(env or {})
        self._workers: list[Worker] = []
        self._folder = Path()
        self._ids = itertools.count(1)
        self._running = False
        self._end: Callable[[], object] = lambda: None

    def close(self) -> None:
        """Stop the workers and remove their folder. Safe to call twice."""
        self._end()

    def _arguments(self, folder: Path, stack: ExitStack) -> list[str]:
        """What a worker is started with; `stack` removes the folder, and may remove more."""
        raise NotImplementedError

    def _get_ready(self, requests: int) -> list[Worker]:
        """The workers for so many requests, started to load while the caller does other things.

        There are fewer where the system allows no more. Those that end after one request have
        nothing to load for the next. Raises as `_arguments` does, and BuildError on a full disk.
        """
        if not self._workers:
            with ExitStack() as stack:
                try:
                    self._folder = stack.enter_context(private_folder())
                except OSError as error:
                    raise without_room("speak", error) from error
                _need_room(self._folder)
                arguments = self._arguments(self._folder, stack)
                # By its path: `-m` would search the current folder, and miss a package that only
                # this process's own path leads to.
                command = [sys.executable, "-W", "ignore", str(self._script), *arguments]
                env, log = {**os.environ, **self._env}, self._folder / _LOG
                for _ in range(self._most_workers):
                    self._workers.append(Worker(command, env=env, log=log, reused=self._reused))
                # If nothing calls `close`, this does at the end of the engine or of the program.
                self._end = weakref.finalize(self, _close, self._workers, stack.pop_all())
        wanted = self._workers[:requests]
        for number, worker in enumerate(wanted if self._reused else ()):
            try:
                worker.start()
            except ShortageError:
                if not number:
                    raise
                return wanted[:number]
        return wanted

    def _run(
        self, requests: Sequence[Request], finish: Callable[[Request, Answer, Path], T]
    ) -> Iterator[tuple[int, T]]:
        """Yield (index, result) of each request as it is done.

        To each message is added the time limit and the path of a file to write sound to, new for
        each attempt. `finish(request, answer, path)` makes the result, in another thread, or raises
        Fault, after which the request is tried once more. Raises SpeechError that names the request
        if it failed twice, MissingError if the engine or its voice is not installed.
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

        threads: list[threading.Thread] = []
        try:
            for worker in self._get_ready(left):
                thread = threading.Thread(target=work, args=(worker,), daemon=True)
                thread.start()
                threads.append(thread)
            while left:
                for worker in self._workers:
                    worker.end_if_late()
                try:
                    index, result = done.get(timeout=_POLL_S)
                except queue.Empty:
                    continue
                if isinstance(result, BaseException):
                    raise result
                left -= 1
                yield index, result
        finally:
            self._running = False
            waiting.clear()
            if left:  # interrupted, failed, or left half-way
                self.close()
            for thread in threads:
                thread.join()

    def _done(self, worker: Worker, request: Request, finish: Callable[[Request, Answer, Path], T]) -> T:
        for _ in range(_ATTEMPTS):
            path = self._folder / f"{next(self._ids)}.wav"
            message = {**request.message, "limit_s": self._limit_s, "path": str(path)}
            try:
                answer = worker.ask(message, limit_s=self._limit_s)
                _raise_fault(request, answer)
                return finish(request, answer, path)
            except Fault as fault:
                reason = str(fault)
            finally:
                path.unlink(missing_ok=True)
        _need_room(self._folder)
        printed = _last_lines(self._folder / _LOG)
        # What an engine without memory prints is long and helps nobody.
        if shortage := ShortageError.in_words("\n".join([reason, *printed]), request.what):
            raise SpeechError(str(shortage), index=request.index)
        raise SpeechError(
            f"{request.what}: {reason}, in {_ATTEMPTS} attempts"
            + (f" (the engine last printed: {printed[-1][:160]})" if printed else "")
            + f"; {request.advice}",
            index=request.index,
        )

    def _speak(
        self,
        texts: Sequence[str],
        voice: Voice,
        options: dict[str, object],
        *,
        prove: Callable[[str, Answer, Speech], None],
        **advice: str,
    ) -> Iterator[tuple[int, Speech]]:
        """The sound of each text as it is done; the workers start with the call.

        `options` go into each request, `advice` is as in `Request`: `missing` and `broken`.
        `prove(text, answer, speech)` raises Fault for a sound that is not whole.
        """

        def finish(request: Request, answer: Answer, path: Path) -> Speech:
            # This imports numpy: only when something is spoken, and while the voice speaks on.
            from smr_audio.voices.quality import read_sound

            speech = read_sound(path)
            prove(texts[request.index], answer, speech)
            return speech

        if not texts:
            return iter(())
        self._get_ready(len(texts))
        return self._run(requests_of(texts, voice, {"do": "speak", **options}, advice), finish)


def requests_of(
    texts: Sequence[str], voice: Voice, message: Mapping[str, object], advice: Mapping[str, str]
) -> list[Request]:
    """A request for each text."""
    return [
        Request(
            index,
            {"text": text, **message},
            what=f"the voice {voice.id} cannot speak {quoted(text)}",
            advice="reword the line or choose another voice",
            **advice,
        )
        for index, text in enumerate(texts)
    ]


def _close(workers: list[Worker], stack: ExitStack) -> None:
    while workers:
        workers.pop().close()
    stack.close()


def _need_room(folder: Path) -> None:
    """Raise BuildError if a sound cannot be written: an engine may hang on it or blame the words."""
    trial = folder / "room"
    try:
        trial.write_bytes(bytes(_ROOM_BYTES))
        trial.unlink(missing_ok=True)
    except OSError as error:
        raise without_room("speak", error) from error


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
