"""Read one YAML file strictly: YAML 1.2 core types, no duplicate keys, with the place of each part.

Only a plain subset is allowed, so that a file means what it looks like: no anchors, aliases,
tags or second documents. PyYAML parses the syntax; the types are our own, because PyYAML has
those of YAML 1.1 (`no` is False, `1:30` is 90, `010` is 8).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from smr_audio.errors import ContentError, Location, Problem, UsageError
from smr_audio.records import dataclass
from smr_audio.storage.paths import is_file, is_folder, is_there, opened
from smr_audio.suggest import shortened

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 20
MAX_VALUES: Final = 20_000  # a megabyte of dashes takes seconds to read; the most shipped has 600
MAX_CONTROL_PROBLEMS: Final = 20

# YAML 1.2.2, chapter 10.3.2, core schema: tag resolution.
_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

# Characters that YAML forbids, and those that are invisible or change the direction of text.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")

_SPACES = "\u00a0\u2000-\u200a\u202f\u3000"
# What looks like a space, a dash or a colon where YAML needs one: web pages and word processors
# put such characters in its place.
_LOOKALIKES = re.compile(rf"^[ -]*([{_SPACES}–—•])|:([{_SPACES}])|^[ -]*[^\s:\"'#{_SPACES}]+(\uff1a)", re.MULTILINE)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Scalar:
    """One value as written. The type of a `plain` one, which has no quotes, follows its text."""

    text: str
    plain: bool
    location: Location

    @cached_property
    def value(self) -> str | int | float | bool | None:
        """The value by YAML 1.2's core schema."""
        text = self.text
        if not self.plain:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INT.fullmatch(text) and len(text) <= 400:
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        if _NOT_FINITE.fullmatch(text):
            return float(text.replace(".", "", 1).lower())
        return text


@dataclass(frozen=True, slots=True)
class Items:
    """A list as written."""

    items: "tuple[Node, ...]"
    location: Location


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values as written: its keys are scalars, and none is repeated."""

    entries: "tuple[tuple[Scalar, Node], ...]"
    location: Location

    def get(self, key: str) -> "Node | None":
        return next((value for name, value in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Items | Mapping


def at(node: Node | None, key: str) -> Node | None:
    """The value of a key, if the node has keys and this among them."""
    return node.get(key) if isinstance(node, Mapping) else None


def scalars_of(node: Node | None) -> Iterator[Scalar]:
    """Every scalar in a node, keys too, in order."""
    if isinstance(node, Scalar):
        yield node
    for one in getattr(node, "items", ()):
        yield from scalars_of(one)
    for key, value in getattr(node, "entries", ()):
        yield key
        yield from scalars_of(value)


class RepeatedKeyError(ContentError):
    """Keys stand twice in a file, which is right else; `node` has the first of each."""

    def __init__(self, problems: Iterable[Problem], node: Node) -> None:
        super().__init__(problems)
        self.node = node


def read_yaml(path: Path) -> Node:
    """The document of a file. Raises UsageError for no such file, ContentError for its syntax."""
    if is_folder(path):
        raise UsageError(f"{path}: this is a folder; name a YAML file in it")
    if is_there(path) and not is_file(path):
        # A pipe or a device may never end, and a link may lead nowhere.
        raise UsageError(f"{path}: this is no ordinary file; name one")
    with opened(path) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1000} kB; split it"
        raise ContentError([Problem(Location(str(path)), message)])
    return parse_yaml(data, str(path))


def read_in_part(path: Path) -> tuple[Node, tuple[Problem, ...]]:
    """Like `read_yaml`, but with the keys that stand twice in place of an error for them."""
    try:
        return read_yaml(path), ()
    except RepeatedKeyError as error:
        return error.node, error.problems


def parse_yaml(data: bytes, name: str) -> Node:
    """Like `read_yaml`, for the bytes of a file; messages call it `name`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = _end_of(data[: error.start].decode("utf-8", "replace"), name)
        raise ContentError([Problem(where, "this is not UTF-8 text; save the file as UTF-8")]) from None
    problems = []
    for match in islice(_CONTROL.finditer(text), MAX_CONTROL_PROBLEMS):
        message = f"character U+{ord(match[0]):04X} is not allowed; take it out"
        problems.append(Problem(_end_of(text[: match.start()], name), message))
    if problems:
        raise ContentError(problems)
    return _Parser(text, name).document()


