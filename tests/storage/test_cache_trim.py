"""What was not used for longest goes first, and nothing that is not the cache's."""

import errno
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio.errors import BuildError
from smr_audio.storage.atomic import private_folder
from smr_audio.storage.cache import Cache, Trimmed
from tests.doubles import raising
from tests.storage.test_cache import KEY, entry_of

HEAD = 42  # bytes of an entry before its data
DAY_S = 86_400


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("SMR_AUDIO_CACHE_MAX", raising=False)
    return Cache(tmp_path / "cache")


def key(number):
    return {"number": number}


def fill(cache, count, *, size=100):
    """Entries 0, 1, … of `size` bytes as files; 0 was last used longest ago, all days ago."""
    for number in range(count):
        cache.put(key(number), bytes(size - HEAD))
        set_age(cache, number, (1000 - number) * DAY_S)


def set_age(cache, number, age_s):
    os.utime(entry_of(cache, key(number)), (time.time() - age_s,) * 2)


def kept(cache, count):
    """Which of the entries are there, without using them."""
    return [number for number in range(count) if entry_of(cache, key(number)).exists()]


refuse = raising(PermissionError(errno.EACCES, "Permission denied"))


@given(files=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5)), max_size=12), max_bytes=st.integers(0, 3000))
def test_trim_removes_no_more_than_it_must_and_none_before_an_older(files, max_bytes):
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder))
        for number, (size, age_days) in enumerate(files):
            cache.put(key(number), bytes(size))
            set_age(cache, number, age_days * DAY_S)
        before = cache.info().bytes
        trimmed = cache.trim(max_bytes)
        stay = kept(cache, len(files))
        gone = [number for number in range(len(files)) if number not in stay]
        assert cache.info().bytes == trimmed.bytes == before - trimmed.freed <= max_bytes
        assert (trimmed.removed, trimmed.entries) == (len(gone), len(stay))
        if gone:
            ages = [age for _, age in files]
            assert min(ages[n] for n in gone) >= max((ages[n] for n in stay), default=0)
            last_bytes = max(files[n][0] for n in gone if ages[n] == min(ages[g] for g in gone))
            assert trimmed.bytes + HEAD + last_bytes > max_bytes


def test_using_an_entry_saves_it(cache, monkeypatch):
    fill(cache, 10)
    assert cache.get(key(0)) is not None
    cache.trim(300)
    assert kept(cache, 10) == [0, 8, 9]
    monkeypatch.setattr(os, "utime", refuse)  # which is no trouble
    assert cache.get(key(0)) == bytes(100 - HEAD)


def test_use_is_noted_to_the_hour_and_a_warm_read_writes_nothing(cache):
    cache.put(KEY, b"sound")
    path = entry_of(cache)
    for age_s, noted in ((3500, False), (3700, True), (7 * DAY_S, True)):
        used_s = time.time() - age_s
        os.utime(path, (used_s, used_s))
        assert cache.get(KEY) == b"sound"
        expected = time.time() if noted else used_s
        assert path.stat().st_mtime == pytest.approx(expected, abs=60), age_s


def test_trim_and_clear_say_when_an_entry_cannot_be_deleted(cache, monkeypatch):
    fill(cache, 3)
    unlink, oldest = Path.unlink, entry_of(cache, key(0))

    def guarded(path, **options):
        refuse() if path == oldest else unlink(path, **options)

    monkeypatch.setattr(Path, "unlink", guarded)
    with pytest.raises(BuildError, match=r"cannot delete entries of .*: permission denied; do it by hand"):
        cache.trim(200)
    assert kept(cache, 3) == [0, 2]
    with pytest.raises(BuildError, match=r"cannot delete entries of .*: permission denied"):
        cache.clear()


