"""Disks that are really full or read-only, and folders that go away while they are written to.

The disks are small ones in memory, which takes the right to mount; without it that is noted.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from torture.driver import Run
from torture.victim import Place, difference, files_of

_TOO_SMALL_KB: Final = 120
_MOUNT: Final = shutil.which("mount")
_LIMIT_S: Final = 120


class NotAllowedError(Exception):
    """This user may not mount."""


@contextlib.contextmanager
def disk(folder: Path, *, kilobytes: int) -> Iterator[None]:
    """A disk of its own for a folder, which keeps its files. Raises NotAllowedError."""
    kept = folder.with_name(f"{folder.name}-before")
    shutil.copytree(folder, kept)
    try:
        if _MOUNT is None or not _mounted("-t", "tmpfs", "-o", f"size={kilobytes}k", str(folder)):
            raise NotAllowedError
        try:
            shutil.copytree(kept, folder, dirs_exist_ok=True)
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    finally:
        shutil.rmtree(kept)


def _mounted(*words: str) -> bool:
    asked = [str(_MOUNT), *words[:-1], *(["tmpfs"] if "-t" in words else []), words[-1]]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def outputs(place: Place, name: str, words: Sequence[str], old: Path, run: Run) -> None:
    """A full and a read-only disk under what is written: status 1, said, nothing changed."""
    room = sum(len(data) for data in files_of(old).values()) // 1024
    for state in ("full", "read-only"):
        place.filled(place.out, old)
        try:
            with disk(place.out, kilobytes=room + _TOO_SMALL_KB):
                if state == "read-only":
                    _mounted("-o", "remount,ro", str(place.out))
                status, said = _ended(place, words)
                broken = _untidy(place, status, said)
                if status != 1:
                    broken.append(f"status {status}: {said[-300:]}")
                broken += difference(files_of(place.out), files_of(old))
        except NotAllowedError:
            run.tally.note(f"{name} on a {state} disk", "not allowed to mount")
        else:
            run.tally.judge(f"{name} on a {state} disk", broken, "refused")


def caches(place: Place, name: str, words: Sequence[str], new: Path, run: Run) -> None:
    """A full and a read-only disk under the cache: the output is as ever, if slower."""
    for state in ("full", "read-only"):
        place.filled(place.out, Path("nowhere"))
        place.filled(place.cache, Path("nowhere"))
        try:
            with disk(place.cache, kilobytes=_TOO_SMALL_KB):
                if state == "read-only":
                    _mounted("-o", "remount,ro", str(place.cache))
                status, said = _ended(place, words)
                broken = _untidy(place, status, said) + place.torn()
                if status:
                    broken.append(f"status {status}: {said[-300:]}")
                broken += difference(files_of(place.out), files_of(new))
        except NotAllowedError:
            run.tally.note(f"{name}, cache on a {state} disk", "not allowed to mount")
        else:
            run.tally.judge(f"{name}, cache on a {state} disk", broken, "done")


def temporaries(place: Place, name: str, words: Sequence[str], old: Path, run: Run) -> None:
    """No room for temporary files, from none to too little: all of it, or status 1 and the old."""
    for kilobytes in (4, 64, 1024, 30_000):
        place.filled(place.out, old)
        place.filled(place.cache, Path("nowhere"))
        try:
            with disk(place.temporary, kilobytes=kilobytes):
                status, said = _ended(place, words)
                broken = _untidy(place, status, said)
                if status:
                    broken += difference(files_of(place.out), files_of(old))
        except NotAllowedError:
            run.tally.note(f"{name}, no room for temporary files", "not allowed to mount")
        else:
            outcome = "refused" if status else "done"
            run.tally.judge(f"{name}, no room for temporary files", broken, outcome)


def vanishing(place: Place, name: str, words: Sequence[str], run: Run) -> None:
    """The output's folder, its cache or the temporary one goes away at a random moment."""
    which = run.chance.choice(("out", "cache", "temporary"))
    place.filled(place.out, Path("nowhere"))
    moment_s = run.chance.uniform(0.1, 1.2)

    def take() -> None:
        time.sleep(moment_s)
        shutil.rmtree(place.folder / which, ignore_errors=True)

    taker = threading.Thread(target=take)
    taker.start()
    status, said = _ended(place, words)
    taker.join()
    place.made()
    broken = [f"{which} taken at {moment_s:.2f} s: {each}" for each in _untidy(place, status, said)]
    run.tally.judge(f"{name}, {which} goes away", broken, "refused" if status else "done")


def _ended(place: Place, words: Sequence[str]) -> tuple[int, str]:
    process = place.start(words)
    try:
        status = process.wait(timeout=_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    return status, place.said()


def _untidy(place: Place, status: int, said: str) -> list[str]:
    """What is wrong whatever the disk does."""
    broken = []
    if "Traceback" in said or status not in (0, 1):
        broken.append(f"status {status}: {said.strip()[-300:]}")
    if status == 1 and not said.strip():
        broken.append("it failed and said nothing")
    broken += [f"{name} is left" for name in place.leftovers()]
    broken += [f"{len(found)} processes live on" for found in [place.orphans(5)] if found]
    return broken
