"""The sessions of one run: asked for, waiting, under way, made. All on the event loop."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from smr_audio.errors import SmrAudioError
from smr_audio.progress import Stage
from smr_audio.serve.limits import (
    MOST_MADE,
    MOST_MADE_BYTES,
    MOST_PLANNING,
    MOST_WAITING,
    MOST_WISHES,
)
from smr_audio.serve.maker import MadeSession, Maker, PlannedSession, Planner
from smr_audio.serve.requests import SessionRequest
from smr_audio.serve.worker import StoppedError, WorkerThread

_PATIENCE_S = 3.0


class BusyError(Exception):
    """There is more to do than shall wait; try again later."""


class UnknownError(Exception):
    """A session that was never planned in this run, or so long ago that it is forgotten."""


class UnmadeError(Exception):
    """A session that was planned, and that nobody has asked to be made."""


@dataclass(slots=True)
class SessionJob:
    """A session on its way. `error` says why there will be none."""

    id: str
    wish: SessionRequest
    stage: Stage = "waiting"
    done: int = 0
    total: int = 0
    error: str | None = None
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    def as_json(self) -> dict[str, Any]:
        """How far it is."""
        state = "failed" if self.error else self.stage
        return {"state": state, "done": self.done, "total": self.total, "error": self.error}


class Sessions:
    """Two threads at work: a plan must not wait for a voice that speaks for a minute."""

    def __init__(self, planner: Planner, maker: Maker) -> None:
        """Start the threads; they end with `stop`."""
        self._planner = planner
        self._maker = maker
        self._planning = WorkerThread("planner")
        self._making = WorkerThread("maker")
        self._wishes: OrderedDict[str, SessionRequest] = OrderedDict()
        self._jobs: dict[str, SessionJob] = {}
        self._failed: OrderedDict[str, SessionJob] = OrderedDict()
        self._made: OrderedDict[str, MadeSession] = OrderedDict()
        self._started: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def library(self) -> bytes:
        """The JSON of all content."""
        return self._planner.library

    async def plan(self, body: bytes) -> PlannedSession:
        """What a body asks for. Raises BusyError, or what is wrong with it."""
        if self._planning.waiting >= MOST_PLANNING:
            raise BusyError
        planned = await self._planning.run(partial(self._planner.plan, body))
        _keep(self._wishes, planned.id, planned.wish, most=MOST_WISHES)
        return planned

    def start(self, name: str) -> None:
        """See to it that a session gets made. Raises UnknownError or BusyError."""
        if name in self._made or name in self._jobs:
            return
        wish = self._wish(name)
        if len(self._jobs) > MOST_WAITING:  # one of them is under way
            raise BusyError
        job = self._jobs[name] = SessionJob(name, wish)
        _keep(self._started, name, None, most=MOST_WISHES)
        task = asyncio.get_running_loop().create_task(self._make(job))
        self._tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)

    def status(self, name: str) -> SessionJob | MadeSession:
        """How far a session is; one that had to make room is made again.

        Raises UnknownError, UnmadeError for one nobody started, or BusyError.
        """
        if name in self._made:
            return self._made[name]
        job = self._jobs.get(name) or self._failed.get(name)
        if job is not None:
            return job
        self._wish(name)
        if name not in self._started:
            raise UnmadeError
        self.start(name)
        return self._jobs[name]

    async def made(self, name: str, *, patience_s: float = 15.0) -> MadeSession:
        """A session to stream. Raises as `status` does, BusyError also if it takes too long."""
        if isinstance(job := self.status(name), SessionJob):
            if job.error is not None:
                raise UnmadeError
            await self._finished(job, patience_s)
        self._made.move_to_end(name)
        return self._made[name]

    async def beside(self, call: partial[bytes]) -> bytes:
        """Work out something small in the planner's thread. Raises BusyError."""
        if self._planning.waiting >= MOST_PLANNING:
            raise BusyError
        return await self._planning.run(call)

    def stop(self) -> None:
        """End the threads, and the voices with them."""
        for worker in (self._making, self._planning):
            worker.stop(patience_s=_PATIENCE_S)

    def _wish(self, name: str) -> SessionRequest:
        if name not in self._wishes:
            raise UnknownError
        self._wishes.move_to_end(name)
        return self._wishes[name]

    async def _finished(self, job: SessionJob, patience_s: float) -> None:
        try:
            await asyncio.wait_for(job.finished.wait(), patience_s)
        except asyncio.TimeoutError:
            raise BusyError from None
        if job.id not in self._made:
            raise UnmadeError

    async def _make(self, job: SessionJob) -> None:
        def progress(stage: Stage, done: int, total: int) -> None:
            self._making.check()
            job.stage, job.done, job.total = stage, done, total

        self._failed.pop(job.id, None)
        try:
            made = await self._making.run(partial(self._maker.make, job.id, job.wish, progress))
        except StoppedError:
            job.error = "the server ends"
        except SmrAudioError as error:
            job.error = str(error)
        except Exception as error:  # noqa: BLE001  a fault of ours must not leave it waiting
            job.error = f"it failed unexpectedly ({type(error).__name__})"
        else:
            self._put(made)
        finally:
            del self._jobs[job.id]
            if job.error is not None:
                _keep(self._failed, job.id, job, most=MOST_MADE)
            job.finished.set()

    def _put(self, made: MadeSession) -> None:
        """Keep a session, and let those go that were heard least lately."""
        _keep(self._made, made.id, made, most=MOST_MADE)
        while len(self._made) > 1 and sum(m.bytes for m in self._made.values()) > MOST_MADE_BYTES:
            self._made.popitem(last=False)


def _keep(kept: OrderedDict[str, Any], name: str, value: Any, *, most: int) -> None:
    kept[name] = value
    kept.move_to_end(name)
    if len(kept) > most:
        kept.popitem(last=False)
