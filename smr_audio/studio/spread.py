"""Spread work over processes, or over whatever executor there is, and take back what is done.

Only so much is handed out at a time, so a hundred thousand items do not wait pickled in memory.
"""

from __future__ import annotations

import os
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
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias, TypeVar

from smr_audio.signals import held_back
from smr_audio.studio.leash import at_work, leashed_pool

T = TypeVar("T")
R = TypeVar("R")

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
class Lost:
    """In place of a result: why there is none."""

    reason: str


def spread(
    work: Work[T, R],
    items: Sequence[T],
    *,
    executor: Executor | None = None,
    workers: int | None = None,
) -> Generator[tuple[T, R | Lost], None, None]:
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
) -> Iterator[tuple[T, R | Lost]]:
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
) -> Iterator[tuple[T, R | Lost]]:
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
            worked = worked or not isinstance(result, Lost)
            deaths = deaths + 1 if isinstance(result, Lost) else 0
            yield item, result
            if deaths == (_MOST_DEATHS if worked else 2):
                yield from (
                    (chunk[0], Lost(_GIVEN_UP)) for rest in (left, chunks) for chunk in rest
                )
                return


def _alone(work: Work[T, R], chunks: Iterator[Sequence[T]]) -> Iterator[tuple[T, R | Lost]]:
    """Each item while no other is at work, so that a process that dies tells on it."""
    died = True
    while died:
        died = False
        with leashed_pool(1) as pool:
            for chunk, found in _through(_submit(pool, work), chunks, most=1):
                died = isinstance(found, BrokenExecutor)
                yield from ([(chunk[0], Lost(_DIED))] if died else _each(chunk, found))


def _submit(
    pool: ProcessPoolExecutor, work: Work[T, R]
) -> Callable[[Sequence[T]], Future[Sequence[R]]]:
    def submit(chunk: Sequence[T]) -> Future[Sequence[R]]:
        with held_back("SIGINT"):
            return pool.submit(at_work, work, chunk)

    return submit


def _each(chunk: Sequence[T], found: Sequence[R] | Exception) -> Iterator[tuple[T, R | Lost]]:
    if isinstance(found, Exception):
        reason = str(found) or type(found).__name__
        lost = Lost(f"the worker was lost: {reason}; run it again, what is built stays")
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
