"""Disks that fail, and processes that use, trim, clear and damage one cache at once."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smr_audio.storage.cache import Cache
from tests.storage.test_cache import KEY, entry_of

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


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES])
@pytest.mark.parametrize("call", [(Path, "mkdir"), (Path, "write_bytes"), (os, "replace")])
def test_a_disk_that_takes_nothing_breaks_nothing(cache, heard, monkeypatch, number, call):
    monkeypatch.setattr(*call, failing(number))
    assert_unkept(cache, heard, os.strerror(number)[1:])
    assert not cache.root.exists() or files_in(cache.root) == []


def test_a_disk_that_fills_up_keeps_the_old_entry_and_heals(cache, heard, monkeypatch):
    cache.put(KEY, b"old")
    with monkeypatch.context() as full:
        full.setattr(os, "replace", failing(errno.ENOSPC))
        assert cache.put(KEY, b"new") is False
        assert "no space left" in heard[0]
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


def test_a_folder_that_is_deleted_between_is_made_anew(cache):
    for _ in range(3):
        assert cache.put(KEY, b"sound")
        assert cache.get(KEY) == b"sound"
        shutil.rmtree(cache.root)
        assert cache.get(KEY) is None


HAMMER = """
import hashlib, json, os, random, shutil, sys, time
from pathlib import Path
from smr_audio.errors import BuildError
from smr_audio.storage.cache import Cache

root, seed, wrecks = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "wreck"
lasts_s = float(sys.argv[4])
chance = random.Random(seed)
heard = []
cache = Cache(root, on_trouble=heard.append)
cache.max_bytes = 150_000
counts = {"hit": 0, "miss": 0, "put": 0, "unkept": 0, "trim": 0, "clear": 0, "undeleted": 0}
end = time.monotonic() + lasts_s

def data(number):
    return hashlib.shake_256(str(number).encode()).digest(number * 20)

def wreck():
    files = [path for path in root.rglob("*") if path.is_file()]
    if chance.random() < 0.05:
        shutil.rmtree(root, ignore_errors=True)
    elif files:
        path = chance.choice(files)
        path.write_bytes(path.read_bytes()[: chance.randrange(3000)] + chance.randbytes(20))

# However short it lasts, what is rare comes up.
rounds = 0
while time.monotonic() < end or rounds < 500:
    rounds += 1
    number, dice = chance.randrange(200), chance.random()
    key = {"number": number}
    try:
        if dice < 0.55:
            got = cache.get(key)
            assert got is None or got == data(number), number
            counts["miss" if got is None else "hit"] += 1
        elif dice < 0.96:
            counts["put" if cache.put(key, data(number)) else "unkept"] += 1
        elif dice < 0.98:
            cache.keep_in_bounds()
        elif dice < 0.99:
            trimmed = cache.trim(chance.randrange(200_000))
            counts["trim"] += trimmed.removed
            assert trimmed.removed >= 0 <= trimmed.bytes
        elif dice < 0.995:
            counts["clear"] += cache.clear()
        elif cache.info().entries and wrecks:
            try:
                wreck()
            except OSError:
                pass
    except BuildError:
        counts["undeleted"] += 1
print(json.dumps({**counts, "heard": heard}))
"""


@pytest.mark.parametrize("lasts_s", [0, pytest.param(5, marks=pytest.mark.slow)])
@pytest.mark.parametrize("wreck", ["no", "wreck"])
@pytest.mark.slow
def test_processes_that_put_get_trim_and_clear_at_once_never_read_a_wrong_byte(tmp_path, wreck, lasts_s):
    root = tmp_path / "cache"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", HAMMER, str(root), str(seed), wreck, str(lasts_s)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for seed in range(4)
    ]  # fmt: skip
    done = [(*process.communicate(timeout=60), process.returncode) for process in processes]
    assert [(error, status) for _, error, status in done] == [("", 0)] * 4
    counts = [json.loads(output) for output, _, _ in done]
    for what in ("hit", "miss", "put", "trim", "clear"):
        assert sum(count[what] for count in counts) > 0, what
    if wreck == "no" and os.name == "posix":
        for count in counts:
            assert (count["unkept"], count["undeleted"], count["heard"]) == (0, 0, [])
        assert all(path.suffix == ".smr" for path in root.rglob("*") if path.is_file())
    cache = Cache(root)
    cache.put(KEY, b"sound")
    assert cache.get(KEY) == b"sound"
