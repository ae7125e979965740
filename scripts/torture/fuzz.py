"""Mutated content through the reader, `check` and `plan`: refused in words, or planned; else bad.

Usage: python scripts/torture fuzz [--minutes 30] [--seed N] [--crashes FOLDER] [--replay FILE ...]
"""

import argparse
import contextlib
import hashlib
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any, Final

from smr_audio import api
from smr_audio.check import check_paths
from smr_audio.courses.days import appointments
from smr_audio.errors import SmrAudioError
from smr_audio.library.library import Library
from smr_audio.library.load import read_content
from smr_audio.library.search import is_id, shipped_content
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import TalkChoice
from smr_audio.profile.model import load_profile
from smr_audio.storage.cache import Cache
from torture.mutations import mutated, seeds

ROOT: Final = Path(__file__).resolve().parents[2]
MOST_SECONDS: Final = 2.0  # of computing: the machine may be busy with other things
HANG_SECONDS: Final = 20
MOST_BYTES: Final = 300_000_000
_FOLDERS: Final = {"technique": "techniques", "routine": "routines", "phrases": "phrases",
                   "lexicon": "lexicon", "course": "courses"}  # fmt: skip
_NEIGHBOUR: Final = "techniques/hamstring-ball-press.yaml"
_MONDAY: Final = date(2027, 1, 4)
_KIND: Final = re.compile(rb"^kind: *['\"]?(\w+)", re.MULTILINE)
_ID: Final = re.compile(rb"^(?:id|language): *['\"]?([a-z0-9-]+)", re.MULTILINE)
_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PREFERENCES: Final[tuple[dict[str, Any], ...]] = (
    {}, {"talk": (TalkChoice("minimal"),)}, {"talk": (TalkChoice("follow"),), "sets": 3},
    {"sides": "left"}, {"fit": 0.48_000}, {"pace": "quick", "cues": "soft"},
)  # fmt: skip


class Hang(BaseException):
    """A case that does not end by itself."""


@dataclass(frozen=True)
class Fault:
    """What a case did that none may do. `signature` is the same for the same cause."""

    signature: str
    detail: str


@dataclass
class Tally:
    """What a run has seen."""

    cases: int = 0
    refused: int = 0
    planned: int = 0
    slowest_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)


def peak_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class Bench:
    """A folder of its own in which one file after another is tried."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cache = Cache(folder / "cache")
        self.tally = Tally()
        self._warm()
        self._most_bytes = max(MOST_BYTES, peak_bytes() + MOST_BYTES // 3)

    def _warm(self) -> None:
        """Have the shipped lines in the cache: making their clips is no case's fault."""
        self._try(shipped_content().joinpath("routines/full-body.yaml").read_bytes())

    def run(self, data: bytes) -> Fault | None:
        """Try a file; say what it did that no file may do."""
        tally = self.tally
        tally.cases += 1
        if tally.cases % 2000 == 0:
            shutil.rmtree(self._folder / "cache", ignore_errors=True)
            self._warm()
        before, held = time.process_time(), peak_bytes()
        with _watched():
            fault = self._try(data)
        took = time.process_time() - before
        tally.slowest_s = max(tally.slowest_s, took)
        if fault is None and took > MOST_SECONDS:
            fault = Fault("slow", f"{took:.1f} s of computing")
        if fault is None and held <= self._most_bytes < peak_bytes():
            fault = Fault("memory", f"{peak_bytes() / 1e6:.0f} MB")
        if fault is not None:
            tally.faults[fault.signature] += 1
        return fault

    def _try(self, data: bytes) -> Fault | None:
        path, kind = self._place(data)
        outcomes = []
        for step in self._steps(path, kind, data):
            try:
                step()
                outcomes.append(True)
            except SmrAudioError as error:
                outcomes.append(False)
                # The command line cleans what it prints; here no line may be empty.
                if not str(error).strip():
                    return Fault("silent refusal", repr(error))
            except (Hang, Exception) as error:  # noqa: BLE001  that is what is looked for
                return _fault_of(error)
        self.tally.refused += not outcomes[0]
        self.tally.planned += outcomes[-1]
        return None

    def _place(self, data: bytes) -> tuple[Path, str]:
        """Write a file where its kind belongs, under the id it says it has."""
        found, named = _KIND.search(data), _ID.search(data)
        kind = found[1].decode() if found else "technique"
        name = named[1].decode() if named else "mine"
        root = self._folder / "content"
        shutil.rmtree(root, ignore_errors=True)
        folder = root / _FOLDERS.get(kind, ".")
        folder.mkdir(parents=True)
        path = folder / f"{name if is_id(name) else 'mine'}.yaml"
        if kind == "pack":
            path = folder / "pack.yaml"
            (folder / "techniques").mkdir()
            shutil.copy2(shipped_content() / _NEIGHBOUR, folder / _NEIGHBOUR)
        path.write_bytes(data)
        return path, kind

    def _steps(self, path: Path, kind: str, data: bytes) -> Iterator[Callable[[], object]]:
        root = self._folder / "content"
        if kind == "profile":
            yield lambda: load_profile(Library([root]), path)
        else:
            yield lambda: read_content(path)
        yield lambda: check_paths([path.parent if kind == "pack" else path])
        if kind == "course":
            yield lambda: appointments(Library([root]).course(path), start=_MONDAY, grow=True)
        given = _PREFERENCES[zlib.crc32(data) % len(_PREFERENCES)]
        language = path.stem if kind == "phrases" else None
        target = path if kind in ("technique", "routine") else "hamstring-ball-press"

        def planned() -> None:
            wishes = Preferences(voice="silent", language=language, **given)
            profile = load_profile(Library([root]), path) if kind == "profile" else None
            plan = api.plan(target, wishes, profile=profile, content=[root], cache=self._cache)
            text = api.transcript(plan)
            if match := _STEERING.search(text):
                raise AssertionError(f"a plan's text holds U+{ord(match[0]):04X}")

        yield planned


