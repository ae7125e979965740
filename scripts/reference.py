"""Write the tables of the docs that are made from the code. `--check` only compares.

Usage: python scripts/reference.py [--check]

A table stands between `<!-- NAME: scripts/reference.py -->` and `<!-- /NAME -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from smr_audio.cli.main import COMMANDS, group
from smr_audio.library.library import Library
from smr_audio.library.pose import SPOTS
from smr_audio.library.schema.json_schema import schema_for
from smr_audio.library.schema.pose import ARM, LEG, POSE
from smr_audio.options.kinds import Flag, Word
from smr_audio.options.table import GROUPS, OPTIONS, Option

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
SHARED: Final = ("--content", "--no-profile", "--json", "--help-all", "--help")
"""Options that several commands have, which the page explains once."""
GENERAL: Final = ("[OPTIONS]", "COMMAND [ARGS]...", "[COMMAND] [ARGS]...")
"""Parts of click's usage lines that say nothing of a command."""
LONG: Final = 80


def options_table() -> str:
    """The table of options: flag, key in a routine or profile, and what it does."""
    rows = [["option", "key", "meaning"], ["---"] * 3]
    for name, title in GROUPS.items():
        rows.append([f"**{title}**", "", ""])
        rows += [_option_row(option) for option in OPTIONS if option.group == name]
    return _table(rows)


def _option_row(option: Option) -> list[str]:
    kind = option.kind
    value = "|".join(kind.of) if isinstance(kind, Word) else option.metavar or ""
    flag = f"--{option.flag}" + ("" if isinstance(kind, Flag) else f" {value}")
    names = f"`{flag}`" + (f", `--no-{option.flag}`" if isinstance(kind, Flag) else "")
    profile = " (profile)" if option.scope == "profile" else ""
    key = f"`{option.key}`{profile}" if option.key else ""
    range_ = f" {kind.range[0].upper()}{kind.range[1:]}." if kind.range else ""
    default = option.default not in (None, False)
    return [names, key, f"{option.help}{range_}{f' Default: {option.default}.' * default}"]


def commands_table() -> str:
    """Every command with its own options; those of a session have a table of their own."""
    context = click.Context(group, info_name="smr-audio")
    rows = [["command", "what it does", "options"], ["---"] * 3]
    for name, what in COMMANDS.items():
        command = group.get_command(context, name)
        assert command is not None
        rows += _command_rows(command, name, what, click.Context(command, context, name))
    return _table(rows)


def _command_rows(
    command: click.Command, name: str, what: str, context: click.Context
) -> Iterator[list[str]]:
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece not in GENERAL]
    # A long list of words is only named.
    words = [name, *(piece if len(piece) < LONG else "KEY..." for piece in pieces)]
    yield [f"`{' '.join(words)}`", what, ", ".join(_flags(command, context))]
    for verb, sub in getattr(command, "commands", {}).items():
        short = sub.get_short_help_str(limit=200)
        yield from _command_rows(sub, f"{name} {verb}", short, click.Context(sub, context, verb))


def _flags(command: click.Command, context: click.Context) -> Iterator[str]:
    for option in command.params:
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record and option.opts[0] not in SHARED and not hasattr(option, "row"):
            yield f"`{record[0]}`"


def keys_table(schema: Mapping[str, Any]) -> str:
    """The keys of a kind of content file or a part of one, as its JSON Schema has them."""
    rows = [["key", "required", "meaning"], ["---"] * 3]
    for name, key in schema["properties"].items():
        required = "yes" if name in schema.get("required", ()) else ""
        rows.append([f"`{name}`", required, _meaning(key)])
    return _table(rows)


def references_table() -> str:
    """Every reference of evidence.yaml, how it was read, and what to know of it."""
    rows = [["key", "reference", "read", "note"], ["---"] * 4]
    for key, one in Library().evidence().references.items():
        rows.append([f"`{key}`", one.cite, one.read, one.note or ""])
    return _table(rows)


def _meaning(key: Mapping[str, Any]) -> str:
    words = [word for word in key.get("enum", ()) if isinstance(word, str)]
    named = len(words) < 2 or all(word in key["description"] for word in words)
    description: str = key["description"]
    return description + ("" if named else f" One of {', '.join(words)}.")


def _table(rows: Iterable[list[str]]) -> str:
    lines = ("|".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) for row in rows)
    return "\n".join(f"|{line}|" for line in lines)


def spots_table() -> str:
    """What a tool may touch in a pose."""
    spots = (f"`{name}` ({segment.replace('_', ' ')})" for name, (segment, _, _) in SPOTS.items())
    return ", ".join(spots) + "."


def _keys(*kinds: str) -> dict[str, Callable[[], str]]:
    return {kind: partial(keys_table, schema_for(kind)) for kind in kinds}


TABLES: Final[Mapping[str, Mapping[str, Callable[[], str]]]] = {
    "usage.md": {"options": options_table, "commands": commands_table},
    "content.md": _keys("technique", "routine"),
    "evidence.md": {"references": references_table},
    "courses.md": _keys("course"),
    "poses.md": {
        **{
            name: partial(keys_table, record.schema())
            for name, record in (("pose", POSE), ("leg", LEG), ("arm", ARM))
        },
        "spots": spots_table,
    },
    "packs.md": _keys("pack"),
}
"""By page, the tables in it."""


def with_tables(text: str, tables: Mapping[str, Callable[[], str]]) -> str:
    """The page with its tables made again. Raises ValueError for a page without one of them."""
    for name, table in tables.items():
        text = _with_table(text, name, table())
    return text


def _with_table(text: str, name: str, table: str) -> str:
    block = f"<!-- {name}: scripts/reference.py -->\n{table}\n<!-- /{name} -->"
    pattern = rf"<!-- {name}: .*?<!-- /{name} -->"
    text, found = re.subn(pattern, lambda _: block, text, flags=re.DOTALL)
    if found != 1:
        raise ValueError(f"the page has {found} tables '{name}', not one")
    return text


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` return 1 if one would change."""
    changed = False
    for page, tables in TABLES.items():
        text = (DOCS / page).read_text("utf-8")
        made = with_tables(text, tables)
        changed = changed or made != text
        if "--check" not in arguments:
            (DOCS / page).write_text(made, "utf-8")
    return int(changed and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
