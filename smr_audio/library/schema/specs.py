"""Specs: what a value in content may be.

A spec turns a node into a value. Problems are collected, and reading goes on, so that one run
reports everything that is wrong with a file.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias, get_args, get_origin

from smr_audio.errors import Location, Problem, UsageError
from smr_audio.library import yaml_reader
from smr_audio.library.search import ID_PATTERN, id_of
from smr_audio.library.yaml_reader import Items, Node, Scalar, read_yaml
from smr_audio.options import kinds
from smr_audio.options.choices import LEAST_HOLD_S, LONGEST_HOLD_S
from smr_audio.options.kinds import Kind, Names, Pairs
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_KEY, Option, Scope, described, fields_of
from smr_audio.options.values import is_model
from smr_audio.records import MISSING, dataclass, field, fields, replace
from smr_audio.suggest import counted, did_you_mean, not_one_of, shortened
from smr_audio.units import TICK, TICKS_PER_SECOND

Schema: TypeAlias = dict[str, Any]

# An editor's JavaScript reads some of a regular expression's marks otherwise than Python does.
_PYTHONS_OWN: Final = re.compile(r"\\[WwDdSs]|\(\?[^:=!]")

BAD: Final = None
"""What a spec gives back for a node it has reported. The file is refused in the end."""


@dataclass(slots=True)
class Problems:
    """Collects what is wrong with one file; `given` are the values of its keys, None if wrong.

    Plain texts are in its `language`.
    """

    language: str = "en"
    found: list[Problem] = field(default_factory=list)
    given: Mapping[str, Any] = field(default_factory=dict)

    def add(self, where: Node | Location, message: str) -> Any:
        """Note what is wrong; BAD, for a spec to return."""
        self.found.append(Problem(where if isinstance(where, Location) else where.location, message))
        return BAD

    def must_be(self, what: str, node: Node, name: str, hint: str = "") -> Any:
        """Note that a node is not what it must be; BAD."""
        return self.add(node, f"{name} must be {what}, not {_shown(node)}{hint}")


_JOINERS: Final = "\u200c\u200d"  # between letters of some scripts, and within some pictures


class Spec(Protocol):
    """Reads one kind of value."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """The value, or BAD after a report. `name` is what the message calls it."""

    def schema(self) -> Schema:
        """What the value may be, as a JSON Schema."""


def _shown(node: Node) -> str:
    if not isinstance(node, Scalar):
        return "a list" if isinstance(node, Items) else "keys with values"
    text = shortened(node.text, 40)
    return text if node.plain and text else repr(text)


@dataclass(frozen=True, slots=True)
class Text:
    """Words. `pattern` and `what` say what shape they have, perhaps that of a `name`."""

    most: int = 300
    pattern: str | None = None
    what: str = "text"
    empty: bool = False
    name: bool = False

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """The text, with white space made single."""
        if not isinstance(node, Scalar) or (node.plain and not isinstance(node.value, str)):
            hint = "; put it in quotes" if isinstance(node, Scalar) and node.text else ""
            return problems.must_be(self.what, node, name, hint)
        for character in () if node.text.isprintable() else node.text:
            if not (character.isprintable() or character.isspace() or character in _JOINERS):
                code = f"U+{ord(character):04X}"
                return problems.add(node, f"{name} has the control character {code}; take it out")
        text = " ".join(node.text.split())
        if not text and not self.empty:
            return problems.add(node, f"{name} is empty; write it, or leave the key out")
        if len(text) > self.most:
            return problems.add(node, f"{name} is {len(text)} characters long, at most {self.most}; shorten it")
        if self.pattern and not re.fullmatch(self.pattern, text):
            near = id_of(text) if self.name else ""
            hint = f"; did you mean '{near}'?" if re.fullmatch(self.pattern, near) else ""
            return problems.must_be(self.what, node, name, hint)
        return text

    def schema(self) -> Schema:
        found: Schema = {"type": "string", "maxLength": self.most}
        if not self.empty:
            found["minLength"] = 1
        if self.pattern and not _PYTHONS_OWN.search(self.pattern):
            found["pattern"] = f"^(?:{self.pattern})$"
        return found


ID: Final = Text(
    most=60, pattern=ID_PATTERN, what="an id of a-z, 0-9 and single hyphens, none that Windows keeps", name=True
)
NAME: Final = Text(
    most=121,
    pattern=rf"({ID.pattern}\.)?{ID.pattern}",
    what="an id of a-z, 0-9 and single hyphens, after PACK. if it is a pack's",
    name=True,
)
"""What names a technique: its id, or of one in a pack `PACK.ID`."""
WORD: Final = Text(most=60, pattern=r"[a-z][a-z0-9]*([_-][a-z0-9]+)*", what="one word of a-z, 0-9, _ and -", name=True)


@dataclass(frozen=True, slots=True)
class Made:
    """What `make` makes of a value and its place. It may raise UsageError."""

    spec: Spec
    make: Callable[[Any, Location], Any]

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        before = len(problems.found)
        value = self.spec.read(node, name, problems)
        if len(problems.found) > before:
            return BAD
        try:
            return self.make(value, node.location)
        except UsageError as error:
            return problems.add(node, described(name, error))

    def schema(self) -> Schema:
        return self.spec.schema()


class Placed(str):
    """A name, with the place where it stands."""

    location: Location

    @classmethod
    def at(cls, name: str, location: Location) -> "Placed":
        placed = cls(name)
        placed.location = location
        return placed


@dataclass(frozen=True, slots=True)
class Either:
    """A mapping that `other` takes, or what `first` does; if that is a Choice, only its words."""

    first: Spec
    other: Spec

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        is_first = not isinstance(node, yaml_reader.Mapping)
        if isinstance(self.first, Choice):
            is_first = isinstance(node, Scalar) and node.text in self.first.of
        return (self.first if is_first else self.other).read(node, name, problems)

    def schema(self) -> Schema:
        return {"anyOf": [self.first.schema(), self.other.schema()]}


@dataclass(frozen=True, slots=True)
class Value:
    """What an option of this kind takes too."""

    kind: Kind

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """What the kind makes of the text."""
        try:
            return self.kind.read(getattr(node, "text", "") or _shown(node))
        except UsageError as error:
            return problems.add(node, described(name, error))

    def schema(self) -> Schema:
        return self.kind.schema()


def number(least: int, most: int, unit: str = "") -> Value:
    """A whole number in a range, as an int."""
    return Value(kinds.Number(least, most, whole=True, unit=unit))


def seconds(least: int, most: int) -> Made:
    """A time in seconds, as a number or as `45s`, `1m30s`; floored to a tick."""
    return Made(Value(kinds.Time(least, most)), lambda time, _: time // TICK)


def whole_seconds(least: int, most: int) -> Made:
    """The same in whole seconds, as an int."""

    def whole(ticks: int, _: Location) -> int:
        if ticks % TICKS_PER_SECOND:
            raise UsageError("must be whole seconds")
        return ticks // TICKS_PER_SECOND

    return Made(seconds(least, most), whole)


FLAG: Final = Value(kinds.Flag())


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words, numbers or flags, as a text."""

    of: tuple[str, ...]

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        given = getattr(node, "text", "") or _shown(node)
        return given if given in self.of else problems.add(node, f"{name} {not_one_of(self.of, given)}")

    def schema(self) -> Schema:
        plain = [Scalar(word, True, Location("")).value for word in self.of]
        return {"enum": [*dict.fromkeys((*plain, *self.of))]}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one kind of thing, which may stand `alone` without a list."""

    item: Spec
    least: int = 0
    most: int = 100
    what: str = "item"
    alone: bool = False

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        if self.alone and not isinstance(node, Items):
            return (self.item.read(node, name, problems),)
        if not isinstance(node, Items):
            return problems.must_be("a list", node, name, "; begin each with '- '")
        if not self.least <= len(node.items) <= self.most:
            found = counted(len(node.items), self.what)
            problems.add(node, f"{name} has {found}; it takes {self.least} to {self.most}")
        return tuple(self.item.read(item, name, problems) for item in node.items)

    def schema(self) -> Schema:
        items = self.item.schema()
        some = {"type": "array", "items": items, "minItems": self.least, "maxItems": self.most}
        return {"anyOf": [items, some]} if self.alone else some


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping of free keys (of one shape) to one kind of thing, in the order written."""

    key: Spec
    value: Spec
    least: int = 0

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        if not isinstance(node, yaml_reader.Mapping):
            return problems.must_be("keys with values", node, name)
        if len(node.entries) < self.least:
            problems.add(node, f"{name} is empty; it takes at least {self.least}")
        return {
            self.key.read(key, f"a key of {name}", problems): self.value.read(value, f"{name}.{key.text}", problems)
            for key, value in node.entries
        }

    def schema(self) -> Schema:
        values = {"minProperties": self.least, "additionalProperties": self.value.schema()}
        return {"type": "object", "propertyNames": self.key.schema(), **values}


