"""Read the JSON of a request: ids of the catalog, numbers, and words of the option table.

No text from the network is ever spoken, opened as a file or put into a command.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from smr_audio.errors import UsageError
from smr_audio.library.library import routine_of
from smr_audio.library.routine import Routine
from smr_audio.options.choices import ALL, MADE_BEDS, NO_BED
from smr_audio.options.kinds import MOST_ITEMS
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_JSON, Option, described, fields_of, texts_of
from smr_audio.options.values import Bed
from smr_audio.serve.catalog import Catalog
from smr_audio.session.compose import Composition
from smr_audio.storage.paths import without_duplicates
from smr_audio.suggest import did_you_mean, not_one_of, printable

_MOST_TEXT: Final = 100


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """A session that a phone asks for."""

    target: Routine | Composition
    preferences: Preferences


def read_request(body: bytes, catalog: Catalog) -> SessionRequest:
    """The request in the body of `api/plan`. Raises UsageError with one clear sentence."""
    given = _parsed(body)
    values = {name: value for name, value in given.items() if value is not None}
    option_names = ("routine", "muscles", *BY_JSON)
    if unknown := next((name for name in given if name not in option_names), None):
        shown = _shown(unknown)
        raise UsageError(f"there is no option {shown}; {did_you_mean(unknown[:40], option_names)}")
    if ("routine" in values) == ("muscles" in values):
        raise UsageError("name a routine, or muscles; one of the two")
    if "routine" in values:
        target: Routine | Composition = _routine(values.pop("routine"), catalog)
    else:
        target = _muscles(values.pop("muscles"), catalog)
    options = fields_of(_option(name, value, catalog) for name, value in values.items())
    return SessionRequest(target, Preferences(**options))


def _parsed(body: bytes) -> dict[str, Any]:
    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        value = json.loads(body.decode("utf-8"), parse_constant=refuse, object_pairs_hook=without_duplicates)
    except (ValueError, RecursionError):
        raise UsageError("this is not JSON; send an object of options") from None
    if not isinstance(value, dict):
        raise UsageError("send an object of options")
    return value


def _routine(value: Any, catalog: Catalog) -> Routine:
    """A routine, or a technique as a session of its own, by its id."""
    known = {**catalog.techniques, **catalog.routines}
    _check_id("routine", value, known, "routine or technique")
    found = catalog.routines.get(value)
    return routine_of(catalog.techniques[value]) if found is None else found


def _muscles(value: Any, catalog: Catalog) -> Composition:
    if not isinstance(value, list):
        raise UsageError("muscles must be a list")
    for one in value:
        _check_id("muscles", one, catalog.muscles, "muscle")
    return Composition(tuple(dict.fromkeys(value)))


def _option(name: str, value: Any, catalog: Catalog) -> tuple[Option, Any]:
    """An option of the table and its value, checked against the catalog."""
    option = BY_JSON[name]
    if isinstance(value, list | dict) and len(value) > MOST_ITEMS:
        raise UsageError(f"{name} may have {MOST_ITEMS} at most, not {len(value)}")
    try:
        texts = texts_of(value)
    except UsageError as error:
        raise UsageError(described(name, error)) from None
    if long := next((text for text in texts if len(text) > _MOST_TEXT), None):
        raise UsageError(f"{name} has a text of {len(long)} characters; that is too long")
    if option.names == "tool" and not texts:  # an empty list elsewhere means every tool
        raise UsageError("name at least one tool, or leave tools out for every one")
    read = option.read(map(printable, texts), name)
    if isinstance(read, Bed) and read.is_file:  # a file is for who runs the server to name
        raise UsageError(f"{name} {not_one_of((NO_BED, *MADE_BEDS), read.sound)}")
    for kind, named in _named(option, read):
        known = getattr(catalog, f"{kind}s")
        _check_id(name, named, (*known, ALL) if kind == "tool" else known, kind)
    return option, read


def _named(option: Option, value: Any) -> Iterator[tuple[str, str]]:
    """The ids that a value names, each with its kind."""
    if option.field in ("holds", "talk"):
        yield from (("technique", one.technique) for one in value if one.technique)
    elif option.field == "swaps":
        yield from (("technique", name) for swap in value for name in (swap.old, swap.new))
    elif option.names is not None:
        names = (value,) if isinstance(value, str) else value
        yield from ((option.names, name) for name in names)


def _check_id(name: str, value: Any, known: Iterable[str], kind: str) -> None:
    if not isinstance(value, str):
        raise UsageError(f"{name} must name a {kind} by its id")
    names = tuple(known)
    if value not in names:
        if len(value) > _MOST_TEXT:
            raise UsageError(f"{name} has a text of {len(value)} letters; that is no {kind}")
        raise UsageError(f"there is no {kind} {_shown(value)}; {did_you_mean(value, names)}")


def _shown(text: str) -> str:
    """Text from outside, cut and quoted for a message."""
    cut = text if len(text) <= _MOST_TEXT else f"{text[: _MOST_TEXT - 1]}…"
    return f"'{printable(cut)}'"
