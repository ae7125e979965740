"""Spread work over processes, or over whatever executor there is, and take back what is done.

Only so much is handed out at a time, so a hundred thousand items do not wait pickled in memory.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from types import FrameType
from typing import Final, TypeAlias, TypeVar

from smr_audio.errors import UsageError
from smr_audio.storage.signals import held_back

T = TypeVar("T")
R = TypeVar("R")

MOST_WORKERS: Final = 61  # on Windows; concurrent.futures takes no more there
_GRACE_S: Final = 3.0
_AFTER_PARENT_S: Final = 0.3


@dataclass
class _State:
    """Of this worker process: whether it is at work, and whether it was told to stop."""

    busy: bool = False
    stopping: bool = False
    ended_by: int = 0


_state: Final = _State()


@contextmanager
def leashed_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes; submit `at_work(work, items)` to it. Left by an error, it stops at once.

    The processes are spawned, not forked: a fork of a process with threads may hang.
    """
    context = get_context("spawn")
    leash, end = context.Pipe(duplex=False)
    workers = min(workers, MOST_WORKERS) if os.name == "nt" else workers
    pool = ProcessPoolExecutor(
        workers, mp_context=context, initializer=_start_worker, initargs=(leash,)
    )
    try:
        yield pool
    except BaseException:
        end.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        end.close()
        leash.close()


def refuse_to_run_while_starting() -> None:
    """Raise UsageError in a process that is being spawned and so imports its parent's script.

    Without the usual guard that script would do its work in every process, and each of those
    would start processes of its own.
    """
    if getattr(current_process(), "_inheriting", False):  # what multiprocessing itself asks
        raise UsageError(
            "this starts processes that import your script; put what it does under "
            '`if __name__ == "__main__":`'
        )


def at_work(work: Callable[[T], R], items: T) -> R:
    """Do the work in a worker process, so that KeyboardInterrupt is raised there and only there."""
    if _state.stopping:
        raise KeyboardInterrupt
    _state.busy = True
    try:
        return work(items)
    finally:
        _state.busy = False
        if _state.ended_by:
            _leave()


def _start_worker(leash: Connection) -> None:
    signal.signal(signal.SIGINT, _interrupted)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _ended)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_watch, args=(leash,), daemon=True).start()


def _interrupted(number: int, frame: FrameType | None) -> None:
    stop, _state.stopping = _state.busy and not _state.stopping, True
    if stop:
        raise KeyboardInterrupt


def _ended(number: int, frame: FrameType | None) -> None:
    """End as politely as one is asked to: what the work has made for itself goes first."""
    _state.ended_by = number
    if not _state.busy:
        _leave()
    _interrupted(number, frame)


def _leave() -> None:
    """End, but after a parent that was told to at the same time: it takes a death for a fault."""
    time.sleep(_AFTER_PARENT_S)
    os._exit(128 + _state.ended_by)


def _watch(leash: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        leash.recv_bytes()
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)  # ends a wait in the system, too
    else:
        _thread.interrupt_main()
    # A parent that lives ends its workers itself; one that is gone never will.
    time.sleep(_GRACE_S if _state.busy else 1)
    os._exit(1)


MOST_IN_CHUNK: Final = 16
"""Items in one go through an executor that is not ours, and may be far away."""

_DIED: Final = (
    "the worker process ended before its work was done, twice: killed from outside, out of "
    "memory, or a crash in a library"
)
_GIVEN_UP: Final = "not tried, since every worker process ends before its work is done"
_MOST_DEATHS: Final = 10  # in a row, of items that were alone: then it is not the items

Work: TypeAlias = Callable[[Sequence[T]], Sequence[R]]
"""Gives a result for each item, in order. All of it crosses processes."""


@dataclass(frozen=True, slots=True)
class WorkerFailure:
    """In place of a result: why there is none."""

    reason: str


def spread(
    work: Work[T, R],
    items: Sequence[T],
    *,
    executor: Executor | None = None,
    workers: int | None = None,
) -> Generator[tuple[T, R | WorkerFailure], None, None]:
    """Each item with its result, as they come to be done.

    Without an executor `workers` processes do it (None: one a core), or this process if that
    is one. With one, `workers` says how many it has. A process of ours that dies takes no
    other item along: what was in flight is tried once more, each item alone.
    """
    workers = min(workers or os.cpu_count() or 1, max(len(items), 1))
    if executor is not None:
        yield from _by_executor(work, items, executor, workers)
    elif workers == 1:
        for item in items:
            yield item, work((item,))[0]
    else:
        yield from _by_processes(work, items, workers)


