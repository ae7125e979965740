"""The strict YAML reader: types by YAML 1.2, and every refusal with its place."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smr_audio.errors import ContentError, SmrAudioError, UsageError
from smr_audio.library.yaml_reader import Items, Mapping, Node, Scalar, parse_yaml, read_yaml
from tests.doubles import raising
from tests.tables import tables

TABLES = tables(__file__)


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


@pytest.mark.parametrize(("text", "value"), [
    *TABLES["scalars"], ("9" * 400, int("9" * 400)), ("9" * 401, float("inf")),
])  # fmt: skip
def test_scalars_have_the_types_of_yaml_1_2(text: str, value: object) -> None:
    assert repr(plain(parse_yaml(f"- {text}\n".encode(), "a.yaml"))) == repr([value])


def test_places_count_characters_from_one() -> None:
    node = parse_yaml("é: {ü: 1, b: [x, y]}\n".encode(), "a.yaml")
    assert isinstance(node, Mapping)
    inner = node.entries[0][1]
    assert isinstance(inner, Mapping)
    assert str(inner.entries[1][0].location) == "a.yaml:1:11"


@pytest.mark.parametrize(("data", "problems"), [
    *((text.encode(), problems) for text, problems in TABLES["refused"]),
    (b"a: 1\nb: \xff\n", ["2:4: this is not UTF-8 text; save the file as UTF-8"]),
    ("é: é".encode() + b"\xff", ["1:5: this is not UTF-8"]),
    (b"[" * 900, ["1:22: nested deeper than 20 levels; make it flatter"]),
    (b"- a\n" * 20_000, ["20000:3: the file holds more than 20000 values; split it"]),
])  # fmt: skip
def test_what_is_refused_is_named_with_its_place(data: bytes, problems: list[str]) -> None:
    with pytest.raises(ContentError) as caught:
        parse_yaml(data, "a.yaml")
    found = [str(problem).removeprefix("a.yaml:") for problem in caught.value.problems]
    assert len(found) == len(problems)
    assert all(have.startswith(want) for have, want in zip(found, problems, strict=True)), found


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_text() -> None:
    data = b"\xef\xbb\xbfa: 1\r\nb: >\r\n  x\r\n  y\r\n"
    assert plain(parse_yaml(data, "a.yaml")) == {"a": 1, "b": "x y\n"}


@given(st.binary(max_size=200) | st.text("ab:-[]{}\n \t'\"#&*!|>%@`,?~", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_place(data: bytes) -> None:
    try:
        parse_yaml(data, "a.yaml")
    except SmrAudioError as error:
        assert str(error).startswith("a.yaml")


def test_bad_syntax_is_told_with_what_to_do() -> None:
    assert refusal(b"a: b: c\n").endswith("; check quotes, colons and indentation")
    assert refusal(b"a:\n\t- b\n").endswith("; indent with spaces, not with a tab")
    wrongs = (b"a:\n  b: 1\n c: 2\n", b"a: [b\n", b"a: {b\n", b"- b\n  c: d: e", b"a\nb: c")
    for wrong in wrongs:
        assert not re.search("mapping|sequence|collection|scalar", refusal(wrong))


@pytest.mark.parametrize(("text", "problems"), [
    ("a:\n\u00a0 - {b: c}\n", ["2:1: this is U+00A0 (no-break space); type a space in its place"]),
    ("a:\n\u00a0 - {b: c, d: e}\n", ["2:1: this is U+00A0"]),
    ("a: 1\n  \u00a0b: 2\n\u3000c: 3\n", ["2:3: this is U+00A0", "3:1: this is U+3000"]),
    ("a:\u00a01\n", ["1:3: this is U+00A0"]),
    ("a:\n  – {b: c}\n", ["2:3: this is U+2013 (en dash); type '-' in its place"]),
    ("title\uff1a晚上\n", ["1:6: this is U+FF1A (fullwidth colon); type ':' and a space"]),
])  # fmt: skip
def test_what_only_looks_like_a_space_a_dash_or_a_colon_is_named(text: str, problems: list[str]) -> None:
    found = refusal(text.encode()).splitlines()
    for have, want in zip(found, problems, strict=True):
        assert have.startswith(f"a.yaml:{want}")
    assert "this is not YAML" in refusal(b"a: |\n  \xe2\x80\x93 b\nc: 1\nd: [e\n")


def refusal(data: bytes) -> str:
    with pytest.raises(ContentError) as caught:
        parse_yaml(data, "a.yaml")
    return str(caught.value)


def test_what_cannot_be_read_is_told_with_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, says in ((tmp_path / "none.yaml", "no such file"), (tmp_path, "folder")):
        with pytest.raises(UsageError, match=says):
            read_yaml(path)
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 'b")
    with pytest.raises(ContentError) as bad:
        read_yaml(path)
    assert str(bad.value).startswith(f"{path}:1:")

    monkeypatch.setattr(Path, "open", raising(PermissionError(13, "Permission denied")))
    with pytest.raises(UsageError) as locked:
        read_yaml(path)
    assert str(locked.value) == f"{path}: cannot be read: permission denied"

    monkeypatch.setattr(Path, "open", raising(ValueError("embedded null byte")))
    with pytest.raises(UsageError, match=r"a\.yaml: cannot be read: embedded null byte"):
        read_yaml(path)


def test_a_megabyte_is_read_and_a_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * 1_000_000)
    assert plain(read_yaml(path)) is None
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ContentError) as caught:
        read_yaml(path)
    assert str(caught.value) == f"{path}: the file is larger than 1000 kB; split it"


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ("{a: ", "}")])
def test_twenty_levels_are_read_and_one_more_is_not(begin: str, end: str) -> None:
    parse_yaml((begin * 20 + "x" + end * 20).encode(), "a.yaml")
    told = refusal((begin * 21 + "x" + end * 21).encode())
    at = len((begin * 21).rstrip()) + 1 if begin == "[" else 82  # the last value, or its key
    assert told == f"a.yaml:1:{at}: nested deeper than 20 levels; make it flatter"


def test_keys_in_keys_are_counted_as_levels_too() -> None:
    deep, deeper = (("{? " * levels + "x" + ": y}" * levels).encode() for levels in (20, 21))
    assert "nested deeper" not in refusal(deep)
    assert "nested deeper than 20 levels" in refusal(deeper)


def test_as_many_values_as_may_be_are_read() -> None:
    node = parse_yaml(b"- a\n" * 19_999, "a.yaml")  # the list is a value too
    assert isinstance(node, Items) and len(node.items) == 19_999


def test_a_key_is_found_by_its_name() -> None:
    node = parse_yaml(b"a: 1\nb: 2\n", "a.yaml")
    assert isinstance(node, Mapping)
    assert plain(node.get("b") or node) == 2
    assert node.get("c") is None
