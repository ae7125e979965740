"""Eight builds at once on one cache, while others clear and trim it without end."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from torture.driver import Run
from torture.victim import LIMIT_S, SHORT, Place

BUILDS: Final = 8
_BUILD: Final = ("build", *SHORT, "--no-profile")
_VOICES: Final = ("silent", "pyttsx3:gmw/en-us")
# In one process: starting Python would take longer than what is to be raced with.
_WRECK: Final = """
import sys, time
from smr_audio.errors import BuildError
from smr_audio.storage.cache import Cache
from smr_audio.storage.paths import default_cache_root
while True:
    try:
        cache = Cache(default_cache_root())
        cache.clear() if sys.argv[1] == "clear" else cache.trim(200_000)
    except BuildError as error:
        print(error)
    time.sleep(0.5 if sys.argv[1] == "clear" else 0.2)
"""


def run(run: Run) -> None:
    """Rounds of eight; each build has another length, and is held against itself alone."""
    wishes: list[tuple[str, ...]] = [
        (*_BUILD, "--hold", str(20 + number), "--voice", _VOICES[number % 2]) for number in range(BUILDS)
    ]
    alone = [built_alone(words, run.folder / f"alone-{n}") for n, words in enumerate(wishes)]
    for number in range(run.count):
        if run.is_over:
            return
        run.tell(f"round {number + 1} of {run.count}")
        one_round(wishes, alone, Place(run.folder / f"round-{number}").made(), run)


def built_alone(words: tuple[str, ...], folder: Path) -> bytes:
    place = Place(folder).made()
    if place.run((*words, "-o", "out/a.mp3")):
        raise SystemExit(f"torture: {place.said()}")
    return (place.out / "a.mp3").read_bytes()


def one_round(wishes: list[tuple[str, ...]], alone: list[bytes], place: Place, run: Run) -> None:
    """All at once, then everything is looked at."""
    places = [Place(place.folder / str(number)).made() for number in range(len(wishes))]
    cache = {"SMR_AUDIO_CACHE": str(place.cache)}
    with wrecked(place):
        pairs = zip(places, wishes, strict=True)
        processes = [each.start((*words, "-o", "out/a.mp3"), **cache) for each, words in pairs]
        ends = [process.wait(timeout=LIMIT_S) for process in processes]
    for each, status, whole in zip(places, ends, alone, strict=True):
        broken = []
        if status:
            broken.append(f"ended with {status}: {each.said()[-300:]}")
        elif (each.out / "a.mp3").read_bytes() != whole:
            broken.append("the file is not the one that it is alone")
        left = [name for name in each.leftovers() if not name.startswith("cache")]
        broken += [f"{name} is left" for name in left]
        run.tally.judge("8 builds, clear, trim", broken)
    broken = [f"the entry {name} is torn" for name in place.torn()]
    run.tally.judge("the cache after it", broken)


@contextmanager
def wrecked(place: Place) -> Iterator[None]:
    """Clear and trim the cache for as long as this lasts."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for what in ("clear", "trim"):
            own = Place(place.folder / what).made()
            cache = {"SMR_AUDIO_CACHE": str(place.cache)}
            processes.append(own.start((what,), python=("-c", _WRECK), **cache))
        time.sleep(0.1)
        yield
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            process.wait()
