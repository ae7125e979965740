"""The private folder of one voice, and the workers that write into it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from smr_audio.storage.leftovers import PrivateFolder
from smr_audio.voices.espeak import short_data
from smr_audio.voices.workers.process import Inbox, WorkerProcess
from smr_audio.voices.workers.supervisor import Supervisor, Way


class Workshop:
    """A temporary folder and a supervisor, to be closed.

    `script` is the worker's file, `arguments` makes its arguments from the folder.
    `espeak_data`, if given, is where espeak's data are; the workers find them by a short path.
    """

    def __init__(
        self,
        script: Path,
        arguments: Callable[[Path], Sequence[str]],
        way: Way,
        *,
        env: Mapping[str, str],
        limit_s: float,
        espeak_data: Path | None = None,
    ) -> None:
        """Make the folder; workers start later. Raises MissingError as `short_data` does."""
        self._own = PrivateFolder()
        self._folder = self._own.path
        self._log = self._folder / "log"
        self._env = {**os.environ, **env}
        # By its path, since `-m` would search the current folder, and miss a package that
        # only this process's own path leads to.
        self._command = [sys.executable, "-W", "ignore", str(script), *arguments(self._folder)]
        self._short: PrivateFolder | None = None
        if espeak_data is not None:
            self._env["ESPEAK_DATA_PATH"] = str(self._shortened(espeak_data))
        self.supervisor = Supervisor(
            self._start, way, limit_s=limit_s, folder=self._folder, log=self._log
        )

    def close(self) -> None:
        """Stop the workers and remove every file. Safe to call twice."""
        self.supervisor.stop()
        self._remove()

    def _shortened(self, data: Path) -> Path:
        try:
            short, self._short = short_data(data, self._folder)
        except BaseException:
            self._remove()
            raise
        return short

    def _remove(self) -> None:
        self._own.close()
        if self._short is not None:
            self._short.close()

    def _start(self, inbox: Inbox) -> WorkerProcess:
        return WorkerProcess(self._command, env=self._env, log=self._log, inbox=inbox)
