"""One worker: a process that is asked and answers, ended with its children, started again."""

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, cast

from smr_audio.errors import BuildError, ShortageError
from smr_audio.records import dataclass, field
from smr_audio.voices.engine import Fault
from smr_audio.voices.workers.system_worker import MARK

_LONGEST_LINE: Final = 1 << 24
_GRACE_S: Final = 1.0  # a worker ends its child in time; this is for the worker itself

Answer: TypeAlias = dict[str, Any]


@dataclass(eq=False, slots=True)
class Worker:
    """A process that reads JSON lines and answers each in a line that starts with `MARK`.

    It starts when it is first asked and after it was ended; one that is not `reused` is asked
    once. Other output is dropped; its stderr goes into the log.
    """

    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    reused: bool
    _process: subprocess.Popen[bytes] | None = None
    _end_s: float = math.inf
    _closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)  # another thread may close it

    def start(self) -> subprocess.Popen[bytes]:
        """The process. Raises ShortageError or BuildError if there can be none."""
        with self._lock, self.log.open("ab") as errors:
            if self._closed:
                raise BuildError("the voice's process was ended")
            if self._process is None:
                try:
                    # In a session of its own: Ctrl-C reaches this process alone, which then kills
                    # the worker and all its children as one group.
                    self._process = subprocess.Popen(
                        self.command,
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        stderr=errors,
                        env=self.env,
                        start_new_session=True,
                        creationflags=_CREATION_FLAGS,
                    )
                except OSError as error:
                    what = "the voice's process does not start"
                    raise ShortageError.of(error, what) or BuildError(f"{what}: {error}") from error
            return self._process

    def ask(self, request: Mapping[str, object], *, limit_s: float) -> Answer:
        """Its answer to a request. Raises Fault if it died or had to be ended."""
        process = self.start()
        answer, end_s = None, time.monotonic() + limit_s
        self._end_s = end_s + _GRACE_S
        try:
            answer = _asked(process, request)
        finally:
            self._end_s = math.inf
            if answer is None or not self.reused:
                self._end()
        if answer is None:
            is_late = time.monotonic() > end_s
            slow = f"the engine did not end within {limit_s:g} s"
            raise Fault(slow if is_late else "the voice's process died")
        return answer

    def end_if_late(self) -> None:
        """Kill the process if its time is over: whoever asked it is told."""
        if (process := self._process) and time.monotonic() > self._end_s:
            _kill_tree(process)

    def close(self) -> None:
        """End it for good: it answers no more, and nothing starts it again."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        """Kill the process and everything that it started."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError), process:  # there may be a request it never read
                _kill_tree(process)


def _asked(process: subprocess.Popen[bytes], request: Mapping[str, object]) -> Answer | None:
    """The answer of a process, or None if it has ended."""
    given, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    with contextlib.suppress(OSError, ValueError):  # it has ended, or is ended meanwhile
        given.write(json.dumps(request).encode("ascii") + b"\n")
        given.flush()
        while line := answers.readline(_LONGEST_LINE):
            if line.startswith(MARK):
                with contextlib.suppress(ValueError):
                    answer = json.loads(line[len(MARK) :])
                    if isinstance(answer, dict):
                        return answer
    return None


if sys.platform == "win32":
    _CREATION_FLAGS = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP

    def _kill_tree(process: subprocess.Popen[bytes]) -> None:
        taskkill = str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32/taskkill.exe"))
        with contextlib.suppress(OSError):
            subprocess.run([taskkill, "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
        process.kill()
else:
    _CREATION_FLAGS = 0

    def _kill_tree(process: subprocess.Popen[bytes]) -> None:
        # Until something has waited for it, its id cannot have been given to another group.
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
