"""One thread that works through a queue, for an event loop that must never wait."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

T = TypeVar("T")


class StoppedError(Exception):
    """The server ends, so what was under way is left."""


class WorkerThread:
    """A thread and its queue. A daemon: whatever hangs in it, the program ends."""

    def __init__(self, name: str) -> None:
        """Start it."""
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many calls nobody has begun."""
        return self._queue.qsize()

    async def run(self, call: Callable[[], T]) -> T:
        """What the call returns or raises. One that nobody waits for any more never begins."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def tell(result: Any, error: BaseException | None) -> None:
            if not future.done():
                future.set_result(cast("T", result)) if error is None else (
                    future.set_exception(error)
                )

        def do() -> None:
            result: Any = None
            error: BaseException | None = None
            if future.cancelled():
                return
            try:
                self.check()
                result = call()
            except Exception as failed:  # noqa: BLE001  whoever asked hears of it
                error = failed
            with suppress(RuntimeError):  # the loop is closed, so nobody waits
                loop.call_soon_threadsafe(tell, result, error)

        self._queue.put(do)
        return await future

    def check(self) -> None:
        """Raise StoppedError if the thread shall end; for whoever works long in it."""
        if self._stopping.is_set():
            raise StoppedError("the server ends")

    def stop(self, *, patience_s: float) -> None:
        """End it as soon as what is under way looks up; wait for that, but not for ever."""
        self._stopping.set()
        self._queue.put(None)
        self._thread.join(patience_s)

    def _work(self) -> None:
        while (call := self._queue.get()) is not None:
            call()
