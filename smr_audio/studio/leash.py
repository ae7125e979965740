"""Worker processes that stop at once when their parent says so, or is gone.

Python's own wait for what they are doing, and outlive a parent that was killed. A leash is a
pipe that only the parent can write to and never does: its end is the word to stop.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection
from types import FrameType
from typing import Final, TypeVar

from smr_audio.errors import UsageError

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
