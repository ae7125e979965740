"""Sizes are read as people write them, and a wrong one is said to be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio.errors import UsageError
from smr_audio.storage.cache import Cache, default_max_bytes, parse_size

UNITS = {
    "": 1, "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
    "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "M": 10**6, "Gi": 2**30,
}  # fmt: skip


@given(st.integers(0, 10**15 - 1), st.sampled_from(sorted(UNITS)), st.sampled_from(["", " "]))
def test_a_number_and_a_unit_are_a_size(number, unit, gap):
    for spelling in (unit, unit.lower(), unit.upper()):
        assert parse_size(f"{number}{gap if unit else ''}{spelling}") == number * UNITS[unit]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0), ("0GB", 0), ("4096", 4096), ("1.5GB", 1_500_000_000), ("1.1GB", 1_100_000_000),
        ("0.5KiB", 512), ("0.0001kB", 0), (" 2 GB ", 2_000_000_000),
    ],
)  # fmt: skip
def test_a_size_is_exact_bytes(text, size):
    assert parse_size(text) == size


WRONG = [
    "lots", "-1", "-5MB", "+5MB", "1.5", "1.5B", ".5GB", "1.GB", "1,5GB", "1_000", "1e9", "nan",
    "inf", "0x10", "GB", "5XB", "5MBB", "5iB", "5 MB MB", "5  MB", "٣MB", "9" * 16, "9" * 5000,
    "1\nGB", "off",
]  # fmt: skip


@pytest.mark.parametrize("text", ["", " ", *WRONG])
def test_what_is_no_size_is_refused_with_examples(text):
    with pytest.raises(UsageError, match=r"is no size; write one such as 500MB, 2GB, 1GiB or 0"):
        parse_size(text)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (None, 2_000_000_000), ("", 2_000_000_000), ("off", None), (" OFF ", None), ("0", 0),
        ("500MB", 500_000_000), ("1GiB", 2**30), ("12345", 12345),
    ],
)  # fmt: skip
def test_the_variable_says_how_large_a_cache_may_be(monkeypatch, tmp_path, value, size):
    monkeypatch.delenv("SMR_AUDIO_CACHE_MAX", raising=False)
    if value is not None:
        monkeypatch.setenv("SMR_AUDIO_CACHE_MAX", value)
    assert default_max_bytes() == size
    assert Cache(tmp_path).max_bytes == size


@pytest.mark.parametrize("value", [" ", *(text for text in WRONG if text != "off")])
def test_a_wrong_variable_is_named_before_anything_is_done(monkeypatch, tmp_path, value):
    monkeypatch.setenv("SMR_AUDIO_CACHE_MAX", value)
    with pytest.raises(UsageError) as caught:
        Cache(tmp_path)
    assert str(caught.value) == (
        f"SMR_AUDIO_CACHE_MAX is '{value}', which is no size; "
        "write one such as 500MB, 2GB, 1GiB or 0, or off for no limit"
    )
