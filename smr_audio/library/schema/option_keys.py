"""Options as keys of YAML files: the rows of the table of options, read with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from smr_audio.errors import UsageError
from smr_audio.library import yaml_reader
from smr_audio.library.schema.specs import BAD, Key, Problems
from smr_audio.library.yaml_reader import Items, Node, Scalar
from smr_audio.options.choices import LEAST_HOLD_S, MOST_HOLD_S
from smr_audio.options.kinds import HOLDS, Names, Pairs
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_KEY, Option, Scope, described, fields_of
from smr_audio.options.values import is_model


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """The value of an option. One that takes many may be a list, or a mapping of KEY to VALUE."""

    option: Option

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """The option's value. Paths of files count from the folder of their own file."""
        before, values = len(problems.found), []
        kind = self.option.kind
        if isinstance(node, Items) and not isinstance(kind, Names):
            problems.add(node, f"{name} must not be a list")
            return BAD
        texts = [*self._texts(node, name, problems)]
        untold = len(problems.found) == before
        if not texts and untold and self.option.names in ("tool", "limit"):
            problems.add(node, f"{name} is empty; name at least one, or leave the key out")
        for place, text in texts:
            if kind is HOLDS and place.plain and place.text[:1] in ("+", "-"):
                # YAML knows it as a number, not as a change.
                problems.add(
                    place,
                    f"{name} must be {LEAST_HOLD_S} to {MOST_HOLD_S} seconds, not {place.text}; "
                    "put it in quotes to add or take away",
                )
                continue
            try:
                split = not isinstance(node, yaml_reader.Mapping)
                value = self.option.read([text], name, split=split)
            except UsageError as error:
                problems.add(place, str(error))
                continue
            values.append(_from_its_folder(value, self.option.field, place))
        if not kind.many:
            if isinstance(node, Scalar):
                return values[0] if values else BAD
            problems.add(node, f"{name} takes one value")
        if len(problems.found) > before:
            return BAD
        whole = tuple(dict.fromkeys(one for value in values for one in value))
        try:
            kind.check(whole)
        except UsageError as error:
            problems.add(node, described(name, error))
        return whole

    def _texts(self, node: Node, name: str, problems: Problems) -> Iterator[tuple[Scalar, str]]:
        """The texts of a node, each with its place."""
        kind, entries = self.option.kind, getattr(node, "entries", ())
        if entries and not isinstance(kind, Pairs):
            problems.add(node, f"{name} must not be a mapping")
            return
        for key, value in entries:
            try:
                if isinstance(kind, Pairs):
                    kind.parse_key(key.text)
            except UsageError as error:
                problems.add(key, described(name, error))
                continue
            if isinstance(value, Scalar):
                yield value, f"{key.text}={value.text}"
            else:
                problems.add(value, f"{name} must be a text or a number here")
        for item in getattr(node, "items", () if entries else (node,)):
            if isinstance(item, Scalar):
                yield item, item.text
            elif item is not node:
                problems.add(item, f"{name} must be a text or a number here")


def option_keys(*scopes: Scope) -> dict[str, Key]:
    """The keys of the options that a step, settings or a profile may have."""
    return {key: Key(OptionSpec(one)) for key, one in BY_KEY.items() if one.scope in scopes}


def preferences_from(values: dict[str, Any]) -> Preferences:
    """Preferences from values by key; BAD ones, which are reported already, are left out."""
    return Preferences(**fields_of((BY_KEY[key], value) for key, value in values.items()))


def _from_its_folder(value: Any, field: str, node: Node) -> Any:
    folder = Path(node.location.path).parent
    if field == "voice" and is_model(value) and not value.startswith("~"):
        return str(folder / value)
    if field == "cue_sounds":
        return tuple(
            replace(one, path=str(folder / one.path), location=node.location) for one in value
        )
    return value
