"""Mutated content through the reader, `check` and `plan`: refused in words, or planned; else bad.

Usage: python scripts/torture fuzz [--engine atheris|hypothesis] [--minutes 30] [--seed N]
                                   [--crashes FOLDER] [--replay FILE ...]
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
_MOST_SAVED: Final = 3  # of one fault


class Keeper:
    """Runs cases, keeps what is bad, and writes down how far it is."""

    def __init__(self, bench: Any, crashes: Path, state: Path | None, wait_s: float = 5.0) -> None:
        self._bench, self._crashes, self._state = bench, crashes, state
        self._wait_s, self._next = wait_s, 0.0

    def run(self, data: bytes) -> None:
        """Try a case, and save it if it is bad."""
        fault = self._bench.run(data)
        if fault is not None and self._bench.tally.faults[fault.signature] <= _MOST_SAVED:
            self._save(data, fault)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._wait_s
            self.write()

    def write(self) -> None:
        """Say how far it is, for who reports it when this process is gone."""
        if self._state is not None:
            self._state.write_text(json.dumps(self._bench.tally.as_json()), "utf-8")

    def _save(self, data: bytes, fault: Any) -> None:
        from torture.case import minimised

        self._crashes.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(fault.signature.encode()).hexdigest()[:8]
        name += f"-{self._bench.tally.faults[fault.signature]}"
        (self._crashes / f"{name}.yaml").write_bytes(data)
        (self._crashes / f"{name}.txt").write_text(f"{fault.signature}\n{fault.detail}\n", "utf-8")
        if name.endswith("-1") and fault.signature != "memory":

            def bad(part: bytes) -> bool:
                again = self._bench.run(part)
                return again is not None and again.signature == fault.signature

            kept = self._bench.tally.faults[fault.signature]
            least = minimised(data, bad)
            self._bench.tally.faults[fault.signature] = kept
            (self._crashes / f"{name}.min.yaml").write_bytes(least)


def by_hypothesis(keeper: Keeper, until: float, seed: int) -> None:
    """Structured cases: what is changed, where and how, is Hypothesis' choice."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from torture.mutations import VALUES, mutated, seeds

    files = st.sampled_from(seeds())
    nodes = st.recursive(
        st.sampled_from(VALUES) | st.text(max_size=30).map(lambda text: json.dumps(text).encode()),
        lambda inner: st.lists(inner, max_size=4).map(lambda n: b"[" + b", ".join(n) + b"]")
        | st.dictionaries(
            st.sampled_from((b"en", b"zh", b"then_s", b"technique", b"hold", b"all", b"sets")),
            inner, max_size=4,
        ).map(lambda d: b"{" + b", ".join(k + b": " + v for k, v in d.items()) + b"}"),
        max_leaves=8,
    )  # fmt: skip
    edits = st.tuples(files, st.randoms(use_true_random=False)).map(lambda p: mutated(*p))

    @st.composite
    def keyed(draw: Any) -> bytes:
        """A shipped file with whole values of some of its keys replaced."""
        lines = draw(files).split(b"\n")
        tops = [at for at, line in enumerate(lines) if line[:1].isalpha() and b":" in line]
        for at in draw(st.lists(st.sampled_from(tops), min_size=1, max_size=3, unique=True)):
            end = next((t for t in tops if t > at), len(lines))
            key = lines[at].split(b":")[0]
            lines[at:end] = [key + b": " + draw(nodes)] + [b""] * (end - at - 1)
        return b"\n".join(lines)

    while time.monotonic() < until:

        @seeded(seed)
        @settings(
            max_examples=300,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(edits | keyed())
        def attempt(data: bytes) -> None:
            if time.monotonic() < until:
                keeper.run(data)

        attempt()
        seed += 1


def by_atheris(keeper: Keeper, corpus: Path, minutes: float, seed: int) -> None:
    """Cases that reach new branches are kept and changed further. Ends this process."""
    import atheris

    from torture.mutations import mutated, seeds

    for number, text in enumerate(seeds()):
        (corpus / f"seed-{number}.yaml").write_bytes(text)

    def mutate(data: bytes, most: int, chance: int) -> bytes:
        rng = random.Random(chance)
        if rng.random() < 0.3:
            return bytes(atheris.Mutate(data, most))
        return mutated(data, rng)[:most]

    options = [f"-max_total_time={int(minutes * 60)}", f"-seed={seed}", "-timeout=0",
               "-rss_limit_mb=0", "-max_len=60000", "-len_control=0", "-verbosity=1"]  # fmt: skip
    atheris.Setup(["fuzz", *options, str(corpus)], keeper.run, custom_mutator=mutate)
    atheris.Fuzz()


def run_engine(arguments: argparse.Namespace, folder: Path) -> None:
    """What the process of the engine does."""
    if arguments.engine == "atheris":
        import atheris

        rooms = ["smr_audio.library", "smr_audio.session", "smr_audio.timeline"]
        with atheris.instrument_imports(include=rooms):
            from torture.case import Bench, bound_memory
    else:
        from torture.case import Bench, bound_memory
    # In the folder of the parent, which deletes it: libFuzzer ends this process by itself.
    bench = Bench(folder / "bench")
    bound_memory()
    keeper = Keeper(bench, arguments.crashes, folder / "state.json")
    if arguments.engine == "atheris":
        (folder / "corpus").mkdir()
        by_atheris(keeper, folder / "corpus", arguments.minutes, arguments.seed)
    else:
        by_hypothesis(keeper, time.monotonic() + arguments.minutes * 60, arguments.seed)
        keeper.write()


def replay(files: list[Path]) -> int:
    """Try saved cases again."""
    from torture.case import Bench

    status = 0
    with tempfile.TemporaryDirectory(prefix="torture-fuzz-") as folder:
        bench = Bench(Path(folder), traced=False)
        for path in files:
            fault = bench.run(path.read_bytes())
            print(f"{path}: {fault.signature if fault else 'well'}")
            if fault:
                print(fault.detail, file=sys.stderr)
                status = 1
    return status


def executable_lines() -> int:
    """How many lines of the rooms that content goes through can be reached inside functions."""
    count = 0
    for room in ("library", "session", "timeline"):
        for path in sorted((ROOT / "smr_audio" / room).glob("*.py")):
            waiting = [
                part for part in compile(path.read_text("utf-8"), str(path), "exec").co_consts
                if hasattr(part, "co_lines")
            ]  # fmt: skip
            seen: set[int] = set()
            while waiting:
                code = waiting.pop()
                waiting += [part for part in code.co_consts if hasattr(part, "co_lines")]
                first = code.co_firstlineno
                seen |= {line for _, _, line in code.co_lines() if line and line != first}
            count += len(seen)
    return count


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="torture fuzz", description=__doc__)
    parser.add_argument("--engine", choices=("atheris", "hypothesis"), default="hypothesis")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--crashes", type=Path, default=ROOT / "output" / "fuzz")
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.replay:
        return replay(arguments.replay)
    if arguments.inside:
        run_engine(arguments, arguments.inside)
        return 0
    if arguments.engine == "atheris" and importlib.util.find_spec("atheris") is None:
        print("atheris is not installed; install the group 'torture' on Linux, or take "
              "--engine hypothesis", file=sys.stderr)  # fmt: skip
        return 4
    with tempfile.TemporaryDirectory(prefix="torture-fuzz-") as folder:
        inside = [sys.executable, str(Path(__file__).parent), "fuzz", *argv, "--inside", folder]
        log = Path(folder) / "log.txt"
        with log.open("wb") as file:  # libFuzzer talks much, and ends the process itself
            status = subprocess.run(inside, stdout=file, stderr=file, check=False).returncode
        said = log.read_text("utf-8", "replace")
        state = Path(folder) / "state.json"
        tally = json.loads(state.read_text("utf-8")) if state.exists() else None
    return report(arguments, tally, said, status)


def report(arguments: argparse.Namespace, tally: Any, said: str, status: int) -> int:
    """Print what a run found; 1 if that was anything."""
    if tally is None or status:
        print(said[-4000:], file=sys.stderr)
        print(f"the engine ended with {status}; seed {arguments.seed}", file=sys.stderr)
        if tally is None:
            return 1
    branches = [word for line in said.splitlines() if " cov: " in line
                for word in [line.split(" cov: ")[1].split()[0]]]  # fmt: skip
    print(f"engine {arguments.engine}, seed {arguments.seed}, {arguments.minutes:g} minutes")
    print(f"{tally['cases']} cases: {tally['refused']} refused, {tally['planned']} planned")
    print(f"the slowest took {tally['slowest_s']} s, the most memory was {tally['peak_mb']} MB")
    print(f"{tally['lines']} of {executable_lines()} lines of library, session and timeline "
          "reached (one case in forty is traced)")  # fmt: skip
    if branches:
        print(f"{branches[0]} branches reached by the seeds, {branches[-1]} in the end")
    for signature, count in tally["faults"].items():
        print(f"FAULT {count} x {signature}")
    if tally["faults"]:
        print(f"saved in {arguments.crashes}")
    return 1 if tally["faults"] or status else 0
