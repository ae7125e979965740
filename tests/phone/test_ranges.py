"""Range headers by themselves, and every byte of a session as its file has it."""

import random

import pytest

from smr_audio.serve.app import is_unchanged, span_of
from tests.phone.conftest import Heard

SIZE = 1000
ETAG = '"tag"'


@pytest.mark.parametrize(("asked", "start", "stop"), [
    ("bytes=0-0", 0, 1), ("bytes=0-999", 0, 1000), ("bytes=10-19", 10, 20),
    ("bytes=990-", 990, 1000), ("bytes=-1", 999, 1000), ("bytes=-1000", 0, 1000),
    ("bytes=999-1000", 999, 1000), ("BYTES=1-2", 1, 3), ("bytes= 1-2 ", 1, 3),
    ("bytes=1-2,", 1, 3),
])  # fmt: skip
def test_one_range_is_that_part(asked: str, start: int, stop: int) -> None:
    span = span_of({"range": asked}, size=SIZE, etag=ETAG)
    assert span == range(start, stop)


@pytest.mark.parametrize("asked", [
    "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=--1", "bytes=5-4",
    "bytes=0-1,5-6", "bytes=0-1,-1", "lines=0-1", "bytes=0x1-2", "bytes=1.5-2", "bytes=+1-2",
    "bytes=١-٢", "bytes=1-2-3", "0-1", "bytes:0-1", "bytes=0-" + "9" * 30,
])  # fmt: skip
def test_what_is_no_single_range_is_the_whole(asked: str) -> None:
    assert span_of({"range": asked}, size=SIZE, etag=ETAG) is None


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=1000-1000", "bytes=999999999999999999-", "bytes=-0"])
def test_a_range_past_the_end_cannot_be_met(asked: str) -> None:
    span = span_of({"range": asked}, size=SIZE, etag=ETAG)
    assert span is not None and not span


@pytest.mark.parametrize(("condition", "partial"), [
    (ETAG, True), ('W/"tag"', False), ('"other"', False), ("Sun, 06 Nov 1994 08:49:37 GMT", False),
])  # fmt: skip
def test_if_range_of_another_version_is_the_whole(condition: str, partial: bool) -> None:
    found = span_of({"range": "bytes=0-1", "if-range": condition}, size=SIZE, etag=ETAG)
    assert (found is not None) is partial


@pytest.mark.parametrize(
    ("known", "unchanged"), [(ETAG, True), (f'"a", W/{ETAG}', True), ("*", True), ('"a"', False), ("", False)]
)
def test_if_none_match_knows_lists_and_weak_names(known: str, unchanged: bool) -> None:
    assert is_unchanged({"if-none-match": known}, etag=ETAG) is unchanged


def test_ranges_are_those_of_the_built_file(heard: Heard) -> None:
    chance = random.Random(7)
    size = len(heard.sound)
    for _ in range(100):
        first = chance.randrange(size)
        # Short ones and long ones; a tile or an island begins and ends inside of some.
        last = min(size - 1, first + chance.choice((0, 1, 287, 288, 4000, 70_000, size)))
        form = chance.choice((f"{first}-{last}", f"{first}-", f"-{size - first}"))
        expected = heard.sound[first:] if form != f"{first}-{last}" else heard.sound[first : last + 1]
        answer = heard.get(Range=f"bytes={form}")
        assert answer.status_code == 206
        assert answer.content == expected, form
        assert answer.headers["content-length"] == str(len(expected))
        last_sent = first + len(expected) - 1
        assert answer.headers["content-range"] == f"bytes {first}-{last_sent}/{size}"