def own_table(name: str, spec: Spec) -> Any:
    """What stands in a file of this folder, since it is data and no code."""
    return spec.read(read_yaml(Path(__file__).with_name(name)), name, Problems())


@cache
def key_help() -> Mapping[str, str]:
    """What keys mean, for editors to show: `help.yaml`, whatever file a key stands in."""
    found: Mapping[str, str] = own_table("help.yaml", MapOf(WORD, Text()))
    return found


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys, made into an object by `make`, which also gets the `location`.

    `kind`, which only selects the record, is left out, and so is what is not given. `rename` gives
    the names that `make` has for keys. `faults` says what is wrong between the values given,
    `rules` likewise in a JSON Schema.
    """

    make: Callable[..., Any]
    keys: Mapping[str, Spec]
    what: str
    required: Sequence[str] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    faults: Callable[[str, Mapping[str, Any]], Iterable[str]] = lambda name, given: ()
    rules: Schema = field(default_factory=dict)

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """What `make` returns, or BAD if any part was."""
        if not isinstance(node, yaml_reader.Mapping):
            keys = ", ".join(self.keys)
            return problems.add(node, f"{name} must have the keys {keys}, not be {_shown(node)}")
        before = len(problems.found)
        values: dict[str, Any] = {}
        for key, child in node.entries:
            if key.text not in self.keys:
                hint = did_you_mean(key.text, self.keys)
                problems.add(key, f"'{key.text}' is not a key of {self.what}; {hint}")
                continue
            values[key.text] = self.keys[key.text].read(child, key.text, problems)
        if missing := ", ".join(f"'{key}'" for key in self.required if key not in values):
            problems.add(node, f"{self.what} lacks {missing}; add it")
        for fault in self.faults(name, values):
            problems.add(node, fault)
        if "kind" in self.keys:
            problems.given = values
        if len(problems.found) > before:
            return BAD
        named = {self.rename.get(k, k): v for k, v in values.items() if k != "kind"}
        try:
            return self.make(location=node.location, **named)
        except UsageError as error:
            return problems.add(node, described(name, error))

    def schema(self) -> Schema:
        said = {name: {"description": text} for name, text in key_help().items()}
        keys = {name: {**said.get(name, {}), **spec.schema()} for name, spec in self.keys.items()}
        required = {"required": [*self.required]} if self.required else {}
        return {"type": "object", "additionalProperties": False, "properties": keys, **required, **self.rules}


def record(
    made: type, what: str, make: Callable[..., Any] | None = None, optional: Sequence[str] = (), **more: Any
) -> Record:
    """The record of a dataclass: a field whose type tells a spec is a key.

    Beside the spec may stand the name of the key, if it is not that of the field. A field without
    a default is required, unless it is `optional` to what makes the object, if that is another.
    """
    keys, required, rename = dict[str, Spec](), list[str](), dict[str, str]()
    for one in fields(made):
        if told := _told_by(one.type):
            key = told[1] if told[1:] else one.name
            keys[key], rename[key] = told[0], one.name
            if one.default is MISSING and one.default_factory is MISSING and key not in optional:
                required.append(key)
    return Record(make or made, keys, what, required, rename, **more)


def mapping(what: str, keys: Mapping[str, Spec], **more: Any) -> Record:
    """A mapping with known keys, which stays one."""
    return Record(lambda location, **values: values, keys, what, **more)


def table(what: str, names: Iterable[str], spec: Spec) -> Record:
    """The same where all are required, to one kind of thing."""
    keys = dict.fromkeys(names, spec)
    return mapping(what, keys, required=tuple(keys))


def _told_by(kind: Any) -> tuple[Any, ...]:
    """The spec in a type, and perhaps its key; one of a few words needs no spec."""
    if told := getattr(kind, "__metadata__", ()):
        return tuple(told)
    words = [get_args(one) for one in (kind, *get_args(kind)) if get_origin(one) is Literal]
    return (Choice(words[0]),) if words else ()


def finish(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """What was found, in order of place, each once."""
    return tuple(sorted(set(found)))


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """The value of an option. One that takes many may be a list, or a mapping of KEY to VALUE."""

    option: Option

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """The option's value. Paths of files count from the folder of their own file."""
        before, values = len(problems.found), []
        kind = self.option.kind
        node = _one_text(node, kind)
        parts: Iterable[tuple[Scalar | None, Node]] = ((None, one) for one in getattr(node, "items", (node,)))
        if isinstance(node, yaml_reader.Mapping):
            parts = node.entries
        given = [(key, _one_text(part, kind)) for key, part in parts]
        if isinstance(node, Items) and not isinstance(kind, Names):
            return problems.add(node, f"{name} must not be a list")
        if isinstance(node, yaml_reader.Mapping) and not isinstance(kind, Pairs):
            return problems.add(node, f"{name} must not have keys of its own")
        if not given and self.option.names in ("tool", "limit"):
            problems.add(node, f"{name} is empty; name at least one, or leave the key out")
        for key, part in given:
            if not isinstance(part, Scalar):
                problems.add(part, f"{name} must be a text or a number here")
                continue
            if self.option.field == "holds" and part.text[:1] == "-" and part.value != part.text:
                # To YAML it is a number below zero, not a change.
                what = f"{LEAST_HOLD_S} to {LONGEST_HOLD_S} seconds"
                problems.must_be(what, part, name, "; put it in quotes to take away")
                continue
            text, place = part.text, part
            try:
                if key is not None and isinstance(kind, Pairs):
                    text, place = f"{key.text}={part.text}", key
                    kind.parse_key(key.text)
                    place = part
                value = self.option.read([text], name, split=key is None)
                values.append(_from_its_folder(value, self.option.field, part))
            except UsageError as error:
                problems.add(place, described(name, error))
        if len(problems.found) > before:
            return BAD
        if not kind.many:
            return values[0]
        whole = tuple(dict.fromkeys(one for value in values for one in value))
        try:
            kind.check(whole)
        except UsageError as error:
            problems.add(node, described(name, error))
        return whole

    def schema(self) -> Schema:
        return {"description": self.option.help, **self.option.kind.schema()}


