"""Kill builds at random moments: the old output or the new one, and nothing left behind.

Each case has an old output (built with other wishes) in place of the new one. A moment is drawn
evenly from the time that the run takes, a little more included; the signal goes to the process
or, as a terminal's does, to its group.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from torture.driver import Run
from torture.victim import ORPHANS_END_S, SHORT, Files, Place, difference, files_of, jobs_of

SIGNALS: Final = ("SIGKILL", "SIGTERM", "SIGINT")
_SHORT: Final = (*SHORT, "--hold", "20")
_SILENT: Final = ("--voice", "silent")


@dataclass(frozen=True, slots=True)
class Case:
    """A command; `old` is what is asked for instead to have an older output in its place.

    `warm` begins with what the cache holds after it, else with none. `changing` names files that
    tell of the run and are never the same twice.
    """

    name: str
    words: Sequence[str]
    old: Sequence[str]
    warm: bool = False
    changing: Sequence[str] = ()


@dataclass(slots=True)
class Reference:
    """What a case gives when nobody stops it."""

    place: Place
    old: Files = field(default_factory=dict)
    new: Files = field(default_factory=dict)
    took_s: float = 0.0


def cases() -> list[Case]:
    """All that write: one file, an album, a batch, a site; jobs.csv is in each place."""
    build = ("build", *_SHORT, "--no-profile")
    system = ("--voice", "pyttsx3:gmw/en-us", "-o", "out/a.mp3")
    album = ("--album", "out", "--lrc", *_SILENT)
    site = ("publish", "out", *_SHORT, *_SILENT, "--date", "2026-05-01")
    batch = ("batch", "jobs.csv", "-o", "out", "--jobs", "2")
    changing = ("report.json", ".batch.jsonl")
    return [
        Case("cold", (*build, *system), (*build, *system, "--rate", "1.2")),
        Case("warm", (*build, *system), (*build, *system, "--rate", "1.2"), warm=True),
        Case("album", (*build, *album), (*build, *album, "--rate", "1.2")),
        Case("batch", batch, ("batch", "old.csv", *batch[2:]), changing=changing),
        Case("publish", site, (*site, "--rate", "1.2")),
    ]


def run(run: Run) -> None:
    kinds = cases()
    known: dict[str, Reference] = {}
    for number in range(run.count):
        if run.is_over:
            return
        case = kinds[number % len(kinds)]
        if case.name not in known:
            known[case.name] = reference(case, run.folder / f"reference-{case.name}")
            run.tell(f"{case.name} takes {known[case.name].took_s:.2f} s")
        name = run.chance.choice(SIGNALS)
        moment_s = run.chance.uniform(0, 1.05 * known[case.name].took_s)
        group = run.chance.random() < 0.5
        outcome, broken = kill_once(
            case, known[case.name], Place(run.folder / "victim"),
            number=getattr(signal, name), moment_s=moment_s, group=group,
        )  # fmt: skip
        broken = [f"at {moment_s:.3f} s, {each}" for each in broken]
        run.tally.judge(f"{case.name} {name}", broken, outcome)
        if number % 20 == 19:
            run.tell(f"{number + 1} of {run.count}")


def reference(case: Case, folder: Path) -> Reference:
    """The old output and the new one, and how long the new one takes. The cache is kept."""
    found = Reference(_prepared(folder))
    place = found.place
    _must(place, case.old)
    found.old = files_of(place.out, but=case.changing)
    place.out.rename(place.folder / "old")
    # The time is that of a run as it will be killed: over the old output, the cache as then.
    place.cache.rename(place.folder / "unused")
    place.made()
    if case.warm:
        _must(place, case.words)
    place.filled(place.out, place.folder / "old")
    started = time.monotonic()
    _must(place, case.words)
    found.took_s = time.monotonic() - started
    found.new = files_of(place.out, but=case.changing)
    return found


def kill_once(
    case: Case, known: Reference, place: Place, *, number: int, moment_s: float, group: bool
) -> tuple[str, list[str]]:
    place = _prepared(place.folder)
    place.filled(place.out, known.place.folder / "old")
    place.filled(place.cache, known.place.cache if case.warm else Path("nowhere"))
    process = place.start(case.words)
    try:
        process.wait(timeout=moment_s)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number) if group else os.kill(process.pid, number)
    # A polite one may finish what must not stop half-way.
    process.wait(timeout=60)
    broken = []
    if orphans := place.orphans():
        broken.append(f"{len(orphans)} processes live on after {ORPHANS_END_S:g} s")
    found = files_of(place.out, but=case.changing)
    broken += _neither(found, known)
    broken += [f"the cache's entry {name} is torn" for name in place.torn()]
    polite = number != signal.SIGKILL and process.returncode in (130, 143)
    if polite and (left := place.leftovers()):
        broken.append(f"a polite end left {left}")
    status = place.run(case.words)
    if status:
        broken.append(f"the next run ended with {status}: {place.said()[-300:]}")
    changes = difference(files_of(place.out, but=case.changing), known.new)
    broken += [f"after the next run {each}" for each in changes + place.untidy()]
    if process.returncode == 0:
        return "in time", broken
    if not difference(found, known.old):
        return "old", broken
    return "new" if not difference(found, known.new) else "between", broken


def _neither(found: Files, known: Reference) -> list[str]:
    """Files that are neither the old ones nor the new ones, or gone though both have them."""
    wrong = [
        f"{name} is neither the old one nor the new one"
        for name, data in found.items()
        # A site's own list of what it holds has both while it is put in place.
        if data not in (known.old.get(name), known.new.get(name)) and name != ".site.json"
    ]
    both = {*known.old} & {*known.new}
    return wrong + [f"{name} is gone" for name in sorted(both - {*found})]


def _prepared(folder: Path) -> Place:
    place = Place(folder).made()
    (folder / "jobs.csv").write_text(jobs_of(20, 21, 22, 23), encoding="utf-8")
    (folder / "old.csv").write_text(jobs_of(30, 31, 32, 33), encoding="utf-8")
    place.filled(place.temporary, Path("nowhere"))
    return place


def _must(place: Place, words: Sequence[str]) -> None:
    if place.run(words):
        raise SystemExit(f"torture: {' '.join(words)}: {place.said()}")
