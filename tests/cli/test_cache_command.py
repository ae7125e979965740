"""`smr-audio cache`: shown, trimmed and cleared as a person or a script would."""

import json
import os
import time
from pathlib import Path

import pytest

from smr_audio.storage.cache import Cache, key_digest
from tests.cli.conftest import Run

HEAD = 42  # bytes of an entry before its data


@pytest.fixture
def full(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """Ten entries of a megabyte; 0 was last used longest ago."""
    monkeypatch.delenv("SMR_AUDIO_CACHE_MAX", raising=False)
    cache = Cache(own_cache)
    for number in range(10):
        digest = key_digest({"number": number})
        cache.put({"number": number}, bytes(1_000_000 - HEAD))
        used_s = time.time() - (10 - number) * 86_400
        os.utime(own_cache / digest[:1] / f"{digest}.smr", (used_s, used_s))
    return cache


def test_info_shows_what_is_kept_and_what_may_be(run: Run, full: Cache) -> None:
    assert json.loads(run("cache", "info", "--json").stdout) == {
        "path": str(full.root), "entries": 10, "bytes": 10_000_000, "max_bytes": 2_000_000_000,
    }  # fmt: skip
    assert run("cache", "info").stdout == (f"{full.root}: 10 entries, 10.0 MB, at most 2000.0 MB\n")
    told = run("cache", "info", "--json", SMR_AUDIO_CACHE_MAX="off")
    assert json.loads(told.stdout)["max_bytes"] is None
    assert "no limit" in run("cache", "info", SMR_AUDIO_CACHE_MAX="off").stdout
    assert run("cache", "info", SMR_AUDIO_CACHE_MAX="lots").returncode == 2


def test_trim_deletes_the_least_recently_used_and_says_how_much(run: Run, full: Cache) -> None:
    assert run("cache", "trim", "--max-size", "10MB").stdout.startswith("0 entries removed, 0.0 MB")
    done = run("cache", "trim", "--max-size", "7.5MB")
    assert done.stdout == "3 entries removed, 3.0 MB; 7 left, 7.0 MB\n"
    assert [full.get({"number": n}) is None for n in range(4)] == [True, True, True, False]
    done = run("cache", "trim", "--max-size", "2MiB", "--json")
    assert json.loads(done.stdout) == {
        "removed": 5, "freed": 5_000_000, "entries": 2, "bytes": 2_000_000,
    }  # fmt: skip
    done = run("cache", "trim", "--max-size", "1MB")
    assert done.stdout == "1 entry removed, 1.0 MB; 1 left, 1.0 MB\n"
    assert json.loads(run("cache", "trim", "--max-size", "0", "--json").stdout) == {
        "removed": 1, "freed": 1_000_000, "entries": 0, "bytes": 0,
    }  # fmt: skip


def test_clear_deletes_every_entry(run: Run, full: Cache) -> None:
    assert run("cache", "clear").stdout == "10 entries removed\n"
    assert json.loads(run("cache", "clear", "--json").stdout) == {"removed": 0}
