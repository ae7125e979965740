"""A profile as the text of its file: written anew or changed, with the person's comments kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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


def lengths_of(lengths: Mapping[str, int]) -> dict[str, str | float] | None:
    """Ticks by routine as the file has them; None where there are none.

    What older profiles had for all routines is left out: it is of no use.
    """
    return {name: _time(ticks) for name, ticks in lengths.items() if name != EVERY_ROUTINE} or None


def values_of(asks: Preferences) -> dict[str, Any]:
    """What is asked of every session by the keys of a profile's file, as plain values."""
    return {
        key: one.kind.plain(value)
        for key, one in BY_KEY.items()
        if key != "only" and (value := getattr(asks, one.field)) not in (None, ())
    }


def changed(text: str, changes: Mapping[str, Any]) -> str:
    """The text of a profile with keys set, or taken out where the value is None.

    What else stands in it stays, comments too. Raises ValueError for a text that is no YAML.
    """
    from ruamel.yaml import YAML  # only to write a profile
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100
    text = text if text.strip() else HEADING
    try:
        document = yaml.load(text)
    except YAMLError as error:
        raise ValueError(str(error)) from error
    for key in _in_order(changes):
        if changes[key] is None:
            document.pop(key, None)
        elif document.get(key) != changes[key]:
            document[key] = _merged(document.get(key), changes[key])
    out = StringIO()
    yaml.dump(document, out)
    return _as_before(text, out.getvalue(), changes)


_KEY = re.compile(r"""^["']?(\w+)["']?[ ]*:""", re.MULTILINE)


def _as_before(text: str, written: str, changes: Iterable[str]) -> str:
    """What was written, but every key that did not change as it stood, to the letter."""
    old, new = _by_key(text), _by_key(written)
    if len(old) == 1:
        return written  # all in one line, or not at the margin
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        return written  # not one key a line: there are no parts to put together
    before = ""
    for key, part in old.items():
        if key not in new:  # comments after it are about what follows
            new[before] = _ended(new[before]) + _parted(part)[1]
            continue
        new[key] = _with_tail(new[key], _parted(part)[1]) if key in changes else part
        before = key
    return "".join(_ended(part) for part in new.values())


def _by_key(text: str) -> dict[str, str]:
    """The lines of a text by its keys at the left margin; "" has those before the first."""
    starts = [*_KEY.finditer(text)]
    if not starts:
        return {"": text}
    ends = [match.start() for match in starts[1:]] + [len(text)]
    first = starts[0].start()
    parts = {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}
    return {"": text[:first], **parts}


def _with_tail(part: str, tail: str) -> str:
    """A changed key's lines, and the comments that stood after it, wherever they are now."""
    after = set(tail.splitlines(keepends=True))
    body = _parted(part)[0].splitlines(keepends=True)
    return "".join(line for line in body if line not in after) + tail


def _merged(old: Any, value: Any) -> Any:
    """A new value with what stays of the old one, and its comments."""
    if isinstance(old, list) and isinstance(value, list):
        for item in [item for item in old if item not in value]:
            old.remove(item)
        old.extend(_node(item) for item in value if item not in old)
        if old == value:
            return old
    elif isinstance(old, dict) and isinstance(value, dict):
        for key in [key for key in old if key not in value]:
            del old[key]
        for key, item in value.items():
            if old.get(key) != item:
                old[key if key in old else _node(key)] = _node(item)
        if list(old) == list(value):
            return old
    return _node(value)


def _parted(part: str) -> tuple[str, str]:
    """The lines of a key, and the comments and empty lines after them."""
    lines = part.splitlines(keepends=True)
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return _ended("".join(lines[:end])), "".join(lines[end:])


def _ended(part: str) -> str:
    return part if not part or part.endswith("\n") else part + "\n"


def _in_order(changes: Iterable[str]) -> list[str]:
    """New keys come in the order of the table of keys."""
    return [key for key in PROFILE.keys if key in set(changes)]


def _node(value: Any) -> Any:
    """Lists and mappings in one line, quoted where YAML would read something else."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, list):
        items = CommentedSeq(map(_node, value))
        items.fa.set_flow_style()
        return items
    if isinstance(value, dict):
        return CommentedMap((_node(key), _node(item)) for key, item in value.items())
    if isinstance(value, str) and not value.replace("_", "").replace("-", "").isalnum():
        return DoubleQuotedScalarString(value)
    if isinstance(value, str) and value[:1] in "+-0123456789":
        return DoubleQuotedScalarString(value)
    return value


def _time(ticks: int) -> str | float:
    """A time as one would type it, `25m`; where it is no whole seconds, as their number."""
    seconds, rest = divmod(ticks, units.TICKS_PER_SECOND)
    if rest:
        return ticks / units.TICKS_PER_SECOND
    minutes, left = divmod(seconds, 60)
    return (f"{minutes}m" if minutes else "") + (f"{left}s" if left or not minutes else "")