def _by_executor(
    work: Work[T, R], items: Sequence[T], executor: Executor, workers: int
) -> Iterator[tuple[T, R | WorkerFailure]]:
    # Smaller where there are few, so that every worker gets some.
    size = max(1, min(MOST_IN_CHUNK, len(items) // (4 * workers)))
    chunks = iter([items[at : at + size] for at in range(0, len(items), size)])

    def submit(chunk: Sequence[T]) -> Future[Sequence[R]]:
        return executor.submit(work, chunk)

    error: Exception = BrokenExecutor("the executor is broken")
    for chunk, found in _through(submit, chunks, most=2 * workers + 2):
        error = found if isinstance(found, BrokenExecutor) else error
        yield from _each(chunk, found)
    for chunk in chunks:
        yield from _each(chunk, error)


def _by_processes(
    work: Work[T, R], items: Sequence[T], workers: int
) -> Iterator[tuple[T, R | WorkerFailure]]:
    # One at a time: the way there and back takes 0.4 ms, and what is done is known at once.
    chunks: Iterator[Sequence[T]] = iter([(item,) for item in items])
    worked, deaths = False, 0
    while True:
        suspects: list[Sequence[T]] = []
        with leashed_pool(workers) as pool:
            for chunk, found in _through(_submit(pool, work), chunks, most=2 * workers + 2):
                if isinstance(found, BrokenExecutor):
                    suspects.append(chunk)
                else:
                    worked = True
                    yield from _each(chunk, found)
        if not suspects:
            return
        left = iter(suspects)
        for item, result in _alone(work, left):
            worked = worked or not isinstance(result, WorkerFailure)
            deaths = deaths + 1 if isinstance(result, WorkerFailure) else 0
            yield item, result
            if deaths == (_MOST_DEATHS if worked else 2):
                yield from (
                    (chunk[0], WorkerFailure(_GIVEN_UP))
                    for rest in (left, chunks)
                    for chunk in rest
                )
                return


def _alone(
    work: Work[T, R], chunks: Iterator[Sequence[T]]
) -> Iterator[tuple[T, R | WorkerFailure]]:
    """Each item while no other is at work, so that a process that dies tells on it."""
    died = True
    while died:
        died = False
        with leashed_pool(1) as pool:
            for chunk, found in _through(_submit(pool, work), chunks, most=1):
                died = isinstance(found, BrokenExecutor)
                yield from ([(chunk[0], WorkerFailure(_DIED))] if died else _each(chunk, found))


def _submit(
    pool: ProcessPoolExecutor, work: Work[T, R]
) -> Callable[[Sequence[T]], Future[Sequence[R]]]:
    def submit(chunk: Sequence[T]) -> Future[Sequence[R]]:
        with held_back("SIGINT"):
            return pool.submit(at_work, work, chunk)

    return submit


def _each(
    chunk: Sequence[T], found: Sequence[R] | Exception
) -> Iterator[tuple[T, R | WorkerFailure]]:
    if isinstance(found, Exception):
        reason = str(found) or type(found).__name__
        lost = WorkerFailure(f"the worker was lost: {reason}; run it again, what is built stays")
        yield from ((item, lost) for item in chunk)
    else:
        yield from zip(chunk, found, strict=True)


def _through(
    submit: Callable[[Sequence[T]], Future[Sequence[R]]],
    chunks: Iterator[Sequence[T]],
    *,
    most: int,
) -> Iterator[tuple[Sequence[T], Sequence[R] | Exception]]:
    """Chunks with their results, `most` in flight; takes no more of them once it is broken."""
    pending: dict[Future[Sequence[R]], Sequence[T]] = {}
    broken = False
    try:
        while True:
            for chunk in islice(chunks, 0 if broken else most - len(pending)):
                try:
                    pending[submit(chunk)] = chunk
                except Exception as error:  # noqa: BLE001  of an executor of any kind
                    broken = True
                    yield chunk, BrokenExecutor(str(error))
                    break
            if not pending:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                found = _result(future)
                broken = broken or isinstance(found, BrokenExecutor)
                yield pending.pop(future), found
    finally:
        for future in pending:
            future.cancel()


def _result(future: Future[R]) -> R | Exception:
    try:
        return future.result()
    except CancelledError:
        return BrokenExecutor("its work was cancelled")
    except Exception as error:  # noqa: BLE001  of an executor of any kind
        return error
