"""A profile as the text of its file: written or changed, with the person's comments kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any, Final

from smr_audio import units
from smr_audio.options.preferences import Preferences
from smr_audio.options.table import BY_KEY
from smr_audio.profile.model import EVERY_ROUTINE, PROFILE

HEADING: Final = (
    "# What I have, what I can do, and how I like my sessions. Options of a command win over it;\n"
    "# it wins over routines. `smr-audio profile` shows it, `--no-profile` leaves it aside.\n"
    "kind: profile\n"
)
_KEY = re.compile(r"""^["']?(\w+)["']?[ ]*:""", re.MULTILINE)
_COMMENTS = re.compile(r"^(?:(?:#.*)?\n)*\Z", re.MULTILINE)


def lengths_of(lengths: Mapping[str, int]) -> dict[str, str | float] | None:
    """Ticks by routine as the file has them, without that of an older profile; None for none."""
    return {name: _time(ticks) for name, ticks in lengths.items() if name != EVERY_ROUTINE} or None


def values_of(preferences: Preferences) -> dict[str, Any]:
    return {
        key: one.kind.plain(value)
        for key, one in BY_KEY.items()
        if key != "only" and (value := getattr(preferences, one.field)) not in (None, ())
    }


def changed(text: str, changes: Mapping[str, Any]) -> str:
    """The text of a profile with keys set, or taken out where the value is None.

    The lines of other keys stay as they are, and comments too; new keys come last, in the order
    of the table of keys. Raises ValueError for a text that is not YAML.
    """
    text = text if text.strip() else HEADING
    if not _KEY.search(text):  # in one line, or indented
        text = _yaml_text(_yaml_loaded(text))
    lines, comments = _parts_of(text)
    for key in PROFILE.keys:
        if key not in changes:
            continue
        document = _yaml_loaded(lines.get(key, "{}"))
        if document.get(key) != changes[key]:
            document[key] = _merged(document.get(key), changes[key])
            lines[key] = "" if changes[key] is None else _COMMENTS.sub("", _yaml_text(document))
    return "".join(part + comments.get(key, "") for key, part in lines.items())


def _parts_of(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The lines of each key, and the comments and empty lines after them."""
    text = text if text.endswith("\n") else text + "\n"
    starts = [*_KEY.finditer(text)]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    lines, comments = {"": text[: starts[0].start()]}, {}
    for match, end in zip(starts, ends, strict=True):
        part = text[match.start() : end]
        lines[match[1]] = _COMMENTS.sub("", part)
        comments[match[1]] = part[len(lines[match[1]]) :]
    return lines, comments


def _yaml() -> Any:
    from ruamel.yaml import YAML  # only to write a profile

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100
    return yaml


def _yaml_loaded(text: str) -> Any:
    from ruamel.yaml.error import YAMLError

    try:
        document = _yaml().load(text)
    except YAMLError as error:
        raise ValueError(str(error)) from error
    document.fa.set_block_style()
    return document


def _yaml_text(document: Any) -> str:
    out = StringIO()
    _yaml().dump(document, out)
    return out.getvalue()


def _merged(old: Any, value: Any) -> Any:
    """A new value with what stays of the old one, and its comments."""
    if isinstance(old, list) and isinstance(value, list):
        for item in [item for item in old if item not in value]:
            old.remove(item)
        old.extend(_node(item) for item in value if item not in old)
    elif isinstance(old, dict) and isinstance(value, dict):
        for key in [key for key in old if key not in value]:
            del old[key]
        for key, item in value.items():
            if old.get(key) != item:
                old[key if key in old else _node(key)] = _node(item)
        if list(old) != list(value):
            return _node(value)
    return old if old == value else _node(value)


def _node(value: Any) -> Any:
    """Lists in one line, quoted where YAML would read something else."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, list):
        items = CommentedSeq(map(_node, value))
        items.fa.set_flow_style()
        return items
    if isinstance(value, dict):
        return CommentedMap((_node(key), _node(item)) for key, item in value.items())
    if isinstance(value, str) and not re.fullmatch(r"[^\W\d][\w-]*", value):
        return DoubleQuotedScalarString(value)
    return value


def _time(ticks: int) -> str | float:
    """A time as people type it, `25m`; a number of seconds if it is not whole seconds."""
    seconds, rest = divmod(ticks, units.TICKS_PER_SECOND)
    if rest:
        return ticks / units.TICKS_PER_SECOND
    minutes, left = divmod(seconds, 60)
    return f"{minutes}m" * bool(minutes) + f"{left}s" * bool(left)
