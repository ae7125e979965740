"""A disk that is full, a folder that is gone, and a fault at each call on files there is.

Faults are made in this process, one call at a time, in the output's folder or the cache's, and
the commands are run as in the tests. After each the old output is whole, or the new one is in its
place, the message names the file, and the status is 1.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from torture import disks
from torture.driver import Run
from torture.faults import CALLS, ERRORS, Counter, failing, number_of
from torture.victim import Files, Place, difference, files_of

_PLAN: Final = (
    "hamstring-ball-press", "--sides", "left", "--talk", "minimal", "--sets", "1", "--voice",
    "silent", "--no-profile",
)  # fmt: skip
KINDS: Final = {
    "build": ("build", *_PLAN, "--lrc", "-o", "out/a.mp3"),
    "album": ("build", *_PLAN, "--album", "out"),
    "zip": ("build", *_PLAN, "--album", "out/x", "--zip"),
    "publish": ("publish", "out", *_PLAN[:-1]),
    "batch": ("batch", "jobs.csv", "-o", "out", "--jobs", "1", "--again"),
    "profile": ("profile", "set", "--hold", "25"),
}
"""What writes, by name; the profile lies in the output's folder too."""
_CHANGING: Final = ("report.json", ".batch.jsonl", ".site.json")
_FULL: Final = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from smr_audio.cli.main import main
main(sys.argv[2:])
"""


def run(run: Run) -> None:
    """A full disk and a vanished folder in processes, then faults at random calls."""
    place = prepared(run.folder / "disk")
    for kind in ("build", "album", "publish"):
        full(place, kind, run)
    real(place, run)
    for number in range(run.count):
        if run.is_over:
            return
        call, error = run.chance.choice(CALLS), run.chance.choice(ERRORS)
        which = run.chance.choice((1, 1, 2, 3, run.chance.randrange(1, 12)))
        lasting = run.chance.random() < 0.3
        if number % 4 == 3:
            cold = run.chance.random() < 0.5
            in_cache(place, call, error, number=which, lasting=lasting, cold=cold, run=run)
        else:
            kind = list(KINDS)[number % len(KINDS)]
            fault(place, kind, call, error, number=which, lasting=lasting, run=run)


def prepared(folder: Path, kinds: Sequence[str] = tuple(KINDS)) -> Place:
    """A place with a warm cache and an old output of each kind."""
    place = Place(folder).made()
    row = "hamstring-ball-press,n,silent,20,left,1,minimal\n"
    (folder / "jobs.csv").write_text(f"routine,name,voice,hold,sides,sets,talk\n{row}")
    for kind in kinds:
        words = KINDS[kind]
        place.filled(place.out, Path("nowhere"))
        older = ("profile", "set", "--hold", "40") if kind == "profile" else words
        rate = ("--rate", "1.2") if kind not in ("batch", "profile") else ()
        status, said = called(place, (*older, *rate))
        if status:
            raise SystemExit(f"torture: {kind}: {said}")
        shutil.copytree(place.out, folder / f"old-{kind}")
        status, said = called(place, words)  # so that the cache is warm
        if kind == "build":
            shutil.copytree(place.out, folder / "new-build")
    return place


def called(place: Place, words: Sequence[str]) -> tuple[int, str]:
    """The command in this process: its status, and what it said on stderr."""
    from smr_audio.cli.main import main

    said = io.StringIO()
    before, here = dict(os.environ), Path.cwd()
    try:
        os.environ.update(place.environment(SMR_AUDIO_PROFILE=str(place.out / "profile.yaml")))
        os.chdir(place.folder)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            main(list(words))
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    except BaseException as error:  # noqa: BLE001  a traceback is what is looked for
        return -1, f"{said.getvalue()}Traceback: {type(error).__name__}: {error}"
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
    raise AssertionError


def fault(
    place: Place, kind: str, call: str, error: str, *, number: int, lasting: bool, run: Run
) -> None:
    """One fault of one kind of output."""
    old_folder = place.folder / f"old-{kind}"
    place.filled(place.out, old_folder)
    counter = Counter(number, number_of(error), lasting)
    with failing(call, counter, under=place.out):
        status, said = called(place, KINDS[kind])
    name = f"{kind} {call}"
    where = f"{error} at call {number}{' and on' if lasting else ''}"
    if not counter.failed:
        run.tally.note(name, "no call")
        return
    broken = [f"{where}: {each}" for each in judged(place, status, said, files_of(old_folder))]
    run.tally.judge(name, broken, "refused" if status else "done")


def in_cache(
    place: Place, call: str, error: str, *, number: int, lasting: bool, cold: bool, run: Run
) -> None:
    """One fault in the cache's folder, of a cold build or a warm one: the output is as ever."""
    words, new = KINDS["build"], files_of(place.folder / "new-build")
    place.filled(place.out, Path("nowhere"))
    if cold:
        place.filled(place.cache, Path("nowhere"))
    counter = Counter(number, number_of(error), lasting)
    with failing(call, counter, under=place.cache):
        status, said = called(place, words)
    name = f"{'cold' if cold else 'warm'} build, {call} in the cache"
    if not counter.failed:
        run.tally.note(name, "no call")
        return
    broken = difference(files_of(place.out), new) + place.torn()
    broken += [f"{each} is left" for each in place.leftovers()]
    if status:
        broken.append(f"status {status}: {said.strip()[-300:]}")
    where = f"{error} at call {number}{' and on' if lasting else ''}"
    run.tally.judge(name, [f"{where}: {each}" for each in broken], "done")