def node_of(value: object, place: str) -> Node:
    """What a dict of Python code holds, as if it were read; `place` is its name in problems.

    Keys whose value is None are left out. Raises ContentError for what no file can hold.
    """
    here, deep = Location(place), place.count("[") >= MAX_DEPTH
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, str | int | float):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return Scalar(text, plain=not isinstance(value, str), location=here)
    if isinstance(value, list | tuple) and not deep:
        return Items(tuple(node_of(one, f"{place}[{n}]") for n, one in enumerate(value)), here)
    if isinstance(value, dict) and not deep:
        given = ((key, one) for key, one in value.items() if one is not None)
        named = ((Scalar(str(k), False, here), node_of(one, f"{place}[{k!r}]")) for k, one in given)
        return Mapping(tuple(named), here)
    message = f"this must be a text, a number, a list or a dict, not {shortened(repr(value))}"
    raise ContentError([Problem(here, message)])


def _end_of(text: str, name: str) -> Location:
    """The place right after the beginning of a file."""
    return Location(name, text.count("\n") + 1, len(text) - text.rfind("\n"))


class _Parser:
    """Builds nodes from the parser's events, and collects problems."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._text = text
        self._problems: list[Problem] = []
        self._twice: list[Problem] = []
        self._odd_key = False
        self._values = 0
        self._events = yaml.parse(text, Loader=_Loader)

    def document(self) -> Node:
        try:
            node = self._documents()
        except yaml.MarkedYAMLError as error:
            mark, found = error.problem_mark or error.context_mark, self._lookalikes()
            hint = "check quotes, colons and indentation"
            if mark and self._text[mark.index : mark.index + 1] == "\t":
                hint = "indent with spaces, not with a tab"
            where = self._place(mark) if mark else Location(self._name)
            is_near = any(0 <= where.line - one.location.line <= 1 for one in found)
            self._problems += found if is_near else [Problem(where, f"this is not YAML; {hint}")]
        except yaml.YAMLError as error:
            self._problems.append(Problem(Location(self._name), f"this is not YAML: {error}"))
        else:
            if not isinstance(node, Mapping) or self._odd_key:
                self._problems += self._lookalikes()
        if self._problems:
            raise ContentError(sorted([*self._problems, *self._twice]))
        if self._twice:
            raise RepeatedKeyError(sorted(self._twice), node)
        return node

    def _lookalikes(self) -> list[Problem]:
        """Characters that stand where only a space, a dash or a colon can."""
        found = []
        for match in islice(_LOOKALIKES.finditer(self._text), MAX_CONTROL_PROBLEMS):
            at = match.start(match.lastindex or 0)
            character = self._text[at]
            name = unicodedata.name(character).lower()
            needed = "a space" if character.isspace() else "':' and a space" if match[3] else "'-'"
            message = f"this is U+{ord(character):04X} ({name}); type {needed} in its place"
            found.append(Problem(_end_of(self._text[:at], self._name), message))
        return found

    def _documents(self) -> Node:
        node: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent) and node:
                self._refuse(self._place(event.start_mark), "a second document begins here; keep one to a file")
                break
            if isinstance(event, yaml.NodeEvent):
                node = self._node(event, 0)
        return node or Scalar("", True, Location(self._name, 1, 1))

    def _node(self, event: Any, depth: int) -> Node:
        where = self._place(event.start_mark)
        self._values += 1
        if self._values > MAX_VALUES:
            self._refuse(where, f"the file holds more than {MAX_VALUES} values; split it")
            raise ContentError(self._problems)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(where, f"aliases (*{event.anchor}) are not taken; write the value out")
            return Scalar("", True, where)
        if event.anchor:
            self._refuse(where, f"anchors (&{event.anchor}) are not taken; write the value out")
        if event.tag:
            self._refuse(where, f"tags ({event.tag}) are not taken; remove it")
        if depth > MAX_DEPTH:
            self._refuse(where, f"nested deeper than {MAX_DEPTH} levels; make it flatter")
            raise ContentError(self._problems)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, event.style is None or event.style == "", where)
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(tuple(self._node(one, depth + 1) for one in self._until(yaml.SequenceEndEvent)), where)
        return Mapping(self._entries(depth), where)

    def _entries(self, depth: int) -> tuple[tuple[Scalar, Node], ...]:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for child in self._until(yaml.MappingEndEvent):
            key = self._node(child, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._refuse(key.location, "a key must be one word")
                continue
            self._odd_key |= key.plain and len(key.text) > 1 and _LOOKALIKES.match(key.text) is not None
            if key.text in entries:
                message = f"'{key.text}' stands twice (first in line {entries[key.text][0].location.line}); keep one"
                self._twice.append(Problem(key.location, message))
            else:
                entries[key.text] = (key, value)
        return tuple(entries.values())

    def _until(self, end: type) -> Any:
        while not isinstance(event := next(self._events), end):
            yield event

    def _place(self, mark: Any) -> Location:
        return Location(self._name, mark.line + 1, mark.column + 1)

    def _refuse(self, where: Location, message: str) -> None:
        self._problems.append(Problem(where, message))
