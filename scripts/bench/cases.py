"""What a row of the tables is, and how a command is run for one."""

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from bench.process import Place, Sample, run

SYSTEM: Final = "pyttsx3:gmw/en-us"
OUTPUT: Final = "session.mp3"
BUILD: Final = ("build", "--no-profile", "-o", OUTPUT)

Run: TypeAlias = Callable[[Path], Sample]
Built: TypeAlias = Callable[[], Place]


@dataclass(frozen=True, slots=True)
class Case:
    """One row: `run` measures it in a new folder. `of` is a voice or a size.

    `rounds` is how many there are at most, for what takes long.
    """

    part: str
    what: str
    of: str
    run: Run
    rounds: int = 5


def command(*words: str, voice: str = SYSTEM, warm: Built | None = None) -> Run:
    """Run the command with an empty cache, or with a copy of the one of `warm`."""

    def measured(folder: Path) -> Sample:
        place = Place(folder, voice)
        if warm:
            shutil.copytree(warm().cache, place.cache, copy_function=os.link)
        return run(place, *words)

    return measured


def built(stage: Path, voice: str, *session: str) -> Built:
    """Where the session is built once, when first asked for, so that its cache has all of it."""

    @cache
    def place() -> Place:
        found = Place(Path(tempfile.mkdtemp(dir=stage)), voice)
        run(found, *BUILD, *session)
        return found

    return place
