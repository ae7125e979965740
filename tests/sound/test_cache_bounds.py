"""A cache keeps within its cap by itself, and no build is kept waiting for it."""

import os
import time
from pathlib import Path

import pytest

from smr_audio.storage import cache_folder
from smr_audio.storage.cache import Cache
from smr_audio.storage.cache_folder import Trimmed
from tests.sound.test_cache import KEY
from tests.sound.test_cache_trim import HEAD, fill, kept, key, refuse


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("SMR_AUDIO_CACHE_MAX", raising=False)
    return Cache(tmp_path / "cache")


def stamp_of(cache):
    return next(path for path in cache.root.iterdir() if path.is_file())


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


@pytest.fixture
def scans(monkeypatch):
    """Every look through a whole cache."""
    contents, seen = cache_folder.contents, []

    def counted(root):
        seen.append(root)
        return contents(root)

    monkeypatch.setattr(cache_folder, "contents", counted)
    return seen


def test_a_build_that_put_nothing_looks_at_nothing(cache, scans):
    fill(cache, 3)
    warm = Cache(cache.root)
    warm.max_bytes = 10
    assert warm.get(key(1)) is not None
    before = sorted(cache.root.rglob("*"))
    warm.keep_in_bounds()
    assert (scans, sorted(cache.root.rglob("*"))) == ([], before)


def test_all_builds_look_once_an_hour(cache, scans):
    for _ in range(3):
        build = Cache(cache.root)
        build.put(KEY, b"sound")
        build.keep_in_bounds()
        build.keep_in_bounds()
    assert len(scans) == 1
    for age_s in (3700, -3700):  # a stamp of the future is of a wrong clock
        os.utime(stamp_of(cache), (time.time() - age_s,) * 2)
        build = Cache(cache.root)
        build.put(KEY, b"sound")
        build.keep_in_bounds()
    assert len(scans) == 3
    assert abs(time.time() - stamp_of(cache).stat().st_mtime) < 60


def test_a_build_that_puts_much_looks_at_once(cache, scans):
    cache.max_bytes = 10_000
    cache.put(KEY, b"sound")
    cache.keep_in_bounds()
    cache.put(KEY, bytes(200 - HEAD))
    cache.keep_in_bounds()
    assert len(scans) == 1
    cache.put(KEY, b"")  # together with the last, more than 2 %
    cache.keep_in_bounds()
    assert len(scans) == 2
    cache.keep_in_bounds()
    assert len(scans) == 2


def test_the_note_of_the_last_scan_is_no_entry_and_goes_with_clear(cache):
    cache.put(KEY, b"sound")
    cache.keep_in_bounds()
    assert stamp_of(cache).exists()
    assert cache.info().entries == cache.clear() == 1
    assert list(cache.root.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="dates a link")
@pytest.mark.parametrize("what", ["folder", "link", "dangling link"])
def test_a_foreign_thing_in_the_note_s_place_is_left_alone(cache, tmp_path, what):
    cache.put(KEY, b"sound")
    cache.keep_in_bounds()
    stamp = stamp_of(cache)
    stamp.unlink()
    outside = tmp_path / "outside"
    if what == "folder":
        stamp.mkdir()
    else:
        if what == "link":
            outside.write_text("mine")
        stamp.symlink_to(outside)
    os.utime(stamp, (1e9, 1e9), follow_symlinks=False)
    for _ in range(2):
        cache.put(KEY, b"sound")
        cache.keep_in_bounds()
        assert cache.get(KEY) == b"sound"
    assert cache.clear() == 1
    assert stamp.is_symlink() or stamp.is_dir()
    assert outside.exists() == (what == "link")
    assert what != "link" or outside.read_text() == "mine"


@pytest.mark.parametrize("what", ["gone", "file"])
def test_a_folder_that_is_lost_before_the_end_is_no_trouble(cache, what):
    cache.put(KEY, b"sound")
    cache.clear()
    cache.root.rmdir()
    if what == "file":
        cache.root.write_text("in the way")
    cache.max_bytes = 0
    cache.keep_in_bounds()
    assert cache.trim(0) == Trimmed(0, 0, 0, 0)
    assert cache.root.exists() == (what == "file")


def test_nothing_that_the_system_refuses_ends_a_build(cache, monkeypatch):
    fill(cache, 3)
    cache.max_bytes = 0
    for module, name in ((os, "open"), (os, "scandir"), (Path, "unlink"), (Path, "lstat")):
        with monkeypatch.context() as broken:
            broken.setattr(module, name, refuse)
            cache.put(KEY, b"sound")
            cache.keep_in_bounds()
        # Once it may again, the next one does what this one could not.
        cache.put(KEY, b"sound")
        assert cache.get(KEY) == b"sound", name
