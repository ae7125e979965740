"""What grows: the session, the library, the table of a batch, the cache."""

from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

from bench import inputs, rivals
from bench.cases import BUILD, SYSTEM, Case, Run, built, command
from bench.process import Place, Sample, run

# Techniques of a made-up session and sets of each; a hold is 60 s.
SESSIONS: Final = {"10 min": (10, 1), "1 h": (19, 3), "4 h": (23, 10), "12 h": (36, 19)}
LIBRARIES: Final = (30, 300, 1000, 5000)
TABLES: Final = (100, 1000, 10_000)
CACHES: Final = (1000, 10_000, 100_000)
LONGEST: Final = {rivals.APPENDED: "1 h", rivals.ONCE: "4 h", rivals.PIPELINE: "4 h"}
"""The longest session that each rival makes here."""


def cases(stage: Path, *, quick: bool) -> Iterator[Case]:
    """Each for all sizes, or for the two least."""
    most = 2 if quick else None
    for of in [*SESSIONS][:most]:
        yield from _minutes(stage, of)
    for size in LIBRARIES[:most]:
        yield from _techniques(stage, size)
    for size in TABLES[:most]:
        yield Case("rows", "`batch`", f"{size:,} rows", _rows(stage, size), rounds=2 if size < TABLES[-1] else 1)
    for size in CACHES[:most]:
        yield from _entries(stage, size)


def _minutes(stage: Path, of: str) -> Iterator[Case]:
    name = f"bench-{of.replace(' ', '-')}"
    content = inputs.write_library(stage / name, SESSIONS[of][0], {name: SESSIONS[of]})
    session = (name, "--content", str(content))
    warm, rounds = built(stage, SYSTEM, *session), 3 if of == "10 min" else 2
    yield Case("minutes", "`build`, nothing cached", of, command(*BUILD, *session), rounds)
    yield Case("minutes", "`build`, all cached", of, command(*BUILD, *session, warm=warm), rounds)
    changed = command(*BUILD, *session, "--hold", "59", warm=warm)
    yield Case("minutes", "`build`, every hold changed", of, changed, rounds)
    pieces = inputs.pieces(Place(stage / name, SYSTEM), *session)
    for what, rival in rivals.ways(pieces).items():
        if SESSIONS[of] <= SESSIONS[LONGEST[what]]:
            yield Case("minutes", what, of, rival, rounds=1)


def _techniques(stage: Path, size: int) -> Iterator[Case]:
    @cache
    def library() -> str:
        return str(inputs.write_library(stage / f"{size}-techniques", size, {"bench": (10, 1)}))

    of, rounds = f"{size:,} techniques", 3 if size < LIBRARIES[-1] else 2
    yield Case("techniques", "`check`", of, lambda folder: run(Place(folder), "check", library()), rounds)
    plan = ("plan", "bench", "--no-profile", "--content")
    yield Case("techniques", "`plan`", of, lambda folder: run(Place(folder), *plan, library()), rounds)


def _rows(stage: Path, size: int) -> Run:
    """A batch of few different sessions of half a minute; a row is a file."""
    content = inputs.write_library(stage / "rows", 1, {"bench": (1, 1)})
    table = inputs.write_table(stage / f"{size}.csv", "bench", rows=size, distinct=5)
    return command("batch", str(table), "-o", "files", "--content", str(content))


def _entries(stage: Path, size: int) -> Iterator[Case]:
    """A build that adds a little to a cache with so much else, and a look at it."""
    content = inputs.write_library(stage / "entries", 10, {"bench": (10, 1)})
    session = (*BUILD, "bench", "--content", str(content))
    holds = count(40)

    @cache
    def place() -> Place:
        full = Place(stage / f"{size}-entries", SYSTEM)
        inputs.fill_cache(full.cache, size)
        run(full, *session)
        return full

    def changed(_: Path) -> Sample:
        return run(place(), *session, "--hold", f"bench-1={next(holds)}")

    of = f"{size:,} entries"
    yield Case("entries", "`build`, one hold changed", of, changed, rounds=3)
    yield Case("entries", "`cache info`", of, lambda _: run(place(), "cache", "info"), rounds=3)
