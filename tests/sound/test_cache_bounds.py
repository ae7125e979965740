"""A cache keeps within its cap by itself, and no build is kept waiting for it."""

import os
import shutil
from pathlib import Path

import pytest

from smr_audio.storage.cache import Cache, Trimmed
from tests.sound.test_cache import KEY
from tests.sound.test_cache_trim import HEAD, fill, kept, key, refuse


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("SMR_AUDIO_CACHE_MAX", raising=False)
    return Cache(tmp_path / "cache")


def test_a_cache_past_its_cap_is_cut_to_nine_tenths(cache):
    fill(cache, 20)
    cache.max_bytes = 1999
    cache.keep_in_bounds()
    assert kept(cache, 20) == list(range(3, 20))


def test_a_cache_within_its_cap_keeps_everything(cache):
    fill(cache, 20)
    cache.max_bytes = 2000
    cache.keep_in_bounds()
    assert len(kept(cache, 20)) == 20


def test_a_cap_of_nothing_keeps_nothing_and_off_keeps_all(cache):
    fill(cache, 3)
    cache.max_bytes = None
    cache.keep_in_bounds()
    assert len(kept(cache, 3)) == 3
    cache.put(key(0), b"")
    cache.max_bytes = 0
    cache.keep_in_bounds()
    assert kept(cache, 3) == []


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
