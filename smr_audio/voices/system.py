"""The engine `pyttsx3`: the system's own voice, each sentence spoken whole or not at all.

The base pace is 165 words a minute as engines count, for rate 1: of our English lines that
is 2.7 words a second, the 0.3 s of rest that espeak ends each with included.
"""

import os
import platform
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from fractions import Fraction
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from smr_audio import units
from smr_audio.errors import MissingError
from smr_audio.installed import to_repair, version_of
from smr_audio.voices import espeak
from smr_audio.voices.engine import Speech, Voice
from smr_audio.voices.workers.engine import Request, WorkerEngine
from smr_audio.voices.workers.process import Answer

BASE_WPM: Final = 165  # so 83 to 330 over all rates: espeak clamps to 80 and 450
LIMIT_S: Final = 30.0  # espeak needs 0.1 s for the longest sentence it may get
_MOST_AT_ONCE: Final = 8
_PLAIN: Final = ("Samantha", "Alex", "Zira", "David", "Daniel", "Hazel")  # of macOS and Windows
_REVISION: Final = 1  # of the sound this file and its worker make of the same words


def _missing() -> str:
    command = to_repair("pyttsx3", "espeakng-loader")
    return f"the system voice cannot run here: {{fault}}; install it with: {command}"


class SystemEngine(WorkerEngine):
    """The system voice, by pyttsx3 in worker processes. For one thread at a time.

    `using` names an espeak to use instead of the one found here; `forks` False uses a
    process a sentence, as on macOS and Windows; `env` adds to the workers' environment.
    """

    name = "pyttsx3"
    _script = Path(__file__).parent / "workers" / "system_worker.py"

    def __init__(
        self,
        *,
        using: espeak.Espeak | None = None,
        forks: bool | None = None,
        env: Mapping[str, str] | None = None,
        limit_s: float = LIMIT_S,
        at_once: int | None = None,
    ) -> None:
        """Nothing starts yet. `limit_s` is for one sentence, `at_once` 1 to 8 by default."""
        self._using = using
        self._forks = espeak.is_used_here() if forks is None else forks
        cores = os.cpu_count() or 1
        # Espeak waits half of its time, for its own queue; a process a sentence does not.
        workers = at_once or min(2 * cores if self._forks else cores, _MOST_AT_ONCE)
        super().__init__(workers=workers, reused=self._forks, env=env, limit_s=limit_s)

    def voices(self) -> Sequence[Voice]:
        """Every voice here, the best of each language first. On Linux no process is started."""
        if find_spec("pyttsx3") is None:
            raise MissingError("the system voice needs pyttsx3; install it with: " + to_repair("pyttsx3"))
        return espeak.voices(self._espeak().data) if self._forks else self._asked_voices

    def fingerprint(self, voice: Voice) -> str:
        """Versions, driver, voice, pace and machine. Starts no process, loads no engine."""
        driver = f"espeak {self._espeak().version}" if self._forks else f"{sys.platform} {platform.version()}"
        return (
            f"system-{_REVISION} pyttsx3-{version_of('pyttsx3')} {driver} {platform.machine()} {voice.name} {BASE_WPM}"
        )

    def speak(self, sentences: Sequence[str], *, voice: Voice, rate: float) -> Iterator[tuple[int, Speech]]:
        """Each sentence's sound at the engine's own rate, as it is done, proven whole."""

        def prove(text: str, _: Answer, speech: Speech) -> None:
            from smr_audio.voices import quality  # imports numpy

            least = quality.LEAST_SECONDS_PER_LETTER
            if self._forks and voice.speaks("en"):
                least = quality.ESPEAK_ENGLISH_SECONDS_PER_LETTER
            quality.prove(speech, text, rate=rate, espeak=self._forks, least_s_per_letter=least)

        wpm = units.round_half_up(Fraction(str(rate)) * BASE_WPM)
        options: dict[str, object] = {"voice": voice.name, "wpm": wpm}
        return self._speak(sentences, voice, options, missing=_missing(), prove=prove)

    def _espeak(self) -> espeak.Espeak:
        return self._using or espeak.find()

    def _arguments(self, folder: Path, stack: ExitStack) -> list[str]:
        if not self._forks:
            return [str(folder)]
        data = espeak.short_data(self._espeak().data, folder, stack)
        return [str(folder), str(self._espeak().library), str(data)]

    @cached_property
    def _asked_voices(self) -> Sequence[Voice]:
        request = Request(
            0,
            {"do": "voices"},
            what="the system voice cannot list its voices",
            advice="`smr-audio doctor` says more",
            missing=_missing(),
        )
        run = self._run([request], lambda _, answer, __: answer["voices"])
        entries = [entry for _, listed in run for entry in listed]
        return tuple(_voice(entry) for entry in sorted(entries, key=_rank))


def _rank(entry: Mapping[str, Any]) -> tuple[bool, int, list[str], str]:
    """The voice that the user set first, then the plain ones: systems list novelty voices too."""
    name = str(entry["name"])
    plain = next((n for n, each in enumerate(_PLAIN) if each in name), len(_PLAIN))
    return (not entry.get("default"), plain, list(entry["languages"]), str(entry["id"]))


def _voice(entry: Mapping[str, Any]) -> Voice:
    tags = [str(tag).replace("_", "-").lower() for tag in entry["languages"]]
    # The Windows driver calls a language it does not know "Unknown Locale: …".
    known = tuple(tag for tag in tags if re.fullmatch(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", tag))
    # "und" is BCP 47's tag for an undetermined language; no tag at all would mean any language.
    return Voice("pyttsx3", str(entry["id"]), str(entry["name"]), known or ("und",))