def test_what_another_process_deletes_meanwhile_counts_as_gone(cache, monkeypatch):
    fill(cache, 4)
    unlink = Path.unlink

    def late(path, **options):
        unlink(path)
        unlink(path, **options)

    monkeypatch.setattr(Path, "unlink", late)
    assert cache.trim(100) == Trimmed(0, 0, 1, 100)
    assert kept(cache, 4) == [3]


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is locked there")
def test_an_interrupt_while_an_entry_is_begun_leaves_nothing(cache, monkeypatch):
    monkeypatch.setattr(os, "replace", raising(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        cache.put(KEY, b"sound")
    assert [path for path in cache.root.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="no lock tells there")
def test_clear_removes_what_a_killed_process_was_writing_and_nothing_in_use(cache):
    cache.put(KEY, b"sound")
    left = cache.root / ".smr-audio-01234567.tmp"
    left.mkdir()
    (left / "half.smr").write_bytes(b"half")
    with private_folder(cache.root) as running:
        assert cache.clear() == 1
        assert running.exists()
    assert not left.exists()


@pytest.mark.parametrize(("max_bytes", "first"), [(None, 0), (2000, 0), (1999, 3), (0, 20)])
def test_a_cache_past_its_cap_is_cut_to_nine_tenths(cache, max_bytes, first):
    fill(cache, 20)
    cache.max_bytes = max_bytes
    cache.keep_in_bounds()
    assert kept(cache, 20) == list(range(first, 20))


def test_what_this_build_put_and_read_outlives_what_is_older(cache):
    fill(cache, 10)
    build = Cache(cache.root)
    build.max_bytes = 500
    assert build.get(key(0)) and build.get(key(3))
    build.put({"new": 1}, bytes(58))
    build.keep_in_bounds()
    assert kept(cache, 10) == [0, 3, 9]
    assert build.get({"new": 1}) is not None


def test_a_build_that_put_nothing_deletes_nothing(cache):
    fill(cache, 3)
    warm = Cache(cache.root)
    warm.max_bytes = 10
    assert warm.get(key(1)) is not None
    warm.keep_in_bounds()
    assert kept(cache, 3) == [0, 1, 2]


def test_a_build_that_could_put_nothing_makes_room(cache, monkeypatch):
    fill(cache, 20)
    full = Cache(cache.root)
    full.max_bytes = 1999
    monkeypatch.setattr(Path, "write_bytes", raising(OSError(errno.ENOSPC, "No space left")))
    assert not full.put({"new": 1}, bytes(58))
    full.keep_in_bounds()
    assert kept(cache, 20) == list(range(3, 20))


def test_one_object_looks_again_when_it_has_put_a_fiftieth(cache, monkeypatch):
    scans = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: scans.append(path) or scandir(path))
    cache.max_bytes = 10_000
    found = []
    for size in (100, 100, 101, 0):
        if size:
            cache.put(KEY, bytes(size - HEAD))
        scans.clear()
        cache.keep_in_bounds()
        found.append(bool(scans))
    assert found == [True, False, True, False]


@pytest.mark.parametrize("what", ["gone", "file"])
def test_a_folder_that_is_lost_before_the_end_is_no_trouble(cache, what):
    cache.put(KEY, b"sound")
    cache.clear()
    shutil.rmtree(cache.root)
    if what == "file":
        cache.root.write_text("in the way")
    cache.max_bytes = 0
    cache.keep_in_bounds()
    assert cache.trim(0) == Trimmed(0, 0, 0, 0)
    assert cache.root.exists() == (what == "file")


def test_nothing_that_the_system_refuses_ends_a_build(cache, monkeypatch):
    fill(cache, 3)
    cache.max_bytes = 0
    for module, name in ((os, "open"), (os, "scandir"), (Path, "unlink")):
        with monkeypatch.context() as broken:
            broken.setattr(module, name, refuse)
            cache.put(KEY, b"sound")
            cache.keep_in_bounds()
        # Once it may again, the next one does what this one could not.
        cache.put(KEY, b"sound")
        assert cache.get(KEY) == b"sound", name
