"""scripts/torture: it counts what it breaks, finds a planted fault, and repeats by its seed."""

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

if sys.platform != "linux":
    pytest.skip("scripts/torture looks for processes in /proc", allow_module_level=True)

from torture import disk, driver, fuzz, victim
from torture.faults import CALLS, ERRORS, Counter, failing
from torture.mutations import mutated, seeds


def test_what_is_broken_is_told_and_counted() -> None:
    tally = driver.Tally()
    tally.judge("warm SIGKILL", [], "old")
    assert not tally.is_broken
    tally.judge("warm SIGKILL", ["at 0.1 s, a.mp3 is gone"])
    assert tally.is_broken
    assert tally.lines()[-1] == "BROKEN warm SIGKILL: at 0.1 s, a.mp3 is gone"
    assert tally.as_json()["faults"] == {"warm SIGKILL": {"old": 1, "BROKEN": 1}}


def test_a_fault_comes_at_its_call_and_nowhere_else(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    counter = Counter(2, 28)
    with failing("write", counter, under=inside):
        (outside / "a").write_bytes(b"whole")
        (inside / "a").write_bytes(b"whole")
        with pytest.raises(OSError, match="No space left"):
            (inside / "b").write_bytes(b"half of it")
    assert (inside / "a").read_bytes() == (outside / "a").read_bytes() == b"whole"
    assert (inside / "b").read_bytes() == b"half "
    assert counter.failed == 1


def test_a_place_tells_its_torn_entries_and_leftovers(tmp_path: Path) -> None:
    place = victim.Place(tmp_path).made()
    assert (place.leftovers(), place.torn(), place.living()) == ([], [], [])
    (place.cache / f"{'a' * 64}.smr").write_bytes(b"smrcache1\n half")
    (place.out / ".a.mp3.tmp").touch()
    assert place.torn() == [f"{'a' * 64}.smr"]
    assert place.leftovers() == ["out/.a.mp3.tmp"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> victim.Place:
    """One place with an old file, an old profile and a warm cache."""
    return disk.prepared(tmp_path_factory.mktemp("disk"), ("build", "profile"))


anything = given(
    where=st.sampled_from(["profile", "build", "cold cache", "warm cache"]),
    call=st.sampled_from(CALLS),
    error=st.sampled_from(ERRORS),
    number=st.integers(1, 8),
    lasting=st.booleans(),
)


def try_with_a_fault(
    place: victim.Place, *, where: str, call: str, error: str, number: int, lasting: bool
) -> driver.Run:
    """Raise AssertionError with what broke, if one fault in one folder broke anything."""
    run = driver.Run(seed=1, count=1, folder=place.folder, end_s=0)
    if where.endswith("cache"):
        cold = where.startswith("cold")
        disk.in_cache(place, call, error, number=number, lasting=lasting, cold=cold, run=run)
    else:
        disk.fault(place, where, call, error, number=number, lasting=lasting, run=run)
    assert run.tally.told == []
    return run


@anything
@example(where="cold cache", call="close", error="EROFS", number=1, lasting=True)
@settings(max_examples=4)  # of the 300 below
@pytest.mark.slow
def test_whatever_call_on_files_fails_nothing_is_lost(place: victim.Place, **how: Any) -> None:
    try_with_a_fault(place, **how)


@pytest.mark.slow
@anything
@settings(max_examples=300)
def test_of_many_faults_of_files_too(place: victim.Place, **how: Any) -> None:
    try_with_a_fault(place, **how)


@pytest.mark.parametrize("call", ["open", "write", "fsync", "close"])
def test_a_profile_that_cannot_be_written_is_refused_and_stays(place: victim.Place, call: str) -> None:
    run = try_with_a_fault(place, where="profile", call=call, error="ENOSPC", number=1, lasting=False)
    assert run.tally.counts[f"profile {call}"]["refused"] == 1


@pytest.mark.parametrize("words", [["nothing"], ["kill", "--count", "x"]])
def test_a_wrong_call_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        driver.main(words)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["kill", "--count", "5"], ["disk", "--count", "40"], ["together", "--count", "1"],
              ["engine"]],
)  # fmt: skip
def test_every_promise_is_kept(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = dict(os.environ)
    status = driver.main([*words, "--seed", "1", "--json"])
    assert status == 0, json.loads(capsys.readouterr().out)["broken"]
    assert dict(os.environ) == before


def test_a_sample_of_bad_content_is_refused_in_words_or_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzz.Bench, "_warm", lambda _: None)  # which would take longer
    bench = fuzz.Bench(tmp_path)
    for number in range(12):
        rng = random.Random(number)
        fault = bench.run(mutated(rng.choice(seeds()), rng))
        assert fault is None or fault.signature in ("slow", "memory"), fault
    assert bench.tally.refused > 3


def test_a_bad_case_is_cut_down_to_what_makes_it_bad() -> None:
    data = b"kind: routine\n" * 50 + b"title: abc{def\n" + b"steps: []\n" * 50
    assert fuzz.minimised(data, lambda part: b"c{d" in part) == b"c{d"