def real(place: Place, run: Run) -> None:
    """Disks that are full, and folders that go away."""
    for kind in ("build", "album", "publish"):
        disks.outputs(place, kind, KINDS[kind], place.folder / f"old-{kind}", run)
    disks.caches(place, "build", KINDS["build"], place.folder / "new-build", run)
    spoken = [word if word != "silent" else "pyttsx3:gmw/en-us" for word in KINDS["build"]]
    disks.temporaries(place, "build", spoken, place.folder / "old-build", run)
    for _ in range(run.count // 4):
        if run.is_over:
            return
        kind = run.chance.choice(("build", "album", "zip", "publish", "batch"))
        disks.vanishing(place, kind, KINDS[kind], run)


def judged(place: Place, status: int, said: str, old: Files) -> list[str]:
    """What is wrong with how it ended."""
    broken = []
    if "Traceback" in said or status not in (0, 1):
        broken.append(f"status {status}: {said.strip()[-300:]}")
    if status == 1 and not said.strip():
        broken.append("it failed and said nothing")
    found = files_of(place.out, but=_CHANGING)
    if status == 1 and (gone := {*old} - {*files_of(place.out)} - {*_CHANGING}):
        broken.append(f"lost: {sorted(gone)}")
    empty = [name for name, data in found.items() if not data and old.get(name) != b""]
    broken += [f"{name} is empty" for name in empty]
    broken += [f"{name} is left" for name in place.leftovers() if name.startswith("out")]
    return broken


def full(place: Place, kind: str, run: Run) -> None:
    """A limit on the size of any file, less than the output has: what a full disk does."""
    old_folder = place.folder / f"old-{kind}"
    place.filled(place.out, old_folder)
    process = place.start(("40000", *KINDS[kind]), python=("-c", _FULL))
    try:
        status = process.wait(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    broken = judged(place, status, place.said(), files_of(old_folder))
    if status != 1:
        broken.append(f"status {status}")
    old = files_of(old_folder, but=_CHANGING)
    broken += difference(files_of(place.out, but=_CHANGING), old)
    run.tally.judge(f"{kind} on a full disk", broken, "refused")


if sys.platform == "win32":
    raise SystemExit("torture: disk needs a system with limits for processes")
