"""Lines for the terminal, written by a thread: one that stands still must not stop the server."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

_MOST_LINES: Final = 500


class Log:
    """Takes lines at once; where they come faster than they can be written, some are dropped."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """`write` may take its time, and fail."""
        self._write = write
        self._lines: queue.Queue[str | None] = queue.Queue(_MOST_LINES)
        self._thread = threading.Thread(target=self._work, name="log", daemon=True)
        self._thread.start()

    def __call__(self, line: str) -> None:
        """Have a line written, soon or never."""
        with suppress(queue.Full):
            self._lines.put_nowait(line)

    def close(self, *, patience_s: float = 1.0) -> None:
        """Write what is left, if that can be done at once."""
        with suppress(queue.Full):
            self._lines.put_nowait(None)
            self._thread.join(patience_s)

    def _work(self) -> None:
        while (line := self._lines.get()) is not None:
            with suppress(OSError, ValueError):  # nobody reads it any more
                self._write(line)
