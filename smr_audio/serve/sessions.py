"""The sessions of one run: planned, waiting, being made, made. All on the event loop."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, TypeVar

from starlette.exceptions import HTTPException

from smr_audio.errors import BuildError, SmrAudioError
from smr_audio.progress import Stage
from smr_audio.records import dataclass
from smr_audio.serve.catalog import SessionRequest
from smr_audio.serve.maker import MadeSession, Maker, Planner, PlayableSession, json_bytes
from smr_audio.suggest import shortened

MOST_WAITING: Final = 8
MOST_PLANNING: Final = 16
MOST_JOBS: Final = 512
MOST_MADE_BYTES: Final = 96 << 20
RETRY_S: Final = 5
STOP_S: Final = 3.0
PATIENCE_S: Final = 15.0
_LOOK_S: Final = 0.02
T = TypeVar("T")


def busy() -> HTTPException:
    return HTTPException(503, "the server is busy; try again", {"Retry-After": str(RETRY_S)})


def not_made() -> HTTPException:
    return HTTPException(409, "this session is not made; ask for it first")


@dataclass(slots=True)
class SessionJob:
    """A planned session. `task` makes it once it is asked for; `made` may be dropped for memory.

    While the task runs, `made` is what can be played already.
    """

    id: str
    request: SessionRequest
    stage: Stage = "waiting"
    done: int = 0
    total: int = 0
    error: str | None = None
    made: PlayableSession | None = None
    task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        return self.task is not None and not self.task.done()

    def as_json(self) -> bytes:
        whole = isinstance(self.made, MadeSession)
        state = "failed" if self.error else "ready" if self.made else self.stage
        done, total = (1, 1) if whole else (self.done, self.total)
        value = {"state": state, "whole": whole, "done": done, "total": total, "error": self.error}
        plan = b',"plan":' + self.made.plan if self.made else b""
        return json_bytes(value)[:-1] + plan + b"}"


class ThreadExecutor(Executor):
    """One thread, which a program that ends does not wait for: what it does may hang."""

    def __init__(self, name: str) -> None:
        self._queue: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        self._queue.put((future, partial(fn, *args, **kwargs)))
        return future

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            future, work = item
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work())
                except BaseException as error:  # noqa: BLE001  whoever awaits it gets it
                    future.set_exception(error)

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    def stop(self) -> None:
        """Drop what waits, and wait a moment for what is under way."""
        with suppress(Empty):
            while item := self._queue.get_nowait():
                item[0].cancel()
        self._queue.put(None)
        self._thread.join(STOP_S)


class Sessions:
    """Sessions by id. Plans have a thread of their own, since a voice may speak for a minute."""

    def __init__(self, planner: Planner, maker: Maker) -> None:
        self.planner = planner
        self._maker = maker
        self._planning = ThreadExecutor("planner")
        self._making = ThreadExecutor("maker")
        self._plans = 0
        self._stopping = False
        self._jobs: OrderedDict[str, SessionJob] = OrderedDict()  # the last used at the end

    async def plan(self, body: bytes) -> bytes:
        """The plan that a body asks for. Raises HTTPException, or what is wrong with it."""
        if self._plans > MOST_PLANNING:  # one of them is under way
            raise busy()
        self._plans += 1
        try:
            loop = asyncio.get_running_loop()
            name, request, plan = await loop.run_in_executor(self._planning, self.planner.plan, body)
        finally:
            self._plans -= 1
        self._jobs.setdefault(name, SessionJob(name, request))
        self._jobs.move_to_end(name)
        if len(self._jobs) > MOST_JOBS:
            del self._jobs[next(name for name, job in self._jobs.items() if not job.is_running)]
        return plan

    def start(self, name: str) -> SessionJob:
        """Have a session made. Raises HTTPException for an unknown one, or if too many wait."""
        job = self._job(name)
        if job.made is None and not job.is_running:
            if sum(one.is_running for one in self._jobs.values()) > MOST_WAITING:
                raise busy()
            job.stage, job.done, job.total, job.error = "waiting", 0, 0, None
            job.task = asyncio.get_running_loop().create_task(self._make(job))
        return job

    def status(self, name: str) -> SessionJob:
        """The state of a session; one that was dropped for memory is made again.

        Raises HTTPException for an unknown one, or one that nobody asked for.
        """
        job = self._job(name)
        if job.task is None:
            raise not_made()
        return job if job.error else self.start(name)

    async def playable(self, name: str) -> PlayableSession:
        """A session to play, maybe while it is made. Raises as `start` and `until` do.

        Whoever asks for its sound asks for it to be made: the page need not say so first.
        """
        job = self._job(name)
        job = job if job.error else self.start(name)
        return await self.until(name, lambda: job.made)

    async def made(self, name: str, *, patience_s: float = PATIENCE_S) -> MadeSession:
        """A session of which all is made. Raises as `status` and `until` do."""
        job = self.status(name)
        return await self.until(
            name, lambda: job.made if isinstance(job.made, MadeSession) else None, patience_s=patience_s
        )

    async def until(self, name: str, found: Callable[[], T | None], *, patience_s: float = PATIENCE_S) -> T:
        """What is `found` of a session that is being made, once it is.

        Raises HTTPException if that takes too long, or if the session failed.
        """
        job = self._job(name)
        loop = asyncio.get_running_loop()
        end_s = loop.time() + patience_s
        while (it := found()) is None:
            if job.error:
                raise HTTPException(500, shortened(job.error))
            if job.task is None or not job.is_running:
                raise not_made()
            if loop.time() >= end_s:
                raise busy()
            # `wait` does not cancel the task when a listener leaves.
            await asyncio.wait({job.task}, timeout=_LOOK_S)
        return it

    def stop(self) -> None:
        self._stopping = True
        self._making.stop()
        self._planning.stop()

    def _job(self, name: str) -> SessionJob:
        if name not in self._jobs:
            raise HTTPException(404, "this session is not known here; plan it again")
        self._jobs.move_to_end(name)
        return self._jobs[name]

    async def _make(self, job: SessionJob) -> None:
        def progress(stage: Stage, done: int, total: int) -> None:
            if self._stopping:
                raise BuildError("the server is shutting down")
            job.stage, job.done, job.total = stage, done, total

        def on_playable(playable: PlayableSession) -> None:
            job.made = playable

        loop = asyncio.get_running_loop()
        try:
            job.made = await loop.run_in_executor(
                self._making, self._maker.make, job.id, job.request, progress, on_playable
            )
        except SmrAudioError as error:
            job.made, job.error = None, str(error)
        except Exception as error:  # noqa: BLE001  the page must not wait for ever
            job.made, job.error = None, f"it failed unexpectedly ({type(error).__name__})"
        else:
            self._make_room()

    def _make_room(self) -> None:
        """Drop the sound of sessions that were not heard for longest; the cache has it."""
        total = sum(job.made.bytes for job in self._jobs.values() if job.made)
        for job in self._jobs.values():
            if total <= MOST_MADE_BYTES:
                break
            if job.made and not job.is_running:
                total -= job.made.bytes
                job.made = None
