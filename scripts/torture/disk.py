"""A disk that is full, a folder that is gone, and a fault at each call on files there is.

Faults are made in this process, one call at a time, in the output's folder or the cache's, and
the commands are run as in the tests. After each the old output is whole, or the new one is in its
place, the message names the file, and the status is 1. The full and read-only disks are small ones
in memory, which takes the right to mount; without it that is noted.
"""

import contextlib
import errno
import io
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from torture.driver import Run
from torture.faults import CALLS, ERRORS, Counter, failing
from torture.victim import SHORT, Files, Place, difference, files_of, jobs_of

_PLAN: Final = (*SHORT, "--voice", "silent", "--no-profile")
KINDS: Final = {
    "build": ("build", *_PLAN, "--lrc", "-o", "out/a.mp3"),
    "album": ("build", *_PLAN, "--album", "out"),
    "zip": ("build", *_PLAN, "--album", "out/x", "--zip"),
    "publish": ("publish", "out", *_PLAN[:-1]),
    "batch": ("batch", "jobs.csv", "-o", "out", "--jobs", "1", "--again"),
    "profile": ("profile", "set", "--hold", "25"),
}
"""What writes, by name; the profile lies in the output's folder too."""
_TOO_SMALL_KB: Final = 120
_LIMIT_S: Final = 120
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
    (folder / "jobs.csv").write_text(jobs_of(20))
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


def fault(place: Place, kind: str, call: str, error: str, *, number: int, lasting: bool, run: Run) -> None:
    old_folder = place.folder / f"old-{kind}"
    place.filled(place.out, old_folder)
    counter = Counter(number, getattr(errno, error), lasting)
    with failing(call, counter, under=place.out):
        status, said = called(place, KINDS[kind])
    name = f"{kind} {call}"
    where = f"{error} at call {number}{' and on' if lasting else ''}"
    if not counter.failed:
        run.tally.note(name, "no call")
        return
    broken = [f"{where}: {each}" for each in judged(place, status, said, files_of(old_folder))]
    run.tally.judge(name, broken, "refused" if status else "done")


def in_cache(place: Place, call: str, error: str, *, number: int, lasting: bool, cold: bool, run: Run) -> None:
    """One fault in the cache's folder, of a cold build or a warm one: the output is as ever."""
    words, new = KINDS["build"], files_of(place.folder / "new-build")
    place.filled(place.out, Path("nowhere"))
    if cold:
        place.filled(place.cache, Path("nowhere"))
    counter = Counter(number, getattr(errno, error), lasting)
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
    """Disks that are full or read-only, and folders that go away."""
    build, new, nothing = KINDS["build"], files_of(place.folder / "new-build"), Path("nowhere")
    for state in ("full", "read-only"):
        for kind in ("build", "album", "publish"):
            old = place.folder / f"old-{kind}"
            place.filled(place.out, old)
            files = files_of(old)
            room = sum(map(len, files.values())) // 1024 + _TOO_SMALL_KB
            on_disk(place, place.out, state, room, words=KINDS[kind], wanted={1: files},
                    name=f"{kind} on a {state} disk", run=run)  # fmt: skip
        place.filled(place.out, nothing)
        place.filled(place.cache, nothing)
        on_disk(place, place.cache, state, _TOO_SMALL_KB, words=build, wanted={0: new},
                name=f"build, cache on a {state} disk", run=run)  # fmt: skip
    spoken = [word if word != "silent" else "pyttsx3:gmw/en-us" for word in build]
    old = place.folder / "old-build"
    for kilobytes in (4, 64, 1024, 30_000):
        place.filled(place.out, old)
        place.filled(place.cache, nothing)
        on_disk(place, place.temporary, "full", kilobytes, words=spoken,
                wanted={0: None, 1: files_of(old)}, run=run,
                name="build, no room for temporary files")  # fmt: skip
    for _ in range(run.count // 4):
        if run.is_over:
            return
        kind = run.chance.choice(("build", "album", "zip", "publish", "batch"))
        vanishing(place, kind, run)


def on_disk(
    place: Place, folder: Path, state: str, kilobytes: int, *, words: Sequence[str],
    wanted: Mapping[int, Files | None], name: str, run: Run,
) -> None:  # fmt: skip
    """Run with a small disk under a folder. `wanted`: what the output is, by the status allowed."""
    try:
        with disk(folder, kilobytes=kilobytes):
            if state == "read-only":
                mounted("-o", "remount,ro", str(folder))
            status, said = ended(place.start(words), place)
            broken = complaints(status, said) + place.untidy() + place.torn()
            if status not in wanted:
                broken.append(f"status {status}: {said[-300:]}")
            if (files := wanted.get(status)) is not None:
                broken += difference(files_of(place.out), files)
    except PermissionError:
        run.tally.note(name, "not allowed to mount")
    else:
        run.tally.judge(name, broken, "refused" if status else "done")


@contextlib.contextmanager
def disk(folder: Path, *, kilobytes: int) -> Iterator[None]:
    """A disk of its own for a folder, which keeps its files. Raises PermissionError."""
    before = folder.with_name(f"{folder.name}-before")
    shutil.copytree(folder, before)
    try:
        if not mounted("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)):
            raise PermissionError("this user may not mount")
        try:
            shutil.copytree(before, folder, dirs_exist_ok=True)
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    finally:
        shutil.rmtree(before)


def mounted(*words: str) -> bool:
    mount = shutil.which("mount")
    done = mount and subprocess.run([mount, *words], capture_output=True, check=False)
    return bool(done and not done.returncode)


def vanishing(place: Place, kind: str, run: Run) -> None:
    """The output's folder, its cache or the temporary one goes away at a random moment."""
    which = run.chance.choice(("out", "cache", "temporary"))
    place.filled(place.out, Path("nowhere"))
    moment_s = run.chance.uniform(0.1, 1.2)

    def take() -> None:
        time.sleep(moment_s)
        shutil.rmtree(place.folder / which, ignore_errors=True)

    taker = threading.Thread(target=take)
    taker.start()
    status, said = ended(place.start(KINDS[kind]), place)
    taker.join()
    place.made()
    broken = [f"{which} taken at {moment_s:.2f} s: {each}" for each in complaints(status, said) + place.untidy()]
    run.tally.judge(f"{kind}, {which} goes away", broken, "refused" if status else "done")


def ended(process: subprocess.Popen[bytes], place: Place) -> tuple[int, str]:
    try:
        status = process.wait(timeout=_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    return status, place.said()


def complaints(status: int, said: str) -> list[str]:
    """What is wrong with how it ended, whatever happened."""
    broken = []
    if "Traceback" in said or status not in (0, 1):
        broken.append(f"status {status}: {said.strip()[-300:]}")
    if status == 1 and not said.strip():
        broken.append("it failed and said nothing")
    return broken


def judged(place: Place, status: int, said: str, old: Files) -> list[str]:
    """What is wrong after one fault on files."""
    broken = complaints(status, said)
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
    status, said = ended(place.start(("40000", *KINDS[kind]), python=("-c", _FULL)), place)
    broken = judged(place, status, said, files_of(old_folder))
    if status != 1:
        broken.append(f"status {status}")
    broken += difference(files_of(place.out, but=_CHANGING), files_of(old_folder, but=_CHANGING))
    run.tally.judge(f"{kind} on a full disk", broken, "refused")
