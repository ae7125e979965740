"""Names from rows: safe to write on every system, told apart, and the same each time."""

import unicodedata
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio.storage.paths import MOST_NAME_BYTES, FileNames, safe_name

RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
RESERVED |= {f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"}


@pytest.mark.parametrize(("text", "name"), [
    ("Anna Maria", "Anna Maria"), ("../../etc/passwd", "etc-passwd"),
    ("C:\\Windows\\x", "C-Windows-x"), (".hidden", "hidden"), ("...  ", ""), ("tail. . ", "tail"),
    ("anna.mp3", "anna"), ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("CON .mp3", "_CON"),
    ("CONrad", "CONrad"), ("=HYPERLINK(1)", "HYPERLINK(1)"), ("a\tb\nc", "a b c"),
    ("a\x00b\x1b[31mc", "ab[31mc"), ("left\N{RIGHT-TO-LEFT OVERRIDE}right", "leftright"),
    ("Zoe\N{COMBINING DIAERESIS}", "Zoë"), ("王小明", "王小明"), ("\ud800x", "x"),
    ("é" * 200, "é" * 50),  # cut between letters
])  # fmt: skip
def test_a_name_is_made_safe(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text(max_size=200))
def test_a_safe_name_is_one_part_of_a_path_on_every_system(text: str) -> None:
    name = safe_name(text)
    assert len(name.encode()) <= MOST_NAME_BYTES
    assert name == unicodedata.normalize("NFC", name)
    assert name.isprintable()
    assert not name.startswith((".", "-", " "))
    assert not name.endswith((".", " "))
    if name:
        assert PureWindowsPath(f"{name}.mp3").name == f"{name}.mp3"
        assert name.upper().split(".")[0].rstrip() not in RESERVED


def test_equal_names_are_numbered_in_order() -> None:
    names = FileNames()
    given = ["anna", "Anna", "anna", "anna-2", "ben"]
    assert [names.take(name) for name in given] == ["anna", "Anna-2", "anna-3", "anna-2-2", "ben"]


@pytest.mark.parametrize(("one", "other"), [
    ("Zoë", unicodedata.normalize("NFD", "zoë")), ("ﬁt", "fit"), ("straße", "STRASSE"),
    ("\N{FULLWIDTH LATIN CAPITAL LETTER A}", "a"),
])  # fmt: skip
def test_names_that_a_file_system_may_take_for_one_are_told_apart(one: str, other: str) -> None:
    names = FileNames()
    assert names.take(one) == one
    assert names.take(other).endswith("-2")


@given(st.lists(st.text(alphabet="aA-2ß", max_size=4), max_size=30))
def test_no_name_is_given_twice(wanted: list[str]) -> None:
    names = FileNames()
    given = [names.take(safe_name(name)) for name in wanted]
    assert len({name.casefold() for name in given}) == len(given)
