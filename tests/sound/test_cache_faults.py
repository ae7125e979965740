"""Every way the disk can fail a cache: a miss or an unkept entry, and one word about it."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smr_audio.storage.cache import Cache
from tests.sound.test_cache import KEY, entry_of

posix = pytest.mark.skipif(os.name == "nt", reason="files as POSIX has them")


@pytest.fixture
def heard():
    """What `on_trouble` was told."""
    return []


@pytest.fixture
def cache(tmp_path, heard):
    return Cache(tmp_path / "cache", on_trouble=heard.append)


def failing(number):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    return fail


def files_in(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def assert_unkept(cache, heard, reason):
    """Nothing is kept, nothing raised, and it is said once."""
    for number in range(3):
        assert cache.put({**KEY, "number": number}, b"sound") is False
        assert cache.get({**KEY, "number": number}) is None
    assert len(heard) == 1
    assert reason in heard[0]
    assert str(cache.root) in heard[0]
    assert "SMR_AUDIO_CACHE" in heard[0]
    assert cache.trouble == heard[0]
    cache.keep_in_bounds()
    assert cache.info().entries == cache.clear() == cache.trim(0).removed == 0


def test_a_file_in_the_folder_s_place_breaks_nothing(cache, heard):
    cache.root.write_text("not a folder")
    assert_unkept(cache, heard, "")
    assert cache.root.read_text() == "not a folder"


def test_a_file_above_the_folder_breaks_nothing(cache, heard, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    cache.root = tmp_path / "file" / "cache"
    assert_unkept(cache, heard, "")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc, which nobody can write")
def test_a_folder_that_nobody_can_write_breaks_nothing(cache, heard):
    cache.root = Path("/proc/cache")
    assert_unkept(cache, heard, "")


def test_a_folder_s_name_that_is_too_long_breaks_nothing(cache, heard, tmp_path):
    cache.root = tmp_path / ("x" * 300)
    assert_unkept(cache, heard, "")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES])
@pytest.mark.parametrize("call", [(Path, "mkdir"), (Path, "write_bytes"), (os, "replace")])
def test_a_disk_that_takes_nothing_breaks_nothing(cache, heard, monkeypatch, number, call):
    monkeypatch.setattr(*call, failing(number))
    assert_unkept(cache, heard, os.strerror(number))
    assert not cache.root.exists() or files_in(cache.root) == []


def test_a_disk_that_fills_up_keeps_the_old_entry_and_heals(cache, heard, monkeypatch):
    cache.put(KEY, b"old")
    with monkeypatch.context() as full:
        full.setattr(os, "replace", failing(errno.ENOSPC))
        assert cache.put(KEY, b"new") is False
        assert "No space left" in heard[0]
        assert cache.get(KEY) == b"old"
        assert files_in(cache.root) == [entry_of(cache)]
    assert cache.put(KEY, b"new")
    assert cache.get(KEY) == b"new"


@posix
def test_a_write_that_ends_half_way_leaves_nothing(tmp_path):
    script = """
import resource, sys
from pathlib import Path
from smr_audio.storage.cache import Cache

resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
heard = []
cache = Cache(Path(sys.argv[1]), on_trouble=heard.append)
print(cache.put({"n": 1}, bytes(50_000)), cache.put({"n": 2}, bytes(5_000)))
print(cache.get({"n": 1}), cache.get({"n": 2}) == bytes(5_000), len(heard))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "cache")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("False True\nNone True 1\n", "")
    assert [path.stat().st_size > 5000 for path in files_in(tmp_path)] == [True]


@posix
def test_what_cannot_be_read_is_a_miss(cache, monkeypatch):
    cache.put(KEY, b"sound")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", failing(errno.EIO))
        assert cache.get(KEY) is None
    assert cache.get(KEY) == b"sound"


def test_a_folder_in_an_entry_s_place_is_a_miss_and_is_left_alone(cache, heard):
    mine = entry_of(cache) / "mine"
    mine.mkdir(parents=True)
    for _ in range(2):
        assert cache.get(KEY) is None
        assert cache.put(KEY, b"sound") is False
    assert len(heard) == 1
    assert cache.info().entries == cache.clear() == 0
    assert mine.is_dir()
    assert files_in(cache.root) == []


def test_a_file_in_a_shard_s_place_costs_that_shard_only(cache, heard):
    shard = entry_of(cache).parent
    cache.root.mkdir()
    shard.write_text("mine")
    assert cache.put(KEY, b"sound") is False
    assert cache.get(KEY) is None
    other = next(k for n in range(9) if entry_of(cache, k := {"n": n}).parent != shard)
    assert cache.put(other, b"sound")
    assert cache.get(other) == b"sound"
    assert len(heard) == 1
    assert cache.clear() == 1
    assert shard.read_text() == "mine"


def test_a_folder_that_is_deleted_between_is_made_anew(cache):
    for _ in range(3):
        assert cache.put(KEY, b"sound")
        assert cache.get(KEY) == b"sound"
        shutil.rmtree(cache.root)
        assert cache.get(KEY) is None
