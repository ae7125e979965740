"""The cache keeps bytes, notices damage, and never breaks a build."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smr_audio.errors import UsageError
from smr_audio.storage.cache import Cache, key_digest, parse_size
from smr_audio.storage.paths import default_cache_root

KEY = {"kind": "clip", "sentence": "Go.", "rate": 1.0}


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def entry_of(cache, key=KEY) -> Path:
    digest = key_digest(key)
    return cache.root / digest[:1] / f"{digest}.smr"


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
    for no_json in (float("nan"), {1, 2}, object()):
        with pytest.raises((TypeError, ValueError)):
            key_digest({"a": no_json})


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


def test_what_a_reader_refuses_is_a_miss(cache):
    assert cache.read(KEY, int) is None
    cache.put(KEY, b"12")
    assert cache.read(KEY, int) == 12
    cache.put(KEY, b"twelve")
    assert cache.read(KEY, int) is None


def test_an_entry_s_name_and_form_stay_as_they_are(tmp_path):
    """Whoever changes one of them throws away what everybody has: then raise the magic too."""
    Cache(tmp_path).put({"text": "Größe", "rate": 1.5, "none": None}, b"sound")
    name = hashlib.sha256(rb'{"none":null,"rate":1.5,"text":"Gr\u00f6\u00dfe"}').hexdigest()
    checksum = hashlib.sha256(name.encode() + b"sound").digest()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == {
        tmp_path / name[:1] / f"{name}.smr": b"smrcache1\n" + checksum + b"sound"
    }


def test_clear_deletes_entries_and_nothing_else(cache):
    cache.put(KEY, b"sound")
    cache.put({"other": 1}, b"sound")
    mine = [cache.root / "notes.txt", entry_of(cache).with_name("holiday.smr")]
    for path in mine:
        path.write_text("mine")
    assert cache.clear() == 2
    assert sorted(path for path in cache.root.rglob("*") if path.is_file()) == sorted(mine)
    assert cache.get(KEY) is None
    assert cache.put(KEY, b"again")


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


def test_the_cache_needs_nothing_heavy():
    heavy = {"numpy", "click", "yaml", "platformdirs"}
    done = subprocess.run(
        [sys.executable, "-c",
         f"import smr_audio.storage.cache, sys; print(sorted({heavy} & set(sys.modules)))"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize(("text", "size"), [
    ("0", 0), ("4096", 4096), ("500MB", 500_000_000), ("1.5 gib", 1_610_612_736),
    ("2k", 2000), ("0.0001kB", 0), (" 2 GB ", 2_000_000_000),
])  # fmt: skip
def test_a_size_is_exact_bytes(text, size):
    assert parse_size(text) == size


WRONG = ["", "lots", "-1", "1.5", ".5GB", "1,5GB", "1e9", "GB", "5XB", "5  MB", "٣MB", "9" * 5000]


@pytest.mark.parametrize("text", [*WRONG, "off"])
def test_what_is_no_size_is_refused_with_examples(monkeypatch, tmp_path, text):
    with pytest.raises(UsageError, match=r"is no size; write one such as 500MB, 2GB, 1GiB or 0"):
        parse_size(text)
    if text not in ("", "off"):
        monkeypatch.setenv("SMR_AUDIO_CACHE_MAX", text)
        with pytest.raises(UsageError, match=r"SMR_AUDIO_CACHE_MAX is '.*', which is no size; "):
            Cache(tmp_path)


@pytest.mark.parametrize(("value", "size"), [("", 2_000_000_000), (" OFF ", None), ("0", 0), ("1GiB", 2**30)])
def test_the_variable_says_how_large_a_cache_may_be(monkeypatch, tmp_path, value, size):
    monkeypatch.setenv("SMR_AUDIO_CACHE_MAX", value)
    assert Cache(tmp_path).max_bytes == size


def test_ctrl_c_that_a_removal_turns_into_an_error_is_no_trouble_of_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The standard library closes a folder twice if it is interrupted between closing and noting so."""

    def closed_twice(*_: object, **__: object) -> None:
        try:
            raise KeyboardInterrupt
        finally:
            os.close(-1)

    monkeypatch.setattr(shutil, "rmtree", closed_twice)
    with pytest.raises(KeyboardInterrupt):
        Cache(tmp_path).put({"kind": "any"}, b"data")