def _fault_of(error: BaseException) -> Fault:
    frames = traceback.extract_tb(error.__traceback__)
    last = ([f for f in frames if "smr_audio" in f.filename] or frames)[-1]
    where = f"{Path(last.filename).name}:{last.name}"
    return Fault(f"{type(error).__name__} in {where}", "".join(traceback.format_exception(error)))


@contextlib.contextmanager
def _watched() -> Iterator[None]:
    def late(number: int, frame: FrameType | None) -> None:
        raise Hang(f"no end after {HANG_SECONDS} s")

    old = signal.signal(signal.SIGALRM, late)
    signal.alarm(HANG_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)


def minimised(data: bytes, bad: Callable[[bytes], bool], seconds: float = 30.0) -> bytes:
    """The least part of a case that still does the same: pieces are left out while they can be."""
    until = time.monotonic() + seconds
    for glue in (b"\n", b""):
        parts = data.split(b"\n") if glue else [data[i : i + 1] for i in range(len(data))]
        size = max(1, len(parts) // 2)
        while time.monotonic() < until:
            at, shorter = 0, False
            while at < len(parts) and time.monotonic() < until:
                rest = parts[:at] + parts[at + size :]
                if bad(glue.join(rest)):
                    parts, shorter = rest, True
                else:
                    at += size
            if size == 1 and not shorter:
                break
            size = size if shorter else max(1, size // 2)
        data = glue.join(parts)
    return data


def fuzz(bench: Bench, crashes: Path, *, seed: int, until: float) -> None:
    """Try one case after another, which the seed and their number make; save the bad ones."""
    while time.monotonic() < until:
        rng = random.Random(f"{seed} {bench.tally.cases}")
        data = mutated(rng.choice(seeds()), rng)
        fault = bench.run(data)
        if fault is not None and bench.tally.faults[fault.signature] == 1:
            save(bench, crashes, data, fault)


def save(bench: Bench, crashes: Path, data: bytes, fault: Fault) -> None:
    """Write the first case of a fault, the least that does the same, and what was raised."""
    crashes.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(fault.signature.encode()).hexdigest()[:8]
    (crashes / f"{name}.yaml").write_bytes(data)
    (crashes / f"{name}.txt").write_text(f"{fault.signature}\n{fault.detail}\n", "utf-8")

    def bad(part: bytes) -> bool:
        again = bench.run(part)
        return again is not None and again.signature == fault.signature

    tally, bench.tally = bench.tally, Tally()
    if fault.signature != "memory":  # the peak of a process is reached once
        (crashes / f"{name}.min.yaml").write_bytes(minimised(data, bad))
    bench.tally = tally


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="torture fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--crashes", type=Path, default=ROOT / "output" / "fuzz")
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="torture-fuzz-") as folder:
        bench = Bench(Path(folder))
        if options.replay:
            for path in options.replay:
                fault = bench.run(path.read_bytes())
                print(f"{path}: {f'{fault.signature}: {fault.detail}' if fault else 'well'}")
        else:
            until = time.monotonic() + options.minutes * 60
            fuzz(bench, options.crashes, seed=options.seed, until=until)
    tally = bench.tally
    print(f"seed {options.seed}, {options.minutes:g} minutes")
    print(f"{tally.cases} cases: {tally.refused} refused, {tally.planned} planned")
    print(f"the slowest took {tally.slowest_s:.2f} s, the peak was {peak_bytes() / 1e6:.0f} MB")
    for signature, count in tally.faults.items():
        print(f"FAULT {count} x {signature}, saved in {options.crashes}")
    return int(bool(tally.faults))