def _one_text(node: Node, kind: Kind) -> Node:
    """A list as the one text that it means, if the kind of option takes it so."""
    items = node.items if isinstance(node, Items) and kind.joint else ()
    texts = [f"{one.text}{kind.joint}" for one in items if isinstance(one, Scalar)]
    is_one = texts and len(texts) == len(items)
    return Scalar("".join(texts), plain=False, location=node.location) if is_one else node


def option_keys(*scopes: Scope, besides: str = "") -> dict[str, Spec]:
    """The keys of the options that a step, settings or a profile may have, but for one."""
    return {key: OptionSpec(one) for key, one in BY_KEY.items() if one.scope in scopes and key != besides}


def preferences_from(location: Location | None = None, **values: Any) -> Preferences:
    """Preferences from values by key; BAD ones, which are reported already, are left out."""
    return Preferences(**fields_of((BY_KEY[key], value) for key, value in values.items()))


def _from_its_folder(value: Any, field: str, node: Node) -> Any:
    folder = Path(node.location.path).parent
    if field == "voice" and is_model(value) and not value.startswith("~"):
        return str(folder / value)
    if field == "bed":
        return replace(value, sound=str(folder / value.sound), location=node.location) if value.is_file else value
    if field == "cue_sounds":
        return tuple(replace(one, path=str(folder / one.path), location=node.location) for one in value)
    return value
