"""Spread work over processes, or an executor such as that of a Dask cluster; yield results as they come.

A `ProcessPoolExecutor` is broken as a whole by one worker that dies, so ours is a small pool of
its own: a pipe to each worker, and one item in it at a time.
"""

import contextlib
import logging
import os
import re
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from multiprocessing import connection, current_process, get_context, parent_process
from multiprocessing.connection import Connection
from typing import Any, Final, Generic, TypeAlias, TypeVar

from smr_audio.errors import BuildError, UsageError
from smr_audio.installed import require
from smr_audio.records import dataclass
from smr_audio.storage.signals import exit_on_signals, held_back

T = TypeVar("T")
R = TypeVar("R")

Work: TypeAlias = Callable[[T], R]
"""Gives the result of an item. Both of them and the function cross processes."""

MOST_WORKERS: Final = 60
"""On Windows, which waits for no more at once."""

TIMEOUT_S: Final = 10
_ADDRESS: Final = re.compile(r"(tcp|tls|ws|wss|ucx)://[^/]+:[0-9]{1,5}")
_GRACE_S: Final = 3.0
_TRIES: Final = 2
_MOST_DEATHS: Final = 20  # in a row: then the items are not the cause
_DIED: Final = (
    "the worker process ended before its work was done, twice: killed from outside, out of "
    "memory, or a crash in a library"
)
_GIVEN_UP: Final = "not tried, since every worker process ends before its work is done"


@dataclass(frozen=True, slots=True)
class WorkerFailure:
    """In place of a result: why there is none."""

    reason: str


def spread(
    work: Work[T, R], items: Sequence[T], *, executor: Executor | None = None, workers: int | None = None
) -> Generator[tuple[T, R | WorkerFailure], None, None]:
    """Each item with its result, as they are done.

    Without an executor `workers` processes do it (None: one a core), or this process if that
    is one. With one, `workers` says how many it has. An item whose process dies is tried once
    more; the others are not affected.
    """
    workers = min(workers or os.cpu_count() or 1, max(len(items), 1))
    if executor is not None:
        yield from _by_executor(work, items, executor, workers)
    elif workers == 1:
        for item in items:
            yield item, work(item)
    else:
        most = MOST_WORKERS if os.name == "nt" else workers
        yield from _by_processes(work, items, min(workers, most))


def refuse_to_run_while_starting() -> None:
    """Raise UsageError in a process that is being spawned and so imports its parent's script.

    Without the usual guard that script would do its work in every process, and each of those
    would start processes of its own.
    """
    if getattr(current_process(), "_inheriting", False):  # what multiprocessing itself asks
        raise UsageError(
            'this starts processes that import your script; put what it does under `if __name__ == "__main__":`'
        )


class _Worker(Generic[T, R]):
    """A process and the pipe to it. It is spawned: a fork of a process with threads may hang."""

    def __init__(self, work: Work[T, R]) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work))
        with held_back("SIGINT"):  # it would print a traceback until it can ignore that
            self.process.start()
        theirs.close()

    def end(self) -> None:
        self.process.join(_GRACE_S)
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


def _by_processes(work: Work[T, R], items: Sequence[T], workers: int) -> Iterator[tuple[T, R | WorkerFailure]]:
    todo = deque((item, _TRIES) for item in items)
    idle: list[_Worker[T, R]] = []
    busy: dict[object, tuple[_Worker[T, R], T, int]] = {}
    deaths = 0
    try:
        while (todo or busy) and deaths < _MOST_DEATHS:
            while todo and len(busy) < workers:
                worker = idle.pop() if idle else _Worker(work)
                item, tries = todo.popleft()
                busy[worker.pipe] = worker, item, tries
                with contextlib.suppress(OSError):  # it died: `recv` will say so
                    worker.pipe.send(item)
            for pipe in connection.wait([worker.pipe for worker, _, _ in busy.values()]):
                worker, item, tries = busy.pop(pipe)
                try:
                    result = worker.pipe.recv()
                except (EOFError, OSError):
                    worker.end()
                    deaths += 1
                    if tries > 1:
                        todo.appendleft((item, tries - 1))
                    else:
                        yield item, WorkerFailure(_DIED)
                else:
                    idle.append(worker)
                    deaths = 0
                    yield item, result
        for item in (*(item for _, item, _ in busy.values()), *(item for item, _ in todo)):
            yield item, WorkerFailure(_GIVEN_UP)
    finally:
        for worker in idle:
            worker.pipe.close()
        for worker, _, _ in busy.values():
            worker.process.terminate()
        for worker in (*idle, *(worker for worker, _, _ in busy.values())):
            worker.end()


def _serve(pipe: Connection, work: Work[T, R]) -> None:
    """Work in a process until the pipe is closed. SIGTERM ends it, temporary files removed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    exit_on_signals()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(work(pipe.recv()))


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGTERM)  # ends a wait in the system, too
        time.sleep(_GRACE_S)
    os._exit(1)


def _by_executor(
    work: Work[T, R], items: Sequence[T], executor: Executor, workers: int
) -> Iterator[tuple[T, R | WorkerFailure]]:
    """Only some are submitted at a time: a hundred thousand would wait in memory, pickled."""
    waiting = deque(items)
    pending: dict[Future[R], T] = {}
    try:
        while waiting or pending:
            while waiting and len(pending) < 2 * workers + 2:
                item = waiting.popleft()
                try:
                    pending[executor.submit(work, item)] = item
                except Exception as error:  # noqa: BLE001  of an executor of any kind
                    yield item, _lost(error)
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                result: R | WorkerFailure
                try:
                    result = future.result()
                except Exception as error:  # noqa: BLE001  of an executor of any kind
                    result = _lost(error)
                yield pending.pop(future), result
    finally:
        for future in pending:
            future.cancel()


def _lost(error: Exception) -> WorkerFailure:
    reason = str(error) or type(error).__name__
    return WorkerFailure(f"the worker was lost: {reason}; run it again, what is built stays")


@contextlib.contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor over a Dask scheduler such as `tcp://host:8786`, and how many work for it.

    Raises UsageError for what is no address, MissingError without the extra `cluster`,
    BuildError if no scheduler answers within ten seconds.
    """
    if not _ADDRESS.fullmatch(address):
        raise UsageError(f"'{address}' is no scheduler's address; write tcp://host:8786")
    require("cluster", "a scheduler")
    import asyncio

    import distributed  # only who has a cluster needs these

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it logs tracebacks of a lost line
    untyped: Any = distributed
    try:
        # Asked first, since a client that meets no scheduler takes long to go and complains.
        asyncio.run(asyncio.wait_for(_ask(untyped.rpc, address), TIMEOUT_S))
        client = untyped.Client(address, timeout=TIMEOUT_S, set_as_default=False)
    except Exception as error:  # of the network, or of a server of another kind
        raise BuildError(f"no scheduler answers at {address}; check the address, and that it runs") from error
    with client:
        workers = sum(client.nthreads().values())
        if not workers:
            raise BuildError(f"the scheduler at {address} has no workers; start some")
        yield client.get_executor(pure=False), workers


async def _ask(rpc: Any, address: str) -> None:
    async with rpc(address) as scheduler:
        await scheduler.identity()
