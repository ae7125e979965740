"""One worker process: start it, send it requests, read its answers, end it with its children."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

from smr_audio.errors import BuildError, ShortageError
from smr_audio.voices.workers.system_worker import MARK

_LONGEST_LINE = 1 << 24

Answer: TypeAlias = dict[str, Any]
Inbox: TypeAlias = "queue.Queue[tuple[WorkerProcess, Answer | None]]"


class WorkerProcess:
    """A process that reads JSON lines and answers in lines that start with `MARK`.

    Each answer goes to the inbox, then None when the process has closed its output. Other output
    is dropped; its stderr goes into the log.
    """

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], log: Path, inbox: Inbox
    ) -> None:
        with log.open("ab") as errors:
            try:
                # In a session of its own: Ctrl-C reaches this process alone, which then kills
                # the worker and all its children as one group.
                self._process = subprocess.Popen(
                    list(command),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=dict(env),
                    start_new_session=True,
                    creationflags=_CREATION_FLAGS,
                )
            except OSError as error:
                what = "the voice's process does not start"
                raise ShortageError.of(error, what) or BuildError(f"{what}: {error}") from error
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        self._reader = threading.Thread(target=self._read, args=(inbox,), daemon=True)
        self._reader.start()

    def send(self, request: Mapping[str, object]) -> None:
        """Send one request. If the process has ended, the inbox gets None."""
        with contextlib.suppress(OSError):
            self._input.write(json.dumps(request).encode("ascii") + b"\n")
            self._input.flush()

    def stop(self) -> None:
        """Kill the process and everything that it started."""
        _kill_tree(self._process)
        self._process.wait()
        with contextlib.suppress(OSError):  # requests that it never read
            self._input.close()
        # A child that left the group could hold the pipe open: then the reader closes it.
        self._reader.join(timeout=2)
        if not self._reader.is_alive():
            self._output.close()

    def _read(self, inbox: Inbox) -> None:
        while line := self._output.readline(_LONGEST_LINE):
            if line.startswith(MARK):
                with contextlib.suppress(ValueError):
                    answer = json.loads(line[len(MARK) :])
                    if isinstance(answer, dict):
                        inbox.put((self, answer))
        inbox.put((self, None))


if sys.platform == "win32":
    _CREATION_FLAGS = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP

    def _kill_tree(process: subprocess.Popen[bytes]) -> None:
        taskkill = str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32/taskkill.exe"))
        with contextlib.suppress(OSError):
            subprocess.run(
                [taskkill, "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False
            )
        process.kill()
else:
    _CREATION_FLAGS = 0

    def _kill_tree(process: subprocess.Popen[bytes]) -> None:
        # Nothing has waited for it yet, so its id cannot have been given to another group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
