"""Hand jobs to workers, hold them to their time, and try each that fails once more."""

from __future__ import annotations

import itertools
import queue
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from smr_audio.errors import BuildError, MissingError, ShortageError
from smr_audio.voices.engine import Fault, SpeechError
from smr_audio.voices.workers.process import Answer, Inbox, WorkerProcess

T = TypeVar("T")

_ATTEMPTS: Final = 2
_GRACE_S: Final = 1.0  # the worker ends a child in time by itself; this is for the worker
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_POLL_S: Final = 0.25  # on Windows a longer wait would hold back Ctrl-C


@dataclass(frozen=True, slots=True)
class SpeechJob:
    """One request, its place in the caller's list, and what to say if it fails.

    `what` names it (`the voice … cannot speak "…"`), `advice` is what to do. `missing` is what
    to say if the engine is not there, with `{fault}` where the reason goes.
    """

    index: int
    request: Mapping[str, object]
    what: str
    advice: str
    missing: str = "{fault}"
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class _Flight:
    job: SpeechJob
    worker: WorkerProcess
    deadline: float


@dataclass(frozen=True, slots=True)
class Way:
    """How workers of one kind are used: how many at once, how many jobs each at once."""

    workers: int
    jobs_each: int
    reused: bool


class Supervisor:
    """Runs jobs on worker processes that it starts when first needed.

    To each request it adds an `id`, the time limit and the path of a file to write sound
    to, in `folder` and new for each attempt. Not for several threads.
    """

    def __init__(
        self,
        start: Callable[[Inbox], WorkerProcess],
        way: Way,
        *,
        limit_s: float,
        folder: Path,
        log: Path,
    ) -> None:
        """`start(inbox)` makes a worker; `log` is what the workers write their stderr to."""
        self._start = start
        self._way = way
        self._limit_s = limit_s
        self._folder = folder
        self._log = log
        self._running = False
        self._inbox: Inbox = queue.Queue()
        self._workers: list[WorkerProcess] = []
        self._tickets = itertools.count(1)

    def run(
        self, jobs: Sequence[SpeechJob], finish: Callable[[SpeechJob, Answer, Path], T]
    ) -> Iterator[tuple[int, T]]:
        """Yield (index, result) of each job as it is done.

        `finish(job, answer, path)` makes the result or raises Fault, after which the job
        runs once more. Raises SpeechError that names the job if it failed twice, MissingError
        if the engine or its voice is not installed.
        """
        if self._running:
            raise RuntimeError("an engine speaks for one caller at a time")
        self._running = True
        waiting = deque(jobs)
        flights: dict[int, _Flight] = {}
        try:
            while waiting or flights:
                self._fill(waiting, flights)
                worker, answer = self._next(flights)
                if worker is None:
                    self._end_overdue(waiting, flights)
                elif answer is None:
                    self._bury(worker, waiting, flights)
                else:
                    flight = flights.pop(answer.get("id", 0), None)
                    if not self._way.reused:
                        self._remove(worker)
                    if flight is None:
                        continue
                    try:
                        _raise_fault(flight.job, answer)
                        result = finish(flight.job, answer, self._path(answer["id"]))
                    except Fault as fault:
                        waiting.appendleft(self._again(flight.job, str(fault)))
                    else:
                        yield flight.job.index, result
        finally:
            self._running = False
            # Interrupted, failed, or left half-way: no late answer may reach the next run.
            if flights or not self._way.reused:
                self.stop()

    def get_ready(self, jobs: int) -> None:
        """Start the workers that so many jobs need, to load while the asker does other things.

        Workers that end after one job have nothing to load for the next.
        """
        if self._way.reused and not self._running:
            while len(self._workers) < min(self._way.workers, jobs):
                self._workers.append(self._start(self._inbox))

    def stop(self) -> None:
        """End every worker."""
        while self._workers:
            self._workers.pop().stop()
        self._inbox = queue.Queue()

    def _fill(self, waiting: deque[SpeechJob], flights: dict[int, _Flight]) -> None:
        while waiting:
            loads = {id(worker): 0 for worker in self._workers}
            for flight in flights.values():
                loads[id(flight.worker)] += 1
            for flight in flights.values():
                if flight.job.attempt > 1:
                    loads[id(flight.worker)] = self._way.jobs_each
            # Tried again, a job has a worker to itself: if that dies, it is known of what.
            room = 1 if waiting[0].attempt > 1 else self._way.jobs_each
            free = [w for w in self._workers if loads[id(w)] < room]
            if free:
                worker = free[0]
            elif len(self._workers) < self._way.workers:
                worker = self._start(self._inbox)
                self._workers.append(worker)
            else:
                return
            ticket = next(self._tickets)
            job = waiting.popleft()
            flights[ticket] = _Flight(job, worker, time.monotonic() + self._limit_s + _GRACE_S)
            path = str(self._path(ticket))
            worker.ask({**job.request, "id": ticket, "limit_s": self._limit_s, "path": path})

    def _path(self, ticket: int) -> Path:
        return self._folder / f"{ticket}.wav"

    def _next(self, flights: Mapping[int, _Flight]) -> tuple[WorkerProcess | None, Answer | None]:
        """The next message, or (None, None) when a flight is overdue."""
        deadline = min(flight.deadline for flight in flights.values())
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

    def _end_overdue(self, waiting: deque[SpeechJob], flights: dict[int, _Flight]) -> None:
        now = time.monotonic()
        late = {id(flight.worker) for flight in flights.values() if flight.deadline <= now}
        for ticket, flight in list(flights.items()):
            if id(flight.worker) not in late:
                continue
            del flights[ticket]
            self._remove(flight.worker)
            overdue = flight.deadline <= now
            reason = f"the engine did not end within {self._limit_s:g} s"
            # Others that the same process held are not to blame.
            waiting.appendleft(self._again(flight.job, reason) if overdue else flight.job)

    def _bury(
        self, worker: WorkerProcess, waiting: deque[SpeechJob], flights: dict[int, _Flight]
    ) -> None:
        self._remove(worker)
        for ticket, flight in list(flights.items()):
            if flight.worker is worker:
                del flights[ticket]
                waiting.appendleft(self._again(flight.job, "the voice's process died"))

    def _remove(self, worker: WorkerProcess) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
            worker.stop()

    def _again(self, job: SpeechJob, reason: str) -> SpeechJob:
        if job.attempt < _ATTEMPTS:
            return replace(job, attempt=job.attempt + 1)
        said = _last_lines(self._log)
        # The words of an engine without memory are long, and of no use to anybody.
        if shortage := ShortageError.in_words("\n".join([reason, *said]), job.what):
            raise SpeechError(str(shortage), index=job.index)
        raise SpeechError(
            f"{job.what}: {reason}, in {_ATTEMPTS} attempts"
            + (f" (the engine last printed: {said[-1][:160]})" if said else "")
            + f"; {job.advice}",
            index=job.index,
        )


def _raise_fault(job: SpeechJob, answer: Answer) -> None:
    fault = answer.get("fault")
    if fault is None:
        return
    if answer.get("kind") == "missing":
        raise MissingError(job.missing.format(fault=fault))
    if answer.get("kind") == "broken":
        raise ShortageError.in_words(f"{fault}", job.what) or BuildError(f"{fault}")
    if answer.get("kind") == "voice":
        raise MissingError(f"{job.what}: {fault}; `smr-audio voices` lists what is here")
    raise Fault(str(fault))


def _last_lines(log: Path) -> list[str]:
    try:
        said = log.read_bytes()[-2000:].decode("utf-8", "replace")
    except OSError:
        return []
    lines = _COLOUR.sub("", said).split("\n")
    return ["".join(c for c in line if c.isprintable()) for line in lines if line.strip()]
