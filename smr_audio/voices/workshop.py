"""The private folder of one system voice, and the workers that write into it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from smr_audio.voices.espeak import Espeak, short_data
from smr_audio.voices.process import Inbox, Worker
from smr_audio.voices.supervisor import Supervisor, Way

_WORKER: Final = Path(__file__).with_name("system_worker.py")


class Workshop:
    """A temporary folder and a supervisor, to be closed.

    With an espeak its workers fork a child for each sentence; without, each worker speaks
    one sentence by whatever driver the platform has.
    """

    def __init__(
        self, using: Espeak | None, way: Way, *, env: Mapping[str, str], limit_s: float
    ) -> None:
        """Make the folder; workers start later. Raises MissingError as `short_data` does."""
        self._folder = Path(tempfile.mkdtemp(prefix="smr-audio-"))
        self._log = self._folder / "log"
        self._env = {**os.environ, **env}
        # By its path, since `-m` would search the current folder, and miss a package that
        # only this process's own path leads to.
        self._command = [sys.executable, "-W", "ignore", str(_WORKER)]
        self._short: Path | None = None
        if using is None:
            self._command += ["once", str(self._folder)]
        else:
            self._command += ["forks", str(self._folder), str(using.library)]
            self._env["ESPEAK_DATA_PATH"] = str(self._shortened(using.data))
        self.supervisor = Supervisor(
            self._start, way, limit_s=limit_s, folder=self._folder, log=self._log
        )

    def close(self) -> None:
        """Stop the workers and remove every file. Safe to call twice."""
        self.supervisor.stop()
        self._remove()

    def _shortened(self, data: Path) -> Path:
        try:
            short = short_data(data, self._folder)
        except BaseException:
            self._remove()
            raise
        if short != data:
            self._short = short.parent
        return short

    def _remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._short is not None:
            shutil.rmtree(self._short, ignore_errors=True)

    def _start(self, inbox: Inbox) -> Worker:
        return Worker(self._command, env=self._env, log=self._log, inbox=inbox)
