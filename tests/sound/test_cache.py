"""The cache keeps bytes, notices damage, and never breaks a build."""

import errno
import os
import time
from pathlib import Path

import pytest

from smr_audio.errors import BuildError
from smr_audio.sound.cache import Cache, default_cache_root, key_digest

KEY = {"kind": "clip", "sentence": "Go.", "rate": 1.0}


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def entry_of(cache, key=KEY) -> Path:
    digest = key_digest(key)
    return cache.root / digest[:2] / f"{digest}.smr"


def test_what_was_put_is_got(cache):
    assert cache.get(KEY) is None
    assert cache.put(KEY, b"sound") is True
    assert cache.get(KEY) == b"sound"
    assert cache.get({**KEY, "rate": 1.1}) is None
    assert cache.put(KEY, b"") is True
    assert cache.get(KEY) == b""


def test_a_key_is_its_meaning_not_its_spelling():
    assert key_digest({"a": 1, "b": [1, 2]}) == key_digest({"b": (1, 2), "a": 1})
    assert key_digest({"a": 1}) != key_digest({"a": "1"})


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_a_key_that_has_no_json_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        key_digest({"a": value})


def test_every_damaged_byte_is_a_miss_and_is_mended(cache):
    cache.put(KEY, b"sound")
    path = entry_of(cache)
    good = path.read_bytes()
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert cache.get(KEY) is None
    for damaged in (b"", good[:-1], good[:20], good + b"x"):
        path.write_bytes(damaged)
        assert cache.get(KEY) is None
    assert cache.put(KEY, b"sound")
    assert cache.get(KEY) == b"sound"


def test_an_entry_under_another_s_name_is_a_miss(cache):
    other = {**KEY, "sentence": "Stop."}
    cache.put(KEY, b"sound")
    cache.put(other, b"other")
    entry_of(cache, other).write_bytes(entry_of(cache).read_bytes())
    assert cache.get(other) is None


def test_no_temporary_file_is_left(cache):
    for number in range(20):
        cache.put({"number": number}, b"x")
    assert {path.suffix for path in cache.root.rglob("*") if path.is_file()} == {".smr"}


def test_info_counts_entries_and_their_bytes(cache):
    assert cache.info().entries == cache.info().bytes == 0
    cache.put(KEY, b"sound")
    info = cache.info()
    assert (info.path, info.entries, info.bytes) == (
        cache.root, 1, entry_of(cache).stat().st_size,
    )  # fmt: skip


def test_a_file_in_the_folder_s_place_breaks_nothing(tmp_path):
    root = tmp_path / "cache"
    root.write_text("not a folder")
    heard = []
    cache = Cache(root, on_trouble=heard.append)
    assert cache.get(KEY) is None
    assert cache.put(KEY, b"sound") is False
    assert cache.put(KEY, b"sound") is False
    assert len(heard) == 1
    assert str(root) in heard[0] and "SMR_AUDIO_CACHE" in heard[0]
    assert cache.trouble == heard[0]
    assert cache.info().entries == cache.clear() == 0
    assert root.read_text() == "not a folder"


def test_a_full_disk_breaks_nothing_and_leaves_nothing(cache, monkeypatch):
    cache.put(KEY, b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert cache.put(KEY, b"new") is False
    assert "No space left" in cache.trouble
    assert cache.get(KEY) == b"old"
    assert [path.suffix for path in cache.root.rglob("*") if path.is_file()] == [".smr"]


def test_clear_deletes_entries_and_nothing_else(cache, tmp_path):
    cache.put(KEY, b"sound")
    cache.put({"other": 1}, b"sound")
    (cache.root / "notes.txt").write_text("mine")
    strange = entry_of(cache).with_name("holiday.smr")
    strange.write_text("mine")
    outside = tmp_path / "outside"
    outside.mkdir()
    shard = next(f"{n:02x}" for n in range(256) if not (cache.root / f"{n:02x}").exists())
    (cache.root / shard).symlink_to(outside, target_is_directory=True)
    (outside / f"{shard}{'0' * 62}.smr").write_text("mine")
    assert cache.clear() == 2
    left = sorted(path.name for path in cache.root.rglob("*") if path.is_file())
    assert left == ["holiday.smr", "notes.txt"]
    assert len(list(outside.iterdir())) == 1
    assert cache.get(KEY) is None
    assert cache.put(KEY, b"again")


def test_clear_says_when_an_entry_cannot_be_deleted(cache, monkeypatch):
    cache.put(KEY, b"sound")

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(BuildError, match=r"cannot clear.*Permission denied"):
        cache.clear()


@pytest.mark.parametrize("sweep", ["put", "clear"])
def test_stale_temporary_files_go_and_fresh_ones_stay(cache, sweep):
    cache.put(KEY, b"sound")
    stem = entry_of(cache).stem
    stale = entry_of(cache).with_name(f"{stem}.{'a' * 16}.tmp")
    fresh = entry_of(cache).with_name(f"{stem}.{'b' * 16}.tmp")
    stale.write_text("x")
    fresh.write_text("x")
    os.utime(stale, (time.time() - 3700,) * 2)
    if sweep == "put":
        Cache(cache.root).put({"other": 1}, b"x")
    else:
        cache.clear()
    assert not stale.exists()
    assert fresh.exists()


def test_a_put_survives_a_clear_that_takes_its_folder(cache, monkeypatch):
    write_bytes, calls = Path.write_bytes, []

    def racing(path, data):
        calls.append(path)
        if len(calls) == 1:
            path.parent.rmdir()
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "write_bytes", racing)
    assert cache.put(KEY, b"sound")
    assert cache.get(KEY) == b"sound"


def test_reading_marks_an_old_entry_as_used_but_not_a_young_one(cache):
    cache.put(KEY, b"sound")
    path = entry_of(cache)
    hour_ago, week_ago = time.time() - 3600, time.time() - 7 * 86_400
    os.utime(path, (hour_ago, hour_ago))
    cache.get(KEY)
    assert path.stat().st_mtime == pytest.approx(hour_ago, abs=1)
    os.utime(path, (week_ago, week_ago))
    cache.get(KEY)
    assert path.stat().st_mtime == pytest.approx(time.time(), abs=60)


def test_the_variable_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SMR_AUDIO_CACHE", str(tmp_path / "here"))
    assert default_cache_root() == tmp_path / "here"
    monkeypatch.setenv("SMR_AUDIO_CACHE", "~/there")
    assert default_cache_root() == Path.home() / "there"
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("SMR_AUDIO_CACHE")
        else:
            monkeypatch.setenv("SMR_AUDIO_CACHE", unset)
        assert default_cache_root().is_absolute()
        assert "smr-audio" in default_cache_root().parts
