"""Hold signals back while something must not be stopped half-way."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_back(*names: str) -> Iterator[None]:
    """Hold back signals by name, such as "SIGINT"; they come when this is left.

    Processes started in it begin with them held back. On Windows nothing is held back.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, name) for name in names})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
