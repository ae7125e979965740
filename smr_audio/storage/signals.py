"""Signals: delayed while something must not be interrupted, or an end that cleans up."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

# Windows has no SIGHUP.
_ENDING: Final = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def exit_on_signals() -> None:
    """Have SIGTERM and SIGHUP clean up as Ctrl-C does: no half-written file, no orphan process."""
    for number in _ENDING:
        signal.signal(number, _exit)


def _exit(number: int, frame: object) -> NoReturn:
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)  # a second one would interrupt the cleanup
    raise SystemExit(128 + number)


@contextmanager
def stopped_at_once() -> Iterator[None]:
    """Have Ctrl-C end the process within the block: an import may turn it into any other error."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(number: int, frame: object) -> NoReturn:
    os.write(2, b"Stopped.\n")
    os._exit(128 + number)


@contextmanager
def held_back(*names: str) -> Iterator[None]:
    """Delay signals by name, such as "SIGINT", until the end of the block.

    Processes started in it begin with them blocked. On Windows nothing is delayed.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, name) for name in names})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
